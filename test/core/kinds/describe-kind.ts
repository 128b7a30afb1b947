import type { CallBody, CallDraft, Hole, PathTemplate } from '../../../src/core/call.ts';
import { isHole } from '../../../src/core/call-holes.ts';
import { canonicalJson } from '../../../src/core/canonical-json.ts';
import { canonicalise } from '../../../src/core/canonical.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { kinds } from '../../../src/core/kinds/index.ts';
import type { Desired, IdContext, Kind, Live, WriteContext, Writes } from '../../../src/core/kinds/kind.ts';
import { stateOf, writeContext } from '../../../src/core/kinds/write-context.fixture.ts';
import { idsAbove, type ResourceId } from '../../../src/core/resource.ts';
import { findKindOf } from '../../../src/core/kind-of.ts';
import { plainHasher } from '../../../src/core/sample-kind.fixture.ts';
import { index, type Sample, samples } from './samples.ts';

/** Some sample has expired by then, and some has not. */
const PLANNED_AT_MS = Date.UTC(2026, 0, 1);

/** Finds what the samples refer to. */
export const idContext: IdContext = { hasher: plainHasher, find: (kind, key) => index[`${kind} ${key}`] };

/**
 * What a kind makes of its samples, in lines for people: where it is read, what is compared and named, and every call that a restore
 * sends for it, however point and live differ.
 */
export function describeKind(kind: Kind): string {
  const all = samples[kind.name];
  return [
    `## ${kind.name}`,
    ...aboutReading(kind, all),
    ...all.flatMap((sample) => aboutSample(kind, sample)),
    ...aboutWriting(kind, all),
    '',
  ].join('\n');
}

// ------------------------------------------------------------------------------------------------------------------ reading

function aboutReading(kind: Kind, all: readonly Sample[]): string[] {
  const { collection } = kind;
  const [first] = all;
  if (first === undefined) throw new Error(`${kind.name} has no sample`);
  const parent = parentOf(kind, first.id);
  return [
    `${kind.title.one}, ${kind.title.many}; below ${kind.scope}; for ${kind.preset}; restored: ${kind.restore}`,
    ...line('list', collectionText(kind, parent)),
    ...line('read', pathsText(kind, first.id)),
    ...line('raw', kind.rawField?.path(first.id)),
    ...line('zipped', kind.zippedFiles?.path(first.body, parent)),
    ...line('by key', kind.pathByKey?.('KEY')),
    ...line(
      'folds',
      `${kind.cascadesWithParent ? 'goes with its parent' : 'stays'}, ${kind.extraIsDifference ? 'extra differs' : 'extra is none'}`,
    ),
    ...line('resolves against', kind.resolvesAgainst?.join(', ')),
    ...('bundle' in collection ? [collection.bundle(parent, '7'), collection.detail(parent, '7')] : []),
  ];
}

/** What stands above the list in which a resource of the kind is found; '' for one of the whole organization. */
export function parentOf(kind: Kind, id: ResourceId): ResourceId {
  const { collection } = kind;
  if ('list' in collection && collection.list('') === collection.list('x/y')) return '';
  return idsAbove(id).find((above) => findKindOf(above)?.name === kind.scope) ?? '';
}

function collectionText({ collection }: Kind, parent: ResourceId): string {
  const { style, ...rest } = collection;
  return [style, 'list' in collection ? collection.list(parent) : '', JSON.stringify(rest)].join(' ');
}

function pathsText(kind: Kind, id: ResourceId): string | undefined {
  const method = kind.readMethod ?? 'GET';
  const path = kind.pathUnder?.(id, 'SERVER-NAME') ?? kind.path?.(id);
  return path === undefined ? undefined : `${method} ${path} ${queryText(kind.readQuery)}`;
}

