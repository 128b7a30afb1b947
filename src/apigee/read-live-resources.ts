import type { LiveReading } from '../app/ports/organization.ts';
import { saysNothing } from './judge-vacancy.ts';
import { RemoteError } from '../core/errors.ts';
import { arrayField, isJsonObject, type JsonObject } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { parentId, type ResourceId } from '../core/resource.ts';
import { hasSealedName } from '../core/sealed-name.ts';
import { unexpectedAnswer } from './answer-error.ts';
import { concurrently } from './concurrently.ts';
import { sliceElements } from './json-slices.ts';
import { tokenPages } from './list-pages.ts';
import { shareAnswers } from './shared-answers.ts';
import { isGathered, readInList } from './read-gathered.ts';
import {
  AT_ONCE,
  embeddedIn,
  isNoList,
  type CollectionOf,
  type Found as FoundBody,
  isNotFound,
  type ReadContext,
  resourceReadings,
} from './read-context.ts';
import { downloadRevision, findRevision, revisionsOf } from './read-revisions.ts';
import { readNewestOf } from './read-newest.ts';
import { withRawField } from './raw-field.ts';
import { findReadCall, resolveNames, scopeIdOf } from './resolve-names.ts';
import { findProfile, whyNotApplicable } from './not-applicable.ts';
import { recallRevision } from './remember-revisions.ts';
import { parseRevisionLabel, readOwner, revisionLabel } from './revision-numbers.ts';
import type { RevisionOwner } from './revision-owner.ts';

export interface WantedResource {
  readonly id: ResourceId;
  readonly kind: Kind;
  /** As in `Organization.readOne`. */
  readonly wasThere?: boolean;
}

type Found = readonly (readonly [ResourceId, LiveReading])[];

/** Reads single resources as they are now; those with the same `readWith` share a call. RemoteError when one cannot be read. */
export async function readLiveResources(
  context: ReadContext,
  wanted: readonly WantedResource[],
): Promise<ReadonlyMap<ResourceId, LiveReading>> {
  const groups = new Map<ResourceId, WantedResource[]>();
  for (const resource of wanted) {
    const at = isGathered(resource.kind)
      ? `${resource.kind.name} ${listParentOf(resource)}`
      : (resource.kind.readWith?.(resource.id) ?? resource.id);
    // A revision's group is its owner's number list, which is another call than the owner's own reading.
    const key = `${resource.kind.collection.style === 'revisions' ? resource.kind.name : ''} ${at}`;
    groups.set(key, [...(groups.get(key) ?? []), resource]);
  }
  const readings = new Map<ResourceId, LiveReading>();
  await findProfile(
    context,
    wanted.map(({ kind }) => kind),
  );
  const sharing = { ...context, transport: shareAnswers(context.transport, ownersOf(context, wanted)) };
  for await (const found of concurrently(groups.values(), AT_ONCE, (group) => readGroup(sharing, group))) {
    for (const [id, reading] of found) readings.set(id, reading);
  }
  return readings;
}

/** Paths that answer an owner and, by its numbers, its revisions; lists in which several are looked for. */
function ownersOf(context: ReadContext, wanted: readonly WantedResource[]): ReadonlySet<string> {
  const paths = wanted.flatMap(({ id, kind }) => {
    if (kind.collection.style === 'page-token' && hasSealedName(kind, id)) return [kind.collection.list(parentId(id))];
    if (kind.collection.style !== 'revisions') return [];
    const owner = kind.readWith?.(id) ?? id;
    return scopeOf(context, kind).path?.(owner) ?? owner;
  });
  return new Set(paths);
}

async function readGroup(context: ReadContext, group: readonly WantedResource[]): Promise<Found> {
  const [first] = group;
  if (first === undefined) return [];
  if (whyNotApplicable(context, first.kind) !== undefined)
    return group.map(({ id }) => [id, { state: 'absent' }] as const);
  try {
    if (isGathered(first.kind)) {
      await resolveNames(context, first.kind, { id: first.id });
      const wanted = { parent: listParentOf(first), ids: group.map(({ id }) => id) };
      return [...(await readInList(context, first.kind, wanted))];
    }
    if (first.kind.collection.style === 'revisions') return await readRevisionGroup(context, first.kind, group);
    return await readJsonGroup(context, group);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return group.map(({ id }) => [id, { state: 'absent' }] as const);
  }
}

/** The parent whose list a resource stands in. */
function listParentOf({ id, kind }: WantedResource): ResourceId {
  return kind.scope === 'organization' ? '' : parentId(id);
}

