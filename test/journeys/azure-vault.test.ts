import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { virtualClock } from '../../src/sim/control/clock.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { type GuardedStorage, startGuardedStorage } from '../harness/blob-guard.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const MINUTE_MS = 60_000;
let storage: GuardedStorage | undefined;
let count = 0;

before(async () => {
  const clock = virtualClock(systemClock.epochMs());
  storage = await startGuardedStorage({ clock, settings: { versioning: true, softDeleteDays: 7 } });
});

after(async () => {
  await storage?.close();
});

function guard(): GuardedStorage {
  assert.ok(storage !== undefined);
  return storage;
}

/** A workplace whose vault is a container behind the guard, reached with every right. */
async function createAzureWorkplace(t: TestContext) {
  count += 1;
  const container = `vault-${count}`;
  const environment = {
    HOLDFAST_VAULT: `az://${container}`,
    HOLDFAST_AZURE_CONNECTION_STRING: guard().connectionString,
  };
  const workplace = await createBackedWorkplace(t, {}, environment);
  return { ...workplace, container };
}

/** As somebody with a signature of these letters for the vault, and nothing else. */
function asSigned(container: string, letters: string, times?: { startsOn?: Date; expiresOn?: Date }) {
  return {
    environment: {
      HOLDFAST_VAULT: `az://${guard().key.account}/${container}`,
      HOLDFAST_AZURE_CONNECTION_STRING: undefined,
      HOLDFAST_AZURE_SAS_URL: guard().signedUrl(container, letters, times),
    },
  };
}

test('a whole backup succeeds for an identity that reads and adds, to which overwriting and deleting are refused', async (t) => {
  const workplace = await createAzureWorkplace(t);
  const asWriter = asSigned(workplace.container, 'rcl');
  guard().log.reset();
  const taken = await workplace.json('backup', ['backup'], asWriter);
  assert.equal(taken.exit, 0, taken.stderr);
  assert.equal(taken.document.grade, 'complete');
  const again = await workplace.json('backup', ['backup'], asWriter);
  assert.equal(again.document.grade, 'complete');
  const puts = guard().log.entries.filter(({ route }) => route === 'PutBlob');
  assert.ok(puts.length > 5 && puts.every(({ status }) => status === 201), 'nothing had to be written twice');
  assert.deepEqual([...new Set(guard().log.mutations.map(({ route }) => route))], ['PutBlob']);
  assert.equal((await workplace.run(['verify', '--all-data'], asWriter)).exit, 0);

  const [taken1 = ''] = puts.map(({ path }) => path);
  const url = guard().signedUrl(workplace.container, 'rcl').replace(`/${workplace.container}?`, `${taken1}?`);
  const headers = { 'x-ms-version': '2026-04-06', 'x-ms-blob-type': 'BlockBlob' };
  const overwrite = await fetch(url, { method: 'PUT', headers, body: 'nothing' });
  assert.equal(overwrite.status, 403);
  assert.equal((await fetch(url, { method: 'DELETE', headers })).status, 403);
  assert.equal((await workplace.run(['verify', '--all-data'])).exit, 0);
});

test('a damaged vault is verified and restored as it was, through the versions of its blobs', async (t) => {
  const workplace = await createAzureWorkplace(t);
  const { document } = await workplace.json('backup', ['backup']);
  guard().clock.advance(MINUTE_MS);
  const before = new Date(guard().clock.nowMs()).toISOString();
  guard().clock.advance(MINUTE_MS);
  const harmed = await harm(workplace.container);
  assert.ok(harmed > 5);

  const now = await workplace.run(['verify', '--all-data']);
  assert.notEqual(now.exit, 0);
  const then = await workplace.json('verify', ['verify', '--all-data', '--vault-as-of', before]);
  assert.equal(then.exit, 0, then.stderr);
  assert.deepEqual([then.document.result, then.document.points], ['good', [document.point]]);

  workplace.simulator.wreck();
  const inVain = await workplace.run(['restore', '--yes', '--vault-as-of', '2020-01-01']);
  assert.notEqual(inVain.exit, 0);
  const restored = await workplace.run(['restore', '--yes', '--delete-extra', '--vault-as-of', before]);
  assert.equal(restored.exit, 0, restored.stderr + restored.stdout);
  const drift = await workplace.run(['drift', '--vault-as-of', before]);
  assert.equal(drift.exit, 0, drift.stdout);
});

