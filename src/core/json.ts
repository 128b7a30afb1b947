/** JSON as data. Objects are read-only; `undefined` never occurs. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [field: string]: JsonValue };

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field as a string, or undefined when it is absent or of another type. */
export function stringField(object: JsonObject, field: string): string | undefined {
  const value = object[field];
  return typeof value === 'string' ? value : undefined;
}

/** The field as an array; absent or of another type is the empty array. */
export function arrayField(object: JsonObject, field: string): readonly JsonValue[] {
  const value = object[field];
  // `Array.isArray` would widen the elements of a read-only array to any.
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

/** The object without the named fields. */
export function omitFields(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}

/** The object with only the named fields that it has. */
export function pickFields(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => fields.includes(field)));
}
