import type { BundleFile } from '../core/entry.ts';
import { InternalError, RemoteError } from '../core/errors.ts';
import { arrayField, isJsonObject, type JsonObject, stringField } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import { unexpectedAnswer } from './answer-error.ts';
import { bundleTooLarge, readBundleZip } from './bundle-zip.ts';
import { plainText } from './raw-field.ts';
import { readCall } from './read-call.ts';
import type { ReadContext } from './read-context.ts';

/** The files of one resource stand in one JSON text. */
const LARGEST_FILES_BYTES = 64 * 1024 * 1024;

/** The body and its text with the files that the kind keeps of a zip; as they are where it keeps none. RemoteError when they cannot be had. */
export async function withZippedFiles(
  context: ReadContext,
  kind: Kind,
  read: { readonly id: ResourceId; readonly parent: ResourceId; readonly body: JsonObject; readonly text: string },
): Promise<{ readonly body: JsonObject; readonly text: string }> {
  const { body, text, id, parent } = read;
  const { zippedFiles } = kind;
  if (zippedFiles === undefined) return { body, text };
  const zip = await download(context, { path: zippedFiles.path(body, parent), answer: zippedFiles.answer, id });
  const unzipped = await readBundleZip(zip, id);
  const sizeBytes = unzipped.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (sizeBytes > LARGEST_FILES_BYTES)
    throw bundleTooLarge(id, `its files have ${sizeBytes} bytes, more than ${LARGEST_FILES_BYTES}`);
  const files = unzipped.map(jsonOf);
  const inner = text.slice(text.indexOf('{') + 1);
  const separator = Object.keys(body).length === 0 ? '' : ',';
  return {
    body: { [zippedFiles.field]: files, ...body },
    text: `{${JSON.stringify(zippedFiles.field)}:${JSON.stringify(files)}${separator}${inner}`,
  };
}

/** A URL that has grown too old while it waited is asked for once more. */
async function download(
  context: ReadContext,
  asked: { readonly path: string; readonly answer: string; readonly id: ResourceId },
): Promise<Uint8Array> {
  const call = readCall({ method: 'POST', path: asked.path });
  const once = async (): Promise<Uint8Array> => {
    const { json } = await context.transport.call(call);
    const url = isJsonObject(json) ? stringField(json, asked.answer) : undefined;
    if (url === undefined) throw unexpectedAnswer(call, 'no address');
    return context.storage.read(url, asked.id);
  };
  context.transport.countFloor(1);
  try {
    return await once();
  } catch (error) {
    const isTooOld = error instanceof RemoteError && error.code !== 'REMOTE_ANSWER_INVALID' && isRefused(error.status);
    if (!isTooOld) throw error;
    return once();
  }
}

function isRefused(status: number | undefined): boolean {
  return status === 400 || status === 403;
}

function jsonOf({ path, bytes }: BundleFile): JsonObject {
  const text = plainText(bytes);
  return text === undefined ? { path, contentBase64: Buffer.from(bytes).toString('base64') } : { path, content: text };
}

/** The files that `withZippedFiles` kept, as they stood in the zip. */
export function filesIn(body: JsonObject, field: string): BundleFile[] {
  return arrayField(body, field).map((file) => {
    const path = isJsonObject(file) ? stringField(file, 'path') : undefined;
    if (!isJsonObject(file) || path === undefined) throw new InternalError(`A file in ${field} has no path.`);
    const packed = stringField(file, 'contentBase64');
    const bytes =
      packed === undefined ? Buffer.from(stringField(file, 'content') ?? '') : Buffer.from(packed, 'base64');
    return { path, bytes };
  });
}
