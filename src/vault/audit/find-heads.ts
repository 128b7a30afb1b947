import type { AuditHead } from '../../core/audit/audit-record.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { BlobInfo } from '../blob/blob-store.ts';
import type { VaultContext } from '../vault-context.ts';
import { AUDIT_PREFIX, dayPrefix, parseBatchName } from './audit-name.ts';
import { authenticateBatch, type GenuineBatch } from './authenticate-batch.ts';

const DAY_MS = 24 * 3_600_000;
/** How long a stream may take from looking for heads to being there. */
const MARGIN_MS = 10 * 60_000;
const READS_AT_ONCE = 16;

interface LastBatch {
  readonly last: BlobInfo;
  readonly first: BlobInfo | undefined;
}

/**
 * The newest batches of other streams that no earlier opening has named: with them a stream that opens now names, directly or
 * through others, every batch there is. What is not genuine is passed over: checking the trail finds it.
 */
export async function findAuditHeads(context: VaultContext): Promise<readonly AuditHead[]> {
  const streams = await listRecent(context);
  const opening = await findNewestOpening(context, streams);
  if (opening === undefined) return [];
  const named = new Map((opening.batch.header.heads ?? []).map(({ name, hash }) => [name, hash]));
  const sinceMs = Date.parse(opening.createdAt) - MARGIN_MS;
  const grown = [...streams.values()].filter(
    ({ last }) => Date.parse(last.createdAt) >= sinceMs && !named.has(last.name),
  );
  const heads: AuditHead[] = [];
  for (let start = 0; start < grown.length; start += READS_AT_ONCE) {
    const found = await Promise.all(grown.slice(start, start + READS_AT_ONCE).map(({ last }) => read(context, last)));
    for (const batch of found)
      if (batch !== undefined) heads.push({ name: batch.document.name, hash: batch.document.hash });
  }
  return heads;
}

/** The streams of today and yesterday, of all days only where there is none; by name. */
async function listRecent(context: VaultContext): Promise<ReadonlyMap<string, LastBatch>> {
  const { clock } = context;
  const nowMs = clock.epochMs();
  const recent = new Map([
    ...(await listStreams(context, dayPrefix(formatInstant(nowMs - DAY_MS)))),
    ...(await listStreams(context, dayPrefix(formatInstant(nowMs)))),
  ]);
  return recent.size > 0 ? recent : listStreams(context, AUDIT_PREFIX);
}

async function listStreams({ store }: VaultContext, prefix: string): Promise<Map<string, LastBatch>> {
  const streams = new Map<string, LastBatch>();
  // In the order of names: the last one of a stream counts.
  for await (const blob of store.list(prefix)) {
    const place = parseBatchName(blob.name);
    if (place === undefined) continue;
    const first = place.number === 0 ? blob : streams.get(place.stream)?.first;
    streams.set(place.stream, { last: blob, first });
  }
  return streams;
}

async function findNewestOpening(
  context: VaultContext,
  streams: ReadonlyMap<string, LastBatch>,
): Promise<{ readonly batch: GenuineBatch; readonly createdAt: string } | undefined> {
  const openings = [...streams.values()].flatMap(({ first }) => first ?? []);
  openings.sort((a, b) => (a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.name > b.name) ? -1 : 1));
  for (const blob of openings) {
    const batch = await read(context, blob);
    if (batch !== undefined) return { batch, createdAt: blob.createdAt };
  }
  return undefined;
}

/** Undefined when it is not genuine, or gone. */
async function read(context: VaultContext, blob: BlobInfo): Promise<GenuineBatch | undefined> {
  const bytes = await context.store.find(blob.name);
  if (bytes === undefined) return undefined;
  const batch = authenticateBatch(context, { name: blob.name, bytes, createdAt: blob.createdAt });
  return batch.state === 'genuine' ? batch : undefined;
}
