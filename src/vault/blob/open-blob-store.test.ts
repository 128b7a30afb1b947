import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startAzurite } from '../../../test/harness/azurite.ts';
import { createManualClock } from '../../platform/manual-clock.ts';
import { systemRandom } from '../../platform/random.ts';
import { openBlobContainer } from './open-blob-store.ts';
import { parseVaultAddress } from './vault-address.ts';

const options = { clock: createManualClock(), random: systemRandom };

test('a folder address opens a folder', async () => {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-open-store-'));
  const address = parseVaultAddress(`file:${home}/vault`, { hasConnectionString: false });
  const { store, create } = openBlobContainer(address, options);
  await create();
  await store.put('a', new Uint8Array([1]));
  assert.equal(store.capabilities.description, `folder ${home}/vault`);
  assert.deepEqual([...(await openBlobContainer(address, options).store.get('a'))], [1]);
  await rm(home, { recursive: true });
});

test('a container address with a connection string opens that container', async () => {
  const azurite = await startAzurite();
  const address = parseVaultAddress('az://vault/a', { hasConnectionString: true });
  const { connectionString } = azurite;
  const { store, create } = openBlobContainer(address, { ...options, azure: { connectionString } });
  await create();
  await store.put('b', new Uint8Array([1]));
  const parent = parseVaultAddress('az://vault', { hasConnectionString: true });
  const whole = openBlobContainer(parent, { ...options, azure: { connectionString } }).store;
  assert.deepEqual([...(await whole.get('a/b'))], [1]);
  assert.equal(whole.capabilities.attestsTime, true);
  await azurite.close();
});
