import { UserError } from './errors.ts';
import { elementPathOf, fieldPathOf } from './field-path.ts';
import { holeMarker } from './hole-marker.ts';
import type { BodyWithHoles } from './holes.ts';
import type { JsonValue } from './json.ts';
import { isArray } from './canonical-json.ts';
import { isJsonObject } from './json.ts';

/** One step from a value to those below it; a field's step goes through arrays by itself. */
type Step =
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'any' }
  /** The element at an index, or those whose `name` is this. */
  | { readonly type: 'element'; readonly key: string };

/** What a search asks of a resource: `FIELD=VALUE` or `FIELD~REGEX`. */
export interface SearchTerm {
  /** As it was given. */
  readonly text: string;
  /** `file`: the lines of a bundle's text files. */
  readonly of: 'body' | 'file';
  readonly steps: readonly Step[];
  readonly test: 'equals' | 'matches';
  /** The value, or the source of the regular expression. */
  readonly operand: string;
}

/** The field that stands for the lines of a bundle's files. */
const fileField = 'bundle.file';

/** One place that a term may match. */
export interface Candidate {
  /** A field path (`attributes[0].value`), or file and line (`apiproxy/policies/Check.xml:12`). */
  readonly at: string;
  readonly text: string;
  /** What the value is called: its field, or the attribute it stands in. */
  readonly name: string;
  /** What may be shown of it, where that is known to be less. */
  readonly shown?: () => string;
}

/** Reads a term. UserError `USAGE` that says what it should look like. */
export function parseSearchTerm(text: string): SearchTerm {
  const [path = ''] = /^(?:[^=~["]|\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\])*/.exec(text) ?? [];
  const operator = text[path.length];
  if (path === '' || (operator !== '=' && operator !== '~')) throw misread(text, 'it has no FIELD before = or ~.');
  const operand = text.slice(path.length + 1);
  const test = operator === '=' ? 'equals' : 'matches';
  if (test === 'matches' && operand === '') throw misread(text, 'the regular expression is empty.');
  if (path === fileField) return { text, of: 'file', steps: [], test, operand };
  return { text, of: 'body', steps: parseSteps(path, text), test, operand };
}

function parseSteps(path: string, text: string): Step[] {
  const steps: Step[] = [];
  const pattern = /\.?([^.[\]"]+)|\[(?:"((?:[^"\\]|\\.)*)"|([^\]"]*))\]/y;
  while (pattern.lastIndex < path.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(path);
    if (match === null || (start === 0 && match[0].startsWith('.'))) throw misread(text, `"${path}" is no field path.`);
    const [, field, quoted, key] = match;
    if (field !== undefined) steps.push({ type: 'field', name: field });
    else if (quoted !== undefined) steps.push({ type: 'field', name: unquote(quoted) });
    else steps.push(key === '' || key === '*' ? { type: 'any' } : { type: 'element', key: key ?? '' });
  }
  return steps;
}

function unquote(quoted: string): string {
  return quoted.replace(/\\(.)/g, '$1');
}

function misread(text: string, why: string): UserError {
  return new UserError({
    code: 'USAGE',
    message: `"${text}" is no search term: ${why}`,
    next: "Write FIELD=VALUE or FIELD~REGEX: 'host=backend.example', 'attributes[tier].value~^gold', 'bundle.file~SetHeader'.",
  });
}

/**
 * The body of a resource as a search sees it: numbers as they are written, secrets as `secretOf` gives them and otherwise
 * absent, so that no marker is taken for a value.
 */
export function searchableBody(body: BodyWithHoles, secretOf: (path: string) => string | undefined): JsonValue {
  const holes = new Map(body.holes.map(({ path }, index) => [holeMarker(index), path]));
  const revive = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value === 'number') return context?.source ?? String(value);
    if (typeof value !== 'string') return value;
    const hole = holes.get(value);
    return hole === undefined ? value : secretOf(hole);
  };
  // A reviver that answers strings and undefined leaves JSON.
  return JSON.parse(body.text, revive) as JsonValue;
}

/** The scalars at the term's path, arrays gone through: any element may match. */
export function candidatesOf(body: JsonValue, steps: readonly Step[]): readonly Candidate[] {
  let places: readonly Place[] = [{ value: body, at: '', name: '' }];
  for (const step of steps) places = places.flatMap((place) => take(place, step));
  return places.flatMap(leaves);
}

interface Place {
  readonly value: JsonValue | undefined;
  readonly at: string;
  readonly name: string;
}

function take(place: Place, step: Step): readonly Place[] {
  const { value, at } = place;
  if (isArray(value)) {
    if (step.type === 'field') return elements(place).flatMap((element) => take(element, step));
    if (step.type === 'any') return elements(place);
    const named = elements(place).filter(({ value: element }) => isJsonObject(element) && element['name'] === step.key);
    if (named.length > 0 || !/^\d+$/.test(step.key)) return named;
    return elements(place).slice(Number(step.key), Number(step.key) + 1);
  }
  if (!isJsonObject(value)) return [];
  if (step.type === 'any') return Object.keys(value).flatMap((name) => take(place, { type: 'field', name }));
  const name = step.type === 'field' ? step.name : step.key;
  if (!Object.hasOwn(value, name)) return [];
  return [{ value: value[name], at: fieldPathOf(at, name), name: calledBy(value, name) }];
}

/** An attribute's value is called as the attribute is. */
function calledBy(owner: JsonValue, field: string): string {
  const name = isJsonObject(owner) ? owner['name'] : undefined;
  return field === 'value' && typeof name === 'string' ? name : field;
}

function elements({ value, at, name }: Place): readonly Place[] {
  if (!isArray(value)) return [];
  return value.map((element, index) => ({ value: element, at: elementPathOf(at, index), name }));
}

function leaves(place: Place): readonly Candidate[] {
  const { value, at, name } = place;
  if (isArray(value)) return elements(place).flatMap(leaves);
  if (value === undefined || isJsonObject(value)) return [];
  return [{ at, name, text: String(value) }];
}

/** The lines of a text, each at `FILE:LINE`. */
export function lineCandidates(path: string, text: string): readonly Candidate[] {
  return text.split(/\r?\n/).map((line, index) => ({ at: `${path}:${index + 1}`, text: line, name: '' }));
}
