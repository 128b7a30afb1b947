import { z } from 'zod';
import { count, instant } from './parts.ts';

const fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const facts = z.record(z.string(), fact).describe('By name; ids and names, never the value of a secret');

const auditAction = z.strictObject({
  stream: z.string().describe('The stream of its process'),
  act: count.describe('Number of the action in its stream'),
  at: instant,
  endedAt: instant.optional(),
  action: z.string().describe('The verb, with its word where it has several'),
  effect: z.enum(['changes', 'reveals']),
  organization: z.string().optional(),
  principal: z
    .strictObject({
      type: z.enum(['user', 'workload']),
      name: z.string(),
      claims: z.record(z.string(), z.string()).optional().describe('As the environment says; not proven'),
    })
    .nullable(),
  host: z.string().optional(),
  tool: z.string().optional(),
  signer: z.string().describe('Role and fingerprint of the key that signed'),
  given: facts,
  reason: z.string().optional(),
  breakGlass: z.string().optional(),
  facts,
  result: z.enum(['done', 'partial', 'refused', 'failed', 'open']).describe('open: killed, or still running'),
  exit: z.number().int().optional(),
  code: z.string().optional(),
  records: z.array(z.string()).describe('SHA-256 of each of its records as signed'),
});

/** `audit list -o json`, `audit tail -o json`. */
export const auditListDocument = z.strictObject({
  schema: z.literal('holdfast/audit-list/1'),
  actions: z.array(auditAction),
});

/** `audit verify -o json`. */
export const auditVerifyDocument = z.strictObject({
  schema: z.literal('holdfast/audit-verify/1'),
  result: z.enum(['good', 'waiting', 'tampered']),
  streams: count,
  batches: count,
  records: count,
  notOpened: count.describe(
    'Batches that no key at hand opens: their signatures and order were checked, not their lines',
  ),
  headsKnown: count.describe('Heads in manifests and in the files of --heads'),
  findings: z.array(
    z.strictObject({
      kind: z.enum([
        'truncated',
        'gap',
        'rewritten',
        'fork',
        'squatted',
        'replayed',
        'unknown-signer',
        'revoked-signer',
        'malformed',
        'open',
        'waiting',
      ]),
      isTampering: z.boolean(),
      object: z.string().describe('The batch or the stream'),
      reason: z.string(),
    }),
  ),
});

/** `audit upload -o json`. */
export const auditUploadDocument = z.strictObject({
  schema: z.literal('holdfast/audit-upload/1'),
  folder: z.string(),
  uploaded: z.array(z.string()),
  refused: z.array(z.string()).describe('The vault holds something else under this number'),
});
