import type { VerifyFinding } from '../app/ports/vault.ts';
import { HoldfastError, IntegrityError } from '../core/errors.ts';
import { damaged } from './damage.ts';
import {
  intentBody,
  listRunNumbers,
  outcomesBody,
  parsed,
  planBody,
  planHeader,
  readRunDocument,
  reportBody,
  reportHeader,
  runPrefix,
} from './run-documents.ts';
import type { SignedDocument } from './signed-document.ts';
import type { VaultContext } from './vault-context.ts';

export interface VerifyRuns {
  readonly organization: string;
  /** What the journals say is opened too, as far as the keys go. */
  readonly allData: boolean;
  /** Numbers of runs that points speak of. */
  readonly known: ReadonlySet<number>;
}

/**
 * Checks the journals of all runs: form, signatures and chain of every record, that none is missing before another, and with
 * `allData` that plan, intents, outcomes and report go together. A journal that just ends is a run that did not end: what was
 * cut off at its end cannot be told from that.
 */
export async function* verifyRuns(context: VaultContext, request: VerifyRuns): AsyncGenerator<VerifyFinding> {
  const numbers = await listRunNumbers(context, request.organization);
  const there = new Set(numbers);
  let [objects, bytes] = [0, 0];
  let next = 1;
  for (const run of [...new Set([...numbers, ...request.known])].sort((a, b) => a - b)) {
    const plan = (missing: number): string => `${runPrefix(request.organization, missing)}000000-plan`;
    // One finding for all of them: whoever can write might have made the last number that there is.
    const others = run - next === 1 ? '' : `, with the ${run - next - 1} runs after it`;
    if (next < run) yield lost(plan(next), next, `it is missing${others}, and a later run is there`);
    next = run + 1;
    if (there.has(run)) {
      const journal = new JournalCheck(context, request, run);
      yield* journal.check();
      objects += journal.objects;
      bytes += journal.bytes;
    } else yield lost(plan(run), run, 'it is missing, and its safety point is there');
  }
  yield { type: 'checked', objects, bytes, points: [] };
}

function lost(object: string, run: number, why: string): VerifyFinding {
  return { type: 'damaged', object, reason: damaged(object, why).message, points: [], run };
}

class JournalCheck {
  readonly #context: VaultContext;
  readonly #request: VerifyRuns;
  readonly #run: number;
  /** Records met so far → hash; undefined for damaged ones, of which nothing can be asked. */
  readonly #met = new Map<string, string | undefined>();
  #hasEnded = false;
  /** Calls of the plan; undefined as long as it was not opened. */
  #planned: ReadonlySet<string> | undefined;
  #planHash: string | undefined;
  readonly #intended = new Set<string>();
  /** False once a record is missing or cannot be believed, so that what follows cannot be compared with it. */
  #isWhole = true;
  objects = 0;
  bytes = 0;

  constructor(context: VaultContext, request: VerifyRuns, run: number) {
    this.#context = context;
    this.#request = request;
    this.#run = run;
  }

  async *check(): AsyncGenerator<VerifyFinding> {
    let notOpened: string | undefined;
    let before: string | undefined;
    const prefix = runPrefix(this.#request.organization, this.#run);
    for await (const blob of this.#context.store.list(prefix)) {
      try {
        const document = await readRunDocument(this.#context, blob);
        this.objects += 1;
        this.bytes += document.signed.length + document.signature.length;
        this.#met.set(blob.name, document.hash);
        const missing = this.#follow(document, before);
        if (missing !== undefined) yield lost(missing, this.#run, `it is missing, and ${blob.name} follows it`);
        if (this.#request.allData && !(await this.#checkBody(document))) notOpened ??= blob.name;
      } catch (error) {
        if (!(error instanceof IntegrityError)) throw error;
        this.#met.set(blob.name, undefined);
        this.#isWhole = false;
        yield { type: 'damaged', object: blob.name, reason: error.message, points: [], run: this.#run };
      }
      before = blob.name;
    }
    if (notOpened !== undefined) {
      const reason = `what run ${this.#run} wrote from here on is signed and in order; opening it needs restorer.key`;
      yield { type: 'notChecked', object: notOpened, reason };
    }
  }

  /** The name of the record before this one where that is not there; throws where this one does not follow it. */
  #follow({ name, header }: SignedDocument, before: string | undefined): string | undefined {
    if (header['run'] !== this.#run) throw damaged(name, `it is of run ${String(header['run'])}`);
    if (this.#hasEnded) throw damaged(name, 'it stands behind the report of its run');
    this.#hasEnded = header.type === 'report';
    const { previous } = header;
    if ((header.type === 'plan') !== (previous === null)) throw damaged(name, 'only the plan begins a run');
    if (previous === null || (this.#met.has(previous.name) && this.#met.get(previous.name) === undefined)) {
      if (previous === null && before !== undefined) throw damaged(name, 'it begins a run that has begun');
      return undefined;
    }
    if (!this.#met.has(previous.name)) {
      this.#isWhole = false;
      return previous.name;
    }
    const isNext = previous.name === before && this.#met.get(previous.name) === previous.hash;
    if (!isNext) throw damaged(name, 'it does not follow the record before it');
    return undefined;
  }

  /** False when no key at hand opens it. */
  async #checkBody(document: SignedDocument): Promise<boolean> {
    let body: unknown;
    try {
      body = await this.#context.openBody(document);
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'KEY_MISSING') throw error;
      return false;
    }
    const { name, header } = document;
    switch (header.type) {
      case 'plan': {
        const plan = parsed(document, planBody, body);
        this.#planned = new Set(plan.calls.map(({ id }) => id));
        this.#planHash = plan.hash;
        if (parsed(document, planHeader, header).planHash !== plan.hash) throw damaged(name, 'it holds another plan');
        break;
      }
      case 'intent':
        for (const call of parsed(document, intentBody, body).calls) {
          this.#assertPlanned(name, call);
          this.#intended.add(call);
        }
        break;
      case 'outcomes':
        for (const { call, status } of parsed(document, outcomesBody, body).outcomes) {
          this.#assertPlanned(name, call);
          // What is skipped by rule is not sent, and so needs no intent.
          if (status === 'skipped' || !this.#isWhole || this.#intended.has(call)) continue;
          throw damaged(name, `it tells of the call ${call}, which no intent before it names`);
        }
        break;
      default: {
        const report = parsed(document, reportBody, body);
        const isOfThis = report.run === this.#run && (this.#planHash ?? report.planHash) === report.planHash;
        if (!isOfThis || report.status !== parsed(document, reportHeader, header).status)
          throw damaged(name, 'it reports of another run');
      }
    }
    return true;
  }

  #assertPlanned(name: string, call: string): void {
    if (this.#planned?.has(call) === false)
      throw damaged(name, `it names the call ${call}, which the plan does not have`);
  }
}
