import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import type { IdContext, Kind } from '../../src/core/kinds/kind.ts';
import { canonicalise, entryOf, secretTags } from '../../src/core/canonical.ts';
import { compareFields } from '../../src/core/compare-fields.ts';
import { isJsonObject } from '../../src/core/json.ts';
import { sameState } from '../../src/core/compare.ts';
import { plainHasher } from '../../src/core/sample-kind.fixture.ts';
import { apiSchema } from './api-schema.ts';

/** One change to one field of a full resource. */
export interface Mutation {
  /** Declared path: `attributes[].value`. */
  readonly field: string;
  readonly how: string;
  readonly body: JsonObject;
}

type Schema = ReturnType<typeof apiSchema>;

/** A resource in which every field of the schema has a value, and none is the empty one. */
export function fullBody(schema: string): JsonObject {
  return fullObject(apiSchema(schema), '');
}

function fullObject(schema: Schema, path: string): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([field, code]) => [field, fullValue(code.replace('~', ''), `${path}${field}`)]),
  );
}

function fullValue(code: string, path: string): JsonValue {
  const rest = code.slice(1);
  switch (code[0]) {
    case '[':
      return [fullValue(rest, `${path}-0`), fullValue(rest, `${path}-1`)];
    case '{':
      return { key: fullValue(rest, `${path}-value`) };
    case '@':
      return fullObject(apiSchema(rest), path.endsWith('.') ? path : `${path}.`);
    case 'e':
      return code.slice(2).split('|')[1] ?? '';
    case 'b':
      return true;
    case 'i':
      return 7;
    case 'd':
      return 0.25;
    case 'l':
      return '1767225600000';
    default:
      return path;
  }
}

/** Marked as read-only in the description, and still settable: an action of its own writes it. */
const settableByAction: { readonly [schema: string]: Schema | undefined } = {
  Developer: { status: 's' },
  ApiDocDocumentationResponse: { data: '@ApiDocDocumentation' },
};

/** The fields of a schema that a client can set, by a write or by an action. */
export function writableFields(schema: string): Schema {
  const fields = { ...apiSchema(schema), ...settableByAction[schema] };
  return Object.fromEntries(Object.entries(fields).filter(([, code]) => !code.endsWith('~')));
}

/** Every writable field of the schema, changed one at a time: its value, an element more, an element less, an entry more. */
export function mutations(schema: string): Mutation[] {
  const fields = { ...apiSchema(schema), ...settableByAction[schema] };
  return [...objectMutations(fields, fullBody(schema), '', (changed) => changed)];
}

type Put = (changed: JsonObject) => JsonObject;

function* objectMutations(schema: Schema, object: JsonObject, path: string, put: Put): Generator<Mutation> {
  for (const [field, code] of Object.entries(schema)) {
    const value = object[field];
    if (code.endsWith('~') || value === undefined) continue;
    yield* valueMutations(code, value, `${path}${field}`, (changed) => put({ ...object, [field]: changed }));
  }
}

function* valueMutations(
  code: string,
  value: JsonValue,
  field: string,
  put: (changed: JsonValue) => JsonObject,
): Generator<Mutation> {
  const rest = code.slice(1);
  if (Array.isArray(value)) {
    const elements: readonly JsonValue[] = value;
    const [first] = elements;
    if (first === undefined) return;
    yield { field, how: 'an element more', body: put([...elements, otherValue(rest, first)]) };
    yield { field, how: 'an element less', body: put(elements.slice(1)) };
    yield* valueMutations(rest, first, `${field}[]`, (changed) => put([changed, ...elements.slice(1)]));
  } else if (isJsonObject(value) && code.startsWith('{')) {
    yield { field, how: 'an entry more', body: put({ ...value, other: 'x' }) };
    yield { field, how: 'an empty entry more', body: put({ ...value, other: '' }) };
    yield { field, how: 'another value', body: put({ ...value, key: 'x' }) };
  } else if (isJsonObject(value)) {
    yield* objectMutations(apiSchema(rest), value, `${field}.`, put);
  } else {
    yield { field, how: 'another value', body: put(otherValue(code, value)) };
    const zero = zeroOf(code);
    if (zero !== undefined) yield { field, how: 'zero', body: put(zero) };
  }
}

/** The zero of a number; undefined for what is none. */
function zeroOf(code: string): JsonValue | undefined {
  if (code === 'l') return '0';
  return code === 'i' || code === 'd' ? 0 : undefined;
}

