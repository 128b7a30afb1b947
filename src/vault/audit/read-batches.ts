import type { AuditObject, NamedHead, SignedBatch } from '../../core/audit/audit-objects.ts';
import type { AuditRecord } from '../../core/audit/audit-record.ts';
import { HoldfastError, IntegrityError } from '../../core/errors.ts';
import type { BlobInfo } from '../blob/blob-store.ts';
import { findOrganization, listEpochPrefixes } from '../epoch.ts';
import { parseManifestHeader } from '../manifest.ts';
import type { VaultContext } from '../vault-context.ts';
import { hashLine, parseBatchLines, parseLine } from './audit-batch.ts';
import { AUDIT_PREFIX, parseBatchName } from './audit-name.ts';
import { authenticateBatch, type GenuineBatch } from './authenticate-batch.ts';

const READS_AT_ONCE = 16;

/** A batch with its lines, where a key at hand opens it. */
export interface ReadBatch {
  readonly name: string;
  readonly batch: GenuineBatch;
  readonly lines: readonly string[] | undefined;
  readonly records: readonly AuditRecord[];
}

/** Blobs with their bytes, in order, some at once; those that go meanwhile are left out. */
export async function* readBlobs(
  context: VaultContext,
  blobs: readonly BlobInfo[],
): AsyncGenerator<{ readonly name: string; readonly bytes: Uint8Array; readonly createdAt: string }> {
  for (let start = 0; start < blobs.length; start += READS_AT_ONCE) {
    const wave = blobs.slice(start, start + READS_AT_ONCE);
    const all = await Promise.all(wave.map(({ name }) => context.store.find(name)));
    for (const [index, bytes] of all.entries()) {
      const blob = wave[index];
      if (bytes !== undefined && blob !== undefined) yield { name: blob.name, bytes, createdAt: blob.createdAt };
    }
  }
}

/** Opens a genuine batch as far as the keys go. IntegrityError when what is inside is not what a batch has. */
export async function openBatch(context: VaultContext, batch: GenuineBatch): Promise<ReadBatch> {
  const { name } = batch.document;
  try {
    const lines = parseBatchLines(name, await context.openBody(batch.document));
    return { name, batch, lines, records: lines.map((line) => parseLine(name, line)) };
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'KEY_MISSING')
      return { name, batch, lines: undefined, records: [] };
    throw error;
  }
}

/** The batch that was read before, and the hash of its last line where it opened. */
interface Before {
  readonly stream: string;
  readonly number: number;
  readonly lastLine: string | undefined;
}

/** Everything below `audit/`, judged one by one. */
export async function readAuditObjects(context: VaultContext): Promise<readonly AuditObject[]> {
  const blobs = await Array.fromAsync(context.store.list(AUDIT_PREFIX));
  const objects: AuditObject[] = [];
  let before: Before | undefined;
  for await (const blob of readBlobs(context, blobs)) {
    const batch = authenticateBatch(context, blob);
    if (batch.state === 'alien') {
      objects.push(batch);
      before = undefined;
      continue;
    }
    const { object, lastLine } = await describeBatch(context, batch, before);
    objects.push(object);
    before = { stream: object.stream, number: object.number, lastLine };
  }
  return objects;
}

async function describeBatch(
  context: VaultContext,
  batch: GenuineBatch,
  before: Before | undefined,
): Promise<{ readonly object: SignedBatch; readonly lastLine: string | undefined }> {
  const { document, header, time, signer } = batch;
  const plain: SignedBatch = {
    state: 'genuine',
    name: document.name,
    hash: document.hash,
    stream: header.stream,
    number: parseBatchName(document.name)?.number ?? 0,
    at: header.at,
    time,
    count: header.count,
    previous: header.previous,
    heads: header.heads ?? [],
    ...(header.continues === undefined ? {} : { continues: header.continues }),
    last: header.last === true,
    spooled: header.spooled === true,
    signer,
  };
  try {
    const { lines, records } = await openBatch(context, batch);
    if (lines === undefined) return { object: plain, lastLine: undefined };
    const follows = before?.stream === header.stream && before.number === plain.number - 1;
    const expected = follows ? before.lastLine : undefined;
    const malformed = findMalformation({ lines, records, expected, header });
    const marks = records.map((record) => ({
      event: record.event,
      ...('act' in record ? { act: record.act } : {}),
      ...('action' in record ? { action: record.action } : {}),
    }));
    const last = lines.at(-1);
    return {
      object: { ...plain, records: marks, ...(malformed === undefined ? {} : { malformed }) },
      lastLine: last === undefined ? undefined : hashLine(last),
    };
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    return { object: { ...plain, malformed: error.message }, lastLine: undefined };
  }
}

function findMalformation(batch: {
  readonly lines: readonly string[];
  readonly records: readonly AuditRecord[];
  /** Hash of the last line of the batch before it, where that was read. */
  readonly expected: string | undefined;
  readonly header: { readonly count: number };
}): string | undefined {
  const { lines, records, expected, header } = batch;
  if (lines.length !== header.count) return `it has ${lines.length} records, and its header says ${header.count}`;
  let previous = expected ?? records[0]?.previous ?? null;
  for (const [index, record] of records.entries()) {
    if (record.previous !== previous) return `its record ${index} does not follow the one before it`;
    previous = hashLine(lines[index] ?? '');
  }
  return undefined;
}

/** The heads that manifests name. Manifests that cannot be trusted are the business of `verify`. */
export async function readManifestHeads(context: VaultContext): Promise<readonly NamedHead[]> {
  const heads: NamedHead[] = [];
  const attests = context.store.capabilities.attestsTime;
  for await (const folder of context.store.listFolders('orgs/')) {
    const organization = findOrganization(folder);
    if (organization === undefined) continue;
    for (const prefix of await listEpochPrefixes(context, organization)) {
      const blobs = await Array.fromAsync(context.store.list(`${prefix}points/`));
      for await (const { name, bytes, createdAt } of readBlobs(context, blobs)) {
        try {
          const at = {
            attested: attests ? createdAt : undefined,
            signed: (header: { readonly [field: string]: unknown }) => String(header['endedAt']),
          };
          const { auditHeads = [] } = parseManifestHeader(context.check(bytes, { type: 'point', name }, at));
          heads.push(...auditHeads.map((head) => ({ ...head, by: name })));
        } catch (error) {
          if (!(error instanceof IntegrityError)) throw error;
        }
      }
    }
  }
  return heads;
}
