import { hash } from 'node:crypto';
import { HashTable } from './hash-table.ts';

/**
 * Compares two sources of the same ids per parent without keeping the ids: each id is added by one source and taken away
 * by the other, as a count and a sum of 40-bit hashes. A parent whose tally is not zero differs.
 */
export class ParentTally {
  readonly #parents = new HashTable();
  #counts = new Int32Array(1024);
  #sums = new Float64Array(1024);

  /** The first source has this id below the parent. */
  add(parent: string, id: string): void {
    this.#put(parent, 1, fingerprint(id));
  }

  /** The second source has it. */
  take(parent: string, id: string): void {
    this.#put(parent, -1, -fingerprint(id));
  }

  /** True when both sources named the same ids below the parent, as often. */
  isEven(parent: string): boolean {
    const number = this.#parents.find(parent);
    return number === -1 || (this.#counts[number] === 0 && this.#sums[number] === 0);
  }

  #put(parent: string, count: number, sum: number): void {
    const { number } = this.#parents.add(parent);
    if (number >= this.#counts.length) {
      const counts = new Int32Array(this.#counts.length * 2);
      counts.set(this.#counts);
      this.#counts = counts;
      const sums = new Float64Array(this.#sums.length * 2);
      sums.set(this.#sums);
      this.#sums = sums;
    }
    this.#counts[number] = (this.#counts[number] ?? 0) + count;
    this.#sums[number] = (this.#sums[number] ?? 0) + sum;
  }
}

/** 40 bits, so that the sum of thousands stays an exact number. */
function fingerprint(id: string): number {
  const bytes = hash('sha1', id, 'buffer');
  return bytes.readUInt32LE(0) + (bytes[4] ?? 0) * 2 ** 32;
}