function otherValue(code: string, value: JsonValue): JsonValue {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string')
    return Object.fromEntries(Object.entries(value ?? {}).map(([name, item]) => [name, otherValue('', item)]));
  if (code.startsWith('e:')) return code.slice(2).split('|')[2] ?? '';
  // An hour on: more than any tolerance.
  return code.startsWith('l') ? String(Number(value) + 3_600_000) : `${value}-other`;
}

/** Two ways in which the service may say the same of one field. */
export interface Spelling {
  readonly field: string;
  readonly how: string;
  readonly one: JsonObject;
  readonly other: JsonObject;
}

/**
 * Of every writable enumeration: the value that says nothing, and no field; of every number of 64 bits: text, and a number; of every
 * number: zero, and no field.
 */
export function spellings(schema: string): Spelling[] {
  return [...objectSpellings(apiSchema(schema), fullBody(schema), '', (changed) => changed)];
}

function* objectSpellings(schema: Schema, object: JsonObject, path: string, put: Put): Generator<Spelling> {
  for (const [field, code] of Object.entries(schema)) {
    const value = object[field];
    if (code.endsWith('~') || value === undefined) continue;
    const { [field]: _, ...without } = object;
    const at = `${path}${field}`;
    const unspecified = /^e:(\w+_UNSPECIFIED)/.exec(code)?.[1];
    const with_ = (changed: JsonValue): JsonObject => put({ ...object, [field]: changed });
    if (unspecified !== undefined) yield { field: at, how: unspecified, one: with_(unspecified), other: put(without) };
    const zero = zeroOf(code);
    if (zero !== undefined) yield { field: at, how: 'zero', one: with_(zero), other: put(without) };
    yield* valueSpellings(code, value, at, with_);
  }
}

function* valueSpellings(
  code: string,
  value: JsonValue,
  field: string,
  put: (changed: JsonValue) => JsonObject,
): Generator<Spelling> {
  if (code === 'l') yield { field, how: 'a number', one: put(value), other: put(Number(value)) };
  else if (Array.isArray(value)) {
    const [first, ...rest]: readonly JsonValue[] = value;
    if (first !== undefined)
      yield* valueSpellings(code.slice(1), first, `${field}[]`, (changed) => put([changed, ...rest]));
  } else if (isJsonObject(value) && code.startsWith('@')) {
    yield* objectSpellings(apiSchema(code.slice(1)), value, `${field}.`, put);
  } else if (isJsonObject(value) && code.startsWith('{@')) {
    const { key } = value;
    if (isJsonObject(key))
      yield* objectSpellings(apiSchema(code.slice(2)), key, `${field}.key.`, (changed) => put({ key: changed }));
  }
}

/** All declared paths of a schema and of what it refers to, read-only ones included. */
export function* fieldPaths(schema: string, prefix = ''): Generator<string> {
  for (const [field, code] of Object.entries(apiSchema(schema))) {
    const path = `${prefix}${field}`;
    yield path;
    const reference = /^\[?@(\w+)/.exec(code)?.[1];
    const isList = code.startsWith('[');
    if (reference !== undefined) yield* fieldPaths(reference, isList ? `${path}[].` : `${path}.`);
  }
}

/** References are found whatever they are, each under another id. */
const context: IdContext = { hasher: plainHasher, find: (kind, key) => `${kind}/${key}` };

export type Verdict = 'noticed' | 'same' | 'not named';

/** What comparing the full resource with the mutated one says. */
export function judge(kind: Kind, schema: string, mutation: Mutation): Verdict {
  return judgePair(kind, mutation.field, [fullBody(schema), mutation.body]);
}

/** The same of any two bodies of which `field` differs. */
export function judgePair(kind: Kind, field: string, bodies: readonly [JsonObject, JsonObject]): Verdict {
  const [before, after] = bodies.map((body) => {
    const canonical = canonicalise(kind, body, context);
    if (canonical === undefined) throw new Error(`${kind.name}: no canonical form`);
    return {
      entry: entryOf(kind, 'id', canonical, plainHasher),
      side: { ...canonical, secretTags: secretTags(canonical, plainHasher) },
    };
  });
  if (before === undefined || after === undefined) throw new Error('two sides');
  if (sameState(kind, before.entry, after.entry)) return 'same';
  const { fields } = compareFields(kind, before.side, after.side);
  return fields.some(({ path }) => names(path, field)) ? 'noticed' : 'not named';
}

/** A change names a field by its own path, or by the path of the element that came or went as a whole. */
function names(changePath: string, field: string): boolean {
  const changed = changePath.replace(/\[[^\]]*\]/g, '[]');
  if (changed === field || changed === `${field}[]` || changed.startsWith(`${field}.`)) return true;
  return changed.endsWith('[]') && field.startsWith(`${changed}.`);
}