/** Resources in one answer: the one that is read, and those embedded in it. */
async function readJsonGroup(context: ReadContext, group: readonly WantedResource[]): Promise<Found> {
  const [first] = group;
  if (first === undefined) return [];
  const at = first.kind.readWith?.(first.id) ?? first.id;
  const own = at === first.id ? first.kind : scopeOf(context, first.kind);
  const found = await readBody(context, own, at);
  if (found === undefined) return group.map(({ id }) => [id, { state: 'absent' }] as const);
  const spoiled = embeddedIn(context, own).find(({ field }) => isNoList(found.body[field]));
  if (spoiled !== undefined) throw unexpectedAnswer({ method: 'GET', path: at }, `no list in ${spoiled.field}`);
  const { own: reading, embedded } = await resourceReadings(context, own, { id: at, ...found });
  await resolveNames(context, own, { id: at, body: found.body });
  await resolveRevisions(context, own, { id: at, body: found.body });
  await resolveKeys(context, own, found.body);
  const resources = embedded.flatMap((inner) => (inner.type === 'resource' ? [inner] : []));
  return group.map(({ id }) => {
    if (id === at) {
      const { content, marks, label } = reading;
      return [
        id,
        present({ content, marks, label, ...(resources.length === 0 ? {} : { embedded: resources }) }),
      ] as const;
    }
    const inner = resources.find((resource) => resource.id === id);
    return [id, inner === undefined ? { state: 'absent' as const } : present(inner)] as const;
  });
}

type Present = Extract<LiveReading, { state: 'present' }>;

function present(found: {
  readonly content: Present['content'];
  readonly marks?: Present['marks'] | undefined;
  readonly label?: string | undefined;
  readonly embedded?: Present['embedded'];
}): Present {
  return {
    state: 'present',
    content: found.content,
    ...(found.marks === undefined ? {} : { marks: found.marks }),
    ...(found.label === undefined ? {} : { label: found.label }),
    ...(found.embedded === undefined ? {} : { embedded: found.embedded }),
  };
}

/** The body at the resource's path; where that answers a list, its element of this id. */
async function readBody(context: ReadContext, kind: Kind, id: ResourceId): Promise<Omit<FoundBody, 'id'> | undefined> {
  if (hasSealedName(kind, id) && kind.collection.style === 'page-token') {
    // The tag does not tell the name: the list is read to where it stands.
    const sealing = { ...context, sealsNames: () => true };
    return findInPages(sealing, kind, { id, path: kind.collection.list(parentId(id)), collection: kind.collection });
  }
  if (kind.collection.style === 'newest')
    return readNewestOf(context, kind, { id, parent: scopeIdOf(context, kind, id), collection: kind.collection });
  const call = await findReadCall(context, kind, id);
  if (call === undefined) return undefined;
  if (kind.collection.style === 'page-token' && kind.pathItems !== undefined)
    return findInPages(context, kind, { id, path: call.path, collection: kind.collection });
  const told = kind.bodyOfId?.(id);
  if (told !== undefined) return withRawField(context, kind, { id, body: told, text: JSON.stringify(told) });
  const answer = await context.transport.call(call);
  context.transport.countFloor(1);
  if (!isJsonObject(answer.json)) throw noObject(id);
  if (kind.pathItems === undefined) {
    if (saysNothing(kind, answer.json, call)) return undefined;
    const found = await withRawField(context, kind, { id, body: answer.json, text: answer.text });
    await noticeQuietly(context, kind, { id, ...found });
    return found;
  }
  if (isNoList(answer.json[kind.pathItems])) throw unexpectedAnswer(call, `no list in ${kind.pathItems}`);
  const texts = sliceElements(answer.text, kind.pathItems);
  for (const [index, body] of arrayField(answer.json, kind.pathItems).entries()) {
    const text = texts[index];
    if (isJsonObject(body) && text !== undefined && kind.idOf(body, '', context) === id) return { body, text };
  }
  return undefined;
}

