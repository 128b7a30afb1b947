import { damaged } from './damage.ts';
import { PackBuilder } from './pack.ts';
import type { SecretClass } from './sealing.ts';
import { findWhole } from './torn-put.ts';
import type { VaultContext } from './vault-context.ts';

/** Puts the blobs of one point into its epoch and keeps the account of them. */
export class BlobSink {
  readonly context: VaultContext;
  readonly epochPrefix: string;
  /** Name below the epoch and size of each blob put. */
  readonly wrote: (readonly [string, number])[] = [];
  bytesWritten = 0;

  constructor(context: VaultContext, epochPrefix: string) {
    this.context = context;
    this.epochPrefix = epochPrefix;
  }

  /** A builder for a part of an index, or a table. */
  createIndexBuilder(): Promise<PackBuilder> {
    return this.#createBuilder('meta', 'indexes');
  }

  createPackBuilder(secretClass: SecretClass): Promise<PackBuilder> {
    return this.#createBuilder(secretClass, 'packs');
  }

  async putIndex(id: string, bytes: Uint8Array): Promise<void> {
    await this.#put(`indexes/${id}`, bytes);
    await this.context.cache?.put(`${this.epochPrefix}indexes/${id}`, bytes);
  }

  async putPack(id: string, bytes: Uint8Array): Promise<void> {
    await this.#put(`packs/${id}`, bytes);
  }

  async #createBuilder(secretClass: SecretClass, folder: 'packs' | 'indexes'): Promise<PackBuilder> {
    const key = await this.context.createKey(secretClass, 'pack', `${this.epochPrefix}${folder}`);
    return new PackBuilder(key, secretClass, this.context.random.bytes(16));
  }

  async #put(name: string, bytes: Uint8Array): Promise<void> {
    const { store } = this.context;
    const place = `${this.epochPrefix}${name}`;
    // The name is the hash of the bytes, so a blob of this name is this blob, if it is sound.
    if ((await store.put(place, bytes)) === 'exists' && !(await findWhole(store, place, bytes)))
      throw damaged(place, 'its bytes are not those of its name');
    this.wrote.push([name, bytes.length]);
    this.bytesWritten += bytes.length;
  }
}
