import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startAzurite } from '../../../test/harness/azurite.ts';
import { createManualClock } from '../../platform/manual-clock.ts';
import { systemRandom } from '../../platform/random.ts';
import { openBlobContainer } from './open-blob-store.ts';
import { listedBlob, listing, refusal, startScriptedAzure } from './scripted-azure.fixture.ts';
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

test('a folder has no past to be opened at, and a container has one, read with retries', async (t) => {
  assert.equal(openBlobContainer({ type: 'folder', path: '/vault' }, options).openAsOf, undefined);
  let calls = 0;
  const own = '<VersionId>2026-05-01T00:00:00.0000000Z</VersionId>';
  const { connectionString } = await startScriptedAzure(t, () => {
    calls += 1;
    return calls === 1 ? refusal(503, 'ServerBusy') : listing([listedBlob('a', { own })]);
  });
  const pauses: number[] = [];
  const clock = { ...createManualClock(), sleep: async (durationMs: number) => void pauses.push(durationMs) };
  const address = parseVaultAddress('az://vault', { hasConnectionString: true });
  const { openAsOf } = openBlobContainer(address, { ...options, clock, azure: { connectionString } });
  const past = openAsOf?.('2026-05-09T00:00:00.000Z') ?? assert.fail();
  assert.deepEqual(await Array.fromAsync(past.list('')), [
    { name: 'a', sizeBytes: 7, createdAt: '2026-05-01T00:00:00.000Z' },
  ]);
  assert.equal(past.capabilities.description, 'Azure container vault as of 2026-05-09T00:00:00.000Z');
  assert.equal(pauses.length, 1);
});
