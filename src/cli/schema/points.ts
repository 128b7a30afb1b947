import { z } from 'zod';
import { count, instant, pointId, pointSummary } from './parts.ts';
import { retainedPoint } from './prune.ts';

/** `points -o json`: all points of an organization, oldest first, and the manifests that cannot be trusted. */
export const pointsDocument = z.strictObject({
  schema: z.literal('holdfast/points/1'),
  organization: z.string(),
  points: z.array(pointSummary),
  damaged: z.array(
    z.strictObject({ name: z.string().describe('Name of the manifest in the vault'), reason: z.string() }),
  ),
  swept: z
    .array(z.strictObject({ point: pointId, prune: count, sweptAt: instant, signer: z.string() }))
    .describe('Points that are gone because a prune deleted them'),
  retention: z.array(retainedPoint).optional().describe('With --why: which rules keep each point'),
});
