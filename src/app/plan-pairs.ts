import type { EntryComparison } from '../core/compare.ts';
import { joinEntries } from '../core/compare.ts';
import { SERVER_NAME } from '../core/colliding-ids.ts';
import { changedSecretPaths, compareFields } from '../core/compare-fields.ts';
import type { IgnoredBy } from '../core/diff.ts';
import type { Content, EntryCore } from '../core/entry.ts';
import type { IgnoreRules } from '../core/ignore-rules.ts';
import { findKindOf } from '../core/kind-of.ts';
import type { BundleFacts, CannotRestore, Desired, Kind, Live } from '../core/kinds/kind.ts';
import type { Fingerprint, Plan } from '../core/plan.ts';
import type { LiveRevision } from '../core/plan-restore.ts';
import type { ResourceId } from '../core/resource.ts';
import { compareIds, parentId } from '../core/resource.ts';
import { withhold } from '../core/opt-in.ts';
import type { RestorePair } from '../core/restore-pair.ts';
import type { Selection } from '../core/selection.ts';
import { LeftOutRevisions, revisionNumbersOf } from './left-out-revisions.ts';
import type { LiveReading, Organization } from './ports/organization.ts';
import type { PointReader, StoredEntry, Vault } from './ports/vault.ts';
import { entriesOf } from './point-scope.ts';
import type { Leftovers } from './read-left-behind.ts';
import type { LiveEntry, LiveState } from './read-live.ts';
import type { Side } from './side.ts';
import { openLive, openStored } from './side.ts';

interface PairDeps {
  readonly live: Organization;
  readonly vault: Vault;
}

/** Why an extra stays although extras are to go, and what to do about it. */
export interface Kept {
  /** `not deleted, because …`. */
  readonly why: string;
  readonly next: string;
}

/** What is said of a pair that is only shown. */
type Said = Pick<RestorePair, 'note' | 'withheld'>;

interface PairRequest {
  readonly point: PointReader;
  readonly deleteExtra: boolean;
  /** Undefined when the extra resource may be deleted. */
  readonly keptBecause: (kind: Kind, id: ResourceId) => Kept | undefined;
  readonly selection: Selection;
  readonly leftBehind: Leftovers;
  /** True for a resource of a kind that is restored only on request, when nobody asked. */
  readonly isUnnamed: (kind: Kind, id: ResourceId) => boolean;
}

type Comparison = EntryComparison<StoredEntry | LiveEntry>;

/** Opens both sides of what differs and turns it into the pairs that a restore decides about. */
export class PairLoader {
  readonly pairs: RestorePair[] = [];
  readonly liveRevisions = new Map<ResourceId, LiveRevision>();
  /** Fields that rules ignore, of resources that are written for others. */
  readonly ignoredFields: { readonly id: ResourceId; readonly paths: readonly string[] }[] = [];
  readonly liveNames = new Map<ResourceId, string>();
  readonly #deps: PairDeps;
  readonly #request: PairRequest;
  readonly #state: LiveState;
  readonly #liveFacts = new Map<ResourceId, BundleFacts>();
  readonly #leftOutRevisions: LeftOutRevisions;

  constructor(deps: PairDeps, request: PairRequest, state: LiveState) {
    this.#deps = deps;
    this.#request = request;
    this.#leftOutRevisions = new LeftOutRevisions(request.point);
    this.#state = state;
  }

