import type { Kind } from '../core/kinds/kind.ts';
import type { KindName } from '../core/kinds/index.ts';
import type { PointDetails } from '../core/point.ts';
import type { ResourceId } from '../core/resource.ts';
import { compareIds, parentId } from '../core/resource.ts';
import type { Selection, Selector } from '../core/selection.ts';
import type {
  ApiUsage,
  LiveReading,
  Movement,
  Organization,
  Reading,
  ReadRequest,
  RevisionSelection,
} from './ports/organization.ts';
import type { CallMeter, Clock, Progress } from './ports/surroundings.ts';
import type { CollectionWriter, PointWriter, Vault } from './ports/vault.ts';
import type { EpochPeriod } from '../core/epoch-period.ts';
import type { Gap } from '../core/ledger.ts';
import { HoldfastError, RemoteError } from '../core/errors.ts';
import { kindAt } from '../core/canonical-version.ts';
import { kindNames, kinds } from '../core/kinds/index.ts';
import { notCaptured } from '../core/kinds/not-captured.ts';
import { gradeOf } from '../core/ledger.ts';
import type { MemberRule } from '../core/member-policy.ts';
import { compileMemberRules, compileSealRules, type SealsNames } from '../core/member-policy.ts';
import { hasSealedName } from '../core/sealed-name.ts';
import { compileSelection, isEverything } from '../core/selection.ts';
import { readsAfter } from '../core/reading-order.ts';
import { describe } from './describe.ts';
import { type OrganizationReading, readOrganization } from './read-organization.ts';
import { sideBySide } from './side-by-side.ts';
import { type AcceptedGap, Tally } from './tally.ts';

export interface CaptureDeps {
  readonly live: Organization;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly progress: Progress;
}

export interface CaptureRequest {
  readonly organization: string;
  readonly selection: Selection;
  readonly revisions: RevisionSelection;
  readonly acceptedGaps: readonly AcceptedGap[];
  /** What is taken of the entries of key value maps; all of them where no rule is about a map. */
  readonly members?: readonly MemberRule[];
  /** `holdfast 0.1.0`. */
  readonly tool: string;
  /** Who captures, in words that hold no secret. */
  readonly identity: string;
  /** Opens the next epoch although none is due. */
  readonly newEpoch?: boolean;
  readonly epochPeriod?: EpochPeriod;
  readonly checkpointEveryMs?: number;
}

/**
 * Reads the organization into a recovery point. Kinds fail independently: what could not be had stands in the ledger and
 * makes the point `partial`. Throws only for what ends the run (no credentials, no store, interruption); what was packed by
 * then stays usable as a checkpoint.
 */
export async function capture(
  deps: CaptureDeps,
  request: CaptureRequest,
): Promise<{ readonly details: PointDetails; readonly usage: ApiUsage }> {
  try {
    return await captureOnce(deps, request);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'VAULT_DAMAGED' || request.newEpoch === true) throw error;
    // A new epoch rests on nothing from before, so damage to what is there cannot stop it.
    deps.progress.warn(`${error.message} Everything is read afresh, into a new epoch.`);
    await deps.live.startOver();
    return captureOnce(deps, { ...request, newEpoch: true });
  }
}

async function captureOnce(
  deps: CaptureDeps,
  request: CaptureRequest,
): Promise<{ readonly details: PointDetails; readonly usage: ApiUsage }> {
  const { live, vault, clock } = deps;
  await live.identify();
  const selection = request.selection;
  const writer = await vault.beginPoint({
    organization: request.organization,
    startedAt: clock.now(),
    scope: isEverything(selection) ? { type: 'all' } : { type: 'selection', selection },
    signer: 'writer',
    ...(request.newEpoch === undefined ? {} : { newEpoch: request.newEpoch }),
    ...(request.epochPeriod === undefined ? {} : { epochPeriod: request.epochPeriod }),
  });
  deps.progress.measure?.({
    calls: () => live.usage().calls,
    foreseen: () => live.usage().foreseen,
    ...expectedCalls(writer, request.selection),
  });
  const run = new CaptureRun(deps, request, writer);
  try {
    await run.readAll();
    await run.readAgainWhatMoved();
  } catch (error) {
    await run.saveCheckpoint(error);
    throw error;
  }
  const summary = await run.commit();
  const point = await vault.openPoint(request.organization, summary.id);
  return { details: point.details, usage: live.usage() };
}

