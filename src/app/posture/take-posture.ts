import { judgePosture, findWeakenings, type Weakening } from '../../core/posture.ts';
import type { PostureCheck } from '../../core/posture/posture-check.ts';
import type { Reading } from '../../core/protection/readings.ts';
import { endsTheRun, HoldfastError, UserError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import type { Vault } from '../ports/vault.ts';
import { type PostureRequest, type PostureTools, readPosture } from './read-posture.ts';

export interface Posture {
  readonly at: string;
  readonly checks: readonly PostureCheck[];
  /** When the posture was taken that this one is compared with; undefined when there is none, or it cannot be read. */
  readonly before: string | undefined;
  readonly weakened: readonly Weakening[];
  /** Name of the signed record in the vault. */
  readonly record: string | undefined;
  readonly notes: readonly string[];
}

export interface PostureOptions extends Omit<PostureRequest, 'own'> {
  readonly capture: PostureRequest['own']['capture'];
  readonly secrets: PostureRequest['own']['secrets'];
  /** The vault with its organization, or why there is none to look at. */
  readonly vault: { readonly open: Vault; readonly organization: string } | { readonly unreadable: string };
  readonly record: boolean;
}

/** Reads, decides, compares with the posture before, and records the new one where a key signs it. */
export async function takePosture(tools: PostureTools, options: PostureOptions): Promise<Posture> {
  const { vault, capture, secrets } = options;
  if (options.record) assertCanRecord(vault);
  const verified = await readVerified(vault);
  const readings = await readPosture(tools, { ...options, own: { capture, secrets, verified } });
  const at = tools.clock.now();
  const checks = judgePosture(readings);
  if ('unreadable' in vault) {
    const notes = [`Not compared with an earlier posture. ${vault.unreadable}`];
    return { at, checks, before: undefined, weakened: [], record: undefined, notes };
  }
  const { open, organization } = vault;
  const notes: string[] = [];
  const before = await findBefore(open, organization, notes);
  const weakened = before === undefined ? [] : findWeakenings(before.checks, checks);
  const content = { checks: checks.map((check) => ({ ...check })), weakened: weakened.map((one) => ({ ...one })) };
  if (!options.record) {
    const last = before === undefined ? 'there is none yet' : `the newest is of ${before.at}`;
    notes.push(
      `This posture was not recorded (--record). Later ones are compared with the newest that was, to tell what is weaker: ${last}.`,
    );
  }
  const record = options.record
    ? await open.writeRecord(organization, {
        kind: 'posture',
        at,
        content: JSON.parse(JSON.stringify(content)) as JsonValue,
      })
    : undefined;
  return { at, checks, before: before?.at, weakened, record, notes };
}

function assertCanRecord(vault: PostureOptions['vault']): void {
  if ('unreadable' in vault || vault.open.abilities.signProofs) return;
  throw new UserError({
    code: 'KEY_MISSING',
    message: 'Recording a posture needs verifier.key or restorer.key, which signs it.',
    next: 'Measure without --record, or put verifier.key into the keys folder.',
  });
}

async function findBefore(
  vault: Vault,
  organization: string,
  notes: string[],
): Promise<{ readonly at: string; readonly checks: readonly PostureCheck[] } | undefined> {
  if (!vault.abilities.readMeta) {
    notes.push('Not compared with an earlier posture: no key at hand opens the records.');
    return undefined;
  }
  const { records, untrusted } = await vault.listRecords(organization, 'posture');
  for (const { name, why } of untrusted) notes.push(`A record was not counted: ${name}: ${why}`);
  const [newest] = records;
  if (newest === undefined) return undefined;
  // Written by this very function, and signed.
  const { checks } = newest.content as unknown as { readonly checks: readonly PostureCheck[] };
  return { at: newest.at, checks };
}

async function readVerified(vault: PostureOptions['vault']): Promise<PostureRequest['own']['verified']> {
  if ('unreadable' in vault)
    return { state: 'unreadable', reason: vault.unreadable, next: 'Name the vault with --vault.' };
  const { open, organization } = vault;
  try {
    const proven = new Set((await open.listVerified(organization)).map(({ point }) => point));
    const { points } = await open.listPoints(organization);
    const newest = points
      // One that holds a part only is nothing to restore an organization from.
      .filter(({ id, scope, grade }) => proven.has(id) && scope.type === 'all' && grade !== 'interrupted')
      .toSorted((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt))[0];
    return present(newest === undefined ? undefined : { point: newest.id, endedAt: newest.endedAt });
  } catch (error) {
    if (!(error instanceof HoldfastError) || endsTheRun(error)) throw error;
    return { state: 'unreadable', reason: error.message, next: error.next ?? 'Look at the vault: holdfast doctor.' };
  }
}

function present<Facts>(facts: Facts): Reading<Facts> {
  return { state: 'present', facts };
}
