import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createManualClock } from '../../src/platform/manual-clock.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import { captureInto, folderStore, openWith, ORGANIZATION, readKeys } from '../kill/captured-vault.ts';
import { dumpIndependently, readIndependently } from '../kill/independent-reader.ts';
import { onlyKeys } from './key-ring.ts';

type Backed = Awaited<ReturnType<typeof createBackedWorkplace>>;

async function captureBy({ folder, url }: Backed, more: { readonly newEpoch?: boolean; readonly atMs?: number } = {}) {
  const keys = await readKeys(join(folder, 'keys'), 'writer');
  const { newEpoch, atMs } = more;
  return captureInto({
    vaultFolder: join(folder, 'vault'),
    keys,
    endpoint: url,
    ...(newEpoch === undefined ? {} : { newEpoch }),
    ...(atMs === undefined ? {} : { clock: createManualClock(atMs) }),
  });
}

/** A new key by the verb; the folder of keys that holds it alone. */
async function addKey(workplace: Backed, role: 'writer' | 'reader'): Promise<string> {
  const name = `./added-${role}`;
  const { exit, stderr } = await workplace.run(['key', 'add', '--role', role, '--out', `${name}/${role}.key`, '--yes']);
  assert.equal(exit, 0, stderr);
  return name;
}

async function revokeWriter(workplace: Backed, from: string): Promise<void> {
  const { exit, stderr } = await workplace.run(['key', 'revoke', 'writer', '--from', from, '--yes']);
  assert.equal(exit, 0, stderr);
}

test('points of two epochs compare with each other, and the older one restores', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const old = await captureBy(workplace);
  const same = await captureBy(workplace, { newEpoch: true });
  assert.deepEqual([old.epoch, same.epoch, same.parent], ['000001', '000002', undefined]);
  const equal = await workplace.run(['diff', old.id, same.id]);
  assert.equal(equal.exit, 0, equal.stdout);

  workplace.simulator.wreck();
  const wrecked = await captureBy(workplace);
  assert.equal(wrecked.epoch, '000002');
  const across = await workplace.json('diff', ['diff', old.id, wrecked.id]);
  const within = await workplace.json('diff', ['diff', same.id, wrecked.id]);
  assert.equal(across.exit, 2);
  assert.ok(across.document.differences.length > 10);
  assert.deepEqual(across.document.differences, within.document.differences);

  const restored = await workplace.run(['restore', '--point', old.id, '--delete-extra', '--yes']);
  assert.equal(restored.exit, 0, restored.stderr);
  assert.equal((await workplace.run(['diff', old.id, 'live'])).exit, 0);
  assert.equal((await workplace.run(['verify', '--all-data'])).exit, 0);
});

test('an epoch rests on itself: without the other epoch its points still open', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const old = await captureBy(workplace);
  const later = await captureBy(workplace, { newEpoch: true });
  const vault = join(workplace.folder, 'vault');
  await rm(join(vault, 'orgs', ORGANIZATION, 'epochs', old.epoch), { recursive: true });
  const keysFolder = join(workplace.folder, 'keys');
  assert.ok((await dumpIndependently(vault, keysFolder, later.id)).includes('payments-standard'));
  assert.equal((await workplace.run(['verify', later.id, '--all-data'])).exit, 0);
});

test('points of a revoked writer are accepted from before the date and refused from it on', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const before = await captureBy(workplace);
  const forgedAtMs = Date.parse(before.endedAt) + 60_000;
  // A thief has the writer's key for a while, and even opens an epoch.
  const forged = await captureBy(workplace, { atMs: forgedAtMs });
  const forgedEpoch = await captureBy(workplace, { atMs: forgedAtMs + 60_000, newEpoch: true });
  await revokeWriter(workplace, new Date(forgedAtMs - 30_000).toISOString());

  const listed = await workplace.json('points', ['points']);
  assert.equal(listed.exit, 13);
  assert.deepEqual(
    listed.document.points.map(({ id }) => id),
    [before.id],
  );
  assert.equal(listed.document.damaged.length, 2);
  for (const { reason } of listed.document.damaged) assert.match(reason, /revoked since/);
  assert.equal((await workplace.json('show', ['show', 'latest'])).document.id, before.id);
  assert.equal((await workplace.run(['verify', before.id, '--all-data'])).exit, 0);
  assert.equal((await workplace.run(['diff', before.id, 'live'])).exit, 0);
  for (const { id } of [forged, forgedEpoch]) {
    const refused = await workplace.run(['show', id.slice(0, 12)]);
    assert.equal(refused.exit, 13);
    assert.match(refused.stderr, /SIGNER_REVOKED/);
    assert.match(refused.stderr, /next /);
    assert.equal((await workplace.run(['verify', id])).exit, 13, 'no verification vouches for it');
    // Whoever names it wholly means it, and is warned.
    const named = await workplace.json('show', ['show', id]);
    assert.deepEqual([named.exit, named.document.signerRevoked !== undefined], [0, true]);
    assert.match(named.stderr, /revoked since .* Look at what is in it/);
    const plan = await workplace.run(['plan', '--point', id]);
    assert.equal(plan.exit, 0);
    assert.match(plan.stdout, /signed this point is revoked since/);
  }
  // A reader written from the format document alone passes over what is revoked, and reads what is not.
  const [vault, keys] = [join(workplace.folder, 'vault'), join(workplace.folder, 'keys')];
  const listedAlone = await readIndependently(vault, keys);
  assert.equal(listedAlone.exit, 13);
  assert.deepEqual(
    JSON.parse(listedAlone.stdout).map(({ point }: { readonly point: string }) => point),
    [before.id],
  );
  assert.equal(listedAlone.stderr.match(/^passed over: .*revoked since/gm)?.length, 3, listedAlone.stderr);
  assert.equal((await readIndependently(vault, keys, before.id)).exit, 0);
  const alone = await readIndependently(vault, keys, forged.id);
  assert.deepEqual([alone.exit, /revoked since/.test(alone.stderr), alone.stdout], [13, true, '']);
});