function aboutSample(kind: Kind, sample: Sample): string[] {
  const { id, body } = sample;
  const parent = parentOf(kind, id);
  const canonical = canonicalise(kind, body, idContext);
  const state = stateFor(kind, sample);
  return [
    `### ${id}`,
    ...line('id', kind.idOf(body, parent, idContext)),
    ...line('without', idFieldsText(kind, body, parent)),
    ...line('label', kind.label?.(body, id)),
    ...line('keys', kind.indexKeys?.(body, id).join(' ')),
    ...line('marks', kind.marks === undefined ? undefined : text(kind.marks(body))),
    ...line('refers', kind.refersByKey === undefined ? undefined : text(kind.refersByKey(body))),
    ...line('vacant', kind.isVacant?.(body)),
    ...line('accepted', kind.accepts?.(body)),
    ...line('unreadable', kind.unreadable?.(id, idContext)),
    ...line('unreadable part', kind.unreadablePart === undefined ? undefined : text(kind.unreadablePart(body) ?? null)),
    ...line('body of id', kind.bodyOfId === undefined ? undefined : text(kind.bodyOfId(id))),
    ...(canonical === undefined ? [] : comparedText(body, canonical.value)),
    ...line('secret', [...(canonical?.secrets.keys() ?? [])].join(' ')),
    ...line('tolerant', text(canonical?.tolerant ?? {})),
    ...line('claims', kind.claims?.(state).join(' ')),
    ...line('facts of', kind.factsOf?.(state.canonical)),
    ...line('consults', kind.consults?.(state).join(' ')),
    ...line('comes with', kind.comesWith?.(id)),
    ...line('made along', kind.madeAlong?.(id, { mintedKey: 'MINTED', consumerKey: 'MINTED' }, plainHasher)),
    ...kind.needs(state).map((need) => `needs ${text({ ...need })}`),
  ];
}

/** What of the answer is not compared, and what is compared in another form. */
function comparedText(body: JsonObject, canonical: JsonObject): string[] {
  const plain = (value: unknown): string => canonicalJson(value as JsonValue);
  const left = Object.keys(body).filter((field) => canonical[field] === undefined);
  const changed = Object.entries(canonical).filter(([field, value]) => plain(body[field] ?? null) !== plain(value));
  return [
    ...line('not compared', left.join(', ')),
    ...changed.map(([field, value]) => `compared: ${field} = ${plain(value)}`),
  ];
}

/** Which fields the id is told by: without them there is none, or another. */
function idFieldsText(kind: Kind, body: JsonObject, parent: ResourceId): string {
  const whole = kind.idOf(body, parent, idContext);
  return Object.keys(body)
    .map((field) => [field, kind.idOf(without(body, field), parent, idContext)] as const)
    .filter(([, id]) => id !== whole)
    .map(([field, id]) => `${field}: ${id ?? 'none'}`)
    .join(', ');
}

// ------------------------------------------------------------------------------------------------------------------ writing

interface Case {
  readonly id: ResourceId;
  readonly what: string;
  readonly writes: () => Writes;
}

function aboutWriting(kind: Kind, all: readonly Sample[]): string[] {
  const outcomes = new Map<string, string[]>();
  const bodies = all.map(({ body }) => body);
  for (const { what, id, writes } of all.flatMap((sample) => cases(kind, sample, all))) {
    const whole = writesText(writes, bodies);
    // A short id may be a word of the text as well.
    const outcome = id.includes('/') ? whole.replaceAll(id, 'ID') : whole;
    outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), what]);
  }
  return [...outcomes].flatMap(([outcome, when]) => [`#### ${when.join('; ')}`, outcome]);
}

