import { z } from 'zod';
import { count, instant, pointId } from './parts.ts';

/** `drill -o json`: what came back from Azure Backup, and how old it is. */
export const drillDocument = z.strictObject({
  schema: z.literal('holdfast/drill/1'),
  organization: z.string(),
  at: instant,
  result: z
    .enum(['proven', 'olderProven', 'notProven'])
    .describe('proven: the newest point of the copy is whole; olderProven: only an older one is'),
  why: z.string().nullable().describe('Why nothing is proven'),
  recoveryPoint: z.strictObject({ id: z.string(), time: z.string() }),
  job: z
    .strictObject({ id: z.string(), status: z.string().describe('In Azure’s word'), problems: z.array(z.string()) })
    .nullable(),
  point: z
    .strictObject({
      id: pointId,
      endedAt: instant,
      ageHours: z.number().describe('What a loss of the vault now would cost'),
    })
    .nullable()
    .describe('The newest point that is whole in the copy'),
  depth: z
    .enum(['all-bytes', 'all-data'])
    .nullable()
    .describe('all-bytes: every byte is as written, and some of it no key at hand opens'),
  checkedObjects: count,
  checkedBytes: count,
  lacking: z
    .array(z.strictObject({ point: pointId, endedAt: instant, why: z.string() }))
    .describe('Newer points that the copy lacks, or has in part only'),
  target: z.strictObject({ accountId: z.string(), container: z.string() }),
  left: z.string().nullable().describe('Why the container of the drill could not be removed'),
  record: z.string().nullable().describe('Name of the signed record in the vault'),
  notes: z.array(z.string()),
});