/** The element of this id in a list by tokens; what stands under an id that the server made is found by reading the list. */
async function findInPages(
  context: ReadContext,
  kind: Kind,
  wanted: { readonly id: ResourceId; readonly path: string; readonly collection: CollectionOf<'page-token'> },
): Promise<{ readonly body: JsonObject; readonly text: string } | undefined> {
  const { id, path, collection } = wanted;
  for (const pass of collection.passes?.queries ?? [{}]) {
    const query = { ...collection.query, ...pass };
    for await (const { items } of tokenPages(context.transport, { ...collection, path, query })) {
      const found = items.find(({ body }) => kind.idOf(body, parentId(id), context) === id);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Index keys only: marks and evidence belong to listings. */
async function noticeQuietly(
  context: ReadContext,
  kind: Kind,
  found: { readonly id: ResourceId; readonly body: JsonObject; readonly text: string },
): Promise<void> {
  for (const key of kind.indexKeys?.(found.body, found.id) ?? []) context.memory.index(kind.name, key, found.id);
}

/** What the body names by keys of other kinds' resources is looked up where this run has not met it. What is not there stays unknown. */
async function resolveKeys(context: ReadContext, kind: Kind, body: JsonObject): Promise<void> {
  for (const { kind: name, key } of kind.refersByKey?.(body) ?? []) {
    const other = context.kinds[name];
    if (other.pathByKey === undefined || context.memory.find(name, key) !== undefined) continue;
    try {
      const { json } = await context.transport.call({ method: 'GET', path: other.pathByKey(key), access: 'read' });
      context.transport.countFloor(1);
      const id = isJsonObject(json) ? other.idOf(json, '', context) : undefined;
      if (id !== undefined) context.memory.index(name, key, id);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** A deployment names a revision by its number; what that number holds has to be known to compare it. */
async function resolveRevisions(
  context: ReadContext,
  kind: Kind,
  found: { readonly id: ResourceId; readonly body: JsonObject },
): Promise<void> {
  for (const name of kind.resolvesAgainst ?? []) {
    const other = context.kinds[name];
    const label = kind.label?.(found.body, found.id);
    if (other.collection.style !== 'revisions' || label === undefined) continue;
    const revision = parseRevisionLabel(label);
    if (revision === undefined || context.memory.find(name, label) !== undefined) continue;
    const remembered = await recallRevision(context, other, revision);
    if (remembered === undefined) {
      const owner = { id: revision.owner, createdAt: '' };
      await downloadRevision(context, other, { owner, number: revision.number });
    } else {
      context.memory.index(name, label, remembered);
    }
  }
}

/**
 * Revisions of one owner. The anchor is the owner's creation time and numbers: as long as it stays, no revision came or
 * went. Numbers whose content is known are not downloaded to look for another; a present one always is. What a point knows
 * of a number may have changed since: one that was there is looked for in all of them before it is called gone.
 */
async function readRevisionGroup(context: ReadContext, kind: Kind, group: readonly WantedResource[]): Promise<Found> {
  const [first] = group;
  if (first === undefined) return [];
  const ownerId = kind.readWith?.(first.id) ?? first.id;
  const owner = await readOwner(context, ownerId, { scope: scopeOf(context, kind), collection: revisionsOf(kind) });
  // Deployments of its revisions need not ask for its creation time.
  void context.memory.ownerOnce(ownerId, () => Promise.resolve(owner));
  const anchor = `${owner.createdAt}:${owner.numbers.join(',')}`;
  const missing = new Set(group.map(({ id }) => id));
  const found = new Map<ResourceId, LiveReading>();
  const read = async (number: string): Promise<void> => {
    const revision = await downloadRevision(context, kind, { owner, number });
    if (!missing.delete(revision.id)) return;
    found.set(revision.id, {
      state: 'present',
      content: revision.content,
      marks: { of: owner.createdAt, numbers: numbersOf(context, kind, { owner, id: revision.id }) },
      label: revisionLabel(owner.id, number),
      anchor,
    });
  };
  const passedOver: string[] = [];
  // Newest first: what was imported or changed lately is most likely what is looked for.
  for (const number of owner.numbers.toReversed()) {
    if (missing.size === 0) break;
    const known = findRevision(context, kind, { owner, number });
    if (known !== undefined && !missing.has(known)) passedOver.push(number);
    else await read(number);
  }
  const isSought = (): boolean => group.some(({ id, wasThere }) => wasThere === true && missing.has(id));
  for (const number of passedOver) if (isSought()) await read(number);
  return group.map(({ id }) => [id, found.get(id) ?? { state: 'absent', anchor }] as const);
}

/** All numbers known to hold this revision. */
function numbersOf(
  context: ReadContext,
  kind: Kind,
  revision: { readonly owner: RevisionOwner; readonly id: ResourceId },
): JsonObject {
  const { owner, id } = revision;
  const numbers = owner.numbers.filter((number) => findRevision(context, kind, { owner, number }) === id);
  return Object.fromEntries(numbers.map((number) => [number, { frozen: false, item: '' }]));
}

function scopeOf(context: ReadContext, kind: Kind): Kind {
  return kind.scope === 'organization' ? kind : context.kinds[kind.scope];
}

function noObject(id: ResourceId): RemoteError {
  return new RemoteError({
    code: 'REMOTE_ANSWER_INVALID',
    message: `The answer for ${id} is no JSON object.`,
    operation: `GET ${id}`,
    resource: id,
  });
}
