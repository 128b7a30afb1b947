import { buffer } from 'node:stream/consumers';
import { type Entry, fromBufferPromise, type ZipFile as OpenZip } from 'yauzl';
import { ZipFile } from 'yazl';
import type { BundleFile } from '../core/entry.ts';
import { HoldfastError, RemoteError } from '../core/errors.ts';
import { compareIds } from '../core/resource.ts';

/** Apigee's own limit of a bundle's zip. */
export const LARGEST_ZIP_BYTES = 15 * 1024 * 1024;

/** Far above any bundle that fits into the zip limit as people write them, far below what hurts us. */
const LARGEST_UNZIPPED_BYTES = 256 * 1024 * 1024;
const MOST_ENTRIES = 10_000;
/** Deflate reaches 1,032; text of programs and policies stays below 30. Small entries may be as regular as they like. */
const LARGEST_RATIO = 200;
const RATIO_FREE_BYTES = 1024 * 1024;

/**
 * Unpacks a bundle as the server sent it: its files sorted by path, folders left out. Nothing is written anywhere.
 * RemoteError `BUNDLE_TOO_LARGE` above 15 MiB zipped or 256 MiB unzipped; `BUNDLE_INVALID` for what is no zip, is damaged,
 * expands beyond reason, is encrypted, or holds absolute, escaping or repeated paths, links, or nothing.
 *
 * @param resource what the messages name
 */
export async function readBundleZip(zip: Uint8Array, resource: string): Promise<readonly BundleFile[]> {
  if (zip.length > LARGEST_ZIP_BYTES) {
    throw bundleTooLarge(resource, `its zip has ${zip.length} bytes, Apigee's limit is ${LARGEST_ZIP_BYTES}`);
  }
  let archive: OpenZip | undefined;
  try {
    archive = await fromBufferPromise(Buffer.from(zip.buffer, zip.byteOffset, zip.length), {
      lazyEntries: true,
      decodeStrings: true,
      strictFileNames: true,
      validateEntrySizes: true,
    });
    return await readEntries(archive, resource);
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw invalid(resource, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  } finally {
    archive?.close();
  }
}

async function readEntries(archive: OpenZip, resource: string): Promise<readonly BundleFile[]> {
  if (archive.entryCount > MOST_ENTRIES) {
    throw invalid(resource, `it has ${archive.entryCount} entries, more than ${MOST_ENTRIES}`);
  }
  const files = new Map<string, Uint8Array>();
  let totalBytes = 0;
  for await (const entry of archive.eachEntry()) {
    assertHarmless(entry, resource);
    totalBytes += entry.uncompressedSize;
    if (totalBytes > LARGEST_UNZIPPED_BYTES) {
      throw bundleTooLarge(resource, `it expands to more than ${LARGEST_UNZIPPED_BYTES} bytes`);
    }
    if (entry.fileName.endsWith('/')) continue;
    if (files.has(entry.fileName)) throw invalid(resource, `it holds "${entry.fileName}" twice`);
    // The declared size is enforced while reading (validateEntrySizes), so the limits above hold for the bytes too.
    files.set(entry.fileName, await buffer(await archive.openReadStreamPromise(entry)));
  }
  if (files.size === 0) throw invalid(resource, 'it holds no file');
  return [...files].map(([path, bytes]) => ({ path, bytes })).sort((a, b) => compareIds(a.path, b.path));
}

const TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;

function assertHarmless(entry: Entry, resource: string): void {
  const { fileName } = entry;
  // yauzl refuses absolute paths, drive letters, backslashes and '..'; what is left are names no file system agrees on.
  const segments = fileName.replace(/\/$/, '').split('/');
  if (fileName.includes('\0') || segments.includes('.') || segments.includes('')) {
    throw invalid(resource, `"${fileName}" is not a plain relative path`);
  }
  if (((entry.externalFileAttributes >>> 16) & TYPE_MASK) === SYMBOLIC_LINK) {
    throw invalid(resource, `"${fileName}" is a symbolic link`);
  }
  if (entry.isEncrypted()) throw invalid(resource, `"${fileName}" is encrypted`);
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
  if (entry.uncompressedSize > RATIO_FREE_BYTES && ratio > LARGEST_RATIO) {
    throw invalid(resource, `"${fileName}" expands ${Math.round(ratio)} times`);
  }
}

function invalid(resource: string, why: string, cause?: unknown): RemoteError {
  return new RemoteError({
    code: 'BUNDLE_INVALID',
    message: `The bundle of ${resource} is refused: ${why}.`,
    next: 'Download it by other means (a revision in the Apigee console) and look at the zip; nothing of it was kept.',
    operation: 'read a bundle',
    resource,
    cause,
  });
}

/** The error for a bundle that Apigee itself would not take. */
export function bundleTooLarge(resource: string, why: string): RemoteError {
  return new RemoteError({
    code: 'BUNDLE_TOO_LARGE',
    message: `The bundle of ${resource} is too large: ${why}.`,
    next: 'Delete this revision or make it smaller; Apigee would not import it again.',
    operation: 'read a bundle',
    resource,
  });
}

/** 1 January 1980, the first day of the zip calendar, whatever the time zone. */
const FIRST_DAY = new Date(1980, 0, 1);

/**
 * Zips files so that equal files give equal bytes: sorted by path, fixed time and mode, no folders. RemoteError
 * `BUNDLE_TOO_LARGE` when the result is larger than Apigee imports.
 */
export async function writeBundleZip(files: readonly BundleFile[], resource: string): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const file of [...files].sort((a, b) => compareIds(a.path, b.path))) {
    zip.addBuffer(Buffer.from(file.bytes), file.path, { mtime: FIRST_DAY, mode: 0o100644, forceDosTimestamp: true });
  }
  zip.end();
  const bytes = await buffer(zip.outputStream);
  if (bytes.length > LARGEST_ZIP_BYTES) throw bundleTooLarge(resource, `its zip has ${bytes.length} bytes`);
  return bytes;
}
