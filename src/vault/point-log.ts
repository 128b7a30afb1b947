import { IntegrityError } from '../core/errors.ts';
import type { BlobInfo } from './blob/blob-store.ts';
import { type CollectionsTable, decodeTable, emptyTable } from './collections-table.ts';
import { LruCache } from './lru-cache.ts';
import { parseManifestBody, parseManifestHeader, type PointRecord } from './manifest.ts';
import { openItems, type PackCache } from './pack-cache.ts';
import type { VaultContext } from './vault-context.ts';

export interface DamagedManifest {
  readonly name: string;
  readonly error: IntegrityError;
}

export interface EpochPoints {
  /** Oldest first. */
  readonly records: readonly PointRecord[];
  readonly damaged: readonly DamagedManifest[];
}

const CACHED_RECORDS = 4096;
const READS_AT_ONCE = 16;

/** Reads manifests and the tables they name, each once. */
export class PointLog {
  readonly #context: VaultContext;
  readonly #packs: PackCache;
  readonly #records = new LruCache<PointRecord>(CACHED_RECORDS);

  constructor(context: VaultContext, packs: PackCache) {
    this.#context = context;
    this.#packs = packs;
  }

  /** All points of an epoch but for manifests of these names; what cannot be trusted or read stands apart. */
  async readAll(epochPrefix: string, except: ReadonlySet<string>): Promise<EpochPoints> {
    const listed = await Array.fromAsync(this.#context.store.list(`${epochPrefix}points/`));
    const blobs = listed.filter(({ name }) => !except.has(name));
    const records: PointRecord[] = [];
    const damaged: DamagedManifest[] = [];
    for (let start = 0; start < blobs.length; start += READS_AT_ONCE) {
      const results = await Promise.all(blobs.slice(start, start + READS_AT_ONCE).map((blob) => this.#tryRead(blob)));
      for (const result of results) {
        if ('error' in result) damaged.push(result);
        else records.push(result);
      }
    }
    return { records: records.sort(byTime), damaged };
  }

  /** The newest points first, read one by one; what is damaged is passed over. */
  async *readNewestFirst(epochPrefix: string): AsyncGenerator<PointRecord> {
    const blobs = await Array.fromAsync(this.#context.store.list(`${epochPrefix}points/`));
    for (const blob of blobs.reverse()) {
      const result = await this.#tryRead(blob);
      if (!('error' in result)) yield result;
    }
  }

  /** One manifest. IntegrityError when it is damaged, forged or, unless that is accepted, of a revoked signer. */
  async read(blob: BlobInfo, { acceptRevoked } = { acceptRevoked: false }): Promise<PointRecord> {
    const cached = this.#records.find(blob.name);
    if (cached !== undefined && (acceptRevoked || cached.signerRevoked === undefined)) return cached;
    const attested = this.#context.store.capabilities.attestsTime ? blob.createdAt : undefined;
    const bytes = await this.#context.store.get(blob.name);
    const document = this.#context.check(
      bytes,
      { type: 'point', name: blob.name },
      {
        attested,
        signed: ({ endedAt }) => (typeof endedAt === 'string' ? endedAt : ''),
        acceptRevoked,
      },
    );
    const header = parseManifestHeader(document);
    const record: PointRecord = {
      name: blob.name,
      hash: document.hash,
      sizeBytes: bytes.length,
      header,
      body: parseManifestBody(blob.name, await this.#context.openBody(document)),
      signer: this.#context.describeSigner(document.header.signer),
      time: attested ?? header.endedAt,
      ...this.#context.revocationOf(document, attested ?? header.endedAt),
      timeAttested: attested !== undefined,
    };
    this.#records.set(blob.name, record, 1);
    return record;
  }

  /** The table of collections that a manifest names. */
  async readTable(record: PointRecord): Promise<CollectionsTable> {
    if (record.body.table === null) return emptyTable;
    const name = `${epochPrefixOf(record)}indexes/${record.body.table}`;
    const [item = new Uint8Array()] = openItems(await this.#packs.getWhole(name), 0);
    return decodeTable(name, item);
  }

  async #tryRead(blob: BlobInfo): Promise<PointRecord | DamagedManifest> {
    try {
      return await this.read(blob);
    } catch (error) {
      if (error instanceof IntegrityError) return { name: blob.name, error };
      throw error;
    }
  }
}

/** A signed record that cannot be trusted, as damage. */
export function badRecord({ name, why }: { readonly name: string; readonly why: string }): DamagedManifest {
  return { name, error: new IntegrityError({ code: 'VAULT_DAMAGED', message: why, damaged: name }) };
}

/** `orgs/<org>/epochs/<e>/` of a point. */
export function epochPrefixOf(record: PointRecord): string {
  return record.name.slice(0, record.name.lastIndexOf('points/'));
}

function byTime(a: PointRecord, b: PointRecord): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
