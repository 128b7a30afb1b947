import { z } from 'zod';
import { count, instant, pointId } from './parts.ts';

const object = z.string().describe('Name of the object in the vault');

const keepReason = z.strictObject({
  rule: z
    .enum([
      'hourly',
      'daily',
      'weekly',
      'monthly',
      'yearly',
      'guaranteed',
      'held',
      'open-epoch',
      'newest-copy',
      'minimum-verified',
      'suspect-time',
      'blocked-epoch',
      'immutable',
    ])
    .describe('The rule that keeps it'),
  why: z.string().describe('In words: daily 1 of 14: the newest verified of 2026-05-10'),
});

/** Every rule that keeps a point. */
export const retainedPoint = z.strictObject({
  point: pointId,
  keeps: z.array(keepReason).describe('Empty when nothing keeps it'),
});

const left = z.array(
  z.strictObject({
    name: object,
    bytes: count,
    why: z.string(),
    until: instant.optional().describe('From when on it may go, where the store tells'),
  }),
);

/** `prune -o json`: what stays and why, what goes, and what was marked or swept. */
export const pruneDocument = z.strictObject({
  schema: z.literal('holdfast/prune/1'),
  organization: z.string(),
  action: z.enum(['preview', 'mark', 'sweep']),
  policy: z.strictObject({
    hourly: count,
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    zone: z.string(),
    minimumVerified: count,
    guaranteedDays: count,
  }),
  graceDays: count,
  refusals: z.array(z.string()).describe('Why nothing may be marked or swept now; the exit code is 4 then'),
  epochs: z.array(z.strictObject({ epoch: z.string(), closed: z.boolean(), why: z.string().optional() })),
  stays: z.array(z.strictObject({ ...retainedPoint.shape, time: instant, epoch: z.string() })),
  goes: z
    .array(z.strictObject({ point: pointId, time: instant, epoch: z.string() }))
    .describe('Points that nothing keeps; before a sweep'),
  givenUp: z.array(object).describe('Damaged manifests that go because they were given up'),
  objects: count.describe('Packs and indexes that go with them'),
  bytes: count,
  left: left.describe('What nobody needs any more and the store holds'),
  longerKeeps: z
    .array(z.strictObject({ point: pointId, protectedUntil: instant }))
    .describe('Points that stay although what they rest on is no longer protected for retention.protectionDays'),
  marks: z.array(
    z.strictObject({
      prune: count,
      markedAt: instant,
      dueAt: instant.optional().describe('From when on it may be swept'),
      void: z.string().optional().describe('Why it counts for nothing'),
      unfinished: z.boolean().describe('True when a sweep of it was begun and did not end'),
      points: z.array(pointId).describe('Its points that would still go'),
      waiting: z
        .array(z.strictObject({ point: pointId, dueAt: instant }))
        .describe('Its points that wait for the grace once more, because a hold on them has ended'),
    }),
  ),
  marked: count.optional().describe('Number of the prune that --mark wrote; absent when there was nothing to mark'),
  sweeps: z.array(
    z.strictObject({
      prune: count,
      points: z.array(pointId),
      withdrawn: z.array(z.strictObject({ point: pointId, why: z.string() })),
      objects: count.describe('Packs and indexes that were deleted'),
      bytes: count,
      left,
    }),
  ),
});

/** `hold -o json`: holds after what was done. */
export const holdDocument = z.strictObject({
  schema: z.literal('holdfast/hold/1'),
  organization: z.string(),
  action: z.enum(['add', 'remove', 'list']),
  holds: z.array(
    z.strictObject({
      hold: z.string(),
      state: z.enum(['active', 'expired', 'removed']),
      points: z.array(pointId),
      owner: z.string(),
      reason: z.string(),
      until: instant.optional(),
      addedAt: instant,
      signer: z.string(),
      removed: z.strictObject({ at: instant, owner: z.string(), reason: z.string(), signer: z.string() }).optional(),
    }),
  ),
  untrusted: z
    .array(z.strictObject({ name: object, reason: z.string() }))
    .describe('Records that cannot be trusted: nothing is pruned while there are any; the exit code is 13'),
});
