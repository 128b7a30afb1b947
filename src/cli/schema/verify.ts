import { z } from 'zod';
import { count, instant, pointId } from './parts.ts';

const object = z.string().describe('Name of the object in the vault');

/** `verify -o json`: what was checked, how deep, and what is damaged. */
export const verifyDocument = z.strictObject({
  schema: z.literal('holdfast/verify/1'),
  organization: z.string(),
  depth: z.enum(['structure', 'all-data']),
  result: z.enum(['good', 'damaged']),
  points: z.array(pointId).describe('The points that were checked'),
  checkedObjects: count,
  checkedBytes: count,
  damaged: z.array(
    z.strictObject({
      object,
      reason: z.string(),
      points: z.array(pointId).describe('The points it hurts'),
      run: count.optional().describe('The run whose journal it hurts'),
    }),
  ),
  notChecked: z.array(z.strictObject({ object, reason: z.string() })),
  swept: z
    .array(z.strictObject({ point: pointId, prune: count, sweptAt: instant }))
    .describe('Points that are gone because a prune deleted them: they are not lost'),
  records: z.array(z.string()).describe('Names of the signed records in the vault, one for each point, with --record'),
});
