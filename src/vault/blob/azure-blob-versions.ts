import type { BlobItem } from '@azure/storage-blob';
import { formatInstant } from '../../platform/clock.ts';
import type { BlobState, BlobStates } from './as-of-blob-store.ts';
import { AzureCaller, type AzureCallerOptions, findFirst } from './azure-caller.ts';
import { findAzureCode } from './azure-error.ts';
import type { BlobCallOptions, BlobRange } from './blob-store.ts';

/** What a container keeps of its blobs: versions, and what is soft-deleted. Each call is tried once. */
export function createAzureBlobVersions(options: AzureCallerOptions): BlobStates {
  return new AzureBlobVersions(options);
}

class AzureBlobVersions implements BlobStates {
  readonly place: string;
  readonly #caller: AzureCaller;
  readonly #target: string;

  constructor(options: AzureCallerOptions) {
    this.#caller = new AzureCaller(options);
    const account = (options.account ?? 'ACCOUNT').split('.')[0] ?? '';
    this.#target = `--account-name ${account} --container-name ${options.container} --auth-mode login`;
    this.place = this.#caller.place;
  }

  undeleteCommand(name?: string): string {
    if (name !== undefined) return `az storage blob undelete ${this.#target} --name '${this.#caller.prefix}${name}'`;
    const below = this.#caller.prefix === '' ? '' : ` --prefix '${this.#caller.prefix}'`;
    return `az storage blob list ${this.#target}${below} --include d --num-results '*' --query '[?deleted].name' -o tsv | xargs -d '\\n' -I{} az storage blob undelete ${this.#target} --name '{}'`;
  }

  async keepsVersions(options?: BlobCallOptions): Promise<boolean> {
    const { segment } = await this.#page('', undefined, options);
    return segment.blobItems.some(({ versionId }) => versionId !== undefined);
  }

  async *list(prefix: string, options?: BlobCallOptions): AsyncGenerator<BlobState> {
    let continuationToken: string | undefined;
    do {
      const page = await this.#page(prefix, continuationToken, options);
      for (const item of page.segment.blobItems) yield this.#describe(item);
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined && continuationToken !== '');
  }

  async read(state: BlobState, range?: BlobRange, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    return this.#caller.run({ operation: `read ${state.name}`, options }, async (container, abortSignal) => {
      const blob = container.getBlobClient(this.#caller.prefix + state.name);
      const version = state.versionId === undefined ? blob : blob.withVersion(state.versionId);
      try {
        return await this.#caller.download(version, { abortSignal, ...(range === undefined ? {} : { range }) });
      } catch (error) {
        if (findAzureCode(error) === 'BlobNotFound') return undefined;
        throw error;
      }
    });
  }

  #page(prefix: string, continuationToken: string | undefined, options: BlobCallOptions | undefined) {
    return this.#caller.run({ operation: `list ${prefix}`, options }, async (container, abortSignal) => {
      const wanted = { prefix: this.#caller.prefix + prefix, includeVersions: true, includeDeleted: true, abortSignal };
      const pages = container.listBlobsFlat(wanted).byPage(this.#caller.pageAt(continuationToken));
      return (await findFirst(pages)) ?? { segment: { blobItems: [] }, continuationToken: undefined };
    });
  }

  #describe({ name, versionId, deleted, properties }: BlobItem): BlobState {
    // A version is named by the instant it was written at, in steps of 100 ns.
    const writtenMs = versionId === undefined ? Number.NaN : Date.parse(`${versionId.slice(0, 23)}Z`);
    const createdMs = (properties.createdOn ?? properties.lastModified).getTime();
    return {
      name: name.slice(this.#caller.prefix.length),
      versionId,
      createdAt: formatInstant(Number.isNaN(writtenMs) ? createdMs : writtenMs),
      sizeBytes: properties.contentLength ?? 0,
      isSoftDeleted: deleted === true,
      ...(properties.deletedOn === undefined ? {} : { deletedAt: formatInstant(properties.deletedOn.getTime()) }),
      ...(properties.remainingRetentionDays === undefined ? {} : { keptForDays: properties.remainingRetentionDays }),
    };
  }
}
