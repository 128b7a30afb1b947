import { invalidArgument } from './api-error.ts';
import { readArchive } from './bundle-archive.ts';
import { type BundleFiles, bundleRoot } from './bundle-files.ts';
import type { Document } from './document.ts';
import type { BundleFlavour } from './wreck-target.ts';

/** What a request's body was, once read. */
export interface ParsedBody {
  readonly json: unknown;
  readonly files: BundleFiles | undefined;
}

/** Flavour of the bundle that a method takes, undefined for methods that take JSON. */
export function uploadFlavour(methodId: string): BundleFlavour | undefined {
  if (methodId === 'organizations.apis.create' || methodId === 'organizations.apis.revisions.updateApiProxyRevision') {
    return 'proxy';
  }
  const flow = ['organizations.sharedflows.create', 'organizations.sharedflows.revisions.updateSharedFlowRevision'];
  return flow.includes(methodId) ? 'sharedflow' : undefined;
}

const fileMethods = [
  'organizations.environments.resourcefiles.create',
  'organizations.environments.resourcefiles.update',
];

/** True for methods that take any bytes, as a form's file or as they are: their body is `{file}` in base64. */
export function takesFile(methodId: string): boolean {
  return fileMethods.includes(methodId);
}

/** Reads the bytes of a method that takes a file. */
export async function parsedFile(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<ParsedBody> {
  const file = isForm(contentType) ? await formFile(bytes, contentType) : bytes;
  return { json: { file: Buffer.from(file).toString('base64') }, files: undefined };
}

/** Reads a body: a zip in a multipart field (whatever its name) or as an octet-stream, JSON otherwise. */
export async function parsedBody(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
  flavour: BundleFlavour | undefined,
): Promise<ParsedBody> {
  if (flavour !== undefined) {
    const archive = await uploadedArchive(bytes, contentType);
    return {
      json: undefined,
      files: archive === undefined ? undefined : await readArchive(archive, bundleRoot(flavour)),
    };
  }
  if (bytes.byteLength === 0) return { json: undefined, files: undefined };
  if (isForm(contentType)) return { json: await formTexts(bytes, contentType), files: undefined };
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    return { json, files: undefined };
  } catch {
    throw invalidArgument('Invalid JSON payload received. Unexpected token.');
  }
}

function isForm(contentType: string): boolean {
  return contentType.toLowerCase().startsWith('multipart/form-data');
}

/** The fields of a form as texts, files included. */
async function formTexts(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<Document> {
  const texts: Document = {};
  for (const [field, value] of await formOf(bytes, contentType)) {
    texts[field] = typeof value === 'string' ? value : await value.text();
  }
  return texts;
}

async function formOf(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw invalidArgument('the multipart body cannot be read');
  }
}

async function uploadedArchive(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<Uint8Array | undefined> {
  if (bytes.byteLength === 0) return undefined;
  return isForm(contentType) ? await formFile(bytes, contentType) : bytes;
}

async function formFile(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<Uint8Array> {
  for (const [, value] of await formOf(bytes, contentType))
    if (typeof value !== 'string') return new Uint8Array(await value.arrayBuffer());
  throw invalidArgument('the multipart body has no file');
}
