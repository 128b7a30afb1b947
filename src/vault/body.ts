import { holeMarker } from '../core/hole-marker.ts';
import type { FieldPath } from '../core/kinds/kind.ts';
import { findSpans } from './json-spans.ts';

/** A secret's place in a config part. */
export interface Hole {
  /** Byte offset in the UTF-8 of the remaining text where the cut bytes belong. */
  readonly at: number;
  /** Concrete path: `consumerSecret`, `items[0].secret`. */
  readonly path: string;
  /** Equality tag of the value. */
  readonly tag: string;
}

/** What everybody may read of a body. */
export interface ConfigPart {
  readonly holes: readonly Hole[];
  /** Source text without the cut spans. */
  readonly rest: string;
}

/** A body taken apart: what everybody may read, and what only the restorer may. */
export interface SplitBody extends ConfigPart {
  /** Source text of each cut value, by hole. */
  readonly cuts: readonly string[];
}

const LF = 0x0a;

/**
 * Cuts the values at the declared secret paths out of a JSON text, in every occurrence (duplicate and escaped keys too).
 * `joinBody(splitBody(x))` is x. Throws SyntaxError when the text is not JSON.
 */
export function splitBody(
  text: string,
  secretPaths: readonly FieldPath[],
  tagOf: (value: string) => string,
): SplitBody {
  const spans = secretPaths.length === 0 ? [] : findSpans(text, secretPaths);
  const holes: Hole[] = [];
  const cuts: string[] = [];
  let rest = '';
  let position = 0;
  let at = 0;
  for (const { start, end, path } of spans) {
    const before = text.slice(position, start);
    rest += before;
    at += Buffer.byteLength(before);
    const source = text.slice(start, end);
    cuts.push(source);
    holes.push({ at, path, tag: tagOf(secretValue(source)) });
    position = end;
  }
  return { holes, rest: rest + text.slice(position), cuts };
}

/** The source text again. */
export function joinBody(split: SplitBody): string {
  return fillHoles(split, (index) => split.cuts[index] ?? '');
}

/** The source text with a marker string in place of each cut value. */
export function markHoles(part: ConfigPart): string {
  return fillHoles(part, (index) => JSON.stringify(holeMarker(index)));
}

function fillHoles(part: ConfigPart, fill: (index: number) => string): string {
  if (part.holes.length === 0) return part.rest;
  const rest = Buffer.from(part.rest);
  let position = 0;
  let text = '';
  for (const [index, { at }] of part.holes.entries()) {
    text += rest.toString('utf8', position, at) + fill(index);
    position = at;
  }
  return text + rest.toString('utf8', position);
}

/** What a cut source text stands for: a string's value, else the text itself. */
export function secretValue(source: string): string {
  const value: unknown = JSON.parse(source);
  return typeof value === 'string' ? value : source;
}

/** The stored form of a config part: holes as a line of JSON, then the text. */
export function encodeConfigItem(part: ConfigPart): Uint8Array {
  const head = JSON.stringify(part.holes.map(({ at, path, tag }) => [at, path, tag]));
  return Buffer.from(`${head}\n${part.rest}`);
}

/** Reads a stored config part. Throws when it is not one; callers say which object. */
export function decodeConfigItem(item: Uint8Array): ConfigPart {
  const end = item.indexOf(LF);
  const head: unknown = JSON.parse(Buffer.from(item.subarray(0, end)).toString());
  if (end < 0 || !Array.isArray(head)) throw new Error('no holes before the text');
  const holes = head.map((hole: unknown): Hole => {
    if (!Array.isArray(hole)) throw new Error('a hole is not a list');
    const fields: readonly unknown[] = hole;
    const [at, path, tag] = fields;
    if (
      typeof at !== 'number' ||
      !Number.isSafeInteger(at) ||
      at < 0 ||
      typeof path !== 'string' ||
      typeof tag !== 'string'
    )
      throw new Error('a hole is incomplete');
    return { at, path, tag };
  });
  return { holes, rest: Buffer.from(item.subarray(end + 1)).toString() };
}

/** The stored form of a secret part: the cut source texts by hole. */
export function encodeSecretItem(split: SplitBody): Uint8Array {
  return Buffer.from(JSON.stringify(split.cuts));
}

/** Reads a stored secret part. Throws when it is not one; callers say which object. */
export function decodeSecretItem(item: Uint8Array): readonly string[] {
  const cuts: unknown = JSON.parse(Buffer.from(item).toString());
  if (!Array.isArray(cuts)) throw new Error('no list of values');
  return cuts.map((cut: unknown) => {
    if (typeof cut !== 'string') throw new Error('a value is not text');
    return cut;
  });
}
