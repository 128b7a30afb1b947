import type { FieldChange } from './diff.ts';
import type { FieldRules } from './field-path.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Kind } from './kinds/kind.ts';
import { canonicalJson, isArray } from './canonical-json.ts';
import { elementKeys, isInstantMarker } from './canonical.ts';
import { differingInstants } from './compare.ts';
import { elementPathOf, fieldPathOf, fieldRules } from './field-path.ts';
import { isJsonObject } from './json.ts';
import { compareIds } from './resource.ts';
import { isWhollyMasked, shownValue } from './shown-value.ts';

/** One side of a field comparison: what `canonicalise` gave, with tags in the place of secrets. */
export interface ComparedSide {
  readonly value: JsonValue;
  readonly tolerant?: { readonly [path: string]: number } | undefined;
  /** Equality tag of each secret by path; absent when the keys at hand do not give them. */
  readonly secretTags?: ReadonlyMap<string, string> | undefined;
}

export interface FieldComparison {
  /** In order of paths. Paths are those of the API: `sSLInfo.enabled`, `attributes[quota].value`, `items[0].name`. */
  readonly fields: readonly FieldChange[];
  readonly secretChanged: boolean;
}

/**
 * The fields in which two resources of a kind differ. Secrets are told by path only, never by value; texts that look like
 * credentials are masked; instants are ISO 8601.
 */
export function compareFields(kind: Kind, before: ComparedSide, after: ComparedSide): FieldComparison {
  const found: FoundChange[] = [];
  compareValues({ before: before.value, after: after.value, rules: fieldRules(kind), path: '', name: '' }, found);
  const instants = changedInstants(kind, before, after);
  const secrets = changedSecretPaths(before.secretTags, after.secretTags);
  const fields = [
    // Where an instant comes or goes, its marker does too: the instant itself says more.
    ...found.filter(({ path }) => !instants.some((change) => change.path === path)).map(shownChange),
    ...instants,
    ...secrets.map((path) => ({ path, hidden: true })),
  ];
  return { fields: fields.sort((a, b) => compareIds(a.path, b.path)), secretChanged: secrets.length > 0 };
}

/** Paths of the secrets that only one side has or whose tags differ; empty when a side gives no tags. */
export function changedSecretPaths(
  before: ReadonlyMap<string, string> | undefined,
  after: ReadonlyMap<string, string> | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) return [];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort(compareIds);
}

function changedInstants(kind: Kind, before: ComparedSide, after: ComparedSide): FieldChange[] {
  return differingInstants(kind, before, after).map((path) => {
    const [from, to] = [before.tolerant?.[path], after.tolerant?.[path]];
    return {
      path,
      ...(from !== undefined && { before: isoInstant(from) }),
      ...(to !== undefined && { after: isoInstant(to) }),
      hidden: false,
    };
  });
}

/** Beyond what a date can say, the number itself. */
function isoInstant(epochMs: number): string {
  return epochMs <= 8.64e15 ? new Date(epochMs).toISOString() : String(epochMs);
}

// ------------------------------------------------------------------ walking two values

interface Place {
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  readonly rules: FieldRules | undefined;
  readonly path: string;
  /** What the value is called: its field, or the key of the set element it stands in. */
  readonly name: string;
}

type FoundChange = Pick<Place, 'path' | 'name' | 'before' | 'after'>;

/** An absent side is walked as an empty one, so that the fields are named and not what they stand in. */
function compareValues(place: Place, found: FoundChange[]): void {
  const { before, after } = place;
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) return;
  const [left, right] = [before ?? after, after ?? before];
  if (isArray(left) && isArray(right)) {
    compareArrays(before === undefined ? [] : left, after === undefined ? [] : right, place, found);
  } else if (isFields(left) && isFields(right) && !isEmptyMessage(place)) {
    compareObjects(before === undefined ? {} : left, after === undefined ? {} : right, place, found);
  } else found.push(place);
}

/** Without any field of its own, all it says is that it is there. */
function isEmptyMessage({ before, after }: Place): boolean {
  const only = before === undefined ? after : after === undefined ? before : undefined;
  return isFields(only) && Object.keys(only).length === 0;
}

function isFields(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && !isInstantMarker(value);
}

