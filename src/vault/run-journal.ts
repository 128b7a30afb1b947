import type { RunJournal } from '../app/ports/runs.ts';
import { InternalError } from '../core/errors.ts';
import type { CallOutcome, RunReport } from '../core/plan.ts';
import { sha256Hex } from './digest.ts';
import { SerialQueue } from './serial-queue.ts';
import type { DocumentType, Predecessor } from './signed-document.ts';
import { findWhole } from './torn-put.ts';
import type { VaultContext } from './vault-context.ts';

const OUTCOMES_DELAY_MS = 250;
const CALLS_PER_INTENT = 256;

export interface OpenRun {
  readonly run: number;
  /** `orgs/<org>/runs/<n>/` */
  readonly prefix: string;
  readonly plan: Predecessor;
}

/** Writes one run's journal: numbered documents, each naming the one before. */
export class SealedRunJournal implements RunJournal {
  readonly run: number;
  readonly #context: VaultContext;
  readonly #prefix: string;
  readonly #queue = new SerialQueue();
  #previous: Predecessor;
  #sequence = 0;
  #pending: CallOutcome[] = [];
  #isWaiting = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(context: VaultContext, open: OpenRun) {
    this.#context = context;
    this.run = open.run;
    this.#prefix = open.prefix;
    this.#previous = open.plan;
  }

  intent(calls: readonly string[]): Promise<void> {
    if (calls.length > CALLS_PER_INTENT) throw new InternalError(`A wave of ${calls.length} calls is too large.`);
    return this.#write('intent', {}, { calls });
  }

  async outcome(outcome: CallOutcome, durability: 'now' | 'soon'): Promise<void> {
    this.#assertSound();
    this.#pending.push(outcome);
    if (durability === 'now') return this.flush();
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    // Not awaited: it is durable soon; a failure is thrown by the next call.
    void this.#flushSoon();
  }

  async flush(): Promise<void> {
    await this.#queue.run(async () => {
      this.#assertSound();
      const outcomes = this.#pending;
      if (outcomes.length === 0) return;
      this.#pending = [];
      await this.#put('outcomes', {}, { outcomes });
    });
  }

  async report(report: RunReport): Promise<void> {
    await this.flush();
    await this.#write('report', { status: report.status, endedAt: report.endedAt }, report);
  }

  async #flushSoon(): Promise<void> {
    try {
      await this.#context.clock.sleep(OUTCOMES_DELAY_MS);
      this.#isWaiting = false;
      await this.flush();
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  #write(
    type: DocumentType & ('intent' | 'report'),
    header: { readonly [field: string]: unknown },
    content: unknown,
  ): Promise<void> {
    return this.#queue.run(() => {
      this.#assertSound();
      return this.#put(type, header, content);
    });
  }

  async #put(
    type: 'intent' | 'outcomes' | 'report',
    header: { readonly [field: string]: unknown },
    content: unknown,
  ): Promise<void> {
    const name = `${this.#prefix}${String(this.#sequence + 1).padStart(6, '0')}-${type}`;
    const bytes = await this.#context.encode({
      type,
      name,
      header: { ...header, run: this.run, previous: this.#previous },
      signer: 'restorer',
      sealed: { secretClass: 'secret', content },
    });
    const { store } = this.#context;
    if ((await store.put(name, bytes)) === 'exists' && !(await findWhole(store, name, bytes)))
      throw new InternalError(`${name} is taken: another process writes to run ${this.run}.`);
    this.#sequence += 1;
    this.#previous = { name, hash: sha256Hex(bytes) };
  }

  #assertSound(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
