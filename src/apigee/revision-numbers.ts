import type { EntryCore } from '../core/entry.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringField } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { encodeSegment, idSegments, joinId, type ResourceId } from '../core/resource.ts';
import { unexpectedAnswer } from './answer-error.ts';
import { listWhole } from './list-pages.ts';
import { type CollectionOf, itemMark, type ReadContext } from './read-context.ts';
import type { RevisionOwner } from './revision-owner.ts';

/** What is known of one revision number of an owner. */
export interface NumberMark {
  readonly createdAt?: string;
  readonly lastModifiedAt?: string;
  /** We ourselves saw it deployed: it cannot change any more. */
  readonly frozen: boolean;
  /** Of the highest, and of those that may change: the owner's item of the list, hashed, at the time of reading. */
  readonly item?: string;
}

/** Marks of a revision resource: its numbers and the creation time of the owner to which these belong. */
export interface RevisionMarks {
  readonly of: string;
  readonly numbers: { readonly [number: string]: NumberMark };
}

/** Reads an owner's numbers and creation time from its item in a list or its own body; undefined where they are no numbers. */
function ownerFrom(
  context: ReadContext,
  id: ResourceId,
  source: { readonly body: JsonObject; readonly field: string },
): RevisionOwner | undefined {
  const { body, field } = source;
  const metadata = body['metaData'];
  const createdAt =
    (isJsonObject(metadata) ? stringField(metadata, 'createdAt') : undefined) ?? stringField(body, 'createdAt') ?? '';
  const listed = body[field] === undefined ? [] : body[field];
  if (!Array.isArray(listed)) return undefined;
  const elements: readonly JsonValue[] = listed;
  const numbers = elements.filter((number) => typeof number === 'string').filter((number) => /^\d+$/.test(number));
  // A number that is none could be any revision: leaving it out would lose one in silence.
  if (numbers.length < elements.length) return undefined;
  return {
    id,
    createdAt,
    numbers: [...new Set(numbers)].sort((a, b) => Number(a) - Number(b)),
    mark: itemMark(context, body),
  };
}

/** The owner as the last listing or reading told it; read at its own path when none did. */
export async function findOrReadOwner(
  context: ReadContext,
  id: ResourceId,
  source: { readonly scope: Kind; readonly collection: CollectionOf<'revisions'> },
): Promise<RevisionOwner> {
  return findOwner(context, id, source) ?? readOwner(context, id, source);
}

/** The owner as a list told of it; undefined where none told its revisions, or told something else in their place. */
export function findOwner(
  context: ReadContext,
  id: ResourceId,
  { collection: { field } }: { readonly collection: CollectionOf<'revisions'> },
): RevisionOwner | undefined {
  const body = context.memory.findOwner(id);
  return body !== undefined && Array.isArray(body[field]) ? ownerFrom(context, id, { body, field }) : undefined;
}

/** The owner as it is now. RemoteError with status 404 when it is not there, `REMOTE_ANSWER_INVALID` when its revisions have no numbers. */
export async function readOwner(
  context: ReadContext,
  id: ResourceId,
  source: { readonly scope: Kind; readonly collection: CollectionOf<'revisions'> },
): Promise<RevisionOwner> {
  const { field } = source.collection;
  const call = { method: 'GET', path: source.scope.path?.(id) ?? id, access: 'read' } as const;
  const answer = await context.transport.call(call);
  context.transport.countFloor(1);
  const body = isJsonObject(answer.json) ? answer.json : {};
  const owner = ownerFrom(context, id, { body, field });
  if (owner === undefined) throw unexpectedAnswer(call, `something other than numbers in ${field}`);
  return owner;
}

/** `apis/orders@7`: how people and deployments call a revision. */
export function revisionLabel(owner: ResourceId, number: string): string {
  return `${idSegments(owner).join('/')}@${number}`;
}

/** The owner and the number in a label. */
export function parseRevisionLabel(label: string): { readonly owner: ResourceId; readonly number: string } | undefined {
  const match = /^(?<owner>.+)@(?<number>\d+)$/.exec(label);
  const owner = match?.groups?.['owner'];
  const number = match?.groups?.['number'];
  if (owner === undefined || number === undefined) return undefined;
  return { owner: joinId(...owner.split('/').map(encodeSegment)), number };
}

/** Kinds whose resources say which revisions of `kind` are deployed. */
function deploymentKindsOf(
  context: ReadContext,
  kind: Kind,
): { readonly kind: Kind; readonly collection: CollectionOf<'whole'> }[] {
  return Object.values(context.kinds).flatMap((other) =>
    other.resolvesAgainst?.includes(kind.name) === true && other.collection.style === 'whole'
      ? [{ kind: other, collection: other.collection }]
      : [],
  );
}

/** The name of a shared list when it is read a second time. */
export function againKey(parent: ResourceId): string {
  return `again ${parent}`;
}

/** Labels of the revisions that are deployed anywhere. The list is shared with the (re)listing of the deployments themselves. */
export async function listDeployed(
  context: ReadContext,
  kind: Kind,
  pass: 'first' | 'again',
): Promise<ReadonlySet<string>> {
  const labels = new Set<string>();
  for (const { kind: deployment, collection } of deploymentKindsOf(context, kind)) {
    const items = await context.memory.sharedList(deployment, pass === 'first' ? '' : againKey(''), () =>
      listWhole(context.transport, { ...collection, path: collection.list('') }),
    );
    for (const { body } of items) {
      const id = deployment.idOf(body, '', context);
      if (id !== undefined && deployment.label !== undefined) labels.add(deployment.label(body, id));
    }
  }
  return labels;
}

/** Known numbers per owner: number to mark and entry. */
export type KnownNumbers = ReadonlyMap<ResourceId, ReadonlyMap<string, KnownNumber>>;

export interface KnownNumber {
  readonly id: ResourceId;
  readonly of: string;
  readonly mark: NumberMark;
}

/** Sorts what is known by owner and number. */
export function knownNumbers(known: ReadonlyMap<ResourceId, EntryCore> | undefined): KnownNumbers {
  const byOwner = new Map<ResourceId, Map<string, KnownNumber>>();
  for (const entry of known?.values() ?? []) {
    const numbers = entry.marks?.['numbers'];
    const of = entry.marks === undefined ? undefined : stringField(entry.marks, 'of');
    if (!isJsonObject(numbers) || of === undefined) continue;
    const owner = entry.id.split('/').slice(0, -2).join('/');
    const known = byOwner.get(owner) ?? new Map<string, KnownNumber>();
    byOwner.set(owner, known);
    for (const [number, mark] of Object.entries(numbers)) {
      if (isJsonObject(mark)) known.set(number, { id: entry.id, of, mark: markFrom(mark) });
    }
  }
  return byOwner;
}

function markFrom(mark: JsonObject): NumberMark {
  const text = (field: string) => {
    const value = stringField(mark, field);
    return value === undefined ? {} : { [field]: value };
  };
  return { frozen: mark['frozen'] === true, ...text('createdAt'), ...text('lastModifiedAt'), ...text('item') };
}
