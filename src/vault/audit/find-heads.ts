import type { AuditHead } from '../../core/audit/audit-record.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { BlobInfo } from '../blob/blob-store.ts';
import type { VaultContext } from '../vault-context.ts';
import { AUDIT_PREFIX, batchName, dayOfStream, dayPrefix, parseBatchName } from './audit-name.ts';
import { authenticateBatch, type GenuineBatch } from './authenticate-batch.ts';

const DAY_MS = 24 * 3_600_000;
const READS_AT_ONCE = 16;

/** The batches of each stream, in the order of their numbers. */
type Streams = Map<string, BlobInfo[]>;

/**
 * The last batches of other streams that no opening of these days has named: with them a stream that opens now names, directly
 * or through others, every batch there is. Only what is signed decides, the days in names and the heads in openings; when a
 * blob came into the store is for anybody to choose who may delete one and put it back. What is not genuine is passed over:
 * checking the trail finds it.
 */
export async function findAuditHeads(context: VaultContext): Promise<readonly AuditHead[]> {
  const nowMs = context.clock.epochMs();
  const today = dayPrefix(formatInstant(nowMs));
  const streams = await listStreams(context, dayPrefix(formatInstant(nowMs - DAY_MS)), today);
  const newest = await findNewestOpening(context, streams, today);
  if (newest !== today) {
    // A stream grows for a day: one of the day before the newest opening may have grown after it.
    const older =
      newest === undefined
        ? await listStreams(context, AUDIT_PREFIX)
        : await listStreams(context, dayPrefix(formatInstant(nowMs - 2 * DAY_MS)));
    for (const [stream, batches] of older) streams.set(stream, batches);
  }
  const base = newest ?? (await findNewestOpening(context, streams, today));
  const since = base === undefined ? AUDIT_PREFIX : dayBefore(base);
  return findUnnamed(
    context,
    [...streams].filter(([stream]) => dayOfStream(stream) >= since).map(([, batches]) => batches),
  );
}

async function findUnnamed(
  context: VaultContext,
  streams: readonly (readonly BlobInfo[])[],
): Promise<readonly AuditHead[]> {
  const openings = await readAll(streams, (batches) => readOpening(context, batches));
  const named = new Set(openings.flatMap(({ header }) => header.heads ?? []).map(keyOf));
  const last = await readAll(streams, (batches) => readLast(context, batches));
  return last.map(({ document: { name, hash } }) => ({ name, hash })).filter((head) => !named.has(keyOf(head)));
}

function keyOf({ name, hash }: AuditHead): string {
  return `${name}@${hash}`;
}

async function listStreams({ store }: VaultContext, ...prefixes: readonly string[]): Promise<Streams> {
  const streams: Streams = new Map();
  for (const prefix of prefixes) {
    for await (const blob of store.list(prefix)) {
      const place = parseBatchName(blob.name);
      if (place === undefined) continue;
      const known = streams.get(place.stream);
      if (known === undefined) streams.set(place.stream, [blob]);
      else known.push(blob);
    }
  }
  return streams;
}

/** The day of the newest stream that has a genuine opening; none of a clock that is ahead, behind which nothing would be seen. */
async function findNewestOpening(context: VaultContext, streams: Streams, today: string): Promise<string | undefined> {
  const names = [...streams.keys()].filter((stream) => dayOfStream(stream) <= today).sort();
  for (const stream of names.reverse())
    if ((await readOpening(context, streams.get(stream) ?? [])) !== undefined) return dayOfStream(stream);
  return undefined;
}

/** One that was spooled could not look for heads, so it stands for nothing that was there before it. */
async function readOpening(context: VaultContext, batches: readonly BlobInfo[]): Promise<GenuineBatch | undefined> {
  const [first] = batches;
  const place = first && parseBatchName(first.name);
  if (first === undefined || place === undefined || first.name !== batchName(place.stream, 0)) return undefined;
  const batch = await read(context, first);
  return batch?.header.spooled === true ? undefined : batch;
}

/** The last genuine batch: what lies behind it is nobody's. */
async function readLast(context: VaultContext, batches: readonly BlobInfo[]): Promise<GenuineBatch | undefined> {
  for (const blob of batches.toReversed()) {
    const batch = await read(context, blob);
    if (batch !== undefined) return batch;
  }
  return undefined;
}

/** What is found of each, in order; so many at once. */
async function readAll<Item>(
  items: readonly Item[],
  readOne: (item: Item) => Promise<GenuineBatch | undefined>,
): Promise<GenuineBatch[]> {
  const all: GenuineBatch[] = [];
  for (let start = 0; start < items.length; start += READS_AT_ONCE) {
    const found = await Promise.all(items.slice(start, start + READS_AT_ONCE).map(readOne));
    all.push(...found.filter((batch) => batch !== undefined));
  }
  return all;
}

function dayBefore(prefix: string): string {
  const [, year, month, day] = /(\d{4})(\d{2})(\d{2})$/.exec(prefix) ?? [];
  return dayPrefix(formatInstant(Date.UTC(Number(year), Number(month) - 1, Number(day) - 1)));
}

/** Undefined when it is not genuine, or gone. */
async function read(context: VaultContext, blob: BlobInfo): Promise<GenuineBatch | undefined> {
  const bytes = await context.store.find(blob.name);
  if (bytes === undefined) return undefined;
  const batch = authenticateBatch(context, { name: blob.name, bytes, createdAt: blob.createdAt });
  return batch.state === 'genuine' ? batch : undefined;
}
