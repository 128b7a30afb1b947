import type { SeededRandom } from '../../src/sim/control/seeded-random.ts';

/** An answer with one value in it changed, and what nobody could miss who reads it so. */
export interface Alteration {
  readonly body: string;
  /** Where, and into what. */
  readonly what: string;
  /** What the value was: names that the answer does not give any more, and does not show that it should. */
  readonly lost: readonly string[];
  /** Whether the value was made into what is as good as none: of a switch, that it is off. */
  readonly saysNothing: boolean;
}

type Path = readonly (string | number)[];

/** The answer with one of its values, drawn at random, made into what is nearly the same or none at all. */
export function alterOne(text: string, random: SeededRandom): Alteration {
  const whole: unknown = JSON.parse(text);
  const places = [...placesIn(whole, [])];
  // Half of the time what holds others: a list, or an object.
  const holding = places.filter(({ value }) => typeof value === 'object' && value !== null);
  const among = random.fraction() < 0.5 && holding.length > 0 ? holding : places;
  const { path, value } = among[random.integer(among.length)] ?? { path: [], value: whole };
  const options = nearMisses(value, path);
  const other = options[random.integer(options.length)];
  return {
    body: JSON.stringify(withValue(whole, path, other)) ?? 'null',
    what: `${path.join('.') || 'all'}: ${JSON.stringify(other)?.slice(0, 100) ?? 'left out'}`,
    lost: lostWords(value, { field: path.at(-1), other }),
    saysNothing: isEmpty(other) || other === false,
  };
}

function* placesIn(value: unknown, path: Path): Generator<{ readonly path: Path; readonly value: unknown }> {
  yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    yield* placesIn(inner, [...path, Array.isArray(value) ? Number(name) : name]);
  }
}

const ERROR = { status: 'error', message: 'x' };

function nearMisses(value: unknown, path: Path): readonly unknown[] {
  const gone = path.length === 0 ? [ERROR] : [undefined];
  // Without a token, or with an empty one, a page is the last.
  if (path.at(-1) === 'nextPageToken') return [5, {}, [value]];
  if (Array.isArray(value)) return [...gone, {}, 'x', 7, null, [], [...(value as unknown[]), null], value.slice(1)];
  if (typeof value === 'object' && value !== null) return [...gone, null, 'x', [], {}, ERROR, [value]];
  if (typeof value === 'string') return [...gone, 5, null, {}, [value], `${value}x`];
  if (typeof value === 'boolean') return [String(value), 1, 'x', {}];
  return [...gone, String(value), null, {}];
}

function withValue(whole: unknown, [step, ...rest]: Path, other: unknown): unknown {
  if (step === undefined) return other;
  if (Array.isArray(whole)) {
    const items: readonly unknown[] = whole;
    const changed = items.map((item, index) => (index === step ? withValue(item, rest, other) : item));
    return other === undefined && rest.length === 0 ? changed.filter((_, index) => index !== step) : changed;
  }
  const fields = Object.entries(whole ?? {});
  return Object.fromEntries(
    fields.map(([name, inner]) => [name, name === step ? withValue(inner, rest, other) : inner]),
  );
}

/** An absent or empty list or object may well be one, and a name may be any other; all else shows that it is not what it was. */
function lostWords(
  value: unknown,
  { field, other }: { readonly field: string | number | undefined; readonly other: unknown },
): readonly string[] {
  // An element that is left out of a list.
  if (typeof field === 'number' && other === undefined) return wordsIn(value);
  if (typeof value === 'string') {
    // An enumeration that is left out means its default.
    const isName = typeof other === 'string' && other !== '';
    return isName || (field === 'riskAssessmentType' && isEmpty(other)) ? [value] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  if (other !== null && isEmpty(other)) return wordsIn(value);
  if (Array.isArray(value) && Array.isArray(other) && other.length < value.length) return wordsIn(value[0]);
  return [];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function wordsIn(value: unknown): readonly string[] {
  return [...placesIn(value, [])].flatMap(({ value: inner }) => (typeof inner === 'string' ? [inner] : []));
}