test('verbs that change a vault refuse to do so to its past; other stores have none', async (t) => {
  const workplace = await createAzureWorkplace(t);
  const backup = await workplace.run(['backup', '--vault-as-of', '2026-01-01']);
  assert.equal(backup.exit, 64);
  assert.match(backup.stderr, /holdfast backup works on the vault as it is/);
  const record = await workplace.run(['verify', '--record', '--vault-as-of', '2026-01-01']);
  assert.equal(record.exit, 64);
  assert.match(record.stderr, /--record would vouch/);
  const noTime = await workplace.run(['points', '--vault-as-of', 'yesterday']);
  assert.equal(noTime.exit, 64);
  assert.match(noTime.stderr, /"yesterday", which is no time/);

  const folder = { HOLDFAST_VAULT: 'file:./elsewhere', HOLDFAST_AZURE_CONNECTION_STRING: undefined };
  const none = await workplace.run(['points'], { environment: { ...folder, HOLDFAST_VAULT_AS_OF: '2026-01-01' } });
  assert.equal(none.exit, 1);
  assert.match(none.stderr, /STORE_UNSUITABLE/);
  guard().account.settings.versioning = false;
  t.after(() => {
    guard().account.settings.versioning = true;
  });
  const plain = await createAzureWorkplace(t);
  const without = await plain.run(['points', '--vault-as-of', '2999-01-01']);
  assert.equal(without.exit, 1);
  assert.match(without.stderr, /keeps no versions/);
});

test('a deleted blob is read through its version; without versions it is named, with its days and the command that brings it back', async (t) => {
  const wasOn = { ...guard().account.settings };
  t.after(() => Object.assign(guard().account.settings, wasOn));
  for (const versioning of [true, false]) {
    Object.assign(guard().account.settings, { versioning, softDeleteDays: 7 });
    const workplace = await createAzureWorkplace(t);
    assert.equal((await workplace.run(['backup'])).exit, 0);
    guard().clock.advance(MINUTE_MS);
    const before = new Date(guard().clock.nowMs()).toISOString();
    guard().clock.advance(MINUTE_MS);
    const container = guard().admin.getContainerClient(workplace.container);
    const blobs = await Array.fromAsync(container.listBlobsFlat());
    const names = blobs.map(({ name }) => name).filter((name) => name.includes('/packs/') || name === 'vault.json');
    for (const name of names) await container.deleteBlob(name);
    guard().log.reset();
    const then = await workplace.run(['verify', '--all-data', '--vault-as-of', before]);
    assert.ok(!guard().log.entries.some(({ route }) => route.includes('Undelete')), 'nothing is undeleted by itself');
    if (versioning) {
      assert.equal(then.exit, 0, then.stderr);
      continue;
    }
    assert.equal(then.exit, 1);
    const said = then.stderr.replaceAll(/\s+/g, ' ');
    assert.match(said, /packs\/[0-9a-f]{64} \(deleted 20[^)]*, kept for [67] more days\)/);
    assert.match(
      said,
      new RegExp(`az storage blob list .*--container-name ${workplace.container} .*az storage blob undelete`),
    );
    for (const name of names) await container.getBlobClient(name).undelete();
    assert.equal((await workplace.run(['verify', '--all-data'])).exit, 0, 'what was undeleted is whole');
  }
});

test('a signature that ended is said to have ended, and is not shown', async (t) => {
  const workplace = await createAzureWorkplace(t);
  const expiresOn = new Date(guard().clock.nowMs() - MINUTE_MS);
  const options = asSigned(workplace.container, 'rcl', { expiresOn });
  const { exit, stderr } = await workplace.run(['backup'], options);
  assert.equal(exit, 12);
  assert.match(stderr.replaceAll(/\s+/g, ' '), /shared access signature with which to .* expired at \d{4}-/);
  const secret = new URL(options.environment.HOLDFAST_AZURE_SAS_URL).searchParams.get('sig') ?? '';
  assert.ok(secret.length > 20 && !stderr.includes(secret) && !stderr.includes(encodeURIComponent(secret)));
});

test('an account with a hierarchical namespace holds no vault', async (t) => {
  guard().account.settings.hierarchicalNamespace = true;
  t.after(() => {
    guard().account.settings.hierarchicalNamespace = false;
  });
  await assert.rejects(createAzureWorkplace(t), /hierarchical\s+namespace[^]*STORE_UNSUITABLE, exit 1/);
  assert.equal(guard().account.containers.has(`vault-${count}`), false);
});

test('a clock that is more than five minutes off: the backup is taken, with a warning', async (t) => {
  const workplace = await createAzureWorkplace(t);
  // Other tests have moved the store's clock.
  const clockOff = (byMs: number) => ({ ...systemClock, epochMs: () => guard().clock.nowMs() + byMs });
  const taken = await workplace.run(['backup'], { clock: clockOff(20 * MINUTE_MS) });
  assert.equal(taken.exit, 0, taken.stderr);
  assert.match(taken.stderr.replaceAll(/\s+/g, ' '), /clock of the store is \d+ minutes behind this machine's/);
  const right = await workplace.run(['backup'], { clock: clockOff(0) });
  assert.doesNotMatch(right.stderr, /clock of the store/);
});

/** Overwrites half of the vault's blobs and deletes the others, as an administrator may. */
async function harm(name: string): Promise<number> {
  const container = guard().admin.getContainerClient(name);
  const names = (await Array.fromAsync(container.listBlobsFlat())).map((blob) => blob.name);
  for (const [index, blob] of names.entries()) {
    if (index % 2 === 0) await container.deleteBlob(blob);
    else await container.getBlockBlobClient(blob).upload('encrypted by somebody', 21);
  }
  return names.length;
}
