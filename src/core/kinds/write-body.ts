import type { CallBody, TemplateObject } from '../call.ts';
import type { JsonObject } from '../json.ts';
import { omitFields } from '../json.ts';

/** A JSON body from what was read, without the fields that cannot be written here. Unknown fields are kept as they are. */
export function bodyWithout(body: JsonObject, fields: readonly string[]): CallBody {
  return { type: 'json', value: omitFields(body, fields) };
}

export function jsonBody(value: TemplateObject): CallBody {
  return { type: 'json', value };
}

/** Status actions want an empty body as application/octet-stream and answer 204. */
export const emptyBody: CallBody = { type: 'empty' };

/** The names of fields (top level) in which two bodies differ, judged on canonical values. */
export function changedFields(a: JsonObject, b: JsonObject): string[] {
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...fields].filter((field) => JSON.stringify(a[field] ?? null) !== JSON.stringify(b[field] ?? null)).sort();
}
