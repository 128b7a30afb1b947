import { HoldfastError, RemoteError, UserError } from '../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { groundOf, movedGround } from '../../core/protection/ground.ts';
import { planProtection } from '../../core/protection/plan-protection.ts';
import { digestOf, type ProtectionPlan, type ProtectionStep } from '../../core/protection/protection-plan.ts';
import { findRefusals } from '../../core/protection/refusals.ts';
import type { ArmChange } from '../ports/azure.ts';
import { assertCanBeProtected, type ProtectionTools } from './make-protection-plan.ts';
import { readProtection } from './read-protection.ts';

export interface StepResult {
  readonly id: string;
  readonly what: string;
  readonly state: 'done' | 'failed' | 'notExecuted';
  readonly error: { readonly code: string; readonly message: string; readonly next: string | null } | null;
}

export interface ProtectionReport {
  readonly vaultId: string;
  readonly plan: string;
  /** `differs`: all was sent, and something is still not as asked for. */
  readonly status: 'done' | 'partial' | 'differs';
  readonly steps: readonly StepResult[];
  /** What another plan would still do. */
  readonly remaining: readonly string[];
  readonly notes: readonly string[];
}

const LONGEST_WAIT_MS = 20 * 60_000;
const ROLE_POLL_MS = 30_000;

/**
 * Sends exactly the requests of the plan, in order, after a look whether the ground still is what it was; then looks again.
 * UserError `PLAN_STALE` names what moved, `PLAN_INVALID` says that the steps are not those that would be planned. When the first request fails, its error is thrown; a later one makes the report
 * partial.
 */
export async function applyProtectionPlan(tools: ProtectionTools, plan: ProtectionPlan): Promise<ProtectionReport> {
  await assertGround(tools, plan);
  const results = await sendAll(tools, plan);
  const isDone = results.every(({ state }) => state === 'done');
  const { steps, notes, obstacles } = await lookAgain(tools, plan);
  const differs = steps.length > 0 || obstacles.length > 0;
  return {
    vaultId: plan.vaultId,
    plan: plan.hash,
    status: isDone ? (differs ? 'differs' : 'done') : 'partial',
    steps: results,
    remaining: steps.map(({ what }) => what),
    notes: [...obstacles, ...notes],
  };
}

async function assertGround({ azure, progress, digester }: ProtectionTools, plan: ProtectionPlan): Promise<void> {
  progress.phase('look whether anything moved since the plan');
  const readings = await readProtection(azure, plan.settings);
  const moved = movedGround(plan.ground, groundOf(readings, digester));
  if (moved.length > 0) {
    throw new UserError({
      code: 'PLAN_STALE',
      message: `Not as it was when the plan was made: ${moved.join(', ')}. Nothing was changed.`,
      resource: plan.vaultId,
      next: 'Make a new plan: holdfast protect plan.',
    });
  }
  assertCanBeProtected(plan.settings, readings, true);
  const { settings, createdAt, tool } = plan;
  const own = planProtection({ settings, readings, createdAt, tool }, digester);
  if (deedsOf(own, digester) === deedsOf(plan, digester)) return;
  throw new UserError({
    code: 'PLAN_INVALID',
    message:
      'The requests in the plan file are not those that this version of Holdfast plans for the same ground and the same settings. Nothing was changed.',
    resource: own.vaultId,
    next: 'Make a new plan: holdfast protect plan.',
  });
}

/** A digest of what a plan would send, and where to. Its hash has no key: anybody can write a file whose hash fits. */
function deedsOf(plan: ProtectionPlan, digester: ProtectionTools['digester']): string {
  const { accountId, vaultId, instanceId, instance, steps } = plan;
  return digestOf({ accountId, vaultId, instanceId, instance, steps }, digester);
}

async function sendAll(tools: ProtectionTools, plan: ProtectionPlan): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const [index, step] of plan.steps.entries()) {
    const { id, what } = step;
    if (results.some(({ state }) => state === 'failed')) {
      results.push({ id, what, state: 'notExecuted', error: null });
      continue;
    }
    tools.progress.phase(`step ${index + 1} of ${plan.steps.length}: ${what}`);
    try {
      await sendStep(tools, plan, step);
      results.push({ id, what, state: 'done', error: null });
    } catch (error) {
      if (!(error instanceof HoldfastError) || index === 0 || isAsked(error)) throw error;
      const { code, message, next = null } = error;
      results.push({ id, what, state: 'failed', error: { code, message, next } });
    }
  }
  return results;
}

/** Somebody asked to end. */
function isAsked({ code }: HoldfastError): boolean {
  return code === 'INTERRUPTED' || code === 'TERMINATED';
}

