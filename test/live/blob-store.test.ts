import { after, test } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createAzureBlobContainer } from '../../src/vault/blob/azure-blob-store.ts';
import { describeBlobStore } from '../../src/vault/blob/blob-store.contract.ts';
import { createRetryingBlobStore } from '../../src/vault/blob/retrying-blob-store.ts';

/** Of a storage account that may be filled with containers `holdfast-contract-…`; they are deleted afterwards. */
const VARIABLE = 'HOLDFAST_TEST_AZURE_CONNECTION_STRING';
const connectionString = process.env[VARIABLE] ?? '';

if (connectionString === '') {
  test('the contract of blob stores on a real storage account', (context) => {
    const notice = `NOT RUN against Azure: set ${VARIABLE} to the connection string of an account made for it.`;
    context.diagnostic(notice);
    process.stderr.write(`\n*** ${notice} ***\n\n`);
  });
} else {
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
}
