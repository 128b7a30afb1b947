import type { Reading, ReadRequest } from '../app/ports/organization.ts';
import { RemoteError } from '../core/errors.ts';
import type { Hasher } from '../core/hasher.ts';
import { arrayField, isJsonObject, type JsonObject, type JsonValue, stringField } from '../core/json.ts';
import type { KindName } from '../core/kinds/kind-name.ts';
import type { Collection, IdContext, Kind } from '../core/kinds/kind.ts';
import type { Gap } from '../core/ledger.ts';
import type { ResourceId } from '../core/resource.ts';
import { NOT_APPLICABLE } from './answer-error.ts';
import { emptyArray, sliceElements } from './json-slices.ts';
import type { RunMemory } from './run-memory.ts';
import type { SignedStorage } from './signed-storage.ts';
import type { Transport } from './transport.ts';

/** What every way of reading works with. */
export interface ReadContext extends IdContext {
  readonly transport: Transport;
  readonly storage: SignedStorage;
  readonly memory: RunMemory;
  readonly hasher: Hasher;
  readonly kinds: Readonly<Record<KindName, Kind>>;
}

export type CollectionOf<Style extends Collection['style']> = Extract<Collection, { style: Style }>;

/** How many calls of one kind are prepared at once; the pacer decides how many are under way. */
export const AT_ONCE = 64;

/** A resource that was found, as the server described it. */
export interface Found {
  readonly id: ResourceId;
  readonly body: JsonObject;
  readonly text: string;
  /** What the list said of it, where that is all a later listing will say; default the body. */
  readonly item?: JsonObject;
  readonly marks?: JsonObject;
  /** False when it was found elsewhere than in its kind's own list, which a second listing will not show either. */
  readonly isListed?: boolean;
}

/** Kinds whose elements are cut out of the bodies of `kind`. */
export function embeddedIn(context: ReadContext, kind: Kind): { readonly kind: Kind; readonly field: string }[] {
  return Object.values(context.kinds).flatMap((child) =>
    child.collection.style === 'embedded' && child.scope === kind.name
      ? [{ kind: child, field: child.collection.field }]
      : [],
  );
}

/** The body's text as it is kept: what other kinds cut out of it left as empty arrays. */
function keptText(context: ReadContext, kind: Kind, text: string): string {
  return embeddedIn(context, kind).reduce((kept, child) => emptyArray(kept, child.field), text);
}

/** Remembers what later reading needs of a resource, wanted or not: index keys, evidence, marks, owners of revisions. */
export async function notice(context: ReadContext, kind: Kind, found: Found): Promise<void> {
  const { memory } = context;
  for (const key of kind.indexKeys?.(found.body, found.id) ?? []) memory.index(kind.name, key, found.id);
  const listed = found.item ?? found.body;
  // Names are noted as they are listed, also those behind which nothing can be read.
  if (relistable(kind) && kind.collection.style !== 'names' && found.isListed !== false)
    await memory.noteMark(kind.name, { id: found.id, mark: listedMark(context, listed) });
  for (const other of Object.values(context.kinds)) {
    const { collection } = other;
    if (collection.style === 'revisions' && other.scope === kind.name) memory.setOwner(found.id, listed);
    if (collection.style !== 'page-token' || collection.crossCheck?.kind !== kind.name) continue;
    const { field, capAt, idOf } = collection.crossCheck;
    const evidence = memory.evidence(other.name);
    const names = arrayField(found.body, field).filter((name) => typeof name === 'string');
    if (Array.isArray(found.body[field])) evidence.anyNamed = true;
    for (const name of names) evidence.tally.add(found.id, idOf(found.id, name));
    if (names.length >= capAt) evidence.full.push(found.id);
  }
}

export type ResourceReading = Extract<Reading, { type: 'resource' }>;

/** The resource as a reading, with those embedded in it. */
export async function resourceReadings(
  context: ReadContext,
  kind: Kind,
  found: Found,
): Promise<{ readonly own: ResourceReading; readonly embedded: readonly Reading[] }> {
  const embedded: Reading[] = [];
  for (const child of embeddedIn(context, kind)) {
    if (isNoList(found.body[child.field])) {
      const reason = `The ${kind.title.one} was answered with something other than a list in ${child.field}.`;
      embedded.push(gapReading(context, child.kind, { at: found.id, state: 'failed', reason }));
      continue;
    }
    const seen = new Set<ResourceId>();
    for (const text of sliceElements(found.text, child.field)) {
      // The text was cut from JSON that was parsed before.
      const body = JSON.parse(text) as JsonValue;
      const id = isJsonObject(body) ? child.kind.idOf(body, found.id, context) : undefined;
      if (!isJsonObject(body) || id === undefined) {
        embedded.push(gapReading(context, child.kind, unidentified(child.kind, found.id)));
        continue;
      }
      if (seen.has(id)) continue;
      seen.add(id);
      await notice(context, child.kind, { id, body, text });
      embedded.push(ownReading(context, child.kind, { id, body, text }));
    }
  }
  return { own: ownReading(context, kind, found), embedded };
}