function cases(kind: Kind, sample: Sample, all: readonly Sample[]): Case[] {
  const { id, body } = sample;
  const state = stateFor(kind, sample);
  const number = all.indexOf(sample) + 1;
  const update = (live: Live, given: Partial<WriteContext> = {}) => kind.update(state, live, writeContextWith(given));
  const whenever: readonly (readonly [string, () => Writes])[] = [
    ['is missing', () => kind.create(state, writeContextWith())],
    ['is missing, all around it is made', () => kind.create(state, writeContextWith(allMade))],
    [
      'is missing, and what it refers to is nowhere',
      () => kind.create(state, writeContextWith({ isNowhere: (other) => other !== id })),
    ],
    ['is extra', () => kind.remove(state, writeContextWith())],
    [
      'is extra, as what it is under',
      () => kind.remove(state, writeContextWith({ isRemoved: (other) => other !== id })),
    ],
    ['is told to be updated', () => update(state)],
    ['has other secrets', () => update(state, { changedSecrets: () => secretsOf(kind, body) })],
    ...all
      .filter((other) => other !== sample)
      .map((other) => ['is another', () => update({ ...stateFor(kind, other), id })] as const),
  ];
  return whenever.map(([what, writes]) => ({ what: `${number} ${what}`, id, writes }));
}

function secretsOf(kind: Kind, body: JsonObject): string[] {
  return [...(canonicalise(kind, body, idContext)?.secrets.keys() ?? [])];
}

function writeContextWith(given: Partial<WriteContext> = {}): WriteContext {
  return writeContext({ plannedAtMs: PLANNED_AT_MS, ...given });
}

/** Everything else is made by the same plan, or is there. */
const allMade: Partial<WriteContext> = {
  isMade: () => true,
  madeBelow: (name) => samples[name].map((sample) => stateFor(kinds[name], sample)),
  liveRevision: () => '7',
  liveName: () => 'LIVE-NAME',
  consulted: (id) => {
    const kind = findKindOf(id);
    const sample = kind === undefined ? undefined : samples[kind.name].find((one) => one.id === id);
    return kind === undefined || sample === undefined ? undefined : stateFor(kind, sample).canonical;
  },
};

function stateFor(kind: Kind, { id, body, label, facts, marks }: Sample): Desired & Live {
  const extras = { label, facts, marks };
  if (kind.content === 'bundle') return { id, body, canonical: { digest: id }, tolerant: {}, ...extras };
  return { ...stateOf(kind, id, body, idContext), ...extras };
}

function writesText(writes: () => Writes, bodies: readonly JsonObject[]): string {
  let written: Writes;
  try {
    written = writes();
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : String(error)}`;
  }
  const { calls, cannot = [] } = written;
  const lines = [
    ...calls.map((call) => callText(call, bodies)),
    ...cannot.map(({ id, code, why, next }) => `cannot ${code} ${id}: ${why} ${next}`),
  ];
  return lines.length === 0 ? 'nothing' : lines.join('\n');
}

function callText(call: CallDraft, bodies: readonly JsonObject[]): string {
  const { step, phase, action, method, path, query, body, reason, ...rest } = call;
  return [
    `${phase} ${step} (${action}): ${method} ${pathText(path)}${queryText(query)}`,
    ...(body === undefined ? [] : [bodyText(body, bodies)]),
    `because ${reason};`,
    ...Object.entries(rest)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => `${name} ${text(value)}`),
  ].join(' ');
}

function pathText(path: PathTemplate): string {
  return path.map((part) => (typeof part === 'string' ? part : holeText(part))).join('');
}

/** A field that is written as the sample has it is only named. */
function bodyText(body: CallBody, bodies: readonly JsonObject[]): string {
  if (body.type !== 'json' || typeof body.value !== 'object' || body.value === null || Array.isArray(body.value))
    return text(body);
  const fields = Object.entries(body.value).map(([field, value]) => {
    const written = text(value);
    return bodies.some((one) => field in one && text(one[field]) === written) ? field : `${field}: ${written}`;
  });
  return `{ ${fields.join(', ')} }`;
}

// ------------------------------------------------------------------------------------------------------------------- text

function line(name: string, value: string | boolean | undefined): string[] {
  return value === undefined || value === '' || value === '{}' ? [] : [`${name}: ${value}`];
}

function queryText(query: { readonly [name: string]: string } | undefined): string {
  return query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
}

function without(body: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
}

function holeText(hole: Hole): string {
  return `<${Object.values(hole).join(' ')}>`;
}

function text(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isHole(inner) ? holeText(inner.$hole) : inner)) ?? '';
}
