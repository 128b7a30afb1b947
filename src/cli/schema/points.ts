import { z } from 'zod';
import { pointSummary } from './parts.ts';

/** `points -o json`: all points of an organization, oldest first, and the manifests that cannot be trusted. */
export const pointsDocument = z.strictObject({
  schema: z.literal('holdfast/points/1'),
  organization: z.string(),
  points: z.array(pointSummary),
  damaged: z.array(
    z.strictObject({ name: z.string().describe('Name of the manifest in the vault'), reason: z.string() }),
  ),
});
