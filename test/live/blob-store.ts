import { after } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createAzureBlobContainer } from '../../src/vault/blob/azure-blob-store.ts';
import { describeBlobStore } from '../../src/vault/blob/blob-store.contract.ts';
import { createRetryingBlobStore } from '../../src/vault/blob/retrying-blob-store.ts';
import { connectionString } from './blob-store-variable.ts';

// The contract of blob stores on a real storage account: `npm run test:azure`.
const made: string[] = [];
after(async () => {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  for (const name of made) await service.getContainerClient(name).deleteIfExists();
});
describeBlobStore({
  name: 'azure itself',
  createContainer: async () => {
    const container = `holdfast-contract-${systemRandom.uuid()}`;
    made.push(container);
    const { store, create } = createAzureBlobContainer({ container, connectionString });
    return { store: createRetryingBlobStore(store, { clock: systemClock, random: systemRandom }), create };
  },
});
