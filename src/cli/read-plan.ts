import { parsePlan } from '../app/plan.ts';
import { UserError } from '../core/errors.ts';
import type { Hasher } from '../core/hasher.ts';
import type { Plan } from '../core/plan.ts';
import { planDocument } from './schema/plan.ts';

/**
 * The plan in a plan file. UserError `PLAN_INVALID` when it is none of this version, was edited, or says what no plan says:
 * anybody can compute its hash.
 */
export function readPlan(text: string, hasher: Pick<Hasher, 'digest'>): Plan {
  const plan = parsePlan(text, hasher);
  const [issue] = planDocument.safeParse(plan).error?.issues ?? [];
  if (issue === undefined) return plan;
  throw new UserError({
    code: 'PLAN_INVALID',
    message: `The plan file is no plan at ${issue.path.join('.')}: ${issue.message}.`,
    next: "Make a new plan with 'holdfast plan --out FILE'.",
  });
}
