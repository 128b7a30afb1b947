import type { SeededRandom } from './random.ts';

const odd = [
  'plain',
  '',
  ' ',
  'with "quotes" and \\backslashes\\',
  '<tag attr="x">&amp;</tag>',
  'line one\nline two\ttabbed',
  'Grüße – “Ωmega” №7',
  '支払い 🍜 مرحبا',
  'e\u0301 is not \u00e9',
  'null',
  'false',
  '0123',
  '1e400',
  '9223372036854775807',
  '-9007199254740993',
  '100% +plus /slash ?query #hash',
  '{"json": ["in", "text"]}',
  "it's; DROP TABLE apps; --",
  '\u2028line separator',
  '__proto__',
  'x'.repeat(1_500),
] as const;

/** A value for a free text field, often one that trips parsers, comparers and encoders up. May be empty. */
export function oddText(random: SeededRandom): string {
  return random.chance(0.3) ? `value ${random.integer(0, 1_000_000)}` : random.pick(odd);
}

/** As `oddText`, never empty or blank: for fields the API requires. */
export function oddWord(random: SeededRandom): string {
  const text = oddText(random);
  return text.trim() === '' ? 'required' : text;
}

const names = [
  'crm',
  'Tier',
  'tier',
  'cost centre',
  '言語',
  'ratio %',
  'a+b',
  'DisplayName',
  'x.y/z',
  "owner's",
  'empty',
  '__proto__',
];

/** Attributes in no particular order, names unique; may be empty. At most `most`, which is at most 12. */
export function oddAttributes(random: SeededRandom, most: number): { readonly name: string; readonly value: string }[] {
  const chosen = random.some(names, random.integer(0, most));
  const attributes = chosen.map((name) => ({ name, value: oddText(random) }));
  return random.chance(0.5) ? attributes.toReversed() : attributes;
}
