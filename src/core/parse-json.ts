import type { JsonValue } from './json.ts';

/**
 * Starts the text that stands for a number which a double cannot hold. NUL keeps it apart from anything the API can
 * hold in a string.
 */
export const bigNumberPrefix = '\u0000#';

/** Where a number with more digits than a double keeps, or with an exponent, may stand. May also match inside strings. */
const maybeLossy = /(?:^|[:,[\s])-?(?:[\d.]{16}|\d[\d.]*[eE])/;

/**
 * Parses JSON without letting two different numbers become one: a number that a double cannot hold exactly comes back as
 * a string (`bigNumberPrefix`, all its digits, `e`, exponent). All else is as `JSON.parse` gives it. For comparing, not
 * for writing back. Throws SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): JsonValue {
  // JSON.parse gives nothing but JSON, and the reviver turns numbers into strings at most.
  return (maybeLossy.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)) as JsonValue;
}

/** `context.source` is there for primitives (ECMAScript's JSON.parse source text access; Node 21 and later). */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  const wanted = decimalOf(context.source);
  return wanted === decimalOf(String(value)) ? value : bigNumberPrefix + wanted;
}

/** One spelling for each decimal number: digits without outer zeros, then the power of ten of the last one. */
function decimalOf(source: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (match === null) return source;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0e0';
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}

/** The digits of a whole number that `parseJson` gave as text because a double cannot hold it; undefined for any other text. */
export function wholeNumberText(text: string): string | undefined {
  const match = text.startsWith(bigNumberPrefix) ? /^(-?\d+)e(\d+)$/.exec(text.slice(bigNumberPrefix.length)) : null;
  const [, digits = '', zeros = ''] = match ?? [];
  // Nothing of 64 bits is longer.
  return match === null || Number(zeros) > 19 ? undefined : digits + '0'.repeat(Number(zeros));
}
