import type { SeededRandom } from '../../src/sim/control/seeded-random.ts';

const nested = (depth: number): unknown => {
  let value: unknown = [];
  for (let level = 1; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

// What JSON can say in the place of anything.
const odd: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  -1e308,
  '',
  'x',
  'x'.repeat(5000),
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '%',
  '\u0000',
  '\ud800',
  '+275760-09-13T00:00:00.001Z',
  '9999-12-31T23:59:59.999Z',
  '0000-01-01T00:00:00.000Z',
  [],
  {},
  [null],
  [[]],
  { a: null },
  { type: 'run', run: 999_999 },
  nested(1000),
];

type Step = string | number;

/** Where there is a value in this one, from the whole of it down. */
function placesIn(value: unknown, above: readonly Step[] = []): (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) return [above];
  const inner = Array.isArray(value)
    ? value.map((item: unknown, index): [Step, unknown] => [index, item])
    : Object.entries(value);
  return [above, ...inner.flatMap(([step, item]) => placesIn(item, [...above, step]))];
}

function changedAt(value: unknown, [step, ...rest]: readonly Step[], change: (value: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === step ? changedAt(item, rest, change) : item));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, item]) => [name, name === step ? changedAt(item, rest, change) : item]),
  );
}

function without(value: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (step === undefined) return value;
  if (rest.length > 0) return changedAt(value, [step], (inner) => without(inner, rest));
  if (Array.isArray(value)) return value.filter((_, index) => index !== step);
  return Object.fromEntries(Object.entries(Object(value)).filter(([name]) => name !== step));
}

/** A value that was written honestly with one node of it exchanged, taken out or doubled, and what was done to it. */
export function withOneNodeChanged(value: unknown, random: SeededRandom): { readonly what: string; value: unknown } {
  const places = placesIn(value);
  const place = places[random.integer(places.length)] ?? [];
  const at = place.join('.');
  const dice = random.integer(10);
  if (dice === 0) return { what: `${at} is left out`, value: without(value, place) };
  if (dice === 1) return { what: `${at} is doubled`, value: changedAt(value, place, (inner) => [inner, inner]) };
  const other = odd[random.integer(odd.length)];
  const shown = (typeof other === 'object' ? Object.keys(other ?? {}).join() : JSON.stringify(other)).slice(0, 40);
  return { what: `${at} is ${typeof other} ${shown}`, value: changedAt(value, place, () => other) };
}
