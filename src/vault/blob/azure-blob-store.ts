import { createHash } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { formatInstant } from '../../platform/clock.ts';
import { type AzureContainerAddress, describeAzureContainer, lazyAzureContainer } from './azure-container.ts';
import { findAzureCode, findAzureStatus, translateAzureError } from './azure-error.ts';
import { blobMissing, blobTooShort, storeFailed, storeUnreachable } from './blob-error.ts';
import { assertBlobName, assertBlobPrefix, assertFolderPrefix } from './blob-name.ts';
import type {
  BlobCallOptions,
  BlobContainer,
  BlobDeletion,
  BlobInfo,
  BlobProtection,
  BlobRange,
  BlobStore,
} from './blob-store.ts';

export interface AzureBlobStoreOptions extends AzureContainerAddress {
  /** Put before every name, ending in `/`, so that a container can hold several vaults; empty for none. */
  readonly prefix?: string;
  /** False for a container whose blobs were copied there by a restore: their times are those of the copying. */
  readonly attestsTime?: boolean;
  /** How long one call may take; two minutes unless given. */
  readonly timeoutMs?: number;
  /** How many names one listing call may bring; 5,000 unless given, which is the most. */
  readonly pageSize?: number;
}

const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_PAGE_SIZE = 5000;

/** A store over one container of Azure Blob Storage, to be wrapped in the retrying decorator, and the making of it. */
export function createAzureBlobContainer(options: AzureBlobStoreOptions): BlobContainer {
  const store = new AzureBlobStore(options);
  return { store, create: (call) => store.createContainer(call) };
}

/**
 * Block blobs, each written by a single `Put Blob` with `If-None-Match: *` and the MD5 of its bytes, which the service
 * checks. Each call is tried once.
 */
