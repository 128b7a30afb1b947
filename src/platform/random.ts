import { randomBytes, randomUUID } from 'node:crypto';

/** The only source of randomness. */
export interface RandomSource {
  /** `count` bytes that nobody can predict. */
  bytes(count: number): Uint8Array;
  /** A version 4 UUID in lower case. */
  uuid(): string;
  /** A number from 0 (included) to 1 (excluded), good enough for jitter. */
  fraction(): number;
}

/** Randomness of the operating system. */
export const systemRandom: RandomSource = {
  bytes: (count) => new Uint8Array(randomBytes(count)),
  uuid: () => randomUUID(),
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
};

/** A repeatable sequence from a seed, for tests and generated data; never for keys. */
export function createSeededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  // mulberry32: 32 bits of state are plenty for test data and need no big numbers.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => next() & 0xff);
  return {
    bytes,
    uuid: () => {
      const hex = Buffer.from(bytes(16)).toString('hex');
      const variant = '89ab'.charAt(next() & 3);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    fraction: () => next() / 2 ** 32,
  };
}
