import { InternalError } from '../../core/errors.ts';
import type { BlobStore } from './blob-store.ts';

/** For what must only look: a put or a delete is a bug of ours and throws InternalError. */
export function createReadonlyBlobStore(inner: BlobStore): BlobStore {
  return {
    capabilities: inner.capabilities,
    put: async (name) => {
      throw new InternalError(`${name} was to be written through a store that was opened for reading.`);
    },
    find: (name, options) => inner.find(name, options),
    get: (name, options) => inner.get(name, options),
    getRange: (name, range, options) => inner.getRange(name, range, options),
    list: (prefix, options) => inner.list(prefix, options),
    listFolders: (prefix, options) => inner.listFolders(prefix, options),
    delete: async (name) => {
      throw new InternalError(`${name} was to be deleted through a store that was opened for reading.`);
    },
    protection: (name, options) => inner.protection(name, options),
  };
}