function compareObjects(before: JsonObject, after: JsonObject, place: Place, found: FoundChange[]): void {
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const inner = {
      before: ownField(before, field),
      after: ownField(after, field),
      rules: place.rules?.fields.get(field),
      path: fieldPathOf(place.path, field),
      name: field === 'value' && place.name !== '' ? place.name : field,
    };
    compareValues(inner, found);
  }
}

/** A label may be called `constructor`. */
function ownField(object: JsonObject, field: string): JsonValue | undefined {
  return Object.hasOwn(object, field) ? object[field] : undefined;
}

function compareArrays(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  place: Place,
  found: FoundChange[],
): void {
  const set = place.rules?.set;
  if (set === undefined) compareElements(indexed(before), indexed(after), place, found);
  else if (set.by !== undefined) compareElements(keyed(before, set.by), keyed(after, set.by), place, found);
  else compareBags(before, after, place, found);
}

function indexed(array: readonly JsonValue[]): Map<string | number, JsonValue> {
  return new Map(array.map((element, index) => [index, element]));
}

function keyed(array: readonly JsonValue[], by: string): Map<string | number, JsonValue> {
  const keys = elementKeys(array, by);
  return new Map(array.map((element, index) => [keys[index] ?? index, element]));
}

type Elements = ReadonlyMap<string | number, JsonValue>;

function compareElements(before: Elements, after: Elements, place: Place, found: FoundChange[]): void {
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const inner = {
      before: before.get(key),
      after: after.get(key),
      rules: place.rules?.element,
      path: elementPathOf(place.path, key),
      name: typeof key === 'string' ? key : place.name,
    };
    // An element that came or went is told whole.
    if (inner.before === undefined || inner.after === undefined) found.push(inner);
    else compareValues(inner, found);
  }
}

/** Sets whose elements have no key: those that both sides have cancel out; objects that are left are compared in order. */
function compareBags(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  place: Place,
  found: FoundChange[],
): void {
  const left = without(before, after);
  const right = without(after, before);
  if ([...left.values(), ...right.values()].every(isFields)) {
    const [gone, come] = [[...left], [...right]];
    for (let index = 0; index < Math.max(gone.length, come.length); index += 1) {
      const key = come[index]?.[0] ?? gone[index]?.[0] ?? index;
      compareElements(oneOf(key, gone[index]?.[1]), oneOf(key, come[index]?.[1]), place, found);
    }
    return;
  }
  for (const [key, element] of left) found.push(bagChange(place, key, { before: element, after: undefined }));
  for (const [key, element] of right) found.push(bagChange(place, key, { before: undefined, after: element }));
}

function oneOf(key: number, element: JsonValue | undefined): Elements {
  return element === undefined ? new Map() : new Map([[key, element]]);
}

/** Elements of `array`, by index, without as many equal ones as `other` has. */
function without(array: readonly JsonValue[], other: readonly JsonValue[]): Map<number, JsonValue> {
  const counts = new Map<string, number>();
  for (const element of other) {
    const text = canonicalJson(element);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const left = new Map<number, JsonValue>();
  for (const [index, element] of array.entries()) {
    const text = canonicalJson(element);
    const count = counts.get(text) ?? 0;
    if (count > 0) counts.set(text, count - 1);
    else left.set(index, element);
  }
  return left;
}

function bagChange(place: Place, index: number, sides: Pick<FoundChange, 'before' | 'after'>): FoundChange {
  const element = sides.before ?? sides.after;
  const key = typeof element === 'string' ? element : index;
  return { ...sides, path: elementPathOf(place.path, key), name: place.name };
}

/** Without values where nothing is left to see of them: then only that they differ is told. */
function shownChange({ path, name, before, after }: FoundChange): FieldChange {
  const from = before === undefined ? undefined : shownValue(before, name);
  const to = after === undefined ? undefined : shownValue(after, name);
  const same = from !== undefined && to !== undefined && canonicalJson(from) === canonicalJson(to);
  if (same || isWhollyMasked(from) || isWhollyMasked(to)) return { path, hidden: true };
  return { path, ...(from !== undefined && { before: from }), ...(to !== undefined && { after: to }), hidden: false };
}
