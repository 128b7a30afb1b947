import { UserError } from '../../core/errors.ts';
import { parseShallow } from '../../core/parse-shallow.ts';
import type { Hasher } from '../../core/hasher.ts';
import { planProtection } from '../../core/protection/plan-protection.ts';
import { isUntouched, type ProtectionPlan } from '../../core/protection/protection-plan.ts';
import type { ProtectionReadings } from '../../core/protection/readings.ts';
import { findRefusals } from '../../core/protection/refusals.ts';
import type { ProtectionSettings } from '../../core/protection/settings.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Progress } from '../ports/surroundings.ts';
import type { AzureManagement } from '../ports/azure.ts';
import { readProtection } from './read-protection.ts';

export interface ProtectionTools {
  readonly azure: AzureManagement;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly digester: Pick<Hasher, 'digest'>;
  /** Ends what waits. */
  readonly signal?: AbortSignal;
}

export interface ProtectionPlanOptions {
  readonly settings: ProtectionSettings;
  readonly tool: string;
  /** A soft-deleted instance is to be brought back. */
  readonly undelete: boolean;
}

/** Reads Azure and decides what is to be done. UserError `PROTECTION_REFUSED` with all that is in the way. */
export async function makeProtectionPlan(
  { azure, clock, progress, digester }: ProtectionTools,
  { settings, tool, undelete }: ProtectionPlanOptions,
): Promise<ProtectionPlan> {
  progress.phase('look at the protection in Azure');
  const readings = await readProtection(azure, settings);
  assertCanBeProtected(settings, readings, undelete);
  return planProtection({ settings, readings, createdAt: clock.now(), tool }, digester);
}

export function assertCanBeProtected(
  settings: ProtectionSettings,
  readings: ProtectionReadings,
  undelete: boolean,
): void {
  const refusals = findRefusals({ settings, readings, undelete });
  const [first] = refusals;
  if (first === undefined) return;
  const numbered = (lines: readonly string[]): string =>
    lines.length === 1 ? (lines[0] ?? '') : lines.map((line, index) => `${index + 1}. ${line}`).join('\n');
  throw new UserError({
    code: 'PROTECTION_REFUSED',
    message: numbered(refusals.map(({ message }) => message)),
    resource: first.resource,
    next: numbered(refusals.map(({ next }) => next)),
  });
}

/** The text of a plan file. */
export function formatProtectionPlan(plan: ProtectionPlan): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}

/** Reads a plan file. UserError `PLAN_INVALID` when it is no such plan of this version, or was edited. */
export function parseProtectionPlan(text: string, digester: Pick<Hasher, 'digest'>): ProtectionPlan {
  const invalid = (message: string, cause?: unknown): UserError =>
    new UserError({ code: 'PLAN_INVALID', message, next: 'Make a new plan: holdfast protect plan --out FILE.', cause });
  let parsed: unknown;
  try {
    parsed = parseShallow(text);
  } catch (cause) {
    throw invalid('The plan file is no JSON that can be read.', cause);
  }
  if (!isPlan(parsed))
    throw invalid('The file is not a protection plan of this version (schema holdfast/protect-plan/1).');
  if (!isUntouched(parsed, digester)) {
    throw invalid('The plan file was changed after it was made: its hash does not fit.');
  }
  return parsed;
}

/** Tells a plan from any other JSON. Its hash is no secret: what it says is checked where it comes from a file. */
function isPlan(value: unknown): value is ProtectionPlan {
  if (typeof value !== 'object' || value === null || !('schema' in value) || !('hash' in value)) return false;
  return value.schema === 'holdfast/protect-plan/1' && typeof value.hash === 'string' && 'steps' in value;
}
