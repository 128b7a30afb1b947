import type { CallDraft } from '../core/call.ts';
import { isJsonObject, type JsonValue } from '../core/json.ts';

/** What an answer assigned, by the call's dotted paths with numeric indexes; fields that the answer lacks are left out. */
export function assignedValues(
  answer: JsonValue | undefined,
  assigns: CallDraft['assigns'],
): { readonly [name: string]: string } {
  const found = Object.entries(assigns ?? {}).flatMap(([name, { path }]) => {
    const value = path.split('.').reduce<JsonValue | undefined>(step, answer);
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [];
  });
  return Object.fromEntries(found);
}

function step(value: JsonValue | undefined, part: string): JsonValue | undefined {
  if (Array.isArray(value)) {
    const elements: readonly JsonValue[] = value;
    return elements[Number(part)];
  }
  return isJsonObject(value) ? value[part] : undefined;
}
