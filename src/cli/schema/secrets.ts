import { z } from 'zod';
import { count, instant } from './parts.ts';

/** `secrets status -o json`: how old each secret is, and what is overdue. */
export const secretsStatusDocument = z.strictObject({
  schema: z.literal('holdfast/secrets-status/1'),
  at: instant,
  maxAgeDays: count,
  result: z.enum(['ok', 'overdue', 'unknown']),
  counts: z.strictObject({ ok: count, overdue: count, unknown: count }),
  secrets: z.array(
    z.strictObject({
      kind: z.enum([
        'vault-key',
        'key-vault-key',
        'configured',
        'app-key',
        'service-account-key',
        'storage-account-key',
      ]),
      name: z.string().describe('Which secret it is, or where it was looked for; never the secret'),
      state: z.enum(['ok', 'overdue', 'unknown']),
      ageDays: count.optional(),
      dueAt: instant.optional().describe('From when on it is overdue'),
      evidence: z.string(),
      remedy: z.string().optional(),
    }),
  ),
});
