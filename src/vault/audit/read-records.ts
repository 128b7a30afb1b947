import type { StoredAuditRecord } from '../../app/ports/audit.ts';
import type { AuditOpened } from '../../core/audit/audit-record.ts';
import { IntegrityError } from '../../core/errors.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { BlobInfo } from '../blob/blob-store.ts';
import { compactTime } from '../manifest.ts';
import type { VaultContext } from '../vault-context.ts';
import { hashLine } from './audit-batch.ts';
import { AUDIT_PREFIX, parseBatchName } from './audit-name.ts';
import { authenticateBatch } from './authenticate-batch.ts';
import { openBatch, readBlobs } from './read-batches.ts';

/** No stream grows longer, and a clock may be a day off. */
const LOOK_BACK_MS = 2 * 24 * 3_600_000;

export interface RecordRange {
  readonly since?: string;
  readonly until?: string;
}

/** Records of genuine batches in the order of their time. */
export async function* readAuditRecords(context: VaultContext, range: RecordRange): AsyncGenerator<StoredAuditRecord> {
  context.assertCanOpen('meta', 'Reading the audit trail');
  const sorter = context.sorterFactory<StoredAuditRecord>(
    ({ record, batch, index }) => `${record.at} ${batch} ${String(index).padStart(9, '0')}`,
  );
  try {
    for await (const stored of readUnsorted(context, range)) await sorter.add(stored);
    yield* sorter.sorted();
  } finally {
    await sorter.close();
  }
}

async function* readUnsorted(context: VaultContext, { since, until }: RecordRange): AsyncGenerator<StoredAuditRecord> {
  const blobs = await Array.fromAsync(context.store.list(AUDIT_PREFIX));
  let opened: { readonly stream: string; readonly entry: AuditOpened } | undefined;
  for await (const blob of readBlobs(context, blobs.filter(mayHold(since)))) {
    const batch = authenticateBatch(context, blob);
    if (batch.state === 'alien') continue;
    const { stream } = batch.header;
    if (opened?.stream !== stream) opened = undefined;
    const read = await openBatch(context, batch).catch(ignoreDamage);
    for (const [index, record] of (read?.records ?? []).entries()) {
      if (record.event === 'opened') opened = { stream, entry: record };
      if ((since !== undefined && record.at < since) || (until !== undefined && record.at >= until)) continue;
      const line = read?.lines?.[index] ?? '';
      yield {
        record,
        line,
        hash: hashLine(line),
        batch: blob.name,
        index,
        stream,
        time: batch.time,
        signer: batch.signer,
        ...(opened === undefined ? {} : { opened: opened.entry }),
      };
    }
  }
}

function mayHold(since: string | undefined): (blob: BlobInfo) => boolean {
  const epochMs = since === undefined ? Number.NaN : Date.parse(since);
  if (Number.isNaN(epochMs)) return () => true;
  const earliest = compactTime(formatInstant(epochMs - LOOK_BACK_MS));
  return ({ name }) => (parseBatchName(name)?.stream ?? '') >= earliest;
}

/** What is damaged inside is found by checking the trail. */
function ignoreDamage(error: unknown): undefined {
  if (!(error instanceof IntegrityError)) throw error;
}
