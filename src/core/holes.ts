import type { Hole, TemplateObject, TemplateValue } from './call.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { holeMarker } from './hole-marker.ts';
import { isJsonObject } from './json.ts';

/** A JSON body whose secrets were cut out: `text` has `holeMarker(n)` strings where `holes[n]` was. */
export interface BodyWithHoles {
  readonly text: string;
  readonly holes: readonly { readonly path: string; readonly tag: string }[];
}

/** What is shown where a secret stands that may not be seen. */
export const hiddenSecret = '(hidden)';

/** The body's text with each hole filled by `valueOf(path)`, or by `(hidden)` where it answers undefined. Everything else is byte for byte as stored. */
export function restoreHoles(body: BodyWithHoles, valueOf: (path: string) => string | undefined): string {
  // In one pass, so that a secret that reads like a marker is not taken for one.
  return body.text.replace(markers, (marker, index: string) => {
    const hole = body.holes[Number(index)];
    return hole === undefined ? marker : JSON.stringify(valueOf(hole.path) ?? hiddenSecret);
  });
}

/** Each `holeMarker(n)` as it stands in JSON text. */
const markers = /"\\u0000\{hole (\d+)\}"/g;

/** The body as an object with `{ $hole }` in place of each secret. Undefined when it is no JSON object. */
export function templateOf(body: BodyWithHoles, holeOf: (path: string) => Hole): TemplateObject | undefined {
  // A plain parse gives what JSON can hold, and numbers are written back as numbers.
  const parsed = JSON.parse(body.text) as JsonValue;
  if (!isJsonObject(parsed)) return undefined;
  const holes = new Map(body.holes.map((hole, index) => [holeMarker(index), holeOf(hole.path)]));
  return fillObject(parsed, holes);
}

function fillObject(object: JsonObject, holes: ReadonlyMap<string, Hole>): TemplateObject {
  return Object.fromEntries(Object.entries(object).map(([field, value]) => [field, fillValue(value, holes)]));
}

function fillValue(value: JsonValue, holes: ReadonlyMap<string, Hole>): TemplateValue {
  if (typeof value === 'string') {
    const hole = holes.get(value);
    return hole === undefined ? value : { $hole: hole };
  }
  if (Array.isArray(value)) return value.map((element: JsonValue) => fillValue(element, holes));
  return isJsonObject(value) ? fillObject(value, holes) : value;
}
