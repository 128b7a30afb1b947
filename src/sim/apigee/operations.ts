import { failedPrecondition } from './api-error.ts';
import type { Document } from './document.ts';
import type { DocumentStore } from './document-store.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** A long-running change: what it is called while it runs, and what it does at its end. */
export interface OperationPlan {
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE';
  /** Full resource name. */
  readonly target: string;
  /** Completes "the resource is locked by another operation where ...": `environment test is currently being created`. */
  readonly doing: string;
  /** Takes effect; answers what becomes the operation's `response`. */
  finish(): Document;
  /** The error with which it ends instead. */
  failure?(): Document | undefined;
}

interface DueWork {
  readonly atMs: number;
  run(): void;
}

/** The organization's long-running operations, one at a time, and other work that ends later (deletions that cascade). */
export class Operations {
  readonly #organization: string;
  readonly #store: DocumentStore;
  readonly #world: SimulatedWorld;
  #running: { readonly id: string; readonly doing: string } | undefined;
  #due: DueWork[] = [];

  constructor(organization: string, store: DocumentStore, world: SimulatedWorld) {
    this.#organization = organization;
    this.#store = store;
    this.#world = world;
  }

  /** Refuses while another operation of the organization runs, with the service's words. */
  assertUnlocked(): void {
    if (this.#running === undefined) return;
    const { doing, id } = this.#running;
    throw failedPrecondition(
      `the resource is locked by another operation where ${doing} for organization ${this.#organization} by operation: ${id}`,
    );
  }

  /** Starts the operation and answers it as the call does: in progress. */
  start(plan: OperationPlan): Document {
    this.assertUnlocked();
    const id = this.#world.random.uuid();
    const operation = this.#operation(id, plan, 'IN_PROGRESS');
    this.#store.put('operation', '', id, operation);
    this.#running = { id, doing: plan.doing };
    this.later(this.#world.timings.operationMs, () => {
      const error = plan.failure?.();
      const result = error === undefined ? { response: plan.finish() } : { error };
      this.#store.put('operation', '', id, { ...this.#operation(id, plan, 'FINISHED'), done: true, ...result });
      this.#running = undefined;
    });
    return operation;
  }

  /** Does something when the clock has passed `delayMs`. */
  later(delayMs: number, run: () => void): void {
    this.#due.push({ atMs: this.#world.clock.nowMs() + delayMs, run });
  }

  /** Ends what is due by now; called before every request. */
  settle(): void {
    if (this.#due.length === 0) return;
    const now = this.#world.clock.nowMs();
    this.#runAll((work) => work.atMs <= now);
  }

  /** Ends everything that is under way, whatever the clock says. */
  settleAll(): void {
    this.#runAll(() => true);
  }

  #runAll(isDue: (work: DueWork) => boolean): void {
    const due = this.#due.filter(isDue).sort((a, b) => a.atMs - b.atMs);
    this.#due = this.#due.filter((work) => !due.includes(work));
    for (const work of due) work.run();
  }

  #operation(id: string, plan: OperationPlan, state: 'IN_PROGRESS' | 'FINISHED'): Document {
    const percentDone = state === 'FINISHED' ? 100 : 0;
    return {
      name: `organizations/${this.#organization}/operations/${id}`,
      metadata: {
        '@type': 'type.googleapis.com/google.cloud.apigee.v1.OperationMetadata',
        operationType: plan.type,
        targetResourceName: plan.target,
        state,
        progress: { percentDone, state },
      },
    };
  }
}
