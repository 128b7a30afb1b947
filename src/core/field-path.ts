import type { JsonValue } from './json.ts';
import type { FieldPath, Kind } from './kinds/kind.ts';

/**
 * What a kind declares of one field, and of the fields below it: the kind's lists of paths, turned into a tree that is
 * walked along with a value.
 */
export interface FieldRules {
  readonly dropped: boolean;
  readonly secret: boolean;
  /** Tolerance of an instant that is compared apart from the hash. */
  readonly toleranceMs: number | undefined;
  readonly set: { readonly by: string | undefined } | undefined;
  /** The value that means the same as absence, beyond the empty ones. */
  readonly absentMeans: JsonValue | undefined;
  /** A number of 64 bits, as text or as a number. */
  readonly int64: boolean;
  /** The name of an enumeration's value that means absence too. */
  readonly unspecified: string | undefined;
  /** The fields are entries of a map: their names are data, and an empty value is not absence. */
  readonly map: boolean;
  readonly fields: ReadonlyMap<string, FieldRules>;
  readonly element: FieldRules | undefined;
}

interface Draft {
  dropped: boolean;
  secret: boolean;
  toleranceMs: number | undefined;
  set: { readonly by: string | undefined } | undefined;
  absentMeans: JsonValue | undefined;
  int64: boolean;
  unspecified: string | undefined;
  map: boolean;
  readonly fields: Map<string, Draft>;
  element: Draft | undefined;
}

const compiled = new WeakMap<Kind, FieldRules>();

/** The rules of a kind, from the root of its resources. Compiled once per kind. */
export function fieldRules(kind: Kind): FieldRules {
  const known = compiled.get(kind);
  if (known !== undefined) return known;
  const rules = compile(kind);
  compiled.set(kind, rules);
  return rules;
}

function compile(kind: Kind): FieldRules {
  const root = emptyDraft();
  for (const path of kind.serverAssigned) draftAt(root, path).dropped = true;
  for (const path of kind.secrets) draftAt(root, path).secret = true;
  for (const path of kind.maps ?? []) draftAt(root, path).map = true;
  for (const { path, toleranceMs } of kind.tolerant) draftAt(root, path).toleranceMs = toleranceMs;
  for (const { path, by } of kind.sets) draftAt(root, path).set = { by };
  for (const [path, value] of Object.entries(kind.defaults)) draftAt(root, path).absentMeans = value;
  for (const path of kind.int64 ?? []) draftAt(root, path).int64 = true;
  for (const [path, name] of Object.entries(kind.unspecified ?? {})) draftAt(root, path).unspecified = name;
  return root;
}

function emptyDraft(): Draft {
  return {
    dropped: false,
    secret: false,
    toleranceMs: undefined,
    set: undefined,
    absentMeans: undefined,
    int64: false,
    unspecified: undefined,
    map: false,
    fields: new Map(),
    element: undefined,
  };
}

function draftAt(root: Draft, path: FieldPath): Draft {
  let at = root;
  for (const step of pathSteps(path)) {
    if (step === '[]') {
      at.element ??= emptyDraft();
      at = at.element;
    } else {
      const next = at.fields.get(step) ?? emptyDraft();
      at.fields.set(step, next);
      at = next;
    }
  }
  return at;
}

/** The steps of a declared path: `attributes[].value` is `attributes`, `[]`, `value`. */
export function pathSteps(path: FieldPath): string[] {
  return path.split('.').flatMap((name) => {
    const elements = /(?:\[\])+$/.exec(name)?.[0].length ?? 0;
    return [name.slice(0, name.length - elements), ...Array<string>(elements / 2).fill('[]')];
  });
}

/** The tolerance that the kind declares for a concrete path (`expiresAt`, `items[0].expiresAt`), or undefined. */
export function toleranceAt(kind: Kind, concretePath: string): number | undefined {
  const declared = concretePath.replace(/\[(?:"(?:[^"\\]|\\.)*"|[^\]])*\]/g, '[]');
  return kind.tolerant.find(({ path }) => path === declared)?.toleranceMs;
}

const plainName = /^[A-Za-z_$][\w$-]*$/;
const plainKey = /^[^[\]"\s\\]+$/;

/** The concrete path of a field: `labels.team`; a name that is not plain is quoted: `labels["a.b"]`. */
export function fieldPathOf(parent: string, field: string): string {
  if (!plainName.test(field)) return `${parent}[${JSON.stringify(field)}]`;
  return parent === '' ? field : `${parent}.${field}`;
}

/** The concrete path of an array's element, by index or by its key in a set: `attributes[quota]`, `rules[0]`. */
export function elementPathOf(parent: string, key: string | number): string {
  return `${parent}[${typeof key === 'number' || plainKey.test(key) ? key : JSON.stringify(key)}]`;
}
