import { z } from 'zod';
import { asRaw, compress, decodeBytes, type Encoded } from './codec.ts';
import { blobIdSchema } from './blob-id.ts';
import { damaged } from './damage.ts';
import { sha256Hex, sha256Tag } from './digest.ts';
import { count } from './scalar-schemas.ts';
import {
  assertDecrypts,
  counterNonce,
  decrypt,
  encryptInto,
  type FreshKey,
  type SecretClass,
  secretClasses,
  TAG_BYTES,
} from './sealing.ts';

export const HEADER_BYTES = 56;
/** Packs are closed when they reach this size. */
export const PACK_BYTES = 8 * 1024 * 1024;

const MAGIC = Buffer.from('HFP1');
const TRAILER_MAGIC = Buffer.from('HFPE');
const TRAILER_BYTES = 8;
const FIRST_BUFFER_BYTES = 16 * 1024;
const MIDDLE_BUFFER_BYTES = 512 * 1024;
const FULL_BUFFER_BYTES = PACK_BYTES + 2 * 1024 * 1024;
const DIRECTORY_COUNTER = 0xffffffff;

/** Where a segment lies in its pack: everything a reader needs to fetch and check it alone. */
export interface SegmentPlace {
  /** Position in the pack, and the nonce. */
  readonly ordinal: number;
  readonly offset: number;
  /** Sealed, with the tag. */
  readonly length: number;
  /** Tag of the sealed bytes. */
  readonly hash: string;
}

/** What is known of a pack from its first 56 bytes. */
export interface PackHeader {
  readonly secretClass: SecretClass;
  readonly generation: number;
  readonly enc: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface PackDirectory {
  readonly segments: readonly (SegmentPlace & { readonly first?: string })[];
  /** In index parts: the packs that entries name. */
  readonly packs: readonly string[];
}

/** Builds one pack in memory. */
export class PackBuilder {
  readonly #key: Uint8Array;
  readonly #header: Uint8Array;
  #buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER_BYTES);
  readonly #rows: (readonly [number, number, string, string?])[] = [];
  sizeBytes = HEADER_BYTES;

  constructor(key: FreshKey & { readonly generation: number }, secretClass: SecretClass, randomId: Uint8Array) {
    const head = Buffer.alloc(8);
    MAGIC.copy(head);
    head.writeUInt8(secretClasses.indexOf(secretClass) + 1, 4);
    head.writeUInt16BE(key.generation, 6);
    this.#key = key.key;
    this.#header = Buffer.concat([head, randomId, key.enc]);
    this.#buffer.set(this.#header);
  }

  get segmentCount(): number {
    return this.#rows.length;
  }

