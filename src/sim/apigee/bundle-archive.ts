import { crc32, deflateRawSync } from 'node:zlib';
import { fromBufferPromise } from 'yauzl';
import { ApiError, badBundle, invalidArgument } from './api-error.ts';
import type { BundleFiles } from './bundle-files.ts';

/** The published limit of an upload. */
const bundleLimitBytes = 15 * 1024 * 1024;

const inflatedLimitBytes = 200 * 1024 * 1024;
const entryLimit = 20_000;

/** Smaller entries are stored: deflating many small files costs more than it saves. */
const storedBelowBytes = 4096;

/** A zip of the files in path order; `atMs` becomes the time stamp of every entry (2 s steps). */
export function writeArchive(files: BundleFiles, atMs: number): Uint8Array<ArrayBuffer> {
  const stamp = dosTime(atMs);
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path) ?? new Uint8Array();
    const name = Buffer.from(path, 'utf8');
    const packed = content.byteLength < storedBelowBytes ? content : deflateRawSync(content, { level: 1 });
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x0800, 2);
    shared.writeUInt16LE(packed === content ? 0 : 8, 4);
    shared.writeUInt32LE(stamp, 6);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(packed.byteLength, 14);
    shared.writeUInt32LE(content.byteLength, 18);
    shared.writeUInt16LE(name.byteLength, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), shared, name, packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, tail, name);
    offset += 30 + name.byteLength + packed.byteLength;
  }
  return Uint8Array.from(Buffer.concat([...parts, ...directory, directoryEnd(files.size, directory, offset)]));
}

function directoryEnd(count: number, directory: readonly Uint8Array[], offset: number): Uint8Array {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.byteLength, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return end;
}

/** Date in the upper, time in the lower 16 bits. */
function dosTime(atMs: number): number {
  const at = new Date(atMs);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}

/** The files of an uploaded zip. Refuses what is no zip, too big, or holds entries outside `root`. */
export async function readArchive(archive: Uint8Array, root: string): Promise<BundleFiles> {
  if (archive.byteLength > bundleLimitBytes) {
    throw invalidArgument(`bundle of ${archive.byteLength} bytes exceeds the limit of ${bundleLimitBytes} bytes`);
  }
  try {
    return await filesIn(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength), root);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const path = /path(?: in fileName)?: (.*)$/.exec(reason)?.[1];
    if (path === undefined) throw invalidArgument(`bundle is not a valid zip: ${reason}`);
    throw badBundle([{ filename: path, description: 'zip entry in bundle is outside the bundle root' }]);
  }
}

async function filesIn(archive: Buffer, root: string): Promise<BundleFiles> {
  const zip = await fromBufferPromise(archive, { validateEntrySizes: true });
  const files = new Map<string, Uint8Array>();
  let inflated = 0;
  for await (const entry of zip.eachEntry()) {
    assertInside(entry.fileName, root);
    if (entry.fileName.endsWith('/')) continue;
    inflated += entry.uncompressedSize;
    if (inflated > inflatedLimitBytes || files.size >= entryLimit) {
      throw badBundle([{ filename: entry.fileName, description: 'bundle is too large when unpacked' }]);
    }
    if (files.has(entry.fileName)) {
      throw badBundle([{ filename: entry.fileName, description: 'file appears twice in the bundle' }]);
    }
    const parts: Uint8Array[] = [];
    for await (const part of await zip.openReadStreamPromise(entry)) parts.push(Buffer.from(part));
    files.set(entry.fileName, Buffer.concat(parts));
  }
  return files;
}

function assertInside(path: string, root: string): void {
  if (path.startsWith(root) && !path.split('/').includes('..')) return;
  throw badBundle([{ filename: path, description: 'zip entry in bundle is outside the bundle root' }]);
}
