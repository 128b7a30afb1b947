import { z } from 'zod';
import type { CallOutcome, Plan, RunReport } from '../core/plan.ts';
import type { BlobInfo } from './blob/blob-store.ts';
import { damaged } from './damage.ts';
import { organizationPrefix } from './epoch.ts';
import { count, instant } from './scalar-schemas.ts';
import type { DocumentHeader, SignedDocument } from './signed-document.ts';
import type { VaultContext } from './vault-context.ts';

export type RecordType = 'plan' | 'intent' | 'outcomes' | 'report';

const RUN = /^\d{6}$/;
export const planHeader = z.looseObject({ startedAt: instant, planHash: z.string() });
export const reportHeader = z.looseObject({ status: z.enum(['done', 'partial', 'differs']) });
// Signed by the restorer and sealed: read as written, checked as far as journals are read.
const planned = z.looseObject({
  hash: z.string(),
  calls: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      resource: z.string(),
      onlyIfAssigned: z.optional(z.object({ call: z.string(), field: z.string() })),
    }),
  ),
});
export const planBody = z.custom<Plan>((value) => planned.safeParse(value).success);
const reported = z.looseObject({ run: count, planHash: z.string(), status: z.enum(['done', 'partial', 'differs']) });
export const reportBody = z.custom<RunReport>((value) => reported.safeParse(value).success);
export const intentBody = z.looseObject({ calls: z.array(z.string()) });
const outcome: z.ZodType<CallOutcome> = z.object({
  call: z.string(),
  status: z.enum(['notExecuted', 'done', 'skipped', 'failed', 'unknown']),
  assigned: z.record(z.string(), z.string()).exactOptional(),
  detail: z.string().exactOptional(),
  operation: z.string().exactOptional(),
});
export const outcomesBody = z.looseObject({ outcomes: z.array(outcome) });

/** Numbers of the organization's runs, in order. */
export async function listRunNumbers(context: VaultContext, organization: string): Promise<readonly number[]> {
  const folder = `${organizationPrefix(organization)}runs/`;
  const numbers: number[] = [];
  for await (const prefix of context.store.listFolders(folder)) {
    const number = prefix.slice(folder.length, -1);
    if (RUN.test(number)) numbers.push(Number(number));
  }
  return numbers.sort((a, b) => a - b);
}

/** A document of a run with its signature checked. IntegrityError when it is not what its name says. */
export async function readRunDocument(context: VaultContext, { name, createdAt }: BlobInfo): Promise<SignedDocument> {
  const attested = context.store.capabilities.attestsTime ? createdAt : undefined;
  // Only the first and the last say when; the store's word is better where it attests.
  const read = { type: recordTypeOf(name), name };
  return context.check(await context.store.get(name), read, { attested, signed: timeOf });
}

/** `orgs/<org>/runs/<n>/` */
export function runPrefix(organization: string, run: number): string {
  return `${organizationPrefix(organization)}runs/${String(run).padStart(6, '0')}/`;
}

function recordTypeOf(name: string): RecordType {
  const what = /\/\d{6}-([a-z]+)$/.exec(name)?.[1];
  if (what === 'plan' || what === 'intent' || what === 'outcomes' || what === 'report') return what;
  throw damaged(name, 'it is no record of a run');
}

function timeOf({ startedAt, endedAt }: DocumentHeader): string {
  return typeof endedAt === 'string' ? endedAt : typeof startedAt === 'string' ? startedAt : '';
}

/** IntegrityError where the value is not of the schema. */
export function parsed<Value>(document: SignedDocument, schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value);
  if (!result.success) throw damaged(document.name, 'it does not say what it should', result.error);
  return result.data;
}
