import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Bytes to be sealed: a codec byte and the data it applies to. */
export interface Encoded {
  readonly codec: Uint8Array;
  readonly data: Uint8Array;
}

const RAW = Uint8Array.of(0);
const ZSTD = Uint8Array.of(1);
const LARGEST_RAW_BYTES = 256 * 1024 * 1024;
// Below this nothing is gained.
const SMALLEST_COMPRESSED_BYTES = 64;

/** Compresses where that makes the data smaller, and checks that it comes back. */
export function compress(raw: Uint8Array): Encoded {
  if (raw.length < SMALLEST_COMPRESSED_BYTES) return { codec: RAW, data: raw };
  const data = zstdCompressSync(raw);
  if (data.length >= raw.length) return { codec: RAW, data: raw };
  if (Buffer.compare(zstdDecompressSync(data), raw) !== 0) throw new Error('zstd did not give back what it was given');
  return { codec: ZSTD, data };
}

/** Leaves the data as it is. */
export function asRaw(raw: Uint8Array): Encoded {
  return { codec: RAW, data: raw };
}

/** The data behind codec byte | data. Throws for an unknown codec and for data that is not what the codec says. */
export function decodeBytes(bytes: Uint8Array): Uint8Array {
  const data = bytes.subarray(1);
  if (bytes[0] === 0) return data;
  if (bytes[0] === 1) return zstdDecompressSync(data, { maxOutputLength: LARGEST_RAW_BYTES });
  throw new Error(`codec ${bytes[0]} is not known`);
}
