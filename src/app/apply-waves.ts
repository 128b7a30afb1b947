import { HoldfastError, InternalError, UserError, noTokenCodes } from '../core/errors.ts';
import type { CallOutcome, CallStatus, PlannedCall } from '../core/plan.ts';
import type { PointFiller } from './apply-holes.ts';
import type { Organization } from './ports/organization.ts';
import type { Lease, RunJournal } from './ports/runs.ts';
import type { Progress } from './ports/surroundings.ts';

/** What became of one call. `sent` tells whether anything went out for it. */
export interface CallRecord extends CallOutcome {
  readonly sent: boolean;
}

export interface WaveDeps {
  readonly live: Organization;
  readonly journal: RunJournal;
  readonly lease: Lease;
  readonly progress: Progress;
  readonly filler: PointFiller;
  readonly signal: AbortSignal | undefined;
}

/** At most this many calls are named in one intent. */
const WAVE_SIZE = 256;

/** How often a call whose answer was lost is sent again, each time after a look-up that did not find it done. */
const MOST_RESENDS = 2;

/** Errors that end a run: nothing further can be sent. */
const fatalCodes: ReadonlySet<string> = new Set([...noTokenCodes, 'INTERRUPTED', 'TERMINATED', 'LEASE_LOST']);

/**
 * Sends the calls wave by wave: a wave is what has all its needs done. Every call starts as `notExecuted`; what fails blocks
 * only what needs it. `stopped` is the error that ended the run early, if one did.
 */
export async function runWaves(
  deps: WaveDeps,
  calls: readonly PlannedCall[],
): Promise<{ readonly records: ReadonlyMap<string, CallRecord>; readonly stopped: Error | undefined }> {
  const run = new WaveRun(deps, calls);
  const stopped = await run.execute();
  return { records: run.records, stopped };
}

class WaveRun {
  readonly records = new Map<string, CallRecord>();
  readonly #deps: WaveDeps;
  readonly #calls: readonly PlannedCall[];
  #stopped: Error | undefined;
  #ended = 0;

  constructor(deps: WaveDeps, calls: readonly PlannedCall[]) {
    this.#deps = deps;
    this.#calls = calls;
    for (const { id } of calls) this.records.set(id, { call: id, status: 'notExecuted', sent: false });
  }

