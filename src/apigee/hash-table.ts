import { hash } from 'node:crypto';

const FIRST_CAPACITY = 16;
/** Cells of 32 bits in a row: three of the key's hash, one of the row number plus one (0 is empty). */
const CELLS = 4;
const MOST_FILLED = 0.8;
/** Of a million rows, half as much again is less to be left empty than twice as much. */
const GROWTH = 1.5;
/** Parts of a table grow one by one, so that a large one is never in memory twice. */
const PARTS = 64;

/**
 * Numbers distinct strings 0, 1, 2 … in about 25 bytes each, whatever their length: a table of 96-bit hashes. Among a
 * million strings the odds of taking two for one are below 1 in 10^17.
 */
export class HashTable {
  readonly #parts: TablePart[] = [];
  #count = 0;

  /** How many distinct strings were added. */
  get count(): number {
    return this.#count;
  }

  /** The string's number, or -1 when it was not added. */
  find(key: string): number {
    const digest = digestOf(key);
    return (this.#parts[digest[1] % PARTS]?.find(digest) ?? 0) - 1;
  }

  /** The string's number; a new one when it was not there before. */
  add(key: string): { readonly number: number; readonly isNew: boolean } {
    const digest = digestOf(key);
    const part = (this.#parts[digest[1] % PARTS] ??= new TablePart());
    const mark = part.findOrAdd(digest, this.#count + 1);
    if (mark <= this.#count) return { number: mark - 1, isNew: false };
    this.#count += 1;
    return { number: this.#count - 1, isNew: true };
  }
}

/** Digests with a mark above 0 each; open addressing. */
class TablePart {
  #rows = new Uint32Array(FIRST_CAPACITY * CELLS);
  #count = 0;

  /** The digest's mark, or 0. */
  find(digest: Digest): number {
    return this.#rows[this.#place(digest) * CELLS + 3] ?? 0;
  }

  /** The digest's mark, which becomes `mark` when it has none. */
  findOrAdd(digest: Digest, mark: number): number {
    const at = this.#place(digest) * CELLS;
    const found = this.#rows[at + 3] ?? 0;
    if (found !== 0) return found;
    this.#rows.set([...digest, mark], at);
    this.#count += 1;
    if (this.#count * CELLS > this.#rows.length * MOST_FILLED) this.#grow();
    return mark;
  }

  /** The row that holds the digest, or the empty one where it belongs. */
  #place([first, second, third]: Digest): number {
    const rows = this.#rows;
    const capacity = rows.length / CELLS;
    for (let row = first % capacity; ; row = (row + 1) % capacity) {
      const at = row * CELLS;
      if (rows[at + 3] === 0) return row;
      if (rows[at] === first && rows[at + 1] === second && rows[at + 2] === third) return row;
    }
  }

  #grow(): void {
    const old = this.#rows;
    this.#rows = new Uint32Array(Math.ceil((old.length / CELLS) * GROWTH) * CELLS);
    for (let at = 0; at < old.length; at += CELLS) {
      const row = old.subarray(at, at + CELLS);
      const [first = 0, second = 0, third = 0, mark = 0] = row;
      if (mark !== 0) this.#rows.set(row, this.#place([first, second, third]) * CELLS);
    }
  }
}

type Digest = readonly [number, number, number];

/** Not for security: any well-mixed hash will do, and this one is the fastest at hand. */
function digestOf(key: string): Digest {
  const bytes = hash('sha1', key, 'buffer');
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8)];
}

const FIRST_ARENA_BYTES = 4 * 1024;
const FIRST_ENDS = 64;

/** A map of strings to strings for hundreds of thousands of entries: hashed keys, values side by side in one buffer. */
export class CompactMap {
  readonly #keys = new HashTable();
  #ends = new Uint32Array(FIRST_ENDS);
  #arena = Buffer.alloc(FIRST_ARENA_BYTES);
  #used = 0;
  /** What was set anew; rare, so an ordinary map. */
  readonly #changed = new Map<number, string>();

  set(key: string, value: string): void {
    const { number, isNew } = this.#keys.add(key);
    if (!isNew) {
      this.#changed.set(number, value);
      return;
    }
    const bytes = Buffer.byteLength(value);
    while (this.#used + bytes > this.#arena.length) {
      const larger = Buffer.alloc(Math.ceil(this.#arena.length * GROWTH));
      this.#arena.copy(larger, 0, 0, this.#used);
      this.#arena = larger;
    }
    this.#arena.write(value, this.#used);
    this.#used += bytes;
    if (number >= this.#ends.length) {
      const longer = new Uint32Array(this.#ends.length * 2);
      longer.set(this.#ends);
      this.#ends = longer;
    }
    this.#ends[number] = this.#used;
  }

  find(key: string): string | undefined {
    const number = this.#keys.find(key);
    if (number === -1) return undefined;
    const start = number === 0 ? 0 : (this.#ends[number - 1] ?? 0);
    return this.#changed.get(number) ?? this.#arena.toString('utf8', start, this.#ends[number]);
  }
}
