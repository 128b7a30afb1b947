import { createHash } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { formatInstant } from '../../platform/clock.ts';
import { createAsOfBlobStore } from './as-of-blob-store.ts';
import { createAzureBlobVersions } from './azure-blob-versions.ts';
import { AzureCaller, type AzureCallerOptions, findFirst } from './azure-caller.ts';
import { findAzureCode, findAzureStatus, findAzureTime } from './azure-error.ts';
import { blobMissing, blobTooShort, hierarchicalNamespace, storeFailed } from './blob-error.ts';
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

export interface AzureBlobStoreOptions extends AzureCallerOptions {
  /** False for a container whose blobs were copied there by a restore: their times are those of the copying. */
  readonly attestsTime?: boolean;
}

/** A store over one container of Azure Blob Storage, to be wrapped in the retrying decorator, and the making of it. */
export function createAzureBlobContainer(options: AzureBlobStoreOptions): BlobContainer {
  const store = new AzureBlobStore(options);
  return {
    store,
    create: (call) => store.createContainer(call),
    openAsOf: (time) => createAsOfBlobStore({ present: store, past: createAzureBlobVersions(options), time }),
  };
}

/**
 * Block blobs, each written by a single `Put Blob` with `If-None-Match: *` and the MD5 of its bytes, which the service
 * checks. Each call is tried once.
 */
