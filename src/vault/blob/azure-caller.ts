import type { BlobClient, ContainerClient } from '@azure/storage-blob';
import { findSignatureEnd } from './azure-access.ts';
import { type AzureContainerAddress, describeAzureContainer, lazyAzureContainer } from './azure-container.ts';
import { translateAzureError } from './azure-error.ts';
import { storeFailed, storeUnreachable } from './blob-error.ts';
import type { BlobCallOptions, BlobRange } from './blob-store.ts';

export interface AzureCallerOptions extends AzureContainerAddress {
  /** Put before every name, ending in `/`, so that a container can hold several vaults; empty for none. */
  readonly prefix?: string;
  /** How long one call may take; two minutes unless given. */
  readonly timeoutMs?: number;
  /** How many names one listing call may bring; 5,000 unless given, which is the most. */
  readonly pageSize?: number;
}

export interface AzureCall {
  /** What is being done, as a verb with its object. */
  readonly operation: string;
  readonly writes?: boolean;
  readonly options: BlobCallOptions | undefined;
}

const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_PAGE_SIZE = 5000;

/** Sends single calls to one container, each once, and turns failures into what the BlobStore port promises. */
export class AzureCaller {
  readonly prefix: string;
  /** In words, without credentials. */
  readonly place: string;
  readonly #container: () => Promise<ContainerClient>;
  readonly #signatureEnd: () => string | undefined;
  readonly #timeoutMs: number;
  readonly #pageSize: number;

  constructor(options: AzureCallerOptions) {
    this.#container = lazyAzureContainer(options);
    this.#signatureEnd = () => findSignatureEnd(options, options);
    this.prefix = options.prefix ?? '';
    this.place = `${describeAzureContainer(options)}${this.prefix === '' ? '' : `/${this.prefix.slice(0, -1)}`}`;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#pageSize = options.pageSize ?? DEFAULT_PAGE_SIZE;
  }

  async run<T>(
    call: AzureCall,
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
      const { operation, writes = false } = call;
      throw translateAzureError(error, { operation, place: this.place, writes, signatureEnd: this.#signatureEnd() });
    }
  }

  /** The bytes of a blob, of its version, or of a part. A body that was cut is worth another try. */
  async download(blob: BlobClient, call: { abortSignal: AbortSignal; range?: BlobRange }): Promise<Uint8Array> {
    const { abortSignal, range } = call;
    const response = await blob.download(range?.offsetBytes, range?.lengthBytes, { abortSignal });
    const chunks: Buffer[] = [];
    for await (const chunk of response.readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
    const bytes = Buffer.concat(chunks);
    if (bytes.length !== response.contentLength) {
      const cause = new Error(`${bytes.length} of ${response.contentLength} bytes came.`);
      throw storeUnreachable({ operation: `read ${blob.name}`, place: this.place, cause }, false);
    }
    return bytes;
  }

  pageAt(continuationToken: string | undefined): { maxPageSize: number; continuationToken?: string } {
    return { maxPageSize: this.#pageSize, ...(continuationToken === undefined ? {} : { continuationToken }) };
  }

  disordered(operation: string): Error {
    return storeFailed({ operation, place: this.place, cause: undefined }, 'its listing is not in order');
  }
}

/** The first page of a listing. */
export async function findFirst<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}
