const BYTES = 4 * 1024 * 1024;
const BITS = BYTES * 8;
const PROBES = 5;

/**
 * Which states were seen, in as much memory for a million resources as for ten: a Bloom filter. What was seen is always said
 * to have been; of what was not, about one in ten thousand is taken for seen when there are a million, and who relies on that has
 * to look again.
 */
export class SeenStates {
  readonly #bits = new Uint8Array(BYTES);

  get sizeBytes(): number {
    return this.#bits.length;
  }

  add(kind: string, state: string): void {
    for (const at of places(kind, state)) this.#bits[at >>> 3] = (this.#bits[at >>> 3] ?? 0) | (1 << (at & 7));
  }

  mayHave(kind: string, state: string): boolean {
    return places(kind, state).every((at) => ((this.#bits[at >>> 3] ?? 0) & (1 << (at & 7))) !== 0);
  }
}

function places(kind: string, state: string): number[] {
  const text = `${kind}\0${state}`;
  const first = hashOf(text, 0x9747b28c);
  // Odd, so that the probes do not meet before they have been everywhere.
  const step = hashOf(text, 0x1b873593) | 1;
  return Array.from({ length: PROBES }, (_, probe) => ((first + Math.imul(probe, step)) >>> 0) % BITS);
}

/** A 32-bit hash of the text's UTF-16 units. */
function hashOf(text: string, seed: number): number {
  let hash = seed ^ text.length;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
