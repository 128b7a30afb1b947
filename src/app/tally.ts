import type { Gap, GapState, LedgerRow } from '../core/ledger.ts';
import { compareGaps } from '../core/ledger.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { idSegments, isWithin, type ResourceId } from '../core/resource.ts';
import type { RevisionSelection } from './ports/organization.ts';

/** A gap the operator has agreed to live with, until an instant. */
export interface AcceptedGap {
  readonly kind: string;
  readonly at?: string;
  readonly reason: string;
  /** ISO 8601; after it the gap counts again. */
  readonly until: string;
}

/** What a capture was asked for, as far as its ledger tells of it. */
interface TallyRules {
  readonly acceptedGaps: readonly AcceptedGap[];
  readonly revisions: RevisionSelection;
}

/** Gaps about which the listing of resources says nothing: they are no resources that were listed and not captured. */
const uncounted: ReadonlySet<GapState> = new Set(['notSelected', 'carried']);

/** Counts what a capture takes and misses of one kind, for its row of the ledger. */
export class Tally {
  readonly #notes: string[] = [];
  #captured = 0;
  gaps: Gap[] = [];
  readonly #kind: Kind;
  readonly #rules: TallyRules;
  readonly #now: string;

  constructor(kind: Kind, rules: TallyRules, now: string) {
    this.#kind = kind;
    this.#rules = rules;
    this.#now = now;
  }

  /** Notes a gap and returns it, as `accepted` when the config says so and still applies. */
  gap(gap: Gap): Gap {
    const accepted = this.#rules.acceptedGaps.find(
      (candidate) =>
        candidate.kind === this.#kind.name &&
        (candidate.at === undefined || candidate.at === gap.at) &&
        Date.parse(this.#now) < Date.parse(candidate.until),
    );
    const hole = gap.state === 'denied' || gap.state === 'failed' || gap.state === 'vanished';
    const noted: Gap =
      accepted !== undefined && hole
        ? { ...gap, state: 'accepted', reason: `${gap.reason} Accepted until ${accepted.until}: ${accepted.reason}` }
        : gap;
    this.gaps.push(noted);
    return noted;
  }

  /** What was noted at or below `id` no longer holds. */
  forget(id: ResourceId): void {
    this.gaps = this.gaps.filter((gap) => !isWithin(gap.at, id));
  }

  /** `count`: entries in the finished collection. */
  finished(count: number): void {
    this.#captured = count;
    this.gaps.sort(compareGaps);
  }

  /** True when there are resources of the kind, or some that could not be read. */
  get hasAny(): boolean {
    return this.#captured > 0 || this.gaps.some(({ state }) => state === 'denied' || state === 'failed');
  }

  /** The service leaves out of the list what the identity may not see by its `filter`, and does not say so. */
  mayBeFiltered(filter: Kind): void {
    this.#notes.push(`what stands in ${filter.title.many} that the identity may not see is not listed`);
  }

  row(): LedgerRow {
    const count = (state: GapState): number => this.gaps.filter((gap) => gap.state === state).length;
    const depth = this.#kind.idPattern.split('/').length;
    // A gap deeper than a resource is about part of one that was captured.
    const isOfResource = ({ at, state }: Gap): boolean =>
      at !== '' && !uncounted.has(state) && idSegments(at).length <= depth;
    const ofResources = this.gaps.filter(isOfResource).length;
    const newest = this.#rules.revisions.newest;
    const revisionsNote = newest === 'all' ? 'revisions: all' : `revisions: deployed and the newest ${newest}`;
    return {
      kind: this.#kind.name,
      listed: this.#captured + ofResources,
      captured: this.#captured,
      denied: count('denied'),
      failed: count('failed'),
      vanished: count('vanished'),
      notApplicable: count('notApplicable'),
      unreadable: count('unreadable'),
      accepted: count('accepted'),
      exceptions: this.gaps,
      notes: [...(this.#kind.collection.style === 'revisions' ? [revisionsNote] : []), ...this.#notes],
    };
  }
}