class AzureBlobStore implements BlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly #caller: AzureCaller;

  constructor(options: AzureBlobStoreOptions) {
    this.#caller = new AzureCaller(options);
    this.capabilities = {
      attestsTime: options.attestsTime ?? true,
      description: this.#caller.place,
      readTime: (call) => this.#readTime(call),
    };
  }

  async createContainer(options?: BlobCallOptions): Promise<'created' | 'exists'> {
    const call = { operation: 'create the container', writes: true, options };
    return this.#caller.run(call, async (container, abortSignal) => {
      await this.#assertFlat(container, abortSignal);
      const { succeeded } = await container.createIfNotExists({ abortSignal });
      return succeeded ? 'created' : 'exists';
    });
  }

  async put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    assertBlobName(name);
    return this.#caller.run({ operation: `write ${name}`, writes: true, options }, async (container, abortSignal) => {
      const blob = container.getBlockBlobClient(this.#caller.prefix + name);
      try {
        await blob.upload(bytes, bytes.length, {
          abortSignal,
          conditions: { ifNoneMatch: '*' },
          transactionalContentMD5: createHash('md5').update(bytes).digest(),
        });
        return 'created';
      } catch (error) {
        if (isTaken(error)) return 'exists';
        // An identity that may create but not overwrite is refused before the service looks at the condition.
        if (findAzureStatus(error) === 403 && (await blob.exists({ abortSignal }).catch(() => false))) return 'exists';
        throw error;
      }
    });
  }

  async find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    assertBlobName(name);
    return this.#caller.run({ operation: `read ${name}`, options }, async (container, abortSignal) => {
      try {
        return await this.#caller.download(container.getBlobClient(this.#caller.prefix + name), { abortSignal });
      } catch (error) {
        if (findAzureCode(error) === 'BlobNotFound') return undefined;
        throw error;
      }
    });
  }

  async get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    const bytes = await this.find(name, options);
    if (bytes === undefined) throw blobMissing(name, this.#caller.place);
    return bytes;
  }

  async getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    assertBlobName(name);
    return this.#caller.run({ operation: `read ${name}`, options }, async (container, abortSignal) => {
      try {
        if (range.lengthBytes === 0) {
          const { contentLength = 0 } = await container
            .getBlobClient(this.#caller.prefix + name)
            .getProperties({ abortSignal });
          if (range.offsetBytes > contentLength) throw blobTooShort(name, this.#caller.place);
          return new Uint8Array();
        }
        const bytes = await this.#caller.download(container.getBlobClient(this.#caller.prefix + name), {
          abortSignal,
          range,
        });
        if (bytes.length < range.lengthBytes) throw blobTooShort(name, this.#caller.place);
        return bytes;
      } catch (error) {
        const code = findAzureCode(error);
        if (code === 'BlobNotFound') throw blobMissing(name, this.#caller.place);
        if (code === 'InvalidRange') throw blobTooShort(name, this.#caller.place);
        throw error;
      }
    });
  }

  async *list(prefix: string, options?: BlobCallOptions): AsyncGenerator<BlobInfo> {
    assertBlobPrefix(prefix);
    const call = { operation: `list ${prefix}`, options };
    const container = await this.#caller.run(call, async (client) => client);
    let last = '';
    let continuationToken: string | undefined;
    do {
      const page = await this.#caller.run(call, async (_client, abortSignal) => {
        const pages = container.listBlobsFlat({ prefix: this.#caller.prefix + prefix, abortSignal });
        return findFirst(pages.byPage(this.#caller.pageAt(continuationToken)));
      });
      for (const { name: fullName, properties } of page?.segment.blobItems ?? []) {
        const name = fullName.slice(this.#caller.prefix.length);
        if (name <= last) throw this.#caller.disordered(call.operation);
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
    const container = await this.#caller.run(call, async (client) => client);
    let last = '';
    let continuationToken: string | undefined;
    do {
      const page = await this.#caller.run(call, async (_client, abortSignal) => {
        const pages = container.listBlobsByHierarchy('/', { prefix: this.#caller.prefix + prefix, abortSignal });
        return findFirst(pages.byPage(this.#caller.pageAt(continuationToken)));
      });
      for (const { name: fullName } of page?.segment.blobPrefixes ?? []) {
        const name = fullName.slice(this.#caller.prefix.length);
        // A folder that reaches over the end of a page is named on both.
        if (name === last) continue;
        if (name < last) throw this.#caller.disordered(call.operation);
        last = name;
        yield name;
      }
      continuationToken = page?.continuationToken;
    } while (continuationToken !== undefined && continuationToken !== '');
  }

  async delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion> {
    assertBlobName(name);
    return this.#caller.run({ operation: `delete ${name}`, writes: true, options }, async (container, abortSignal) => {
      const blob = container.getBlobClient(this.#caller.prefix + name);
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
    return this.#caller.run({ operation: `read ${name}`, options }, async (container, abortSignal) => {
      try {
        const blob = await container.getBlobClient(this.#caller.prefix + name).getProperties({ abortSignal });
        return {
          immutableUntil: instantOf(blob.immutabilityPolicyExpiresOn),
          isLocked: blob.immutabilityPolicyMode?.toLowerCase() === 'locked',
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

  /** A vault needs a flat namespace. Who may not ask is not held up: `vault test` says that it could not be told. */
  async #assertFlat(container: ContainerClient, abortSignal: AbortSignal): Promise<void> {
    const isHierarchical = await readNamespace(container, abortSignal).catch(() => undefined);
    if (isHierarchical === true) throw hierarchicalNamespace(this.#caller.place);
  }

  /** Every answer of the service bears its time, a refusal too. */
  async #readTime(options: BlobCallOptions | undefined): Promise<string> {
    const call = { operation: 'ask for the time', options };
    return this.#caller.run(call, async (container, abortSignal) => {
      const answered = await container.getProperties({ abortSignal }).catch((error: unknown) => {
        const atMs = findAzureTime(error);
        if (atMs === undefined) throw error;
        return { date: new Date(atMs) };
      });
      const { date } = answered;
      if (date !== undefined) return formatInstant(date.getTime());
      throw storeFailed({ ...call, place: this.#caller.place, cause: undefined }, 'its answer bears no date');
    });
  }
}

/**
 * Whether a put was refused because its name is taken. Which check comes first is the service's affair: the condition, or the
 * policy that keeps the blob.
 */
function isTaken(error: unknown): boolean {
  const code = findAzureCode(error) ?? '';
  return findAzureStatus(error) === 412 || code === 'BlobAlreadyExists' || code.startsWith('BlobImmutable');
}

/** Whether the account has a hierarchical namespace; undefined when the service does not say. */
async function readNamespace(container: ContainerClient, abortSignal: AbortSignal): Promise<boolean | undefined> {
  const { isHierarchicalNamespaceEnabled } = await container.getAccountInfo({ abortSignal });
  return isHierarchicalNamespaceEnabled;
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
