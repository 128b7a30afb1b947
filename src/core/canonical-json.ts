import type { JsonValue } from './json.ts';

/**
 * The one text of a JSON value: keys sorted by code unit, no spaces, strings and numbers as `JSON.stringify` writes them.
 * Equal texts = equal values (the order of an object's fields is noise, the order of an array's elements is not).
 */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([field, item]) => `${JSON.stringify(field)}:${canonicalJson(item)}`).join(',')}}`;
}

/** `Array.isArray` that narrows read-only arrays too. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
