import type { Reading, ReadRequest } from '../app/ports/organization.ts';
import { InternalError } from '../core/errors.ts';
import type { Content } from '../core/entry.ts';
import type { JsonObject } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { idName, type ResourceId } from '../core/resource.ts';
import { digestBundle, readDescriptorFacts } from './bundle-digest.ts';
import { deriveBundleFacts } from './bundle-facts.ts';
import { rootsOnce } from './bundle-xml.ts';
import { readBundleZip } from './bundle-zip.ts';
import { concurrently } from './concurrently.ts';
import { type CollectionOf, gapOf, gapReading, isNotFound, type ReadContext } from './read-context.ts';
import {
  findOrReadOwner,
  findOwner,
  type KnownNumber,
  knownNumbers,
  type KnownNumbers,
  listDeployed,
  type NumberMark,
  readOwner,
  type RevisionMarks,
  revisionLabel,
} from './revision-numbers.ts';
import type { RevisionOwner } from './revision-owner.ts';

export type BundleContent = Extract<Content, { type: 'bundle' }>;

/** A revision that was downloaded. */
export interface DownloadedRevision {
  readonly id: ResourceId;
  readonly content: BundleContent;
  readonly createdAt?: string;
  readonly lastModifiedAt?: string;
}

/** How many owners are read at once; their revisions come one after the other. */
const OWNERS_AT_ONCE = 32;

/** Downloads one revision and names it by its content; from then on deployments of this number resolve to it. */
export async function downloadRevision(
  context: ReadContext,
  kind: Kind,
  revision: { readonly owner: Pick<RevisionOwner, 'id' | 'createdAt'>; readonly number: string },
): Promise<DownloadedRevision> {
  const { owner, number } = revision;
  const collection = revisionsOf(kind);
  const label = revisionLabel(owner.id, number);
  const zip = await context.transport.download(collection.bundle(owner.id, number), { format: 'bundle' }, label);
  context.transport.countFloor(1);
  const files = await readBundleZip(zip, label);
  const findRoot = rootsOnce();
  const digest = digestBundle(files, context.hasher, findRoot);
  const times = readDescriptorFacts(files, findRoot);
  const id = kind.idOf({ digest, number, name: idName(owner.id), ...times }, owner.id, context);
  if (id === undefined) throw new InternalError(`${kind.name} has no id for a digest.`);
  noteRevision(context, kind, { owner, number, id });
  return { id, content: { type: 'bundle', files, facts: deriveBundleFacts(files, findRoot) }, ...times };
}

/** From now on this number of the owner is known to be that revision. */
export function noteRevision(
  context: ReadContext,
  kind: Kind,
  revision: {
    readonly owner: Pick<RevisionOwner, 'id' | 'createdAt'>;
    readonly number: string;
    readonly id: ResourceId;
    /** False when a point says so; then deployments of this number do not resolve to it before it was compared. */
    readonly isLive?: boolean;
  },
): void {
  const { owner, number, id, isLive = true } = revision;
  const label = revisionLabel(owner.id, number);
  if (isLive) context.memory.index(kind.name, label, id);
  context.memory.index(kind.name, `${label} ${owner.createdAt}`, id);
}

/** The revision that this number of this very owner (not one that was deleted and made again) is known to be. */
export function findRevision(
  context: ReadContext,
  kind: Kind,
  revision: { readonly owner: RevisionOwner; readonly number: string },
): ResourceId | undefined {
  const { owner, number } = revision;
  return context.memory.find(kind.name, `${revisionLabel(owner.id, number)} ${owner.createdAt}`);
}

export function revisionsOf(kind: Kind): CollectionOf<'revisions'> {
  if (kind.collection.style !== 'revisions') throw new InternalError(`${kind.name} is no kind of revisions.`);
  return kind.collection;
}

/** Revisions of the request's parents. Numbers with equal content are one resource. */
export async function* readRevisions(context: ReadContext, request: ReadRequest): AsyncGenerator<Reading> {
  const { kind } = request;
  const reading = new RevisionsReading(context, request);
  try {
    await reading.prepare();
  } catch (error) {
    const gap = gapOf(error, '');
    const reason = `Which revisions are deployed cannot be told: ${gap.reason}`;
    yield gapReading(context, kind, { ...gap, state: gap.state === 'denied' ? 'denied' : 'failed', reason });
  }
  reading.foresee();
  for await (const owner of concurrently(request.parents, OWNERS_AT_ONCE, (parent) => reading.readOwner(parent))) {
    yield* owner.readings;
    for (const read of owner.left) yield* await read();
    context.memory.bundles.release(owner.heldBytes);
  }
}

/** What became of an owner's revisions. */
interface OwnerReadings {
  readonly readings: readonly Reading[];
  /** Of bundles for which there was no room: downloaded again one by one. */
  readonly left: readonly (() => Promise<readonly Reading[]>)[];
  /** Of the bundles among the readings. */
  readonly heldBytes: number;
}

