import type { JsonObject } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import type { ReadContext } from './read-context.ts';

/** The body and its text with the field that the kind keeps of another call; as they are where it keeps none. */
export async function withRawField(
  context: ReadContext,
  kind: Kind,
  read: { readonly id: ResourceId; readonly body: JsonObject; readonly text: string },
): Promise<{ readonly body: JsonObject; readonly text: string }> {
  const { id, body, text } = read;
  if (kind.rawField === undefined) return { body, text };
  const { field, path } = kind.rawField;
  const bytes = await context.transport.readBytes(path(id), id);
  context.transport.countFloor(1);
  const value = Buffer.from(bytes).toString('utf8');
  const inner = text.slice(text.indexOf('{') + 1);
  const separator = Object.keys(body).length === 0 ? '' : ',';
  return {
    body: { [field]: value, ...body },
    text: `{${JSON.stringify(field)}:${JSON.stringify(value)}${separator}${inner}`,
  };
}
