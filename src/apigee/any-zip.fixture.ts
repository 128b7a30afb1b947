import { crc32, deflateRawSync } from 'node:zlib';
import type { BundleFile } from '../core/entry.ts';
import { compareIds } from '../core/resource.ts';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** 1 January 1980, the first day of the zip calendar. */
const FIRST_DAY = 0x21;

/** Zips whatever it is given, also what a well-kept writer refuses: escaping paths, names twice. For tests of the reader. */
export function writeAnyZip(files: readonly BundleFile[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of [...files].sort((a, b) => compareIds(a.path, b.path))) {
    const name = Buffer.from(file.path, 'utf8');
    const data = deflateRawSync(file.bytes);
    const common = entryFields({ file, compressedBytes: data.length, nameBytes: name.length });
    const local = Buffer.concat([uint32(LOCAL_HEADER), uint16(VERSION), common, name]);
    parts.push(local, data);
    directory.push(
      Buffer.concat([
        uint32(CENTRAL_HEADER),
        uint16(VERSION),
        uint16(VERSION),
        common,
        // Comment length, disk number, internal and external attributes.
        Buffer.alloc(10),
        uint32(offset),
        name,
      ]),
    );
    offset += local.length + data.length;
  }
  const central = Buffer.concat(directory);
  const count = uint16(directory.length);
  const end = Buffer.concat([
    uint32(END_OF_DIRECTORY),
    Buffer.alloc(4),
    count,
    count,
    uint32(central.length),
    uint32(offset),
    uint16(0),
  ]);
  return Buffer.concat([...parts, central, end]);
}

/** What local and central headers share, from the flags to the length of the extra field. */
function entryFields(entry: {
  readonly file: BundleFile;
  readonly compressedBytes: number;
  readonly nameBytes: number;
}) {
  return Buffer.concat([
    uint16(UTF8_NAMES),
    uint16(DEFLATED),
    uint16(0),
    uint16(FIRST_DAY),
    uint32(crc32(entry.file.bytes)),
    uint32(entry.compressedBytes),
    uint32(entry.file.bytes.length),
    uint16(entry.nameBytes),
    uint16(0),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