interface NumberReading {
  readonly number: string;
  readonly id: ResourceId;
  readonly mark: NumberMark;
  readonly content?: BundleContent;
}

export class RevisionsReading {
  readonly #context: ReadContext;
  readonly #request: ReadRequest;
  readonly #known: KnownNumbers;
  #deployed: ReadonlySet<string> = new Set();

  constructor(context: ReadContext, request: ReadRequest) {
    this.#context = context;
    this.#request = request;
    this.#known = knownNumbers(request.known);
  }

  /** Learns what is deployed. */
  async prepare(pass: 'first' | 'again' = 'first'): Promise<void> {
    this.#deployed = await listDeployed(this.#context, this.#request.kind, pass);
  }

  /** Tells how many bundles will be downloaded, as far as lists said what revisions there are. */
  foresee(): void {
    const { kind, parents } = this.#request;
    const { memory } = this.#context;
    const owners = parents.flatMap((parent) => findOwner(this.#context, parent, this.#source()) ?? []);
    const numbers = owners.flatMap((owner) =>
      this.#selected(owner).filter((number) => this.#isToDownload(owner, number)),
    );
    memory.foresee(kind.name, numbers.length);
  }

  #isToDownload(owner: RevisionOwner, number: string): boolean {
    const known = this.#known.get(owner.id)?.get(number);
    // Whether the highest one is the same is not known yet: no more is foreseen than comes.
    return known === undefined || !this.#stillHolds(known, owner, true);
  }

  /** Revisions among the numbers to take that this run has not met, downloaded to learn what they are. */
  async readNewNumbers(ownerId: ResourceId): Promise<readonly ResourceId[]> {
    const { kind } = this.#request;
    const owner = await findOrReadOwner(this.#context, ownerId, this.#source());
    const met = new Set(owner.numbers.map((number) => findRevision(this.#context, kind, { owner, number })));
    const found = new Set<ResourceId>();
    for (const number of this.#selected(owner)) {
      if (findRevision(this.#context, kind, { owner, number }) !== undefined) continue;
      const { id } = await downloadRevision(this.#context, kind, { owner, number });
      if (!met.has(id)) found.add(id);
    }
    return [...found];
  }

  #source(): { readonly scope: Kind; readonly collection: CollectionOf<'revisions'> } {
    const { kind } = this.#request;
    if (kind.scope === 'organization') throw new InternalError(`${kind.name} has no scope.`);
    return { scope: this.#context.kinds[kind.scope], collection: revisionsOf(kind) };
  }

  async readOwner(parent: ResourceId): Promise<OwnerReadings> {
    const { kind } = this.#request;
    const none = { left: [], heldBytes: 0 };
    await this.#context.memory.bundles.whenHalfFree();
    try {
      const owner = await findOrReadOwner(this.#context, parent, this.#source());
      return await this.#readNumbers(owner);
    } catch (error) {
      if (isNotFound(error)) return { ...none, readings: [] };
      return { ...none, readings: [gapReading(this.#context, kind, gapOf(error, parent))] };
    }
  }

  async #readNumbers(owner: RevisionOwner): Promise<OwnerReadings> {
    const readings: Reading[] = [];
    const left: (() => Promise<readonly Reading[]>)[] = [];
    const numbers = this.#selected(owner);
    const top = this.#highestKnown(owner);
    const read = new Map<string, NumberReading>();
    let topIsSame = false;
    for (const number of top === undefined ? numbers : [top, ...numbers.filter((other) => other !== top)]) {
      try {
        const revision = await this.#readNumber(owner, number, { topIsSame, isLast: number === numbers.at(-1) });
        read.set(number, revision);
        if (number === top) topIsSame = this.#isSame(owner, revision);
      } catch (error) {
        readings.push(...(await this.#numberGap(error, owner, number)));
      }
    }
    const byId = Map.groupBy(
      numbers.flatMap((number) => read.get(number) ?? []),
      ({ id }) => id,
    );
    let heldBytes = 0;
    for (const [id, revisions] of byId) {
      heldBytes += revisions.reduce((sum, revision) => sum + sizeOf(revision.content), 0);
      const emitted = this.#emit(owner, id, revisions);
      if (typeof emitted === 'function') left.push(emitted);
      else readings.push(...emitted);
    }
    return { readings, left, heldBytes };
  }

  /** Deployed ones, those known, and the newest. */
  #selected(owner: RevisionOwner): string[] {
    const { newest } = this.#request.revisions;
    const known = this.#known.get(owner.id);
    const firstNewest = newest === 'all' ? 0 : owner.numbers.length - newest;
    return owner.numbers.filter(
      (number, index) => index >= firstNewest || known?.has(number) === true || this.#isDeployed(owner, number),
    );
  }

  #isDeployed(owner: RevisionOwner, number: string): boolean {
    return this.#deployed.has(revisionLabel(owner.id, number));
  }

  /** The highest number that is still there of those that were there. */
  #highestKnown(owner: RevisionOwner): string | undefined {
    const known = this.#known.get(owner.id);
    return owner.numbers.findLast((number) => known?.get(number)?.of === owner.createdAt);
  }

  /** Whether a number still means the revision that it meant, which may have been changed in place. */
  #isSame(owner: RevisionOwner, { id, number, mark }: NumberReading): boolean {
    const known = this.#known.get(owner.id)?.get(number);
    if (mark.createdAt === undefined || known?.mark.createdAt === undefined) return known?.id === id;
    return mark.createdAt === known.mark.createdAt;
  }

  async #readNumber(
    owner: RevisionOwner,
    number: string,
    place: { readonly topIsSame: boolean; readonly isLast: boolean },
  ): Promise<NumberReading> {
    const { kind } = this.#request;
    const frozenNow = this.#isDeployed(owner, number);
    const known = this.#known.get(owner.id)?.get(number);
    if (known !== undefined && this.#stillHolds(known, owner, place.topIsSame)) {
      noteRevision(this.#context, kind, { owner, number, id: known.id });
      const frozen = known.mark.frozen || frozenNow;
      return { number, id: known.id, mark: this.#mark(owner, known.mark, { frozen, isLast: place.isLast }) };
    }
    this.#context.memory.begin(kind.name);
    const { id, content, ...times } = await downloadRevision(this.#context, kind, { owner, number });
    const revision = { number, id, mark: this.#mark(owner, times, { frozen: frozenNow, isLast: place.isLast }) };
    return this.#context.memory.bundles.take(sizeOf(content)) ? { ...revision, content } : revision;
  }

  /**
   * Of an owner that did not move since, or frozen for good; and of this owner, not of one of the same name before it. A service that
   * counts on from the highest number that is there gives a number again (facts 8): never one below a number that stayed, so the highest
   * of those known answers for the frozen ones below it.
   */
  #stillHolds(known: KnownNumber, owner: RevisionOwner, topIsSame: boolean): boolean {
    return known.of === owner.createdAt && (known.mark.item === owner.mark || (known.mark.frozen && topIsSame));
  }

  #mark(
    owner: RevisionOwner,
    times: Omit<NumberMark, 'frozen'>,
    { frozen, isLast }: { readonly frozen: boolean; readonly isLast: boolean },
  ): NumberMark {
    const { item: _, ...rest } = times;
    const { createdAt, lastModifiedAt } = rest;
    return {
      frozen,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(lastModifiedAt === undefined ? {} : { lastModifiedAt }),
      ...(frozen && !isLast ? {} : { item: owner.mark }),
    };
  }

  /** The revision's readings, or how to get them where its bundle was not held. */
  #emit(
    owner: RevisionOwner,
    id: ResourceId,
    revisions: readonly NumberReading[],
  ): readonly Reading[] | (() => Promise<readonly Reading[]>) {
    const { kind, known, wanted } = this.#request;
    if (!wanted(id)) return [];
    const marks: RevisionMarks & JsonObject = {
      of: owner.createdAt,
      numbers: Object.fromEntries(revisions.map((revision) => [revision.number, { ...revision.mark }])),
    };
    if (sameMarks(known?.get(id)?.marks, marks)) return [{ type: 'unchanged', kind: kind.name, id }];
    const shown = revisions.findLast((revision) => this.#isDeployed(owner, revision.number)) ?? revisions.at(-1);
    if (shown === undefined) return [];
    const { number } = shown;
    const label = revisionLabel(owner.id, number);
    const held = revisions.find((revision) => revision.content !== undefined)?.content;
    if (held !== undefined) return [{ type: 'resource', kind: kind.name, id, content: held, marks, label }];
    return async () => {
      try {
        const { content } = await downloadRevision(this.#context, kind, { owner, number });
        return [{ type: 'resource', kind: kind.name, id, content, marks, label }];
      } catch (error) {
        return this.#numberGap(error, owner, number);
      }
    };
  }

  /** Which digest an unread number has is not known, so nothing is known of the owner's revisions that were not read. */
  async #numberGap(error: unknown, owner: RevisionOwner, number: string): Promise<readonly Reading[]> {
    const { kind } = this.#request;
    const label = revisionLabel(owner.id, number);
    const gap = gapOf(error, owner.id);
    const named = { ...gap, reason: `${label}: ${gap.reason}` };
    if (!isNotFound(error)) return [gapReading(this.#context, kind, named)];
    try {
      const now = await readOwner(this.#context, owner.id, this.#source());
      if (!now.numbers.includes(number)) return [];
      return [gapReading(this.#context, kind, { ...named, state: 'vanished' })];
    } catch (second) {
      return isNotFound(second) ? [] : [gapReading(this.#context, kind, gapOf(second, owner.id))];
    }
  }
}

function sizeOf(content: BundleContent | undefined): number {
  return content?.files.reduce((sum, file) => sum + file.bytes.length, 0) ?? 0;
}

function sameMarks(known: JsonObject | undefined, marks: JsonObject): boolean {
  return known !== undefined && sortedText(known) === sortedText(marks);
}

function sortedText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
