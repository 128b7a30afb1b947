import { isArray } from './canonical-json.ts';
import type { JsonValue } from './json.ts';
import { bigNumberPrefix } from './parse-json.ts';

/**
 * A value as JSON text that is the same for the same value: fields sorted by code unit, two blanks a level, the digits of
 * numbers that `parseJson` kept.
 */
export function stableJson(value: JsonValue, indent = ''): string {
  if (typeof value === 'string' && value.startsWith(bigNumberPrefix)) return value.slice(bigNumberPrefix.length);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}  `;
  if (isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + stableJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  if (fields.length === 0) return '{}';
  const lines = fields.map(([name, item]) => `${inner}${JSON.stringify(name)}: ${stableJson(item, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
