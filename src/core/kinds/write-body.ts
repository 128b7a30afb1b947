import type { CallBody, TemplateObject } from '../call.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { isJsonObject, omitFields } from '../json.ts';

/**
 * A JSON body from what was read, without the fields (dotted paths) that cannot be written here. Unknown fields are kept as
 * they are.
 */
export function bodyWithout(body: JsonObject, fields: readonly string[]): CallBody {
  return { type: 'json', value: omitPaths(body, fields) };
}

function omitPaths(object: JsonObject, paths: readonly string[]): JsonObject {
  const inner = Object.groupBy(
    paths.filter((path) => path.includes('.')),
    (path) => path.slice(0, path.indexOf('.')),
  );
  const kept = omitFields(object, paths);
  const changed = Object.entries(inner).flatMap(([field, nested = []]) => {
    const value = kept[field];
    const rests = nested.map((path) => path.slice(field.length + 1));
    return isJsonObject(value) ? [[field, omitPaths(value, rests)] as const] : [];
  });
  return { ...kept, ...Object.fromEntries(changed) };
}

export function jsonBody(value: TemplateObject): CallBody {
  return { type: 'json', value };
}

/** Status actions want an empty body as application/octet-stream and answer 204. */
export const emptyBody: CallBody = { type: 'empty' };

/** The names of fields (top level) in which two sides differ, judged on what they mean. */
export function differingFields(
  one: { readonly canonical: JsonValue },
  other: { readonly canonical: JsonValue },
): string[] {
  const [a, b] = [fieldsOf(one.canonical), fieldsOf(other.canonical)];
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...fields].filter((field) => canonicalJson(a[field] ?? null) !== canonicalJson(b[field] ?? null)).sort();
}

function fieldsOf(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}
