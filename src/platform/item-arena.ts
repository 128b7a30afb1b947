const FIRST_BYTES = 64 * 1024;
// Two offsets and the index that is sorted.
const OVERHEAD_BYTES_PER_ITEM = 24;
const ASCII_ONLY = /^[\0-\x7f]*$/;

/**
 * Encoded items and their keys in one growing buffer, so that a full arena costs the garbage collector nothing: many
 * small objects that live for a while would make it keep several times their size.
 */
export class ItemArena {
  readonly #roomBytes: number;
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #usedBytes = 0;
  /** For each item the start of its key and the start of its bytes; an item ends where the next one's key starts. */
  #keyOffsets: number[] = [];
  #itemOffsets: number[] = [];
  #order: Uint32Array | undefined;

  /** The room that is likely to be needed; more is taken when it is. */
  constructor(roomBytes: number) {
    this.#roomBytes = roomBytes;
  }

  get count(): number {
    return this.#keyOffsets.length;
  }

  get sizeBytes(): number {
    return this.#usedBytes + this.#keyOffsets.length * OVERHEAD_BYTES_PER_ITEM;
  }

  push(key: string, bytes: Uint8Array): void {
    const isAscii = ASCII_ONLY.test(key);
    this.#reserve((isAscii ? key.length : key.length * 3) + bytes.length);
    this.#keyOffsets.push(this.#usedBytes);
    this.#usedBytes += isAscii ? this.#bytes.write(key, this.#usedBytes, 'latin1') : this.#writeCodeUnits(key);
    this.#itemOffsets.push(this.#usedBytes);
    this.#bytes.set(bytes, this.#usedBytes);
    this.#usedBytes += bytes.length;
  }

  /** Puts the items in the order of their keys' code units, equal keys in the order of pushing. */
  sort(): void {
    const bytes = this.#bytes;
    const starts = this.#keyOffsets;
    const ends = this.#itemOffsets;
    this.#order = Uint32Array.from(starts.keys()).sort((left, right) => {
      return bytes.compare(bytes, starts[right], ends[right], starts[left], ends[left]) || left - right;
    });
  }

  /** The items in the order of the last `sort`, as views that hold until the next change of the arena. */
  *inOrder(): Generator<Uint8Array> {
    for (const index of this.#order ?? []) {
      const end = this.#keyOffsets[index + 1] ?? this.#usedBytes;
      yield this.#bytes.subarray(this.#itemOffsets[index], end);
    }
  }

  /** Forgets the items and keeps the room, which the next ones need again. */
  clear(): void {
    this.#usedBytes = 0;
    this.#keyOffsets = [];
    this.#itemOffsets = [];
    this.#order = undefined;
  }

  #reserve(sizeBytes: number): void {
    const end = this.#usedBytes + sizeBytes;
    if (end <= this.#bytes.length) return;
    // Pages that are not written yet cost nothing, so the whole room is taken at once and nothing is copied on the way.
    const grown = Buffer.allocUnsafeSlow(end <= this.#roomBytes ? this.#roomBytes : Math.ceil(end * 1.5));
    grown.set(this.#bytes.subarray(0, this.#usedBytes));
    this.#bytes = grown;
  }

  /**
   * Writes each code unit in the manner of UTF-8, surrogates one by one: the bytes then compare as the code units do,
   * which those of real UTF-8 do not.
   */
  #writeCodeUnits(key: string): number {
    let offset = this.#usedBytes;
    for (let index = 0; index < key.length; index += 1) {
      const unit = key.charCodeAt(index);
      if (unit < 0x80) {
        offset = this.#bytes.writeUInt8(unit, offset);
      } else if (unit < 0x800) {
        offset = this.#bytes.writeUInt8(0xc0 | (unit >> 6), offset);
        offset = this.#bytes.writeUInt8(0x80 | (unit & 0x3f), offset);
      } else {
        offset = this.#bytes.writeUInt8(0xe0 | (unit >> 12), offset);
        offset = this.#bytes.writeUInt8(0x80 | ((unit >> 6) & 0x3f), offset);
        offset = this.#bytes.writeUInt8(0x80 | (unit & 0x3f), offset);
      }
    }
    return offset - this.#usedBytes;
  }
}