/** About how much the last capture may have differed from this one. */
const CALLS_SPREAD = 0.15;

/**
 * What the parent point cost is about what this one will, if it had the same scope. A parent that opened the epoch read
 * everything afresh: this one will need that at most. Without a parent nobody can tell.
 */
function expectedCalls({ parent }: PointWriter, selection: Selection): Pick<CallMeter, 'expected'> {
  const isSameScope = parent?.scope.type === 'all' && isEverything(selection);
  if (parent === undefined || !isSameScope) return {};
  const least = parent.parent === undefined ? 0 : parent.calls * (1 - CALLS_SPREAD);
  return { expected: { least: Math.floor(least), most: Math.ceil(parent.calls * (1 + CALLS_SPREAD)) } };
}

/** Refused or failed for this kind or resource; other failures would meet every call. */
function isOfOneKind(error: unknown): error is RemoteError {
  return error instanceof RemoteError && error.code !== 'UNAUTHENTICATED';
}

const DEFAULT_CHECKPOINT_MS = 60_000;
/** So many kinds' second listings are under way at once. */
const RELISTED_AT_ONCE = 16;

class CaptureRun {
  readonly #deps: CaptureDeps;
  readonly #request: CaptureRequest;
  readonly #writer: PointWriter;
  readonly #selector: Selector;
  readonly #collections = new Map<KindName, CollectionWriter>();
  readonly #tallies = new Map<KindName, Tally>();
  readonly #requests: ReadRequest[] = [];
  readonly #moved: string[] = [];
  #unsealed: ReadonlySet<ResourceId> = new Set();
  readonly #appeared = new Map<KindName, readonly ResourceId[]>();
  #checkpointDueMs: number;

  constructor(deps: CaptureDeps, request: CaptureRequest, writer: PointWriter) {
    this.#deps = deps;
    this.#request = request;
    this.#writer = writer;
    this.#selector = compileSelection(request.selection);
    this.#checkpointDueMs = deps.clock.monotonicMs() + this.#checkpointEveryMs;
  }

