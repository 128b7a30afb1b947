/** A JSON object as it travels. */
export type Document = { [field: string]: unknown };

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a stored document; stored text is always an object. */
export function documentOf(text: string): Document {
  const value: unknown = JSON.parse(text);
  if (!isDocument(value)) throw new Error('a stored document is not an object');
  return value;
}

/** The string in a field, '' when there is none. */
export function textIn(document: Document, field: string): string {
  const value = document[field];
  return typeof value === 'string' ? value : '';
}

/** The value when it is text or a number, '' otherwise. */
export function textFrom(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The strings of a list field. */
export function textsIn(document: Document, field: string): string[] {
  const value = document[field];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The objects of a list field. */
export function documentsIn(document: Document, field: string): Document[] {
  const value = document[field];
  return Array.isArray(value) ? value.filter(isDocument) : [];
}

/** The object in a field, an empty one when there is none. */
export function documentIn(document: Document, field: string): Document {
  const value = document[field];
  return isDocument(value) ? value : {};
}

/** A copy without fields that are undefined or an empty list: what the service leaves out of an answer. */
export function withoutUnset(document: Document): Document {
  const copy: Document = {};
  for (const [field, value] of Object.entries(document)) {
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    copy[field] = value;
  }
  return copy;
}
