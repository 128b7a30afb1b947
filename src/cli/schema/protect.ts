import { z } from 'zod';
import { instant, pointId } from './parts.ts';

const armId = z.string().describe('Id of an Azure resource');

const change = z.strictObject({ field: z.string(), from: z.json(), to: z.json() });

const step = z.strictObject({
  id: z
    .string()
    .describe(
      'blob-service, immutability:CONTAINER, vault, policy, role, drill-role, instance, undelete, resume, sync',
    ),
  what: z.string(),
  why: z.string(),
  method: z.enum(['PUT', 'PATCH', 'POST']),
  path: armId,
  body: z.json().describe('{"$assigned": "vault.principalId"} stands for the identity of the vault').optional(),
  ifMatch: z.string().optional(),
  changes: z.array(change),
  awaitsRole: z
    .enum(['validated', 'repeated'])
    .describe('How it is waited for a role that does not count yet')
    .optional(),
});

const days = z.number().int();

const settings = z
  .strictObject({
    subscription: z.string(),
    resourceGroup: z.string(),
    location: z.string().optional(),
    account: z.strictObject({ name: z.string(), resourceGroup: z.string() }),
    containers: z.array(z.string()),
    vault: z.strictObject({ name: z.string(), redundancy: z.string(), softDeleteDays: days }),
    policy: z.strictObject({
      name: z.string(),
      every: z.enum(['day', 'week']),
      day: z.string(),
      at: z.string(),
      retentionDays: days,
    }),
    blobSoftDeleteDays: days,
    containerSoftDeleteDays: days,
    immutability: z.strictObject({ epochDays: days, guaranteedDays: days }),
    drillAccountId: armId.optional(),
    guardId: armId.optional(),
    replicationMarginMinutes: z.number(),
  })
  .describe('What was asked for: the section protect of the configuration with its defaults');

/** `protect plan -o json`, and the plan file. */
export const protectPlanDocument = z.strictObject({
  schema: z.literal('holdfast/protect-plan/1'),
  createdAt: instant,
  tool: z.string(),
  accountId: armId,
  vaultId: armId,
  instanceId: armId,
  settings,
  instance: z.json().describe('The properties of the backup instance as it will be'),
  steps: z.array(step),
  inPlace: z.array(z.string()).describe('What is as it should be'),
  notes: z.array(z.string()).describe('What stays less than asked for, and why'),
  ground: z.record(z.string(), z.string()).describe('Digests of what was read'),
  hash: z.string(),
});

/** `protect apply -o json`. */
export const protectApplyDocument = z.strictObject({
  schema: z.literal('holdfast/protect-apply/1'),
  vaultId: armId,
  plan: z.string().describe('Hash of the plan that was carried out'),
  status: z.enum(['done', 'partial', 'differs']),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      what: z.string(),
      state: z.enum(['done', 'failed', 'notExecuted']),
      error: z.strictObject({ code: z.string(), message: z.string(), next: z.string().nullable() }).nullable(),
    }),
  ),
  remaining: z.array(z.string()).describe('What another plan would still do'),
  notes: z.array(z.string()),
});

export const recoveryPoint = z.strictObject({
  id: z.string(),
  time: z.string().describe('When its backup began'),
  state: z.string().nullable().describe('In Azure’s word: Completed, Partial'),
  expiresAt: z.string().nullable(),
});
const problems = z.array(z.strictObject({ code: z.string(), message: z.string() })).describe('In Azure’s words');

/** `protect backup-now -o json`. */
export const protectBackupNowDocument = z.strictObject({
  schema: z.literal('holdfast/protect-backup-now/1'),
  instanceId: armId,
  jobId: armId,
  status: z.enum(['started', 'completed', 'warnings', 'partial', 'failed']),
  jobStatus: z.string().describe('In Azure’s word'),
  recoveryPoint: recoveryPoint.nullable(),
  problems,
});

const point = z.strictObject({ id: pointId, endedAt: instant });

/** `protect status -o json`. */
export const protectStatusDocument = z.strictObject({
  schema: z.literal('holdfast/protect-status/1'),
  result: z.enum(['ok', 'findings', 'unknown']),
  organization: z.string().nullable(),
  accountId: armId,
  vaultId: armId.describe('The Backup vault that the configuration names'),
  instance: z
    .strictObject({ id: armId, state: z.string(), containers: z.array(z.string()) })
    .nullable()
    .describe('Null when there is none, or it cannot be read'),
  lastJob: z
    .strictObject({ id: armId, status: z.string(), startedAt: z.string(), endedAt: z.string().nullable(), problems })
    .nullable(),
  newestRecoveryPoint: recoveryPoint.nullable(),
  newestPoint: point.nullable(),
  newestExpectedWhole: z
    .strictObject({ id: pointId, endedAt: instant, recoveryPoint: z.string(), recoveryPointTime: z.string() })
    .nullable()
    .describe('Expected, not proven: only a restore proves that a recovery point holds a point whole'),
  unprotected: z.array(point).describe('Points that no completed recovery point is expected to hold whole'),
  findings: z.array(z.string()),
  unknown: z.array(z.string()).describe('What could not be looked at'),
});

/** `protect lock -o json`. */
export const protectLockDocument = z.strictObject({
  schema: z.literal('holdfast/protect-lock/1'),
  locks: z.array(
    z.strictObject({
      target: z.enum(['soft-delete', 'vault', 'container']),
      path: armId,
      what: z.string(),
      binds: z.array(z.string()),
      bindsUntil: z.string().nullable().describe('A day; null is for ever'),
    }),
  ),
});

/** `protect template -o json`. */
export const protectTemplateDocument = z.strictObject({
  schema: z.literal('holdfast/protect-template/1'),
  language: z.enum(['arm', 'bicep', 'terraform']),
  text: z.string(),
});