test('after a revocation a new writer goes on, also over an epoch that the revoked one opened', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const before = await captureBy(workplace);
  const forged = await captureBy(workplace, { newEpoch: true });
  await revokeWriter(workplace, forged.startedAt);
  const stopped = await workplace.run(['backup']);
  assert.equal(stopped.exit, 12, 'the revoked key takes no more points');
  assert.match(stopped.stderr, /writer\.key.*revoked since/s);
  assert.equal((await workplace.json('points', ['points'])).document.damaged.length, 1, 'and has left none');
  const environment = { HOLDFAST_KEYS: await addKey(workplace, 'writer') };
  const { exit, document, stderr } = await workplace.json('backup', ['backup'], { environment });
  assert.equal(exit, 0, stderr);
  assert.equal(document.grade, 'complete');
  assert.equal((await workplace.run(['verify', document.point, '--all-data'])).exit, 0);
  assert.equal((await workplace.run(['diff', before.id, document.point])).exit, 0);
});

test('a recipient added to the keyring opens what was written before and after', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const before = await captureBy(workplace);
  const added = await addKey(workplace, 'reader');
  const after = await captureBy(workplace);
  const environment = { HOLDFAST_KEYS: added };
  for (const { id } of [before, after]) {
    const shown = await workplace.json('cat', ['cat', id, 'apiproducts/payments-standard'], { environment });
    assert.equal(shown.exit, 0);
    await dumpIndependently(join(workplace.folder, 'vault'), join(workplace.folder, added), id);
  }
  assert.equal((await workplace.run(['verify', '--all-data'], { environment })).exit, 0);
  const revealed = await workplace.run(['plan', '--point', before.id], { environment });
  assert.equal(revealed.exit, 0);
  // The keys from before the change still work.
  assert.equal((await workplace.run(['drift'], { environment: await onlyKeys(workplace, 'reader') })).exit, 0);
});

test('a point written under a keyring that is missing is refused, not guessed at', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await addKey(workplace, 'reader');
  const { id } = await captureBy(workplace);
  await rm(join(workplace.folder, 'vault', 'keyring', '2'));
  const { exit, stderr } = await workplace.run(['show', id]);
  assert.equal(exit, 13);
  assert.match(stderr, /keyring 2/);
});

async function capturesAtOnce(t: TestContext, newEpoch: boolean): Promise<void> {
  const workplace = await createBackedWorkplace(t, { latencyMs: 2 });
  if (newEpoch) await captureBy(workplace);
  const taken = await Promise.all([0, 1, 2].map(() => captureBy(workplace, { newEpoch })));
  assert.deepEqual(
    taken.map(({ grade }) => grade),
    ['complete', 'complete', 'complete'],
  );
  assert.equal(new Set(taken.map(({ epoch }) => epoch)).size, 1, 'who comes second uses the epoch of the first');
  assert.equal(taken[0]?.epoch, newEpoch ? '000002' : '000001');
  const vault = await openWith(
    folderStore(join(workplace.folder, 'vault')),
    await readKeys(join(workplace.folder, 'keys'), 'restorer'),
  );
  for await (const finding of vault.verify({ organization: ORGANIZATION, allData: true })) {
    assert.equal(finding.type, 'checked', JSON.stringify(finding));
  }
  const dumps = taken.map(({ id }) =>
    dumpIndependently(join(workplace.folder, 'vault'), join(workplace.folder, 'keys'), id),
  );
  // The service gives each request a number, and some answers repeat it.
  const meant = (await Promise.all(dumps)).map((dump) => dump.replaceAll(/requestId[\\": ]+[-0-9a-f]+/g, ''));
  assert.equal(new Set(meant).size, 1);
  const next = await captureBy(workplace);
  assert.equal(next.grade, 'complete');
}

test('captures at once in a fresh vault open one epoch and all succeed', (t) => capturesAtOnce(t, false));

test('captures at once that each ask for a new epoch open one and all succeed', (t) => capturesAtOnce(t, true));

test('a clock that runs ahead makes no point the latest', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { id } = await captureBy(workplace);
  await captureBy(workplace, { atMs: Date.parse('2095-01-01T00:00:00Z') });
  assert.equal((await workplace.json('show', ['show', 'latest'])).document.id, id);
});
