import { z } from 'zod';
import { count } from './parts.ts';

/** `doctor -o json`: everything that was looked at. */
export const doctorDocument = z.strictObject({
  schema: z.literal('holdfast/doctor/1'),
  organization: z.string().nullable().describe('Null when none was named and the vault does not have just one'),
  result: z.enum(['ok', 'findings', 'unknown']).describe('unknown: no finding, but not everything could be looked at'),
  counts: z.strictObject({ ok: count, finding: count, unknown: count }),
  checks: z.array(
    z.strictObject({
      id: z.string().describe('Stable: endpoint, permission:target-server, key:writer'),
      group: z.enum(['set-up', 'service', 'identity', 'permissions', 'vault', 'keys', 'points']),
      state: z.enum(['ok', 'finding', 'unknown']),
      evidence: z.string().describe('What was seen'),
      remedy: z.string().optional().describe('What to do; every finding has one'),
    }),
  ),
});
