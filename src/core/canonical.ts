import type { EntryCore } from './entry.ts';
import type { FieldRules } from './field-path.ts';
import type { Hasher } from './hasher.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { IdContext, Kind } from './kinds/kind.ts';
import type { ResourceId } from './resource.ts';
import { canonicalJson, isArray } from './canonical-json.ts';
import { wholeNumberText } from './parse-json.ts';
import { elementPathOf, fieldPathOf, fieldRules } from './field-path.ts';

/** The compared form of one resource. Equal `text`, equal `secrets` and instants within their tolerance = equal resource. */
export interface Canonical {
  /** Without secrets, without what the server assigns, defaults folded, sets sorted. For comparing and showing, never for writing. */
  readonly value: JsonObject;
  /** `value` as canonical JSON: what is hashed. */
  readonly text: string;
  /** Secret values by concrete path (`consumerSecret`, `items[0].secret`); a secret that is not a string as canonical JSON. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Instants by concrete path, epoch ms. "Never" is not an instant: it is the absence of the path here and in `value`. */
  readonly tolerant: { readonly [path: string]: number };
}

/** Stands in the canonical value where an instant was taken out, so that "never" and "some day" have different hashes. */
const instantMarker: JsonObject = { $instant: true };

export function isInstantMarker(value: JsonObject): boolean {
  return value['$instant'] === true;
}

/**
 * The canonical form of a resource's body, as its kind declares it. Undefined when a server-assigned reference in it cannot
 * be resolved by the context. Parse the body with `parseJson`, so that no two numbers become one.
 */
export function canonicalise(kind: Kind, body: JsonObject, context: IdContext): Canonical | undefined {
  const taken: Taken = { secrets: new Map(), tolerant: {} };
  const folded = canonicalObject(body, fieldRules(kind), '', taken);
  const value = kind.refine === undefined ? folded : kind.refine(folded, body, context);
  if (value === undefined) return undefined;
  return { value, text: canonicalJson(value), secrets: taken.secrets, tolerant: taken.tolerant };
}

/** The canonical form of a bundle: its digest is the whole of it. */
export function canonicalBundle(digest: string): Canonical {
  const value = { digest };
  return { value, text: canonicalJson(value), secrets: new Map(), tolerant: {} };
}

/** What is kept beside an entry's hashes. */
export interface EntryExtras {
  readonly marks?: JsonObject | undefined;
  readonly label?: string | undefined;
}

/** The entry of a resource: hashes that are equal exactly when the canonical forms are, under one canonical version. */
export function entryOf(
  kind: Kind,
  id: ResourceId,
  canonical: Canonical,
  hasher: Hasher,
  extras: EntryExtras = {},
): EntryCore {
  // An empty secret is an absent one.
  const secrets = [...canonical.secrets].filter(([, value]) => value !== '');
  return {
    id,
    kind: kind.name,
    configHash: hasher.config(`${kind.name}/${kind.canonicalVersion}\n${canonical.text}`),
    ...(secrets.length > 0 && { secretHash: hasher.secret(canonicalJson(Object.fromEntries(secrets))) }),
    ...(Object.keys(canonical.tolerant).length > 0 && { tolerant: canonical.tolerant }),
    ...(extras.marks !== undefined && { marks: extras.marks }),
    ...(extras.label !== undefined && { label: extras.label }),
  };
}

/** Equality tag of each secret by path: tells which of them differ without saying what they are. */
export function secretTags(canonical: Canonical, hasher: Hasher): ReadonlyMap<string, string> {
  return new Map([...canonical.secrets].map(([path, value]) => [path, hasher.secret(value)]));
}

interface Taken {
  readonly secrets: Map<string, string>;
  readonly tolerant: { [path: string]: number };
}

function canonicalObject(object: JsonObject, rules: FieldRules | undefined, path: string, taken: Taken): JsonObject {
  const kept: [string, JsonValue][] = [];
  for (const [field, item] of Object.entries(object)) {
    const value = canonicalField(item, rules?.fields.get(field), fieldPathOf(path, field), taken);
    if (value === undefined) continue;
    if (rules?.map !== true && isDefault(value, rules?.fields.get(field))) continue;
    kept.push([field, value]);
  }
  return Object.fromEntries(kept);
}

