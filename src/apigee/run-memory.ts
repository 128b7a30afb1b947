import type { Sorter, SorterFactory } from '../app/ports/surroundings.ts';
import type { EntryCore } from '../core/entry.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Gap } from '../core/ledger.ts';
import type { KindName } from '../core/kinds/kind-name.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import { ByteRoom } from './byte-room.ts';
import { CompactMap } from './hash-table.ts';
import { type KnownIds, loadKnownIds } from './known-ids.ts';
import type { ListItem } from './list-pages.ts';
import { ParentTally } from './parent-tally.ts';
import type { RevisionOwner } from './revision-owner.ts';
import type { ApiAnswer } from './transport.ts';

/** What a list said of a resource, to tell later whether it moved. */
export interface ListedMark {
  readonly id: ResourceId;
  readonly mark: string;
}

/** The names that the resources of one kind have for those of another, against which a list is checked. */
export interface CrossCheckEvidence {
  readonly tally: ParentTally;
  /** Parents whose array was as long as the server makes it. */
  readonly full: ResourceId[];
  /** False while no parent had the array at all. */
  anyNamed: boolean;
}

const BUNDLES_BYTES = 64 * 1024 * 1024;

/** What reading has learnt in this run and later reading needs. Bounded: what grows with the organization is spilled or compact. */
export class RunMemory {
  readonly sorterFactory: SorterFactory;
  /** For bundles that wait for their owner's other revisions; where there is no more they are downloaded again. */
  readonly bundles = new ByteRoom(BUNDLES_BYTES);
  readonly #indexes = new Map<KindName, CompactMap>();
  readonly #gaps = new Map<KindName, Gap[]>();
  readonly #compared = new Set<KindName>();
  readonly #marks = new Map<KindName, Sorter<ListedMark>>();
  readonly #evidence = new Map<KindName, CrossCheckEvidence>();
  readonly #longLists = new Map<KindName, Set<ResourceId>>();
  readonly #foreseen = new Map<KindName, number>();
  readonly #owners = new Map<ResourceId, JsonObject>();
  readonly #movedOwners = new Map<KindName, Set<ResourceId>>();
  readonly #ownersOnce = new Map<ResourceId, Promise<RevisionOwner>>();
  #profile: ApiAnswer | undefined;
  #isProfileOffered = false;
  readonly #lists = new Map<string, Promise<readonly ListItem[]>>();
  readonly #serverNames = new Map<ResourceId, string>();
  readonly #knownIds = new Map<KindName, Promise<KnownIds>>();
  #recognised: ((kind: KindName) => AsyncIterable<EntryCore>) | undefined;
  #versionOf: (kind: KindName) => number | undefined = () => undefined;

  constructor(sorterFactory: SorterFactory) {
    this.sorterFactory = sorterFactory;
  }

  /** What the service answered when it was asked for the organization itself. */
  noteProfile(answer: ApiAnswer): void {
    this.#profile = answer;
  }

  /** The organization itself was written: what it has of add-ons may be something else now. */
  forgetProfile(): void {
    this.#profile = undefined;
    this.#isProfileOffered = false;
  }

  /** Lets the next reader of the organization have the profile that was noted. */
  offerProfile(): void {
    this.#isProfileOffered = true;
  }

