import { z } from 'zod';
import { recoveryPoint } from './protect.ts';
import { consistent, count, grade, instant, ledgerRow, notCaptured, pointId } from './parts.ts';

/** `backup -o json`: one capture and its own account of completeness. */
export const backupDocument = z.strictObject({
  schema: z.literal('holdfast/backup/1'),
  organization: z.string(),
  point: pointId,
  grade,
  consistent,
  startedAt: instant,
  endedAt: instant,
  calls: count.describe('API calls sent'),
  floor: count.describe('The least number of calls with which the same could have been read'),
  efficiency: z.number().min(0).describe('floor divided by calls'),
  bytesWritten: count,
  ledger: z.array(ledgerRow),
  notCaptured: z.array(notCaptured).describe('Kinds that this version does not capture'),
  moved: z.array(z.string()).describe('What moved while the capture ran, in sentences'),
  protection: z
    .strictObject({
      status: z.enum(['completed', 'warnings', 'partial', 'failed']),
      jobId: z.string().nullable().describe('Null when no job was started'),
      recoveryPoint: recoveryPoint.nullable(),
      pointExpectedWhole: z
        .boolean()
        .describe(
          'Whether this recovery point is expected to hold the whole point; it is started late enough for that',
        ),
      problem: z.strictObject({ code: z.string(), message: z.string(), next: z.string().nullable() }).nullable(),
    })
    .describe('What Azure Backup came to; only with --protect')
    .optional(),
  auditHeads: z
    .array(z.string())
    .describe('The newest batch of the audit trail, NAME@HASH: keep it outside the vault for `audit verify --heads`'),
});