async function sendStep(tools: ProtectionTools, plan: ProtectionPlan, step: ProtectionStep): Promise<void> {
  const { azure } = tools;
  const { method, path, ifMatch } = step;
  const body = await filled(tools, plan, step.body);
  const change: ArmChange = {
    method,
    path,
    ...(body === undefined ? {} : { body }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
  };
  if (step.awaitsRole === 'validated') {
    await untilRoleCounts(tools, () => azure.validateForBackup(plan.vaultId, plan.instance));
  }
  if (step.awaitsRole === 'repeated') await untilRoleCounts(tools, () => azure.send(change));
  else await azure.send(change);
  const instanceId = /^(.*\/backupInstances\/[^/]+)(?:\/\w+)?$/i.exec(path)?.[1];
  if (instanceId !== undefined) await awaitProtection(tools, instanceId);
}

/** Puts the identity that the vault has by now into the hole that stands for it. */
async function filled(
  { azure }: ProtectionTools,
  { vaultId }: ProtectionPlan,
  body: JsonObject | undefined,
): Promise<JsonObject | undefined> {
  if (body === undefined || !JSON.stringify(body).includes('"$assigned"')) return body;
  const { principalId } = await azure.getVault(vaultId);
  if (principalId === undefined) {
    throw new RemoteError({
      code: 'REMOTE_ANSWER_INVALID',
      message: 'The Backup vault has no identity, although one was asked for.',
      operation: 'read the identity of the vault',
      resource: vaultId,
      next: 'Look at the vault in the portal (Identity), then make a new plan.',
    });
  }
  const fill = (value: JsonValue): JsonValue => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map(fill);
    const fields = Object.entries(value as JsonObject);
    if (fields.length === 1 && fields[0]?.[0] === '$assigned') return principalId;
    return Object.fromEntries(fields.map(([name, one]) => [name, fill(one)]));
  };
  return fill(body) as JsonObject;
}

/** Tries until the role of the vault's identity counts, and says that it waits. */
async function untilRoleCounts({ clock, progress, signal }: ProtectionTools, act: () => Promise<void>): Promise<void> {
  const startMs = clock.monotonicMs();
  for (let waits = 0; ; waits += 1) {
    try {
      return await act();
    } catch (error) {
      const waitedMs = clock.monotonicMs() - startMs;
      const mayPass = error instanceof RemoteError && error.code === 'ROLE_NOT_EFFECTIVE' && waitedMs < LONGEST_WAIT_MS;
      if (!mayPass) throw error;
      if (waits === 0) {
        progress.note('The role of the vault’s identity does not count yet; that takes minutes. Waiting for it …');
      }
      await clock.sleep(ROLE_POLL_MS, signal);
    }
  }
}

/** Waits until the instance is neither being configured nor updated; RemoteError when it is then not protected. */
async function awaitProtection({ azure, clock, signal }: ProtectionTools, instanceId: string): Promise<void> {
  const deadlineMs = clock.monotonicMs() + LONGEST_WAIT_MS;
  let instance = await azure.getInstance(instanceId);
  while (['ConfiguringProtection', 'UpdatingProtection'].includes(instance.state)) {
    if (clock.monotonicMs() >= deadlineMs) break;
    await clock.sleep(ROLE_POLL_MS, signal);
    instance = await azure.getInstance(instanceId);
  }
  const { state, error } = instance;
  if (state === 'ProtectionConfigured' || state === 'ProtectionStopped') return;
  const isRole = /Permission/i.test(error?.code ?? '');
  throw new RemoteError({
    code: isRole ? 'ROLE_NOT_EFFECTIVE' : 'OPERATION_FAILED',
    message: `The backup instance is ${state}${error === undefined ? '.' : `: ${error.code}: ${error.message}`}`,
    operation: 'protect the storage account',
    resource: instanceId,
    ...(error === undefined ? {} : { reason: error.code }),
    next: 'Make a new plan some minutes later: it lets Azure try again.',
  });
}

async function lookAgain(
  { azure, clock, progress, digester }: ProtectionTools,
  { settings, tool }: ProtectionPlan,
): Promise<Pick<ProtectionPlan, 'steps' | 'notes'> & { readonly obstacles: readonly string[] }> {
  progress.phase('look whether all is as asked for');
  const readings = await readProtection(azure, settings);
  const { steps, notes } = planProtection({ settings, readings, createdAt: clock.now(), tool }, digester);
  // What cannot be read brings no step, and is not in place for that.
  const obstacles = findRefusals({ settings, readings, undelete: true }).map(({ message }) => message);
  return { steps, notes, obstacles };
}
