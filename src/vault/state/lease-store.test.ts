import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { type AzuriteServer, startAzurite } from '../../../test/harness/azurite.ts';
import { createManualClock } from '../../platform/manual-clock.ts';
import { systemRandom } from '../../platform/random.ts';
import { createAzureLeaseStore } from './azure-lease-store.ts';
import { createFolderLeaseStore } from './folder-lease-store.ts';
import { describeLeaseStore } from './lease-store.contract.ts';
import { createMemoryLeaseStore, type MemoryLeases } from './memory-lease-store.ts';
import { openLeaseStore } from './open-lease-store.ts';
import { RENEW_EVERY_MS } from './renewed-lease.ts';

let home = '';
let azurite: AzuriteServer | undefined;
let count = 0;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-leases-'));
  azurite = await startAzurite();
});

after(async () => {
  await rm(home, { recursive: true });
  await azurite?.close();
});

function freshName(): string {
  count += 1;
  return `vault-${count}-state`;
}

describeLeaseStore({
  name: 'memory',
  createPlace: async () => {
    const leases: MemoryLeases = new Map();
    return { open: (clock) => createMemoryLeaseStore({ clock, leases }) };
  },
});

describeLeaseStore({
  name: 'folder',
  createPlace: async () => {
    const folder = join(home, freshName());
    return { open: (clock) => createFolderLeaseStore({ folder, clock, random: systemRandom }) };
  },
});

describeLeaseStore({
  name: 'azure',
  createPlace: async () => {
    const { connectionString } = server();
    const container = freshName();
    const service = BlobServiceClient.fromConnectionString(connectionString);
    return {
      open: (clock) =>
        createAzureLeaseStore({ container, connectionString, prefix: 'p/', clock, random: systemRandom }),
      // Azure counts the minute itself; breaking the lease ends it in the same way.
      expire: async (organization) => {
        const blob = service.getContainerClient(container).getBlobClient(`p/leases/${organization}`);
        await blob.getBlobLeaseClient().breakLease(0);
      },
    };
  },
});

test('folder: a renewal seen while waiting is a living run, whatever the wall clocks say', async () => {
  const folder = join(home, freshName());
  const holderClock = createManualClock(Date.UTC(2020, 0, 1));
  const takerClock = createManualClock(Date.UTC(2026, 0, 1));
  const lease = await createFolderLeaseStore({ folder, clock: holderClock, random: systemRandom }).acquire({
    organization: 'acme',
    holder: 'ada',
  });
  const taker = createFolderLeaseStore({ folder, clock: takerClock, random: systemRandom });
  const refused = assert.rejects(taker.acquire({ organization: 'acme', holder: 'bob' }), { code: 'RUN_ACTIVE' });
  await takerClock.whenSleeping(1);
  await holderClock.advance(12_000);
  await holderClock.whenSleeping(1);
  await takerClock.advance(10_000);
  await refused;
  assert.equal(lease.isSafeToSend(), true);
  await lease.release();
});

test('folder: a lease file that nobody can read as one does not block for ever', async () => {
  const folder = join(home, freshName());
  const clock = createManualClock();
  const store = createFolderLeaseStore({ folder, clock, random: systemRandom });
  await (await store.acquire({ organization: 'acme', holder: 'ada' })).release();
  await writeFile(join(folder, 'leases', 'acme'), 'half a rec');
  const acquiring = store.acquire({ organization: 'acme', holder: 'bob' });
  for (let round = 0; round < 6; round += 1) {
    await clock.whenSleeping(1);
    await clock.advance(10_000);
  }
  const lease = await acquiring;
  assert.match(await readFile(join(folder, 'leases', 'acme'), 'utf8'), /"holder":"bob"/);
  await lease.release();
  assert.deepEqual(await readdir(join(folder, 'leases')), []);
});

test('folder: a holder whose file was taken away stops at its next renewal', async () => {
  const folder = join(home, freshName());
  const clock = createManualClock();
  const store = createFolderLeaseStore({ folder, clock, random: systemRandom });
  const lease = await store.acquire({ organization: 'acme', holder: 'ada' });
  await rename(join(folder, 'leases', 'acme'), join(folder, 'leases', 'aside'));
  await writeFile(join(folder, 'leases', 'acme'), "bob's");
  await clock.advance(RENEW_EVERY_MS);
  while (lease.isSafeToSend()) await new Promise<void>((resolve) => setImmediate(resolve));
  await lease.release();
  assert.equal(await readFile(join(folder, 'leases', 'acme'), 'utf8'), "bob's");
});

test('folder: the lease file is for its owner only, also for an odd organization name', async () => {
  const folder = join(home, freshName());
  const store = openLeaseStore({ type: 'folder', path: folder }, { clock: createManualClock(), random: systemRandom });
  const lease = await store.acquire({ organization: '../acme', holder: 'ada' });
  assert.deepEqual(await readdir(join(folder, 'leases')), ['..%2Facme']);
  assert.equal((await stat(join(folder, 'leases', '..%2Facme'))).mode & 0o777, 0o600);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  await lease.release();
});

test('azure: the store at a state address is the one in that container', async () => {
  const container = freshName();
  const { connectionString } = server();
  const state = { type: 'azure', account: undefined, container, prefix: 'a/' } as const;
  const store = openLeaseStore(state, {
    clock: createManualClock(),
    random: systemRandom,
    azure: { connectionString },
  });
  const lease = await store.acquire({ organization: 'acme', holder: 'ada' });
  const client = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container);
  const { leaseState } = await client.getBlobClient('a/leases/acme').getProperties();
  assert.equal(leaseState, 'leased');
  await lease.release();
});

function server(): AzuriteServer {
  assert.ok(azurite !== undefined);
  return azurite;
}
