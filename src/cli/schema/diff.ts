import { z } from 'zod';
import { count, ignoredBy, instant, kindName, pointId, resourceId } from './parts.ts';

const fieldChange = z.strictObject({
  path: z.string(),
  before: z.unknown().optional().describe('Absent when the field was, or when it may not be shown'),
  after: z.unknown().optional(),
  hidden: z.boolean().describe('True when the values may not be shown with the keys at hand, or are secret'),
  lines: z.array(z.string()).optional().describe('Of texts with several lines: what differs, as unified diff lines'),
});

const fileChange = z.strictObject({
  path: z.string(),
  change: z.enum(['added', 'removed', 'changed', 'formatting']),
  what: z.string().describe('In Apigee\'s words: policy VerifyAPIKey "VA-Key"'),
  lines: z.array(z.string()),
});

const difference = z.strictObject({
  id: resourceId,
  kind: kindName,
  change: z.enum(['added', 'removed', 'changed', 'renamed', 'unknown']),
  informational: z.boolean().describe('Has no influence on the exit status'),
  label: z.string().optional(),
  fields: z.array(fieldChange),
  files: z.array(fileChange),
  secretChanged: z.boolean(),
  note: z.string().optional(),
  ignoredFields: z.array(z.string()).optional().describe('Fields that differ too, but are ignored by a rule'),
});

const expiredRule = z.strictObject({ rule: z.string(), reason: z.string(), until: instant });

const comparison = {
  organization: z.string(),
  before: pointId,
  after: z.union([pointId, z.literal('live')]),
  selectionIsEmpty: z.boolean().describe('What was selected is on neither side, so that nothing was compared'),
  differences: z.array(difference),
  ignored: z
    .array(z.strictObject({ ...difference.shape, ignoredBy }))
    .describe('Ignored by a rule of the configuration: no influence on the exit status'),
  expiredRules: z.array(expiredRule).describe('Rules whose end has come, so that they no longer apply'),
  summary: z.array(
    z.strictObject({
      kind: kindName,
      added: count,
      removed: count,
      changed: count,
      unknown: count,
      same: count,
      informational: count.describe('Counted nowhere else: no differences by themselves'),
      ignored: count.describe('Ignored by a rule; counted nowhere else'),
    }),
  ),
};

/** `diff -o json`: from the older side to the newer one. */
export const diffDocument = z.strictObject({ schema: z.literal('holdfast/diff/1'), ...comparison });

/** `drift -o json`: from the point to the live organization. */
export const driftDocument = z.strictObject({
  schema: z.literal('holdfast/drift/1'),
  ...comparison,
  after: z.literal('live'),
});
