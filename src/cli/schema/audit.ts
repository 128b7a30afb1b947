import { z } from 'zod';
import { count, grade, instant, pointId } from './parts.ts';

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

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const file = z.strictObject({ file: z.string(), sizeBytes: count, sha256: digest });

/** `audit evidence -o json`: what was written. */
export const auditEvidenceDocument = z.strictObject({
  schema: z.literal('holdfast/audit-evidence/1'),
  organization: z.string(),
  from: instant,
  to: instant,
  folder: z.string(),
  files: z.array(file),
  counts: z.strictObject({
    points: count,
    missed: count.describe('How many times the objective passed without a whole backup'),
    proofs: count,
    restores: count,
    actions: count,
    tampering: count,
  }),
});

/** `evidence.json` of a pack. */
export const auditEvidenceDataDocument = z.strictObject({
  schema: z.literal('holdfast/audit-evidence-data/1'),
  vault: z.strictObject({ id: z.string(), description: z.string() }),
  organization: z.string(),
  from: instant,
  to: instant,
  madeAt: instant,
  tool: z.string(),
  trail: z.strictObject({
    streams: count,
    batches: count,
    records: count,
    notOpened: count,
    findings: z.array(z.strictObject({ kind: z.string(), object: z.string(), reason: z.string() })),
  }),
  actions: z.array(auditAction.extend({ principal: auditAction.shape.principal.unwrap().optional() })),
  backups: z.strictObject({
    objectiveMs: count,
    taken: z.array(
      z.strictObject({
        point: pointId,
        endedAt: instant,
        time: instant,
        timeAttested: z.boolean(),
        grade,
        isWhole: z.boolean(),
        resources: count,
        signer: z.string(),
      }),
    ),
    missed: z.array(z.strictObject({ from: instant, to: instant, missed: count })),
    damaged: z.array(z.string()).describe('Manifests that cannot be trusted'),
  }),
  proofs: z.array(
    z.strictObject({
      name: z.string(),
      point: pointId,
      at: instant,
      depth: z.string(),
      result: z.string(),
      checkedObjects: count,
      signer: z.string(),
    }),
  ),
  postures: z.array(
    z.strictObject({
      name: z.string(),
      at: instant,
      signer: z.string(),
      passed: count,
      failed: z.array(z.string()).describe('Ids of checks'),
      unknown: z.array(z.string()).describe('Ids of checks that could not be told'),
      weakened: z.array(z.string()).describe('Ids of checks that were better in the posture before'),
    }),
  ),
  drills: z.array(
    z.strictObject({
      name: z.string(),
      at: instant,
      signer: z.string(),
      result: z.string().describe('proven, olderProven or notProven'),
      why: z.string().optional(),
      point: z.string().optional(),
      targetContainer: z.string().optional(),
      checkedObjects: count,
    }),
  ),
  untrusted: z.array(z.string()).describe('Signed records that cannot be trusted and prove nothing'),
  restores: z.array(
    z.strictObject({
      run: count,
      startedAt: instant,
      planHash: z.string(),
      status: z.string(),
      principal: z.string().optional(),
      identity: z.string().optional().describe('As whom Apigee was called'),
      issuer: z
        .string()
        .optional()
        .describe('Who issued the token of that identity, as the token says; unknown where it does not'),
      reason: z.string().optional(),
      approver: z.string().optional().describe('Absent: none is recorded'),
    }),
  ),
  keys: z.strictObject({
    keyring: count,
    generations: z.array(z.strictObject({ generation: count, since: instant })),
    signers: z.array(
      z.strictObject({ role: z.string(), fingerprint: z.string(), since: instant, revoked: instant.optional() }),
    ),
  }),
  criteria: z.array(
    z.strictObject({
      id: z.string().describe('Of the AICPA trust services criteria'),
      asks: z.string(),
      state: z.enum(['evidence', 'attention', 'none']),
      found: z.string(),
      sections: z.array(z.string()),
    }),
  ),
});

/** `manifest.json` of a pack. */
export const auditEvidenceManifestDocument = z.strictObject({
  schema: z.literal('holdfast/audit-evidence-manifest/1'),
  organization: z.string(),
  from: instant,
  to: instant,
  madeAt: instant,
  files: z.array(file).describe('Every file of the pack but this one'),
});

/** `audit upload -o json`. */
export const auditUploadDocument = z.strictObject({
  schema: z.literal('holdfast/audit-upload/1'),
  folder: z.string(),
  uploaded: z.array(z.string()),
  refused: z.array(z.string()).describe('The vault holds something else under this number'),
});