  /**
   * Remembers under which names and numbers live has what: revision contents, with what those that the point lacks refer to,
   * and resources whose names the server made.
   */
  async noteLive(kind: Kind): Promise<void> {
    if (kind.collection.style !== 'revisions' && kind.mayCollide === undefined) return;
    const sides = joinEntries<LiveEntry>(entriesOf(this.#request.point, kind.name), this.#state.entries(kind.name));
    for await (const { before, after } of sides) {
      if (after === undefined) continue;
      this.noteEntry(kind, after);
      const content = after.content ?? (before === undefined ? await this.#contentOf(kind, after.id) : undefined);
      if (content?.type === 'bundle') this.#liveFacts.set(after.id, content.facts);
    }
  }

  /** Content that was taken for one of the point's, of what the point does not have. */
  async #contentOf(kind: Kind, id: ResourceId): Promise<Content | undefined> {
    if (kind.content !== 'bundle') return undefined;
    const reading = (await this.#deps.live.readOne([{ id, kind }])).get(id);
    return reading?.state === 'present' ? reading.content : undefined;
  }

  /** The same for one resource. */
  noteEntry(kind: Kind, entry: EntryCore): void {
    const name = entry.marks?.[SERVER_NAME];
    if (typeof name === 'string') this.liveNames.set(entry.id, name);
    if (kind.collection.style === 'revisions') this.#noteRevision(entry);
  }

  #noteRevision(entry: EntryCore): void {
    const number = revisionNumbersOf(entry).at(-1);
    if (number !== undefined) this.liveRevisions.set(entry.id, { number, fingerprint: fingerprintOf(entry) });
  }

  /** Takes one difference into the plan. Answers what must be called unknown instead. */
  async load(kind: Kind, comparison: Comparison): Promise<Plan['unknown'][number] | undefined> {
    // The sides were given in this order: what the point has is stored.
    const before = comparison.before as StoredEntry | undefined;
    const after: LiveEntry | undefined = comparison.after;
    if (comparison.change === 'renamed' && before !== undefined && after !== undefined) {
      await this.loadPair(kind, before.id, { stored: before }, 'chosen');
      return await this.#loadExtra(kind, after, comparison.note);
    }
    if (before === undefined) return after === undefined ? undefined : await this.#loadExtra(kind, after, undefined);
    const entries = { stored: before, ...(after === undefined ? {} : { live: after }) };
    const pair = await this.loadPair(kind, before.id, entries, 'chosen');
    return pair === undefined ? unreadable(kind, before.id) : undefined;
  }

  /**
   * Asks the rules about the fields of the pair just loaded. Where all of them are ignored it is taken out again, and the
   * rule is answered.
   */
  ignoreFields(id: ResourceId, ignore: IgnoreRules): IgnoredBy | undefined {
    const pair = this.pairs.at(-1);
    if (pair?.id !== id || pair.fields.length === 0) return undefined;
    const judged = ignore.fields(id, pair.fields.map(withoutMark));
    if (judged.ignored !== undefined) this.pairs.pop();
    else if (judged.ignoredFields.length > 0) this.ignoredFields.push({ id, paths: judged.ignoredFields });
    return judged.ignored;
  }

  async #loadExtra(
    kind: Kind,
    entry: LiveEntry,
    note = 'extra: the point does not have it',
  ): Promise<Plan['unknown'][number] | undefined> {
    if (kind.onlyGrows === true && !this.#goes(parentId(entry.id))) return undefined;
    const left = this.#request.leftBehind.why(entry.id);
    const kept = left === undefined ? await this.#whyKept(kind, entry, note) : undefined;
    const pair = await this.loadPair(
      kind,
      entry.id,
      { live: entry },
      kept === undefined ? 'chosen' : 'shown',
      kept ?? { note: left ?? note },
    );
    return pair === undefined ? unreadable(kind, entry.id) : undefined;
  }

  /** True for an extra that is deleted; what stands under others is loaded after them. */
  #goes(id: ResourceId): boolean {
    const pair = this.pairs.find((one) => one.id === id);
    return pair !== undefined && pair.desired === undefined && pair.role !== 'shown';
  }

  /** What is said of an extra that stays; undefined when it goes. One that was to go, and cannot, is told as such. */
  async #whyKept(kind: Kind, entry: LiveEntry, note: string): Promise<Said | undefined> {
    if (await this.#wasLeftOut(kind, entry))
      return { note: `${note}; it was there, and the point left it out by choice` };
    if (!this.#request.deleteExtra) {
      const suspected = this.#request.leftBehind.mayBe(entry.id);
      return { note: suspected === undefined ? note : `${note}; ${suspected}` };
    }
    const kept = this.#request.keptBecause(kind, entry.id);
    if (kept === undefined) return undefined;
    const why = `The point does not have it; it is ${kept.why}.`;
    return { note: `${note}; ${kept.why}`, withheld: { id: entry.id, code: 'KEPT', why, next: kept.next } };
  }

  /** True for a revision that was there when the point was taken, but outside its selection of revisions. */
  async #wasLeftOut(kind: Kind, entry: LiveEntry): Promise<boolean> {
    if (kind.collection.style !== 'revisions') return false;
    // A number under which the point has another content was given again since.
    const leftOut = await this.#leftOutRevisions.numbers(kind, parentId(entry.id));
    return revisionNumbersOf(entry).some((number) => leftOut?.has(number) === true);
  }

