/** A source of chance that is the same for the same seed text on every machine. Nothing here is fit for real secrets. */
export interface SeededRandom {
  /** A whole number from `lowest` to `highest`, both included. */
  integer(lowest: number, highest: number): number;
  /** True with the given probability (0 to 1). */
  chance(probability: number): boolean;
  /** One of the items; throws on an empty list. */
  pick<Item>(items: readonly Item[]): Item;
  /** `count` different items (or all, when there are fewer), in the order of the list. */
  some<Item>(items: readonly Item[], count: number): Item[];
  /** Text of `length` characters out of `A-Za-z0-9_-`, the alphabet of consumer keys and secrets. */
  token(length: number): string;
  /** A version 4 UUID in lower case. */
  uuid(): string;
}

const tokenAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** A 32-bit hash of a text (FNV-1a with a final mix): equal texts, equal numbers; close texts, far numbers. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let position = 0; position < text.length; position += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(position), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The source of chance that belongs to a seed text (mulberry32 started at the text's hash). */
export function createRandom(seed: string): SeededRandom {
  let state = hashText(seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const integer = (lowest: number, highest: number): number => lowest + (next() % (highest - lowest + 1));
  const pick = <Item>(items: readonly Item[]): Item => {
    const index = integer(0, items.length - 1);
    const item = items[index];
    if (item === undefined && !(index in items)) throw new RangeError('nothing to pick from');
    // The index is inside the list, so what stands there is an Item even where Item allows undefined.
    return item as Item;
  };
  return {
    integer,
    chance: (probability) => next() < probability * 0x1_0000_0000,
    pick,
    some: (items, count) => someOf(items, count, integer),
    token: (length) => tokenOf(length, next),
    uuid: () => uuidOf([next(), next(), next(), next()]),
  };
}

/** A UUID (version 4 in form) that carries 122 bits of the four given 32-bit words; the first word stands in front. */
export function uuidOf(words: readonly [number, number, number, number]): string {
  const [first, second, third, fourth] = words.map((word) => (word >>> 0).toString(16).padStart(8, '0'));
  const middle = second ?? '';
  const tail = third ?? '';
  return `${first}-${middle.slice(0, 4)}-4${middle.slice(5)}-a${tail.slice(1, 4)}-${tail.slice(4)}${fourth}`;
}

function someOf<Item>(items: readonly Item[], count: number, integer: SeededRandom['integer']): Item[] {
  const positions = items.map((_, index) => index);
  while (positions.length > count) positions.splice(integer(0, positions.length - 1), 1);
  const chosen = new Set(positions);
  return items.filter((_, index) => chosen.has(index));
}

function tokenOf(length: number, next: () => number): string {
  let text = '';
  while (text.length < length) {
    let bits = next();
    for (let step = 0; step < 5 && text.length < length; step += 1) {
      text += tokenAlphabet.charAt(bits & 63);
      bits >>>= 6;
    }
  }
  return text;
}