  /** Compresses and seals one segment. `first` is the first id of an index segment. */
  add(raw: Uint8Array, options: { readonly first?: string; readonly compressed?: boolean } = {}): SegmentPlace {
    const ordinal = this.#rows.length;
    const offset = this.sizeBytes;
    this.#seal(ordinal, options.compressed === false ? asRaw(raw) : compress(raw));
    const length = this.sizeBytes - offset;
    const hash = sha256Tag(this.#buffer.subarray(offset, this.sizeBytes));
    this.#rows.push(options.first === undefined ? [offset, length, hash] : [offset, length, hash, options.first]);
    return { ordinal, offset, length, hash };
  }

  /** Closes the pack, decrypts every segment from the final bytes, and names it. */
  finish(packs: readonly string[] = []): { readonly id: string; readonly bytes: Uint8Array } {
    const before = this.sizeBytes;
    const directory = { segments: this.#rows, ...(packs.length > 0 && { packs }) };
    this.#seal(DIRECTORY_COUNTER, compress(Buffer.from(JSON.stringify(directory))));
    const end = this.sizeBytes + TRAILER_BYTES;
    this.#makeRoom(TRAILER_BYTES);
    this.#buffer.writeUInt32BE(this.sizeBytes - before, this.sizeBytes);
    TRAILER_MAGIC.copy(this.#buffer, end - TRAILER_MAGIC.length);
    const bytes = this.#buffer.subarray(0, end);
    for (const [ordinal, [offset, length]] of this.#rows.entries()) {
      assertDecrypts(callOf(this.#key, this.#header, ordinal), bytes.subarray(offset, offset + length));
    }
    return { id: sha256Hex(bytes), bytes };
  }

  #seal(counter: number, { codec, data }: Encoded): void {
    this.#makeRoom(codec.length + data.length + TAG_BYTES);
    const call = callOf(this.#key, this.#header, counter);
    this.sizeBytes = encryptInto(call, this.#buffer, this.sizeBytes, codec, data);
  }

  #makeRoom(count: number): void {
    const needed = this.sizeBytes + count;
    if (needed <= this.#buffer.length) return;
    // What outgrows the first buffer is probably on its way to a whole pack.
    const grown = Buffer.allocUnsafeSlow(
      Math.max(needed, needed > MIDDLE_BUFFER_BYTES ? FULL_BUFFER_BYTES : 4 * this.#buffer.length),
    );
    grown.set(this.#buffer.subarray(0, this.sizeBytes));
    this.#buffer = grown;
  }
}

/** Reads the first 56 bytes. */
export function parsePackHeader(name: string, bytes: Uint8Array): PackHeader {
  const header = Buffer.from(bytes.subarray(0, HEADER_BYTES));
  if (header.length < HEADER_BYTES || !header.subarray(0, 4).equals(MAGIC)) throw damaged(name, 'it is not a pack');
  const secretClass = secretClasses[header.readUInt8(4) - 1];
  if (secretClass === undefined) throw damaged(name, 'its class is not known');
  return { secretClass, generation: header.readUInt16BE(6), enc: header.subarray(24, HEADER_BYTES), bytes: header };
}

/** The raw bytes of one segment; `name` is the pack's, for the error. */
export function openSegment(
  name: string,
  opened: { readonly header: PackHeader; readonly key: Uint8Array },
  place: SegmentPlace,
  sealed: Uint8Array,
): Uint8Array {
  if (sha256Tag(sealed) !== place.hash) throw damaged(name, `segment ${place.ordinal} is not what was written`);
  try {
    return decodeBytes(decrypt(callOf(opened.key, opened.header.bytes, place.ordinal), sealed));
  } catch (cause) {
    throw damaged(name, `segment ${place.ordinal} cannot be opened`, cause);
  }
}

const directorySchema = z.object({
  segments: z.array(z.tuple([count, count, z.string()]).rest(z.string())),
  packs: z.optional(z.array(blobIdSchema)),
});

/** The directory of a whole pack. */
export function openDirectory(
  name: string,
  opened: { readonly header: PackHeader; readonly key: Uint8Array },
  pack: Uint8Array,
): PackDirectory {
  const bytes = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength);
  const end = bytes.length - TRAILER_BYTES;
  if (end < HEADER_BYTES || !bytes.subarray(end + 4).equals(TRAILER_MAGIC)) throw damaged(name, 'it is cut off');
  const start = end - bytes.readUInt32BE(end);
  if (start < HEADER_BYTES) throw damaged(name, 'its directory is longer than itself');
  try {
    const plain = decodeBytes(
      decrypt(callOf(opened.key, opened.header.bytes, DIRECTORY_COUNTER), bytes.subarray(start, end)),
    );
    const { segments, packs } = directorySchema.parse(JSON.parse(Buffer.from(plain).toString()));
    return {
      segments: segments.map(([offset, length, hash, first], ordinal) => ({
        ordinal,
        offset,
        length,
        hash,
        ...(first !== undefined && { first }),
      })),
      packs: packs ?? [],
    };
  } catch (cause) {
    throw damaged(name, 'its directory cannot be opened', cause);
  }
}

/** IntegrityError unless the bytes are those that the content-addressed name stands for. */
export function assertPackName(name: string, bytes: Uint8Array): void {
  if (sha256Hex(bytes) !== name.slice(name.lastIndexOf('/') + 1))
    throw damaged(name, 'its bytes are not those that were written');
}

function callOf(
  key: Uint8Array,
  header: Uint8Array,
  counter: number,
): { key: Uint8Array; nonce: Uint8Array; aad: Uint8Array } {
  const aad = Buffer.alloc(header.length + 4);
  aad.set(header);
  aad.writeUInt32BE(counter, header.length);
  return { key, nonce: counterNonce(counter), aad };
}