  /** Opens both sides and adds the pair. Undefined when what is live cannot be read any more: nothing is decided on it. */
  async loadPair(
    kind: Kind,
    id: ResourceId,
    entries: { readonly stored?: StoredEntry; readonly live?: LiveEntry },
    role: RestorePair['role'],
    told: Said = {},
  ): Promise<RestorePair | undefined> {
    const { point } = this.#request;
    const stored =
      entries.stored === undefined ? undefined : await openStored(point, kind, entries.stored, this.#deps.vault.hasher);
    const live = entries.live === undefined ? undefined : await this.#openLive(kind, entries.live);
    if (entries.live !== undefined && live === undefined) return undefined;
    const label = entries.stored?.label ?? entries.live?.label;
    const withheld = role === 'shown' ? told.withheld : this.#withheld(kind, id, { stored, live });
    const isToldAsChosen = this.#request.leftBehind.why(id) !== undefined;
    const said =
      (role === 'shown' ? told.note : withheld?.why) ?? (role === 'chosen' && !isToldAsChosen ? undefined : told.note);
    const pair: RestorePair = {
      kind,
      id,
      ...(stored === undefined ? {} : { desired: await this.#desired(kind, id, stored) }),
      ...(live === undefined ? {} : { live: await this.#live(kind, id, live, entries.live) }),
      ...(label === undefined ? {} : { label }),
      changedSecrets:
        stored === undefined || live === undefined ? [] : changedSecretPaths(stored.secretTags, live.secretTags),
      fingerprint: await this.#fingerprint(kind, id, live),
      fields: fieldsOf(kind, stored, live),
      role: withheld === undefined ? role : 'shown',
      ...(said === undefined ? {} : { note: said }),
      ...(withheld === undefined ? {} : { withheld }),
    };
    if (!this.#isOnlyOfOlderForm(pair)) this.pairs.push(pair);
    return pair;
  }

  /** True when the hashes differ, which are of the point's older canonical form, and the newest form shows no difference. */
  #isOnlyOfOlderForm({ kind, live, desired, fields, changedSecrets }: RestorePair): boolean {
    const isCurrent = this.#request.point.canonicalVersion(kind.name) === kind.canonicalVersion;
    return !isCurrent && live !== undefined && desired !== undefined && fields.length + changedSecrets.length === 0;
  }

  #withheld(
    kind: Kind,
    id: ResourceId,
    { stored, live }: { readonly stored: Side | undefined; readonly live: Side | undefined },
  ): CannotRestore | undefined {
    const { isUnnamed, selection } = this.#request;
    if (!isUnnamed(kind, id)) return undefined;
    const change = stored === undefined ? 'delete' : live === undefined ? 'create' : 'update';
    return withhold(kind, id, { change, selection });
  }

  async #openLive(kind: Kind, entry: LiveEntry): Promise<Side | undefined> {
    const version = this.#request.point.canonicalVersion(kind.name);
    if (entry.content !== undefined) {
      return openLive(kind, { id: entry.id, content: entry.content, ...marksOf(entry) }, this.#deps.live, version);
    }
    if (kind.content === 'bundle') return { entry, body: {}, canonical: {}, tolerant: {}, secretTags: new Map() };
    // It had the content of another resource, so it was not kept: read it once more.
    const reading = (await this.#deps.live.readOne([{ id: entry.id, kind }])).get(entry.id);
    return reading?.state === 'present'
      ? openLive(kind, { id: entry.id, ...reading }, this.#deps.live, version)
      : undefined;
  }

  async #desired(kind: Kind, id: ResourceId, side: Side): Promise<Desired> {
    const facts = side.facts ?? (await this.#factsFor(kind, side));
    return {
      id,
      body: side.body,
      canonical: side.canonical,
      tolerant: side.tolerant,
      label: side.entry.label,
      ...(facts === undefined ? {} : { facts }),
    };
  }

  async #live(kind: Kind, id: ResourceId, side: Side, entry: LiveEntry | undefined): Promise<Live> {
    const revision = kind.factsOf?.(side.canonical);
    const own = revision === undefined ? undefined : this.#liveFacts.get(revision);
    const facts = own ?? (await this.#factsFor(kind, side));
    return {
      id,
      body: side.body,
      canonical: side.canonical,
      tolerant: side.tolerant,
      label: side.entry.label,
      marks: entry?.marks ?? side.entry.marks,
      ...(facts === undefined ? {} : { facts }),
    };
  }

  async #factsFor(kind: Kind, side: Side): Promise<BundleFacts | undefined> {
    const revision = kind.factsOf?.(side.canonical);
    const revisionKind = revision === undefined ? undefined : findKindOf(revision);
    if (revision === undefined || revisionKind === undefined) return undefined;
    if (!this.#request.point.has(revisionKind.name)) return undefined;
    const entry = await this.#request.point.find(revision, revisionKind.name);
    return entry === undefined ? undefined : await this.#request.point.readFacts(entry);
  }

  async #fingerprint(kind: Kind, id: ResourceId, live: Side | undefined): Promise<Fingerprint> {
    if (live !== undefined) return fingerprintOf(live.entry);
    const anchored = kind.collection.style === 'revisions';
    const reading = anchored ? (await this.#deps.live.readOne([{ id, kind }])).get(id) : undefined;
    return { id, kind: kind.name, state: 'absent', ...anchorOf(reading) };
  }
}

/** What apply must find again: the tags of what is there, and the instants that are in no tag. */
export function fingerprintOf(entry: EntryCore): Fingerprint {
  const instants = Object.entries(entry.tolerant ?? {}).sort(([a], [b]) => compareIds(a, b));
  return {
    id: entry.id,
    kind: entry.kind,
    state: 'present',
    configHash: entry.configHash,
    ...(entry.secretHash === undefined ? {} : { secretHash: entry.secretHash }),
    ...(instants.length === 0 ? {} : { anchor: instants.map(([path, ms]) => `${path}=${ms}`).join(' ') }),
  };
}

function anchorOf(reading: LiveReading | undefined): { readonly anchor?: string } {
  return reading?.anchor === undefined ? {} : { anchor: reading.anchor };
}

function unreadable(kind: Kind, id: ResourceId): Plan['unknown'][number] {
  return { id, kind: kind.name, reason: 'It was listed, but could not be read as a whole any more; it is left alone.' };
}

function marksOf(entry: EntryCore): { readonly marks?: NonNullable<EntryCore['marks']>; readonly label?: string } {
  return {
    ...(entry.marks === undefined ? {} : { marks: entry.marks }),
    ...(entry.label === undefined ? {} : { label: entry.label }),
  };
}

function fieldsOf(kind: Kind, stored: Side | undefined, live: Side | undefined): readonly string[] {
  if (stored === undefined || live === undefined) return [];
  const side = (from: Side) => ({ value: from.canonical, tolerant: from.tolerant, secretTags: from.secretTags });
  return compareFields(kind, side(live), side(stored)).fields.map(({ path, hidden }) =>
    hidden ? `${path}${HIDDEN}` : path,
  );
}

const HIDDEN = ' (hidden)';

function withoutMark(field: string): string {
  return field.endsWith(HIDDEN) ? field.slice(0, -HIDDEN.length) : field;
}
