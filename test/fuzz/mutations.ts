import fc from 'fast-check';

const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  2 ** 53,
  '',
  'x'.repeat(5000),
  '../../etc/passwd',
  '__proto__',
  '\u0000',
  '\ud800',
  [],
  {},
  [[[[]]]],
  { $hole: 'live' },
];

/** The bytes with a few changes as damage, or an enemy who knows nothing of the format, makes them. */
export function mutatedBytes(corpus: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    how: fc.constantFrom('flip', 'set', 'cut', 'drop', 'double', 'insert', 'zero', 'ones'),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    length: fc.integer({ min: 1, max: 64 }),
    value: fc.integer({ min: 0, max: 255 }),
  });
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(change, { minLength: 1, maxLength: 6 }))
    .map(([bytes, changes]) => changes.reduce(applied, Uint8Array.from(bytes)));
}

function applied(
  bytes: Uint8Array<ArrayBuffer>,
  { how, at, length, value }: { how: string; at: number; length: number; value: number },
): Uint8Array<ArrayBuffer> {
  const index = Math.floor(at * bytes.length);
  const head = bytes.subarray(0, index);
  const rest = bytes.subarray(index);
  switch (how) {
    case 'flip':
      return Uint8Array.from(bytes, (byte, place) => (place === index ? byte ^ (1 << (value % 8)) : byte));
    case 'set':
      return Uint8Array.from(bytes, (byte, place) => (place === index ? value : byte));
    case 'cut':
      return Uint8Array.from(head);
    case 'drop':
      return Uint8Array.from([...head, ...rest.subarray(length)]);
    case 'double':
      return Uint8Array.from([...head, ...rest.subarray(0, length), ...rest]);
    case 'insert':
      return Uint8Array.from([...head, ...new Uint8Array(length).fill(value), ...rest]);
    default:
      return Uint8Array.from(bytes, (byte, place) =>
        place >= index && place < index + length ? (how === 'zero' ? 0 : 255) : byte,
      );
  }
}

/** JSON texts with values in it exchanged, taken out or repeated: what a service of another mind answers. */
export function mutatedJson(corpus: readonly unknown[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...corpus), fc.infiniteStream(fc.integer({ min: 0, max: 99 })), fc.jsonValue())
    .map(([value, stream, other]) => {
      const next = (): number => Number(stream.next().value ?? 0);
      return JSON.stringify(changedValue(value, next, other)) ?? 'null';
    });
}

function changedValue(value: unknown, next: () => number, other: unknown): unknown {
  const dice = next();
  if (dice < 4) return oddValues[next() % oddValues.length];
  if (dice < 6) return other;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => changedValue(item, next, other));
    return dice < 12 ? [...items, ...items] : dice < 16 ? items.slice(1) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).flatMap(([name, inner]): [string, unknown][] =>
    next() < 4 ? [] : [[next() < 3 ? '__proto__' : name, changedValue(inner, next, other)]],
  );
  return Object.fromEntries(fields);
}