  get #checkpointEveryMs(): number {
    return this.#request.checkpointEveryMs ?? DEFAULT_CHECKPOINT_MS;
  }

  async readAll(): Promise<void> {
    for (const name of kindNames) {
      if (!this.#selector.kind(name)) continue;
      const version = this.#writer.canonicalVersion(name) ?? kinds[name].canonicalVersion;
      this.#collections.set(name, this.#writer.collection(kindAt(kinds[name], version)));
      this.#tallies.set(name, new Tally(kinds[name], this.#request, this.#deps.clock.now()));
    }
    const seals = compileSealRules(this.#request.members ?? []);
    this.#deps.live.sealNames(seals);
    this.#unsealed = await this.#knownUnsealed(seals);
    await this.#takeAll({ ...this.#reading(), onRequest: (request) => this.#requests.push(request) });
  }

  #reading(): OrganizationReading {
    return {
      live: this.#deps.live,
      progress: this.#deps.progress,
      selector: this.#selector,
      revisions: this.#request.revisions,
      known: (kind) => this.#writer.known(kind.name),
      members: {
        policy: compileMemberRules(this.#request.members ?? []),
        readSince: (kind, parent) =>
          this.#unsealed.has(parent) ? undefined : this.#writer.readSince(kind.name, parent),
        nowMs: this.#deps.clock.epochMs(),
      },
    };
  }

  async #takeAll(request: OrganizationReading): Promise<void> {
    for await (const { reading, chosen } of readOrganization(request)) if (chosen) await this.#take(reading);
  }

  /** Parents whose names are to be sealed, and whose members are known by names in clear: those cannot be carried. */
  async #knownUnsealed(seals: SealsNames): Promise<ReadonlySet<ResourceId>> {
    const parents = new Set<ResourceId>();
    for (const name of this.#collections.keys()) {
      const kind = kinds[name];
      if (kind.sealableName === undefined || this.#request.members === undefined) continue;
      for await (const { id } of this.#writer.known(name)) {
        const parent = parentId(id);
        if (hasSealedName(kind, id) !== seals(kind, parent)) parents.add(parent);
      }
    }
    return parents;
  }

  async #take(reading: Reading): Promise<void> {
    const collection = this.#collections.get(reading.kind);
    const tally = this.#tallies.get(reading.kind);
    if (collection === undefined || tally === undefined) return;
    if (reading.type === 'gap') collection.gap(tally.gap(reading.gap));
    else await this.#store(kinds[reading.kind], reading, collection, tally);
    await this.#checkpointWhenDue();
  }

  async #store(
    kind: Kind,
    reading: Exclude<Reading, { type: 'gap' }>,
    collection: CollectionWriter,
    tally: Tally,
  ): Promise<void> {
    if (reading.type === 'unchanged') {
      await collection.keep(reading.id);
    } else {
      const described = describe(kind, reading, this.#deps.live, this.#writer.canonicalVersion(kind.name));
      if (described === undefined) {
        const reason = 'It refers to something that could not be read, so it cannot be compared or restored.';
        collection.gap(tally.gap({ at: reading.id, state: 'failed', reason }));
        return;
      }
      await collection.add(described.entry, reading.content);
    }
  }

  async #checkpointWhenDue(): Promise<void> {
    if (this.#deps.clock.monotonicMs() < this.#checkpointDueMs) return;
    await this.#writer.checkpoint(this.#deps.clock.now());
    this.#checkpointDueMs = this.#deps.clock.monotonicMs() + this.#checkpointEveryMs;
  }

  /** Lists a second time what tells of change, and reads again what moved meanwhile. */
  async readAgainWhatMoved(): Promise<void> {
    const { progress } = this.#deps;
    progress.phase('what moved meanwhile');
    const requests = this.#requests.filter((request) => this.#collections.has(request.kind.name));
    const sources = requests.map((request) => ({
      name: request.kind.name,
      after: readsAfter(request.kind),
      open: () => this.#relist(request),
    }));
    const onDrained = (count: number): void => progress.advance(count, requests.length, 'kinds listed again');
    for await (const { kind, id, change, unreadable } of sideBySide(sources, RELISTED_AT_ONCE, onDrained)) {
      if (unreadable === undefined) await this.#readAgain(kind, id, change);
      else {
        this.#moved.push(`${id}: ${change} while the capture ran`);
        await this.#take({ type: 'gap', kind: kind.name, gap: { at: id, state: 'unreadable', reason: unreadable } });
      }
      if (change === 'appeared') this.#appeared.set(kind.name, [...(this.#appeared.get(kind.name) ?? []), id]);
    }
    // No list that was read has what stands below what only the second listing had.
    if (this.#appeared.size > 0) await this.#takeAll({ ...this.#reading(), below: this.#appeared });
  }

  async *#relist(request: ReadRequest): AsyncGenerator<Movement & { readonly kind: Kind }> {
    const { kind } = request;
    try {
      for await (const movement of this.#deps.live.relist(request)) {
        if (this.#selector.resource(kind.name, movement.id)) yield { kind, ...movement };
      }
    } catch (error) {
      if (!isOfOneKind(error)) throw error;
      this.#moved.push(`${kind.title.many}: not listed a second time: ${error.message}`);
    }
  }

  async #readAgain(kind: Kind, id: ResourceId, change: Movement['change']): Promise<void> {
    const changed = `${id}: ${change} while the capture ran`;
    let reading: LiveReading | undefined;
    try {
      reading = (await this.#deps.live.readOne([{ id, kind }])).get(id);
    } catch (error) {
      if (!isOfOneKind(error)) throw error;
      this.#moved.push(changed);
      if (change !== 'appeared') await this.#forget(kind, id);
      const reason = `It moved while the capture ran, and reading it again failed: ${error.message}`;
      const gap: Gap = { at: id, state: error.status === 403 ? 'denied' : 'failed', reason };
      for (const name of this.#kindsWith(kind)) await this.#take({ type: 'gap', kind: name, gap });
      return;
    }
    const isThere = reading?.state === 'present';
    // A list that left out what is there has shown nothing of its change.
    this.#moved.push(change === 'gone' && isThere ? `${id}: left out of the second listing, and still there` : changed);
    if (change !== 'appeared') await this.#forget(kind, id);
    if (reading?.state !== 'present') return;
    await this.#take({ type: 'resource', kind: kind.name, id, ...reading });
    for (const embedded of reading.embedded ?? []) {
      if (this.#selector.resource(embedded.kind, embedded.id)) await this.#take(embedded);
    }
  }

  /** The kind and those embedded in it, as far as they are captured. */
  #kindsWith(kind: Kind): KindName[] {
    return [...this.#collections.keys()].filter(
      (name) => name === kind.name || (kinds[name].collection.style === 'embedded' && kinds[name].scope === kind.name),
    );
  }

  /** Takes back what was said of the resource and of those embedded in it. */
  async #forget(kind: Kind, id: ResourceId): Promise<void> {
    for (const name of this.#kindsWith(kind)) {
      await this.#collections.get(name)?.forget(id);
      this.#tallies.get(name)?.forget(id);
    }
  }

  async commit(): Promise<{ readonly id: string }> {
    const { clock, live } = this.#deps;
    const gaps = new Map<KindName, readonly Gap[]>();
    for (const [name, collection] of this.#collections) {
      const { count } = await collection.finish();
      this.#tallies.get(name)?.finished(count);
      gaps.set(name, this.#tallies.get(name)?.gaps ?? []);
    }
    for (const [name, tally] of this.#tallies) {
      const { hiddenBy } = kinds[name];
      if (hiddenBy !== undefined && this.#tallies.get(hiddenBy)?.hasAny === true) tally.mayBeFiltered(kinds[hiddenBy]);
    }
    const ledger = [...this.#tallies.values()].map((tally) => tally.row());
    const usage = live.usage();
    return await this.#writer.commit({
      grade: gradeOf(ledger),
      consistent: this.#moved.length === 0,
      endedAt: clock.now(),
      ledger,
      notCaptured,
      calls: usage.calls,
      floor: usage.floor,
      efficiency: usage.calls === 0 ? 1 : Math.min(1, usage.floor / usage.calls),
      // Kinds were read side by side: in which order things were said means nothing.
      moved: this.#moved.toSorted(compareIds),
      tool: this.#request.tool,
      identity: this.#request.identity,
      gaps,
    });
  }

  /** Keeps what was packed, so that the next capture of this epoch need not read or write it again. */
  async saveCheckpoint(reason: unknown): Promise<void> {
    const { clock, progress } = this.#deps;
    try {
      await this.#writer.checkpoint(clock.now());
      progress.note('What was read so far is kept as a checkpoint; the next backup continues from it.');
    } catch (error) {
      // The first failure is the one to report; without a store there is no checkpoint either.
      const code = error instanceof HoldfastError ? error.code : 'INTERNAL';
      progress.warn(
        `No checkpoint could be written (${code}) after ${reason instanceof Error ? reason.name : 'a failure'}.`,
      );
    }
  }
}