  /** The organization's profile; undefined when it was not read. */
  get profile(): JsonObject | undefined {
    return isJsonObject(this.#profile?.json) ? this.#profile.json : undefined;
  }

  /** The answer that was offered, once: who reads the organization later has to ask again. */
  takeProfile(): ApiAnswer | undefined {
    const offered = this.#isProfileOffered ? this.#profile : undefined;
    this.#isProfileOffered = false;
    return offered;
  }

  index(kind: KindName, key: string, id: ResourceId): void {
    getOrMake(this.#indexes, kind, () => new CompactMap()).set(key, id);
  }

  find(kind: KindName, key: string): ResourceId | undefined {
    return this.#indexes.get(kind)?.find(key);
  }

  addGap(kind: KindName, gap: Gap): void {
    getOrMake(this.#gaps, kind, () => []).push(gap);
  }

  gaps(kind: KindName): readonly Gap[] {
    return this.#gaps.get(kind) ?? [];
  }

  /** Marks of the first listing of `kind`, by id. */
  marks(kind: KindName): Sorter<ListedMark> {
    return getOrMake(this.#marks, kind, () => this.sorterFactory<ListedMark>((listed) => listed.id));
  }

  /** Notes the mark of a listed resource; once the first listing is compared with a second, no more belong to it. */
  async noteMark(kind: KindName, listed: ListedMark): Promise<void> {
    if (!this.#compared.has(kind)) await this.marks(kind).add(listed);
  }

  /** The marks of the first listing, which has come to its end. */
  marksToCompare(kind: KindName): Sorter<ListedMark> {
    this.#compared.add(kind);
    return this.marks(kind);
  }

  /** What speaks for the completeness of the list of `kind`. */
  evidence(kind: KindName): CrossCheckEvidence {
    return getOrMake(this.#evidence, kind, () => ({
      tally: new ParentTally(),
      full: [],
      anyNamed: false,
    }));
  }

  findEvidence(kind: KindName): CrossCheckEvidence | undefined {
    return this.#evidence.get(kind);
  }

  /** The list of this parent has more than one page: one in the middle could be left out unseen. */
  noteLongList(kind: KindName, parent: ResourceId): void {
    getOrMake(this.#longLists, kind, () => new Set()).add(parent);
  }

  isLongList(kind: KindName, parent: ResourceId): boolean {
    return this.#longLists.get(kind)?.has(parent) === true;
  }

  /** So many more reads of the kind are to come, as was just learnt. */
  foresee(kind: KindName, reads: number): void {
    this.#foreseen.set(kind, (this.#foreseen.get(kind) ?? 0) + reads);
  }

  /** A read of the kind begins, whether or not something told that it would come. */
  begin(kind: KindName): void {
    this.foresee(kind, -1);
  }

  /** Reading the kind has ended, whatever was still to come. */
  endForeseeing(kind: KindName): void {
    this.#foreseen.delete(kind);
  }

  /** Reads of all kinds that are known to be to come. */
  get foreseen(): number {
    // What no list told of begins without having been foreseen.
    return [...this.#foreseen.values()].reduce((sum, reads) => sum + Math.max(0, reads), 0);
  }

  /** What lists or bodies said of a resource that has revisions. */
  setOwner(id: ResourceId, body: JsonObject): void {
    this.#owners.set(id, body);
  }

  findOwner(id: ResourceId): JsonObject | undefined {
    return this.#owners.get(id);
  }

  /** A second listing says something else of the owner, or has it for the first time. */
  moveOwner(kind: KindName, id: ResourceId, body: JsonObject): void {
    this.#owners.set(id, body);
    getOrMake(this.#movedOwners, kind, () => new Set()).add(id);
  }

  /** Owners of this kind that moved or appeared between the listings. */
  movedOwners(kind: KindName): ReadonlySet<ResourceId> {
    return this.#movedOwners.get(kind) ?? new Set();
  }

  /** An owner read once in this run for what never changes of it. */
  ownerOnce(id: ResourceId, read: () => Promise<RevisionOwner>): Promise<RevisionOwner> {
    return getOrMake(this.#ownersOnce, id, read);
  }

  /** A list that two kinds need is read once; a failure is the failure of both. */
  sharedList(kind: Kind, parent: ResourceId, read: () => Promise<readonly ListItem[]>): Promise<readonly ListItem[]> {
    return getOrMake(this.#lists, `${kind.name} ${parent}`, () => {
      const list = read();
      list.catch(() => undefined);
      return list;
    });
  }

  /** The name that the server gave to what others stand under by it. */
  noteServerName(id: ResourceId, name: string): void {
    this.#serverNames.set(id, name);
  }

  findServerName(id: ResourceId): string | undefined {
    return this.#serverNames.get(id);
  }

  /** What `Organization.recognise` was told last. */
  recognise(
    known: (kind: KindName) => AsyncIterable<EntryCore>,
    versionOf: (kind: KindName) => number | undefined = () => undefined,
  ): void {
    this.#recognised = known;
    this.#versionOf = versionOf;
    this.#knownIds.clear();
  }

  /** The ids that a point gives resources of `kind` that share natural keys; none where no point was named. */
  knownIds(kind: KindName): Promise<KnownIds> {
    const recognised = this.#recognised;
    if (recognised === undefined) return Promise.resolve(new Map());
    return getOrMake(this.#knownIds, kind, () => loadKnownIds(recognised(kind)));
  }

  /** The canonical version by which what is recognised is hashed; undefined is the newest. */
  canonicalVersion(kind: KindName): number | undefined {
    return this.#versionOf(kind);
  }

  async close(): Promise<void> {
    for (const sorter of this.#marks.values()) await sorter.close();
  }
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
