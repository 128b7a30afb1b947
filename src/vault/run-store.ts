import type { RunJournal, RunStore } from '../app/ports/runs.ts';
import { IntegrityError, UserError } from '../core/errors.ts';
import type { CallOutcome, Plan, RunReport } from '../core/plan.ts';
import { damaged } from './damage.ts';
import { sha256Hex } from './digest.ts';
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
import { SealedRunJournal } from './run-journal.ts';
import { LAST_RUN } from './run-number.ts';
import type { SignedDocument } from './signed-document.ts';
import type { VaultContext } from './vault-context.ts';

/** Journals of restores. */
export class VaultRuns implements RunStore {
  readonly #context: VaultContext;

  constructor(context: VaultContext) {
    this.#context = context;
  }

  async beginRun(request: Parameters<RunStore['beginRun']>[0]): Promise<RunJournal> {
    this.#context.getSigningKey('restorer', 'Writing the journal of a restore');
    const taken = await listRunNumbers(this.#context, request.organization);
    for (let run = (taken.at(-1) ?? 0) + 1; run <= LAST_RUN; run += 1) {
      const journal = await this.#tryClaim(request, run);
      if (journal !== undefined) return journal;
    }
    throw noRunLeft(request.organization);
  }

  async listRuns(organization: string): ReturnType<RunStore['listRuns']> {
    const runs: Awaited<ReturnType<RunStore['listRuns']>>[number][] = [];
    for (const run of await listRunNumbers(this.#context, organization)) {
      const documents = await this.#readDocuments(organization, run);
      const plan = documents.find(({ header }) => header.type === 'plan');
      if (plan === undefined) throw damaged(`${runPrefix(organization, run)}000000-plan`, 'it is missing');
      const { startedAt, planHash } = parsed(plan, planHeader, plan.header);
      const report = documents.find(({ header }) => header.type === 'report');
      const status = report === undefined ? 'unfinished' : parsed(report, reportHeader, report.header).status;
      runs.push({ run, startedAt, planHash, status });
    }
    return runs;
  }

  async listUnended(organization: string): ReturnType<RunStore['listUnended']> {
    const unended: number[] = [];
    for (const run of await listRunNumbers(this.#context, organization)) {
      if (!(await this.#isDone(organization, run))) unended.push(run);
    }
    return unended;
  }

  /** By the report alone; one that cannot be believed does not say that the run is done. */
  async #isDone(organization: string, run: number): Promise<boolean> {
    for await (const blob of this.#context.store.list(runPrefix(organization, run))) {
      if (!blob.name.endsWith('-report')) continue;
      try {
        const report = await readRunDocument(this.#context, blob);
        return parsed(report, reportHeader, report.header).status === 'done';
      } catch (error) {
        if (!(error instanceof IntegrityError)) throw error;
      }
    }
    return false;
  }

  async readRun(organization: string, run: number): ReturnType<RunStore['readRun']> {
    this.#context.assertCanOpen('secret', `Reading the journal of run ${run}`);
    const intents: string[][] = [];
    const outcomes: CallOutcome[] = [];
    let plan: Plan | undefined;
    let report: RunReport | undefined;
    for (const document of await this.#readDocuments(organization, run)) {
      const body = await this.#context.openBody(document);
      if (document.header.type === 'plan') plan = parsed(document, planBody, body);
      else if (document.header.type === 'intent') intents.push(parsed(document, intentBody, body).calls);
      else if (document.header.type === 'outcomes') outcomes.push(...parsed(document, outcomesBody, body).outcomes);
      else report = parsed(document, reportBody, body);
    }
    if (plan === undefined) throw runMissing(organization, run);
    return { plan, intents, outcomes, ...(report !== undefined && { report }) };
  }

  async #tryClaim(request: Parameters<RunStore['beginRun']>[0], run: number): Promise<RunJournal | undefined> {
    const { organization, plan, startedAt, holder } = request;
    const prefix = runPrefix(organization, run);
    const name = `${prefix}000000-plan`;
    const bytes = await this.#context.encode({
      type: 'plan',
      name,
      header: { run, organization, startedAt, holder, planHash: plan.hash },
      signer: 'restorer',
      sealed: { secretClass: 'secret', content: plan },
    });
    if ((await this.#context.store.put(name, bytes)) === 'exists') return undefined;
    return new SealedRunJournal(this.#context, { run, prefix, plan: { name, hash: sha256Hex(bytes) } });
  }

  /** The documents of a run in order, signatures and chain checked. */
  async #readDocuments(organization: string, run: number): Promise<readonly SignedDocument[]> {
    const documents: SignedDocument[] = [];
    for await (const blob of this.#context.store.list(runPrefix(organization, run))) {
      const document = await readRunDocument(this.#context, blob);
      const last = documents.at(-1);
      if ((document.header.previous?.hash ?? undefined) !== last?.hash)
        throw damaged(blob.name, 'it does not follow the record before it');
      documents.push(document);
    }
    return documents;
  }
}

function noRunLeft(organization: string): IntegrityError {
  const name = runPrefix(organization, LAST_RUN);
  return new IntegrityError({
    code: 'VAULT_DAMAGED',
    message: `No run can follow ${name}, which nobody began who counted.`,
    damaged: name,
    next: 'Find out who could write to the vault, and delete what is below that name.',
  });
}

function runMissing(organization: string, run: number): UserError {
  return new UserError({
    code: 'RESOURCE_NOT_FOUND',
    message: `There is no run ${run} of ${organization} in this vault.`,
    resource: String(run),
    next: 'List the runs with holdfast runs.',
  });
}
