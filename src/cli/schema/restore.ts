import { z } from 'zod';
import { cannotRestore, count, instant, kindName, pointId, resourceId } from './parts.ts';

const report = {
  run: count.describe('Number of the run; 0 when there was nothing to do'),
  organization: z.string(),
  point: pointId,
  planHash: z.string(),
  safetyPoint: z
    .string()
    .describe("The point of the touched resources from before the first write; '' when nothing was written"),
  status: z.enum(['done', 'partial', 'differs']),
  startedAt: instant,
  endedAt: instant,
  resources: z.array(
    z.strictObject({
      id: resourceId,
      kind: kindName,
      label: z.string().optional(),
      result: z.enum(['created', 'updated', 'deleted', 'same', 'skipped', 'failed', 'differs', 'notExecuted']),
      why: z.string().optional(),
    }),
  ),
  cannotRestore: z.array(cannotRestore),
  identityMap: z
    .array(z.strictObject({ id: resourceId, was: z.string(), is: z.string() }))
    .describe('What the server numbered or named anew'),
  calls: z.strictObject({ planned: count, done: count, failed: count, skipped: count, notExecuted: count }),
};

/** `restore -o json`: what became of each resource. */
export const restoreDocument = z.strictObject({ schema: z.literal('holdfast/restore/1'), ...report });

/** `apply -o json`: the same for a plan from a file. */
export const applyDocument = z.strictObject({ schema: z.literal('holdfast/apply/1'), ...report });
