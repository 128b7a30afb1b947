import { z } from 'zod';

/** The parts that several documents of the command line share. Descriptions end up in the published JSON schemas. */

export const resourceId = z
  .string()
  .describe(
    'Natural path below the organization, each segment percent-encoded: environments/test/targetservers/backend',
  );

export const pointId = z.string().regex(/^p/).describe('Id of a recovery point');

export const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .describe('ISO 8601 instant in UTC with milliseconds');

export const count = z.int().min(0);

export const kindName = z.string().describe('Kind of resource: target-server, developer-app');

export const grade = z.enum(['complete', 'partial', 'interrupted']);

const gap = z.strictObject({
  at: z.string().describe("A resource, or the parent of a list that is missing as a whole; '' for all of the kind"),
  state: z.enum([
    'denied',
    'failed',
    'vanished',
    'notApplicable',
    'unreadable',
    'accepted',
    'notSelected',
    'leftOut',
    'carried',
  ]),
  reason: z.string(),
  since: instant.optional().describe('For carried: when the capture began that read it'),
});

export const ledgerRow = z.strictObject({
  kind: kindName,
  listed: count,
  captured: count,
  denied: count,
  failed: count,
  vanished: count,
  notApplicable: count,
  unreadable: count,
  accepted: count,
  exceptions: z.array(gap),
  notes: z.array(z.string()).describe('What was stated beforehand to be left out'),
  credentials: count.describe('Suspected credentials in clear in the configuration of the kind'),
});

export const notCaptured = z.strictObject({ kind: z.string(), why: z.string() });

export const selection = z.strictObject({
  only: z.array(z.string()).describe('Globs over resource ids'),
  kinds: z.array(kindName),
  preset: z.enum(['gateway', 'consumers']).optional(),
});

const scope = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('all') }),
  z.strictObject({ type: z.literal('selection'), selection }),
  z.strictObject({ type: z.literal('run'), run: count.describe('Number of the run whose safety point this is') }),
]);

export const consistent = z
  .boolean()
  .describe(
    'True when all lists that tell of change were read again at the end and said that nothing had moved; of names they say only that they are the same',
  );

export const pointSummary = z.strictObject({
  id: pointId,
  organization: z.string(),
  epoch: z.string(),
  grade,
  scope,
  consistent,
  startedAt: instant,
  endedAt: instant,
  time: instant.describe("The store's creation time where it attests time, else endedAt"),
  timeAttested: z.boolean(),
  parent: pointId.optional(),
  resources: count,
  bytesWritten: count,
  calls: count,
  signer: z.string().describe('Fingerprint and role of the signing key'),
  signerRevoked: instant.optional().describe('Since when that key is revoked; the point was named all the same'),
});

export const ignoredBy = z
  .strictObject({ rule: z.string(), reason: z.string(), until: instant })
  .describe('A rule of the configuration: ignore apis/**, acceptedGaps developer');

export const cannotRestore = z.strictObject({
  id: resourceId,
  code: z.enum([
    'EXPIRED',
    'EXPIRED_KEY',
    'IMMUTABLE_FIELD',
    'NO_WRITE',
    'NOT_SETTABLE',
    'UNREADABLE',
    'NEED_MISSING',
    'OPT_IN',
    'KEPT',
  ]),
  why: z.string(),
  next: z.string().describe('What the operator can do or must supply'),
});
