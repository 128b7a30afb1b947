import type { z } from 'zod';
import { parsePlan } from '../app/plan.ts';
import { parseProtectionPlan } from '../app/protection/make-protection-plan.ts';
import { UserError } from '../core/errors.ts';
import type { Hasher } from '../core/hasher.ts';
import type { Plan } from '../core/plan.ts';
import type { ProtectionPlan } from '../core/protection/protection-plan.ts';
import { planDocument } from './schema/plan.ts';
import { protectPlanDocument } from './schema/protect.ts';

/**
 * The plan in a plan file. UserError `PLAN_INVALID` when it is none of this version, was edited, or says what no plan says:
 * anybody can compute its hash.
 */
export function readPlan(text: string, hasher: Pick<Hasher, 'digest'>): Plan {
  return checked(parsePlan(text, hasher), planDocument, "Make a new plan with 'holdfast plan --out FILE'.");
}

/** The same of a plan of `protect`. */
export function readProtectionPlan(text: string, digester: Pick<Hasher, 'digest'>): ProtectionPlan {
  const next = 'Make a new plan: holdfast protect plan --out FILE.';
  return checked(parseProtectionPlan(text, digester), protectPlanDocument, next);
}

function checked<Read>(plan: Read, document: z.ZodType, next: string): Read {
  const [issue] = document.safeParse(plan).error?.issues ?? [];
  if (issue === undefined) return plan;
  const place = issue.path.length === 0 ? 'its top' : issue.path.join('.');
  throw new UserError({
    code: 'PLAN_INVALID',
    message: `The plan file is no plan at ${place}: ${issue.message}.`,
    next,
  });
}
