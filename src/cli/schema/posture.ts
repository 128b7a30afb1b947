import { z } from 'zod';
import { count, instant } from './parts.ts';

const state = z.enum(['pass', 'fail', 'unknown']).describe('unknown is no pass: it could not be read or told');

/** `posture -o json`: what protects the vault in Azure, and what became weaker. */
export const postureDocument = z.strictObject({
  schema: z.literal('holdfast/posture/1'),
  organization: z.string().nullable().describe('Null when the vault could not be looked at'),
  accountId: z.string().describe('Id of the storage account'),
  vaultId: z.string().describe('Id of the Backup vault'),
  at: instant,
  result: z.enum(['pass', 'fail', 'unknown']).describe('unknown: nothing fails, but not everything could be told'),
  counts: z.strictObject({ pass: count, fail: count, unknown: count }),
  checks: z.array(
    z.strictObject({
      id: z.string().describe('Stable: vault-soft-delete, immutability, writer-cannot-delete'),
      state,
      evidence: z.string().describe('What was seen'),
      remedy: z.string().optional().describe('What to do; whatever does not pass has one'),
    }),
  ),
  comparedWith: instant.nullable().describe('When the posture was recorded that this one is compared with'),
  weakened: z.array(z.strictObject({ id: z.string(), before: z.string(), now: z.string() })),
  record: z.string().nullable().describe('Name of the signed record in the vault'),
  notes: z.array(z.string()),
});