class AzureBlobStore implements BlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly #container: () => Promise<ContainerClient>;
  readonly #prefix: string;
  readonly #place: string;
  readonly #timeoutMs: number;
  readonly #pageSize: number;

  constructor(options: AzureBlobStoreOptions) {
    this.#container = lazyAzureContainer(options);
    this.#prefix = options.prefix ?? '';
    this.#place = `${describeAzureContainer(options)}${this.#prefix === '' ? '' : `/${this.#prefix.slice(0, -1)}`}`;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#pageSize = options.pageSize ?? DEFAULT_PAGE_SIZE;
    this.capabilities = { attestsTime: options.attestsTime ?? true, description: this.#place };
  }

  async createContainer(options?: BlobCallOptions): Promise<'created' | 'exists'> {
    const call = { operation: 'create the container', writes: true, options };
    return this.#run(call, async (container, abortSignal) => {
      const { succeeded } = await container.createIfNotExists({ abortSignal });
      return succeeded ? 'created' : 'exists';
    });
  }

  async put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    assertBlobName(name);
    return this.#run({ operation: `write ${name}`, writes: true, options }, async (container, abortSignal) => {
      const blob = container.getBlockBlobClient(this.#prefix + name);
      try {
        await blob.upload(bytes, bytes.length, {
          abortSignal,
          conditions: { ifNoneMatch: '*' },
          transactionalContentMD5: createHash('md5').update(bytes).digest(),
        });
        return 'created';
      } catch (error) {
        if (findAzureCode(error) === 'BlobAlreadyExists') return 'exists';
        // An identity that may create but not overwrite is refused before the service looks at the condition.
        if (findAzureStatus(error) === 403 && (await blob.exists({ abortSignal }).catch(() => false))) return 'exists';
        throw error;
      }
    });
  }

  async find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    assertBlobName(name);
    return this.#run({ operation: `read ${name}`, options }, async (container, abortSignal) => {
      try {
        return await this.#download(container, name, { abortSignal });
      } catch (error) {
        if (findAzureCode(error) === 'BlobNotFound') return undefined;
        throw error;
      }
    });
  }

  async get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    const bytes = await this.find(name, options);
    if (bytes === undefined) throw blobMissing(name, this.#place);
    return bytes;
  }

  async getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    assertBlobName(name);
    return this.#run({ operation: `read ${name}`, options }, async (container, abortSignal) => {
      try {
        if (range.lengthBytes === 0) {
          const { contentLength = 0 } = await container
            .getBlobClient(this.#prefix + name)
            .getProperties({ abortSignal });
          if (range.offsetBytes > contentLength) throw blobTooShort(name, this.#place);
          return new Uint8Array();
        }
        const bytes = await this.#download(container, name, { abortSignal, range });
        if (bytes.length < range.lengthBytes) throw blobTooShort(name, this.#place);
        return bytes;
      } catch (error) {
        const code = findAzureCode(error);
        if (code === 'BlobNotFound') throw blobMissing(name, this.#place);
        if (code === 'InvalidRange') throw blobTooShort(name, this.#place);
        throw error;
      }
    });
  }

  async *list(prefix: string, options?: BlobCallOptions): AsyncGenerator<BlobInfo> {
    assertBlobPrefix(prefix);
    const call = { operation: `list ${prefix}`, options };
    const container = await this.#run(call, async (client) => client);
    let last = '';
    let continuationToken: string | undefined;
    do {
      const page = await this.#run(call, async (_client, abortSignal) => {
        const pages = container.listBlobsFlat({ prefix: this.#prefix + prefix, abortSignal });
        return findFirst(pages.byPage(this.#pageAt(continuationToken)));
      });
      for (const { name: fullName, properties } of page?.segment.blobItems ?? []) {
        const name = fullName.slice(this.#prefix.length);
        if (name <= last) throw this.#disordered(call.operation);
        last = name;
        const createdAt = formatInstant((properties.createdOn ?? properties.lastModified).getTime());
        yield { name, sizeBytes: properties.contentLength ?? 0, createdAt };
      }
      continuationToken = page?.continuationToken;
    } while (continuationToken !== undefined && continuationToken !== '');
  }

  async *listFolders(prefix: string, options?: BlobCallOptions): AsyncGenerator<string> {
    assertFolderPrefix(prefix);
    const call = { operation: `list ${prefix}`, options };
    const container = await this.#run(call, async (client) => client);
    let last = '';
    let continuationToken: string | undefined;
    do {
      const page = await this.#run(call, async (_client, abortSignal) => {
        const pages = container.listBlobsByHierarchy('/', { prefix: this.#prefix + prefix, abortSignal });
        return findFirst(pages.byPage(this.#pageAt(continuationToken)));
      });
      for (const { name: fullName } of page?.segment.blobPrefixes ?? []) {
        const name = fullName.slice(this.#prefix.length);
        // A folder that reaches over the end of a page is named on both.
        if (name === last) continue;
        if (name < last) throw this.#disordered(call.operation);
        last = name;
        yield name;
      }
      continuationToken = page?.continuationToken;
    } while (continuationToken !== undefined && continuationToken !== '');
  }

  async delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion> {
    assertBlobName(name);
    return this.#run({ operation: `delete ${name}`, writes: true, options }, async (container, abortSignal) => {
      const blob = container.getBlobClient(this.#prefix + name);
      try {
        await blob.delete({ abortSignal });
        return { outcome: 'deleted' };
      } catch (error) {
        const code = findAzureCode(error);
        if (code === 'BlobNotFound') return { outcome: 'absent' };
        if (code === 'BlobImmutableDueToLegalHold') return { outcome: 'held', by: 'legal-hold', until: undefined };
        if (code !== 'BlobImmutableDueToPolicy') throw error;
        // What it is held by is known; until when is worth one question that may fail.
        const properties = await blob.getProperties({ abortSignal }).catch(() => undefined);
        return { outcome: 'held', by: 'policy', until: instantOf(properties?.immutabilityPolicyExpiresOn) };
      }
    });
  }

  async protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined> {
    assertBlobName(name);
    return this.#run({ operation: `read ${name}`, options }, async (container, abortSignal) => {
      try {
        const blob = await container.getBlobClient(this.#prefix + name).getProperties({ abortSignal });
        return {
          immutableUntil: instantOf(blob.immutabilityPolicyExpiresOn),
          isLocked: blob.immutabilityPolicyMode === 'Locked',
          hasLegalHold: blob.legalHold ?? false,
          container: await readContainerProtection(container, abortSignal),
        };
      } catch (error) {
        if (findAzureStatus(error) !== 404 || findAzureCode(error) === 'ContainerNotFound') throw error;
        // An answer to HEAD has no body, and not every server says in a header which of the two is missing.
        await readContainerProtection(container, abortSignal);
        return undefined;
      }
    });
  }

  async #download(
    container: ContainerClient,
    name: string,
    { abortSignal, range }: { abortSignal: AbortSignal; range?: BlobRange },
  ): Promise<Uint8Array> {
    const blob = container.getBlobClient(this.#prefix + name);
    const response = await blob.download(range?.offsetBytes, range?.lengthBytes, { abortSignal });
    const chunks: Buffer[] = [];
    for await (const chunk of response.readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
    const bytes = Buffer.concat(chunks);
    if (bytes.length !== response.contentLength) {
      const cause = new Error(`${bytes.length} of ${response.contentLength} bytes came.`);
      throw storeUnreachable({ operation: `read ${name}`, place: this.#place, cause }, false);
    }
    return bytes;
  }

  #pageAt(continuationToken: string | undefined): { maxPageSize: number; continuationToken?: string } {
    return { maxPageSize: this.#pageSize, ...(continuationToken === undefined ? {} : { continuationToken }) };
  }

  #disordered(operation: string): Error {
    return storeFailed({ operation, place: this.#place, cause: undefined }, 'its listing is not in order');
  }

  async #run<T>(
    call: { operation: string; writes?: boolean; options: BlobCallOptions | undefined },
    action: (container: ContainerClient, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const signal = call.options?.signal;
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const container = await this.#container();
      return await action(container, signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
    } catch (error) {
      signal?.throwIfAborted();
      throw translateAzureError(error, { operation: call.operation, place: this.#place, writes: call.writes ?? false });
    }
  }
}

/** A shared access signature of one container may not ask for this; that is no reason to fail. */
async function readContainerProtection(
  container: ContainerClient,
  abortSignal: AbortSignal,
): Promise<BlobProtection['container']> {
  try {
    const { hasImmutabilityPolicy, hasLegalHold } = await container.getProperties({ abortSignal });
    if (hasLegalHold === true) return 'legal-hold';
    return hasImmutabilityPolicy === true ? 'policy' : 'none';
  } catch (error) {
    if (findAzureStatus(error) === 403) return 'unknown';
    throw error;
  }
}

function instantOf(date: Date | undefined): string | undefined {
  return date === undefined ? undefined : formatInstant(date.getTime());
}

async function findFirst<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}
