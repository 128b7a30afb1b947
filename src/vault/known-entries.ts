import type { EntryCore } from '../core/entry.ts';
import { InternalError } from '../core/errors.ts';

/** What is remembered of an entry: about 20 bytes, whatever the length of its id. */
interface Fingerprint {
  readonly idHigh: number;
  readonly idLow: number;
  readonly contentHigh: number;
  readonly contentLow: number;
  readonly extras: number;
}

export type Known = 'absent' | 'changed' | 'extrasChanged' | 'same';

const SMALLEST = 64;
const FILLED = 0.7;
const WORDS = 5;
// Two unlike odd factors, so that the two halves of an id's fingerprint do not collide together.
const HIGH = 0x5bd1e995;
const LOW = 0x1b873593;

/**
 * Which entries there were, by fingerprints in one growing table of 32-bit words (open addressing), with a mark for those
 * seen again. Two ids share a fingerprint with a chance of 2⁻⁶⁴; hashes are keyed tags already, so theirs is as good.
 */
export class KnownEntries {
  readonly #seed: number;
  #words = new Uint32Array(SMALLEST * WORDS);
  /** 0 free, 1 known, 2 seen. */
  #states = new Uint8Array(SMALLEST);
  #slots = SMALLEST;
  count = 0;
  seenCount = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Remembers an entry. False when another one has its fingerprint: start again with another seed. */
  add(entry: EntryCore): boolean {
    if (this.count >= this.#slots * FILLED) this.#grow();
    const print = this.#fingerprint(entry);
    const slot = this.#slotOf(print.idHigh, print.idLow);
    if (this.#states[slot] !== 0) return false;
    this.#words.set([print.idHigh, print.idLow, print.contentHigh, print.contentLow, print.extras], slot * WORDS);
    this.#states[slot] = 1;
    this.count += 1;
    return true;
  }

  /** How the entry relates to what is known, and marks it as seen. What was seen already is never simply the same. */
  see(entry: EntryCore): Known {
    const print = this.#fingerprint(entry);
    const slot = this.#slotOf(print.idHigh, print.idLow);
    if (this.#states[slot] === 0) return 'absent';
    const isFirst = this.#states[slot] === 1;
    this.#mark(slot);
    const at = slot * WORDS;
    if (this.#words[at + 2] !== print.contentHigh || this.#words[at + 3] !== print.contentLow) return 'changed';
    return isFirst && this.#words[at + 4] === print.extras ? 'same' : 'extrasChanged';
  }

  /** Marks as seen by id alone; false when the id is not known. */
  seeId(id: string): boolean {
    const slot = this.#slotOfId(id);
    if (this.#states[slot] === 0) return false;
    this.#mark(slot);
    return true;
  }

  isSeen(id: string): boolean {
    return this.#states[this.#slotOfId(id)] === 2;
  }

  #mark(slot: number): void {
    if (this.#states[slot] === 1) this.seenCount += 1;
    this.#states[slot] = 2;
  }

  #slotOfId(id: string): number {
    return this.#slotOf(hashText(id, this.#seed, HIGH), hashText(id, ~this.#seed, LOW));
  }

  #slotOf(idHigh: number, idLow: number): number {
    const mask = this.#slots - 1;
    let slot = idLow & mask;
    while (
      this.#states[slot] !== 0 &&
      (this.#words[slot * WORDS] !== idHigh || this.#words[slot * WORDS + 1] !== idLow)
    ) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const [words, states] = [this.#words, this.#states];
    this.#slots *= 2;
    this.#words = new Uint32Array(this.#slots * WORDS);
    this.#states = new Uint8Array(this.#slots);
    for (const [old, state] of states.entries()) {
      if (state === 0) continue;
      const slot = this.#slotOf(words[old * WORDS] ?? 0, words[old * WORDS + 1] ?? 0);
      this.#words.set(words.subarray(old * WORDS, (old + 1) * WORDS), slot * WORDS);
      this.#states[slot] = state;
    }
  }

  #fingerprint(entry: EntryCore): Fingerprint {
    const { id, configHash, secretHash } = entry;
    const secret = secretHash ?? '';
    return {
      idHigh: hashText(id, this.#seed, HIGH),
      idLow: hashText(id, ~this.#seed, LOW),
      contentHigh: (hexWord(configHash, 0) ^ hexWord(secret, 16)) >>> 0,
      contentLow: (hexWord(configHash, 8) ^ hexWord(secret, 24)) >>> 0,
      extras: hashText(JSON.stringify([entry.tolerant, entry.marks, entry.label]), this.#seed, HIGH),
    };
  }
}

function hexWord(tag: string, start: number): number {
  if (tag === '') return 0;
  const word = Number.parseInt(tag.slice(start, start + 8), 16);
  // What is not a tag would make every entry equal to every other.
  if (Number.isNaN(word)) throw new InternalError(`An entry has the hash ${JSON.stringify(tag)}, which is not a tag.`);
  return word >>> 0;
}

/** Murmur-like 32-bit hash of a text's UTF-16 units. */
function hashText(text: string, seed: number, factor: number): number {
  let hash = seed ^ text.length;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), factor);
    hash ^= hash >>> 13;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