/** The field's value; undefined when it is no part of the compared value. */
function canonicalField(
  value: JsonValue,
  rules: FieldRules | undefined,
  path: string,
  taken: Taken,
): JsonValue | undefined {
  if (rules?.dropped === true) return undefined;
  if (rules?.secret === true) {
    if (value !== null) taken.secrets.set(path, typeof value === 'string' ? value : canonicalJson(value));
    return undefined;
  }
  if (rules?.toleranceMs !== undefined) return canonicalInstant(value, path, taken);
  return canonicalValue(value, rules, path, taken);
}

function canonicalValue(value: JsonValue, rules: FieldRules | undefined, path: string, taken: Taken): JsonValue {
  if (value === null || typeof value !== 'object') return rules?.int64 === true ? int64Text(value) : value;
  if (isArray(value)) return canonicalArray(value, rules, path, taken);
  return canonicalObject(value, rules, path, taken);
}

/** A positive instant is taken out and marked; 0, negative and empty mean never; what is no instant stays as it is. */
function canonicalInstant(value: JsonValue, path: string, taken: Taken): JsonValue | undefined {
  if (isEmpty(value)) return undefined;
  const numeric = typeof value === 'number' || (typeof value === 'string' && /^-?\d+$/.test(value));
  const instantMs = numeric ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(instantMs)) return value;
  if (instantMs <= 0) return undefined;
  taken.tolerant[path] = instantMs;
  return instantMarker;
}

function canonicalArray(
  array: readonly JsonValue[],
  rules: FieldRules | undefined,
  path: string,
  taken: Taken,
): readonly JsonValue[] {
  const set = rules?.set;
  const keys = set?.by === undefined ? undefined : elementKeys(array, set.by);
  // Secrets are taken out by place: in a set their order must not tell.
  const given = set !== undefined && rules?.element?.secret === true ? sortedByText(array) : array;
  const elements = given.flatMap((element, index) => {
    const value = canonicalField(element, rules?.element, elementPathOf(path, keys?.[index] ?? index), taken);
    return value === undefined ? [] : [value];
  });
  if (set === undefined) return elements;
  return elements
    .map((element) => ({ element, key: `${elementKey(element, set.by)}\u0000${canonicalJson(element)}` }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ element }) => element);
}

/** A whole number as JSON has numbers of 64 bits; what is none stays as it is. */
function int64Text(value: JsonValue): JsonValue {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : value;
  return typeof value === 'string' ? (wholeNumberText(value) ?? value) : value;
}

function sortedByText(array: readonly JsonValue[]): readonly JsonValue[] {
  const texts = array.map((element) => ({ element, text: canonicalJson(element) }));
  return texts.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(({ element }) => element);
}

/** The key of each element of a set, told apart when several have the same: `quota`, `quota~2`. */
export function elementKeys(array: readonly JsonValue[], by: string): readonly string[] {
  const seen = new Map<string, number>();
  return array.map((element) => {
    const key = elementKey(element, by);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? key : `${key}~${count}`;
  });
}

function elementKey(element: JsonValue, by: string | undefined): string {
  if (by === undefined || element === null || typeof element !== 'object' || isArray(element)) return '';
  const key = element[by];
  return key === undefined ? '' : typeof key === 'string' ? key : canonicalJson(key);
}

/** Absent and default are the same to the API; the empty values are the defaults unless the kind says otherwise. */
function isDefault(value: JsonValue, rules: FieldRules | undefined): boolean {
  const absentMeans = rules?.absentMeans;
  if (rules?.unspecified !== undefined && value === rules.unspecified) return true;
  if (absentMeans !== undefined && canonicalJson(value) === canonicalJson(absentMeans)) return true;
  return isEmpty(value) || (value === false && absentMeans !== true);
}

function isEmpty(value: JsonValue): boolean {
  if (value === null || value === '') return true;
  if (typeof value !== 'object') return false;
  return isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
