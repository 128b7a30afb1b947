import type { StoreProbe } from '../../app/ports/store-probe.ts';
import { RemoteError } from '../../core/errors.ts';
import { findSignatureEnd } from './azure-access.ts';
import { createAzureBlobVersions } from './azure-blob-versions.ts';
import { AzureCaller } from './azure-caller.ts';
import { findAzureCode, findAzureStatus } from './azure-error.ts';
import { type OpenBlobStoreOptions, openBlobContainer } from './open-blob-store.ts';
import type { VaultAddress } from './vault-address.ts';

/** The store at an address, to be tried out. Opening reaches nothing. */
export function openStoreProbe(address: VaultAddress, options: OpenBlobStoreOptions): StoreProbe {
  const { store } = openBlobContainer(address, options);
  const { description, attestsTime, readTime } = store.capabilities;
  const common = {
    description,
    attestsTime,
    put: (name: string, bytes: Uint8Array) => store.put(name, bytes),
    find: (name: string) => store.find(name),
    list: (prefix: string) => Array.fromAsync(store.list(prefix)),
    delete: (name: string) => refusable(store.delete(name).then(({ outcome }) => outcome)),
  };
  if (address.type === 'folder') return { ...common, kind: 'folder' };
  const azure = { ...address, ...options.azure };
  const caller = new AzureCaller(azure);
  return {
    ...common,
    kind: 'account',
    readTime,
    overwrite: (name, bytes) => refusable(overwrite(caller, name, bytes)),
    readFacts: async (written) => ({
      hierarchicalNamespace: await caller
        .run({ operation: 'ask for the kind of the account', options: undefined }, async (container, abortSignal) => {
          return (await container.getAccountInfo({ abortSignal })).isHierarchicalNamespaceEnabled;
        })
        .catch(() => undefined),
      keepsVersions: await Array.fromAsync(createAzureBlobVersions(azure).list(written)).then(
        (states) => states.some(({ versionId }) => versionId !== undefined),
        () => undefined,
      ),
      signatureEnd: findSignatureEnd(options.azure ?? {}, address),
    }),
  };
}

async function overwrite(caller: AzureCaller, name: string, bytes: Uint8Array): Promise<'done' | 'held'> {
  const call = { operation: `overwrite ${name}`, writes: true, options: undefined };
  return caller.run(call, async (container, abortSignal) => {
    try {
      await container.getBlockBlobClient(caller.prefix + name).upload(bytes, bytes.length, { abortSignal });
      return 'done';
    } catch (error) {
      if (findAzureStatus(error) !== 409 || !findAzureCode(error)?.startsWith('BlobImmutable')) throw error;
      return 'held';
    }
  });
}

async function refusable<Outcome>(attempt: Promise<Outcome>): Promise<Outcome | 'refused'> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof RemoteError && error.code === 'STORE_DENIED') return 'refused';
    throw error;
  }
}
