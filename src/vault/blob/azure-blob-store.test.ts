import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { type AzuriteServer, startAzurite } from '../../../test/harness/azurite.ts';
import { createAzureBlobContainer } from './azure-blob-store.ts';
import type { BlobContainer } from './blob-store.ts';
import { describeBlobStore } from './blob-store.contract.ts';

let azurite: AzuriteServer | undefined;
let count = 0;

before(async () => {
  azurite = await startAzurite();
});

after(async () => {
  await azurite?.close();
});

function server(): AzuriteServer {
  assert.ok(azurite !== undefined);
  return azurite;
}

function freshName(): string {
  count += 1;
  return `vault-${count}`;
}

function openContainer(container: string, prefix = ''): BlobContainer {
  return createAzureBlobContainer({ container, prefix, connectionString: server().connectionString });
}

describeBlobStore({ name: 'azure', createContainer: async () => openContainer(freshName()) });
describeBlobStore({ name: 'azure with a prefix', createContainer: async () => openContainer(freshName(), 'a/b/') });

test('vaults with different prefixes in one container do not see each other', async () => {
  const name = freshName();
  const one = openContainer(name, 'one/');
  const two = openContainer(name, 'two/');
  assert.equal(await one.create(), 'created');
  await one.store.put('vault.json', new Uint8Array([1]));
  assert.equal(await two.store.find('vault.json'), undefined);
  assert.deepEqual(await Array.fromAsync(two.store.list('')), []);
  assert.equal(two.store.capabilities.description, `Azure container ${name}/two`);
  assert.equal(two.store.capabilities.attestsTime, true);
});

test('a writer that may create but not overwrite still learns that a name is taken', async () => {
  const container = freshName();
  const full = openContainer(container);
  await full.create();
  await full.store.put('taken', new Uint8Array([1]));
  const writer = openWithPermissions(container, 'crl');
  assert.equal(await writer.store.put('fresh', new Uint8Array([2])), 'created');
  assert.equal(await writer.store.put('taken', new Uint8Array([2])), 'exists');
  assert.deepEqual([...(await full.store.get('taken'))], [1]);
});

test('an identity that may only read is refused as such', async () => {
  const container = freshName();
  await openContainer(container).create();
  const reader = openWithPermissions(container, 'rl');
  await assert.rejects(reader.store.put('a', new Uint8Array([1])), { code: 'STORE_DENIED', status: 403 });
});

test('a listing of many pages is complete', async () => {
  const { connectionString } = server();
  const { store, create } = createAzureBlobContainer({ container: freshName(), connectionString, pageSize: 2 });
  await create();
  const names = ['a/1', 'a/2', 'a/3', 'b/1', 'c/1', 'c/2', 'c/3'];
  for (const name of names) await store.put(name, new Uint8Array());
  assert.deepEqual(
    (await Array.fromAsync(store.list(''))).map((info) => info.name),
    names,
  );
  assert.deepEqual(await Array.fromAsync(store.listFolders('')), ['a/', 'b/', 'c/']);
});

test('a service that nobody runs is unreachable, worth trying again, and leaves a put open', async () => {
  const connectionString = server().connectionString.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9');
  const { store } = createAzureBlobContainer({ container: 'vault', connectionString });
  const unreachable = { code: 'STORE_UNREACHABLE', retryable: true };
  await assert.rejects(store.put('a', new Uint8Array()), { ...unreachable, ambiguous: true });
  await assert.rejects(store.get('a'), { ...unreachable, ambiguous: false });
});

test('a wrong account key is a credential problem', async () => {
  const wrongKey = Buffer.alloc(64).toString('base64');
  const connectionString = server().connectionString.replace(server().accountKey, wrongKey);
  const { store } = createAzureBlobContainer({ container: 'vault', connectionString });
  await assert.rejects(store.get('a'), { code: 'STORE_DENIED', status: 403 });
});

test('a connection string that is none is refused without being quoted', async () => {
  const { store } = createAzureBlobContainer({ container: 'vault', connectionString: 'AccountKey=c2VjcmV0' });
  await assert.rejects(store.get('a'), (error) => {
    return error instanceof Error && !error.message.includes('c2VjcmV0') && error.cause === undefined;
  });
  await assert.rejects(store.get('a'), { code: 'NO_CREDENTIALS' });
});

test('plain http is refused but to this machine', async () => {
  const connectionString = server().connectionString.replace(/127\.0\.0\.1:\d+/, 'storage.example.com');
  const { store } = createAzureBlobContainer({ container: 'vault', connectionString });
  await assert.rejects(store.get('a'), { code: 'ENDPOINT_REFUSED' });
});

test('without account and connection string there is no credential', async () => {
  const { store } = createAzureBlobContainer({ container: 'vault' });
  await assert.rejects(store.get('a'), { code: 'NO_CREDENTIALS' });
});

function openWithPermissions(container: string, permissions: string): BlobContainer {
  const { accountName, accountKey, blobEndpoint } = server();
  const signature = generateBlobSASQueryParameters(
    {
      containerName: container,
      permissions: ContainerSASPermissions.parse(permissions),
      expiresOn: new Date('2099-01-01T00:00:00Z'),
      protocol: SASProtocol.HttpsAndHttp,
    },
    new StorageSharedKeyCredential(accountName, accountKey),
  );
  const connectionString = `BlobEndpoint=${blobEndpoint};SharedAccessSignature=${signature.toString()}`;
  return createAzureBlobContainer({ container, connectionString });
}
