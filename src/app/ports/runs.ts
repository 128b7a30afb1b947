/** What the use cases need of the record of runs, and so that one runs at a time. */
import type { CallOutcome, Plan, RunReport } from '../../core/plan.ts';

export interface RunStore {
  /** Claims the next run number (create-only) and stores the plan, before any call. The number is the fence. */
  beginRun(request: {
    readonly organization: string;
    readonly plan: Plan;
    readonly startedAt: string;
    readonly holder: string;
  }): Promise<RunJournal>;
  listRuns(organization: string): Promise<
    readonly {
      readonly run: number;
      readonly startedAt: string;
      readonly planHash: string;
      readonly status: RunReport['status'] | 'unfinished';
    }[]
  >;
  /** Numbers of the runs that have no report, or one that does not say `done`: they may have left something half done. */
  listUnended(organization: string): Promise<readonly number[]>;
  /** Intents and outcomes as written, for reports and (later) resume. */
  readRun(
    organization: string,
    run: number,
  ): Promise<{
    readonly plan: Plan;
    readonly intents: readonly string[][];
    readonly outcomes: readonly CallOutcome[];
    readonly report?: RunReport;
  }>;
}

/** The write-once journal of one run, in the secret class, signed by the restorer. */
export interface RunJournal {
  readonly run: number;
  /** Durable before it returns; no call of the wave may be sent earlier. At most 256 call ids. */
  intent(calls: readonly string[]): Promise<void>;
  /** Durable at once when `now`; otherwise within a quarter second or at the next flush. */
  outcome(outcome: CallOutcome, durability: 'now' | 'soon'): Promise<void>;
  flush(): Promise<void>;
  report(report: RunReport): Promise<void>;
}

/** One apply per organization. Advisory; fingerprints are the real guard. */
export interface Lease {
  /** False from 40 s after the last renewal started: no call may be sent. */
  isSafeToSend(): boolean;
  release(): Promise<void>;
}

export interface LeaseStore {
  /** UserError `RUN_ACTIVE` that says who runs since when. */
  acquire(request: { readonly organization: string; readonly holder: string }): Promise<Lease>;
}

/** What writing into the state place showed. */
export interface StateFacts {
  /** True when a second write under the same name was refused. */
  readonly isCreateOnly: boolean;
  /** When it was written by the clock of the place, and between which instants by ours. */
  readonly createdAtMs: number;
  readonly writtenBetweenMs: readonly [number, number];
  /** The name of what could not be removed again. */
  readonly left?: string;
}
