import type { JsonObject } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import { unexpectedAnswer } from './answer-error.ts';
import type { ReadContext } from './read-context.ts';

/** The body and its text with the field that the kind keeps of another call; as they are where it keeps none. */
export async function withRawField(
  context: ReadContext,
  kind: Kind,
  read: { readonly id: ResourceId; readonly body: JsonObject; readonly text: string },
): Promise<{ readonly body: JsonObject; readonly text: string }> {
  const { id, body, text } = read;
  if (kind.rawField === undefined) return { body, text };
  const bytes = await context.transport.readBytes(kind.rawField.path(id));
  context.transport.countFloor(1);
  const { field, value } = fieldOf(kind.rawField, bytes);
  if (kind.rawField.accepts?.(value) === false) {
    throw unexpectedAnswer({ method: 'GET', path: kind.rawField.path(id) }, `no ${field}`);
  }
  const inner = text.slice(text.indexOf('{') + 1);
  const separator = Object.keys(body).length === 0 ? '' : ',';
  return {
    body: { [field]: value, ...body },
    text: `{${JSON.stringify(field)}:${JSON.stringify(value)}${separator}${inner}`,
  };
}

/** Text where it is all text, so that it can be read, compared by line and scanned; the same bytes give the same field. */
function fieldOf(
  raw: NonNullable<Kind['rawField']>,
  bytes: Uint8Array,
): { readonly field: string; readonly value: string } {
  if (raw.base64 === undefined) return { field: raw.field, value: Buffer.from(bytes).toString('utf8') };
  const text = plainText(bytes);
  if (text !== undefined) return { field: raw.field, value: text };
  return { field: raw.base64, value: Buffer.from(bytes).toString('base64') };
}

/** The bytes as text where they are UTF-8 without NUL, a mark at the start kept as a character; they come back from it unchanged. */
export function plainText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
