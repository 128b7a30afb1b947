import { z } from 'zod';
import type { RunJournal, RunStore } from '../app/ports.ts';
import { IntegrityError, UserError } from '../core/errors.ts';
import type { CallOutcome, Plan, RunReport } from '../core/plan.ts';
import type { BlobInfo } from './blob/blob-store.ts';
import { damaged } from './damage.ts';
import { sha256Hex } from './digest.ts';
import { organizationPrefix } from './epoch.ts';
import { SealedRunJournal } from './run-journal.ts';
import type { DocumentHeader, SignedDocument } from './signed-document.ts';
import type { VaultContext } from './vault-context.ts';

type RecordType = 'plan' | 'intent' | 'outcomes' | 'report';

const RUN = /^\d{6}$/;
const planHeader = z.looseObject({ startedAt: z.string(), planHash: z.string() });
const reportHeader = z.looseObject({ status: z.enum(['done', 'partial', 'differs']) });
// Signed by the restorer and sealed: read as written.
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const planBody = z.custom<Plan>(isObject);
const reportBody = z.custom<RunReport>(isObject);
const intentBody = z.looseObject({ calls: z.array(z.string()) });
const outcomesBody = z.looseObject({ outcomes: z.array(z.custom<CallOutcome>(isObject)) });

/** Journals of restores. */
export class VaultRuns implements RunStore {
  readonly #context: VaultContext;

  constructor(context: VaultContext) {
    this.#context = context;
  }

  async beginRun(request: Parameters<RunStore['beginRun']>[0]): Promise<RunJournal> {
    this.#context.getSigningKey('restorer', 'Writing the journal of a restore');
    const taken = await this.#listNumbers(request.organization);
    for (let run = (taken.at(-1) ?? 0) + 1; ; run += 1) {
      const journal = await this.#tryClaim(request, run);
      if (journal !== undefined) return journal;
    }
  }

  async listRuns(organization: string): ReturnType<RunStore['listRuns']> {
    const runs: Awaited<ReturnType<RunStore['listRuns']>>[number][] = [];
    for (const run of await this.#listNumbers(organization)) {
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
    for (const run of await this.#listNumbers(organization)) {
      if (!(await this.#isDone(organization, run))) unended.push(run);
    }
    return unended;
  }

  /** By the report alone; one that cannot be believed does not say that the run is done. */
  async #isDone(organization: string, run: number): Promise<boolean> {
    for await (const blob of this.#context.store.list(runPrefix(organization, run))) {
      if (!blob.name.endsWith('-report')) continue;
      try {
        const report = await this.#readDocument(blob);
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
      const document = await this.#readDocument(blob);
      const last = documents.at(-1);
      if ((document.header.previous?.hash ?? undefined) !== last?.hash)
        throw damaged(blob.name, 'it does not follow the record before it');
      documents.push(document);
    }
    return documents;
  }

  async #readDocument({ name, createdAt }: BlobInfo): Promise<SignedDocument> {
    const attested = this.#context.store.capabilities.attestsTime ? createdAt : undefined;
    // Only the first and the last say when; the store's word is better where it attests.
    const read = { type: recordTypeOf(name), name };
    return this.#context.check(await this.#context.store.get(name), read, { attested, signed: timeOf });
  }

  async #listNumbers(organization: string): Promise<readonly number[]> {
    const folder = `${organizationPrefix(organization)}runs/`;
    const numbers: number[] = [];
    for await (const prefix of this.#context.store.listFolders(folder)) {
      const number = prefix.slice(folder.length, -1);
      if (RUN.test(number)) numbers.push(Number(number));
    }
    return numbers.sort((a, b) => a - b);
  }
}

function runPrefix(organization: string, run: number): string {
  return `${organizationPrefix(organization)}runs/${String(run).padStart(6, '0')}/`;
}

function recordTypeOf(name: string): RecordType {
  const what = name.slice(name.lastIndexOf('-') + 1);
  if (what === 'plan' || what === 'intent' || what === 'outcomes' || what === 'report') return what;
  throw damaged(name, 'it is no record of a run');
}

function timeOf({ startedAt, endedAt }: DocumentHeader): string {
  return typeof endedAt === 'string' ? endedAt : typeof startedAt === 'string' ? startedAt : '';
}

function parsed<Value>(document: SignedDocument, schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value);
  if (!result.success) throw damaged(document.name, 'it does not say what it should', result.error);
  return result.data;
}

function runMissing(organization: string, run: number): UserError {
  return new UserError({
    code: 'RESOURCE_NOT_FOUND',
    message: `There is no run ${run} of ${organization} in this vault.`,
    resource: String(run),
    next: 'List the runs with holdfast runs.',
  });
}