/** True where something else stands in the place of a list; one that is left out is empty. */
export function isNoList(value: JsonValue | undefined): boolean {
  return value !== undefined && !Array.isArray(value);
}

function ownReading(context: ReadContext, kind: Kind, found: Found): ResourceReading {
  const marks = { ...kind.marks?.(found.body), ...found.marks };
  return {
    type: 'resource',
    kind: kind.name,
    id: found.id,
    content: { type: 'json', text: keptText(context, kind, found.text) },
    ...(Object.keys(marks).length === 0 ? {} : { marks }),
    ...(kind.label === undefined ? {} : { label: kind.label(found.body, found.id) }),
  };
}

/** The readings that a request wants of a resource and of those embedded in it. */
export async function wantedReadings(context: ReadContext, request: ReadRequest, found: Found): Promise<Reading[]> {
  const { own, embedded } = await resourceReadings(context, request.kind, found);
  if (request.wanted(found.id)) return [own, ...embedded];
  return embedded.filter((reading) => reading.type === 'resource' && request.wanted(reading.id));
}

/** The gap for an item whose id cannot be told. */
export function unidentified(kind: Kind, parent: ResourceId): Gap {
  const reason = `One of the ${kind.title.many} names nothing that was read, so it has no id.`;
  return { at: parent, state: 'failed', reason };
}

/** True for collections whose listing alone tells what moved; of bare names, what came and went. */
export function relistable(kind: Kind): boolean {
  return ['marked', 'names', 'newest', 'next-start-key', 'page-token', 'start-key', 'whole'].includes(
    kind.collection.style,
  );
}

/** True where a second listing is compared with the list of this parent: everywhere, but for short lists without marks. */
export function isComparedAgain({ memory }: ReadContext, { name, collection }: Kind, parent: ResourceId): boolean {
  const isUnmarked = 'unmarked' in collection && collection.unmarked === true;
  return !isUnmarked || memory.isLongList(name, parent);
}

/** A short text that changes when the resource does: its modification time where it has one, else a hash of all. */
export function listedMark(context: ReadContext, item: JsonObject): string {
  return stringField(item, 'lastModifiedAt') ?? itemMark(context, item);
}

/** A hash of a list's item in which order, of fields and of plain values, plays no part. */
export function itemMark(context: ReadContext, item: JsonObject): string {
  return context.hasher.digest(Buffer.from(JSON.stringify(ordered(item)), 'utf8'));
}

function ordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const elements: JsonValue[] = value.map((element: JsonValue) => ordered(element));
    return elements.every((element) => typeof element === 'string') ? elements.sort() : elements;
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((field) => [field, ordered(value[field] ?? null)]),
  );
}

/** The gap that a failure leaves at `at`. Throws on what ends the run: credentials refused, abort, faults of ours. */
export function gapOf(error: unknown, at: ResourceId): Gap {
  if (!(error instanceof RemoteError) || error.code === 'UNAUTHENTICATED') throw error;
  const state = error.reason === NOT_APPLICABLE ? 'notApplicable' : error.status === 403 ? 'denied' : 'failed';
  return { at, state, reason: error.message };
}

/** Remembers a gap, so that what hangs on this kind knows of it, and makes it a reading. */
export function gapReading(context: ReadContext, kind: Kind, gap: Gap): Reading {
  context.memory.addGap(kind.name, gap);
  return { type: 'gap', kind: kind.name, gap };
}

/** A gap of the kind, and the same gap of the kinds that are embedded in it: what it hides, it hides of them too. */
export function gapReadings(context: ReadContext, kind: Kind, gap: Gap): Reading[] {
  const hidden = embeddedIn(context, kind).map((child) => gapReading(context, child.kind, gap));
  return [gapReading(context, kind, gap), ...hidden];
}

/** True where a list is not there any more: with what it stands under, all that stood in it is gone. */
export function isGoneBelow(error: unknown, parent: ResourceId): boolean {
  return parent !== '' && isNotFound(error);
}

/** True for the error of a resource that is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof RemoteError && error.status === 404;
}