  /** Never throws: what ends the run is answered, so that a report of what was done can be written. */
  async execute(): Promise<Error | undefined> {
    try {
      const stages = [...new Set(this.#calls.map(({ stage }) => stage))].sort((a, b) => a - b);
      for (const stage of stages) {
        if (this.#stopped !== undefined) break;
        await this.#runStage(this.#calls.filter((call) => call.stage === stage));
      }
      await this.#deps.journal.flush();
    } catch (error) {
      this.#stopped ??= asError(error);
    }
    return this.#stopped;
  }

  async #runStage(calls: readonly PlannedCall[]): Promise<void> {
    let waiting = calls;
    while (waiting.length > 0 && this.#stopped === undefined) {
      const ready: PlannedCall[] = [];
      const later: PlannedCall[] = [];
      for (const call of waiting) {
        const state = this.#stateOf(call);
        if (state === 'ready' && ready.length < WAVE_SIZE) ready.push(call);
        else if (state === 'blocked') this.#block(call);
        else later.push(call);
      }
      if (ready.length === 0 && later.length === waiting.length) {
        const names = later.slice(0, 5).map(({ id }) => id);
        this.#stopped = new InternalError(`The plan's calls wait for each other: ${names.join(', ')}.`);
        return;
      }
      if (ready.length > 0) await this.#runWave(ready);
      waiting = later;
    }
  }

  #stateOf(call: PlannedCall): 'ready' | 'blocked' | 'waiting' {
    const needs = call.needs.map((id) => this.#status(id));
    if (needs.some((status) => status === 'failed' || status === 'unknown')) return 'blocked';
    if (call.needs.some((id) => this.records.get(id)?.detail !== undefined && this.#status(id) === 'notExecuted'))
      return 'blocked';
    if (needs.some((status) => status === 'notExecuted')) return 'waiting';
    const after = call.after.map((id) => this.records.get(id));
    const open = after.some((record) => record?.status === 'notExecuted' && record.detail === undefined);
    return open ? 'waiting' : 'ready';
  }

  #status(id: string): CallStatus {
    return this.records.get(id)?.status ?? 'done';
  }

  /** A need failed. The detail marks it as settled. */
  #block(call: PlannedCall): void {
    const cause = call.needs.find((id) => this.#status(id) !== 'done' && this.#status(id) !== 'skipped');
    const detail = `not sent, because ${cause ?? 'what it needs'} did not succeed`;
    this.records.set(call.id, { call: call.id, status: 'notExecuted', sent: false, detail });
  }

  async #runWave(calls: readonly PlannedCall[]): Promise<void> {
    const sending: PlannedCall[] = [];
    for (const call of calls) {
      const rule = call.onlyIfAssigned;
      if (rule !== undefined && this.#deps.filler.findAssigned(rule.call, rule.field) === undefined) {
        await this.#end(call, { call: call.id, status: 'skipped', detail: 'the server assigned nothing there' }, false);
      } else sending.push(call);
    }
    if (sending.length === 0 || !this.#maySend()) return;
    await this.#deps.journal.intent(sending.map(({ id }) => id));
    // Even when the journal fails at one call, those that are under way are heard out: the report has to know of them.
    const sent = await Promise.allSettled(sending.map((call) => this.#sendOne(call)));
    const failed = sent.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw asError(failed.reason);
    await this.#deps.journal.flush();
  }

  #maySend(): boolean {
    if (this.#deps.signal?.aborted === true) {
      const reason: unknown = this.#deps.signal.reason;
      this.#stopped ??=
        reason instanceof HoldfastError
          ? reason
          : new UserError({ code: 'INTERRUPTED', message: 'Interrupted.', cause: reason });
    } else if (!this.#deps.lease.isSafeToSend()) {
      this.#stopped ??= new UserError({
        code: 'LEASE_LOST',
        message:
          'The lease on this organization could not be renewed, so another run may begin: no further call was sent.',
        next: 'See what was done (the report), then plan again.',
      });
    }
    return this.#stopped === undefined;
  }

  async #sendOne(call: PlannedCall): Promise<void> {
    // A wave is named in one intent, but a run that must stop does not send the rest of it.
    if (!this.#maySend()) return;
    await this.#end(call, await this.#outcomeOf(call), true);
  }

  async #outcomeOf(call: PlannedCall): Promise<CallOutcome> {
    try {
      return await this.#sendUntilKnown(call);
    } catch (error) {
      if (!(error instanceof HoldfastError) || !fatalCodes.has(error.code)) {
        return { call: call.id, status: 'failed', detail: detailOf(error) };
      }
      this.#stopped ??= error;
      return { call: call.id, status: 'unknown', detail: `the run ended: ${error.message}` };
    }
  }

  /** An answer that was lost is looked up by natural key before anything is sent again. */
  async #sendUntilKnown(call: PlannedCall): Promise<CallOutcome> {
    const { live, filler, journal } = this.#deps;
    const onOperation = async (operation: string): Promise<void> => {
      try {
        await journal.outcome({ call: call.id, status: 'unknown', operation }, 'now');
      } catch (error) {
        // It is under way all the same: it is heard out, and nothing more is sent.
        this.#stopped ??= asError(error);
      }
    };
    let outcome = await live.send(call, filler, onOperation);
    for (let resent = 0; outcome.status === 'unknown'; resent += 1) {
      const found = await live.lookup(call, filler);
      if (found.status !== 'notExecuted') return found;
      if (resent === MOST_RESENDS || !this.#maySend()) return outcome;
      outcome = await live.send(call, filler, onOperation);
    }
    return outcome;
  }

  async #end(call: PlannedCall, outcome: CallOutcome, sent: boolean): Promise<void> {
    this.records.set(call.id, { ...outcome, sent });
    if (outcome.assigned !== undefined) this.#deps.filler.assign(call.id, outcome.assigned);
    const durability = outcome.assigned !== undefined || outcome.operation !== undefined ? 'now' : 'soon';
    await this.#deps.journal.outcome(outcome, durability);
    this.#ended += 1;
    this.#deps.progress.advance(this.#ended, this.#calls.length, 'calls');
    if (outcome.status === 'failed') this.#deps.progress.warn(`${call.id}: ${outcome.detail ?? 'failed'}`);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new InternalError('Something was thrown that is no error.', error);
}

function detailOf(error: unknown): string {
  if (error instanceof HoldfastError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `INTERNAL: ${error.name}` : 'INTERNAL';
}
