import assert from 'node:assert/strict';
import { cp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import type { Workplace } from '../harness/run-holdfast.ts';
import { readIndependently } from '../kill/independent-reader.ts';

interface Damaged {
  readonly workplace: Awaited<ReturnType<typeof createBackedWorkplace>>;
  readonly first: string;
  readonly second: string;
  /** Of the second point: what a capture of the organization gives now. */
  readonly grade: string;
  /** Blobs that only the second point needs, sorted. */
  readonly added: readonly string[];
}

const epochFolder = 'orgs/acme-prod/epochs/000001';

async function blobsOf({ folder }: Workplace): Promise<readonly string[]> {
  const found = await readdir(join(folder, 'vault'), { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'vault').length + 1)).sort();
}

async function twoPoints(t: Parameters<Parameters<typeof test>[0] & object>[0]): Promise<Damaged> {
  const workplace = await createBackedWorkplace(t);
  const first = (await workplace.json('backup', ['backup'])).document.point;
  const before = await blobsOf(workplace);
  workplace.simulator.wreck();
  const { point: second, grade } = (await workplace.json('backup', ['backup'])).document;
  const added = (await blobsOf(workplace)).filter((name) => !before.includes(name));
  await cp(join(workplace.folder, 'vault'), join(workplace.folder, 'whole'), { recursive: true });
  return { workplace, first, second, grade, added };
}

/** Puts the vault back as it was before the damage. */
async function mend({ workplace: { folder } }: Damaged): Promise<void> {
  await rm(join(folder, 'vault'), { recursive: true });
  await cp(join(folder, 'whole'), join(folder, 'vault'), { recursive: true });
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  await writeFile(path, bytes);
}

/** `verify --all-data` ends with 13 and says that of these objects the points are hurt, and of nothing else. */
async function assertNames(
  { workplace }: Damaged,
  objects: readonly string[],
  points: readonly string[],
): Promise<void> {
  const { exit, document } = await workplace.json('verify', ['verify', '--all-data']);
  assert.deepEqual([exit, document.result], [13, 'damaged']);
  assert.deepEqual([...new Set(document.damaged.map(({ object }) => object))].sort(), [...objects].sort());
  assert.deepEqual([...new Set(document.damaged.flatMap((one) => one.points))].sort(), [...points].sort());
}

async function assertFirstOpens({ workplace, first }: Damaged): Promise<void> {
  const verified = await workplace.json('verify', ['verify', first, '--all-data']);
  assert.deepEqual([verified.exit, verified.document.result], [0, 'good']);
  assert.equal((await workplace.run(['plan', '--point', first, '--delete-extra'])).exit, 0);
}

test('a bit flipped, a cut, a loss: each kind of blob is named with the points it hurts; the others open', async (t) => {
  const scene = await twoPoints(t);
  const { workplace, first, second, added } = scene;
  const path = (name: string): string => join(workplace.folder, 'vault', name);
  const manifest = added.find((name) => name.includes('/points/')) ?? '';
  const packs = added.filter((name) => name.includes('/packs/'));
  const indexes = added.filter((name) => name.includes('/indexes/'));
  assert.ok(manifest !== '' && packs.length >= 2 && indexes.length >= 2);
  const victims = [manifest, ...packs.slice(0, 2), ...indexes.slice(0, 2)];
  for (const name of victims) {
    const { length } = await readFile(path(name));
    const harms: readonly (() => Promise<void>)[] = [
      () => flip(path(name), Math.floor(length / 2)),
      () => flip(path(name), length - 1),
      () => truncate(path(name), Math.floor(length / 2)),
    ];
    for (const harm of harms) {
      await harm();
      await assertNames(scene, [name], [second]);
      await mend(scene);
    }
    if (name === manifest) continue;
    await rm(path(name));
    await assertNames(scene, [name], [second]);
    await assertFirstOpens(scene);
    const refused = await workplace.run(['verify', second]);
    assert.equal(refused.exit, 13);
    await mend(scene);
  }
  // A header's first byte, and what the first point rests on.
  const shared = (await blobsOf(workplace)).filter((name) => name.includes('/packs/') && !added.includes(name));
  await flip(path(shared[0] ?? ''), 0);
  await assertNames(scene, [shared[0] ?? ''], [first, second]);
});

test('two packs in each other’s place are found, and so is a manifest under another name', async (t) => {
  const scene = await twoPoints(t);
  const { workplace, second, added } = scene;
  const path = (name: string): string => join(workplace.folder, 'vault', name);
  const [one = '', other = ''] = added.filter((name) => name.includes('/packs/'));
  await rename(path(one), path('aside'));
  await rename(path(other), path(one));
  await rename(path('aside'), path(other));
  await assertNames(scene, [one, other], [second]);
  await assertFirstOpens(scene);
  await mend(scene);

  const manifest = added.find((name) => name.includes('/points/')) ?? '';
  const renamed = manifest.replace(/-p[0-9a-f]{16}$/, '-p0123456789abcdef');
  await rename(path(manifest), path(renamed));
  await assertNames(scene, [renamed], ['p0123456789abcdef']);
  await assertFirstOpens(scene);
});

test('a damaged point is not restored; the one before it is', async (t) => {
  const scene = await twoPoints(t);
  const { workplace, first, second, added } = scene;
  for (const name of added.filter((one) => one.includes('/packs/'))) {
    await flip(join(workplace.folder, 'vault', name), 100);
  }
  const restored = await workplace.run(['restore', '--point', first, '--delete-extra', '--yes']);
  assert.equal(restored.exit, 0, restored.stderr);
  assert.equal((await workplace.run(['diff', first, 'live'])).exit, 0);
  workplace.simulator.log.reset();
  const hurt = await workplace.run(['restore', '--point', second, '--delete-extra', '--yes']);
  assert.equal(hurt.exit, 13, hurt.stderr);
  assert.match(hurt.stderr, /VAULT_DAMAGED/);
  assert.deepEqual(workplace.simulator.log.mutations, [], 'nothing is sent on the word of a damaged point');
});

test('a lost or damaged index of the newest point does not stop backups', async (t) => {
  const scene = await twoPoints(t);
  const { workplace, first, added } = scene;
  const indexes = added.filter((one) => one.includes('/indexes/')).map((name) => join(workplace.folder, 'vault', name));
  const [lost = ''] = indexes;
  for (const harm of [() => rm(lost), () => Promise.all(indexes.map((path) => flip(path, 70)))]) {
    await harm();
    const { document, stderr } = await workplace.json('backup', ['backup']);
    assert.equal(document.grade, scene.grade, stderr);
    assert.match(stderr, /Everything is read afresh, into a new epoch/);
    assert.equal((await workplace.run(['verify', document.point, '--all-data'])).exit, 0);
    const next = await workplace.json('backup', ['backup']);
    assert.equal(next.document.grade, scene.grade);
    assert.ok(!next.stderr.includes('afresh'), 'the next one goes on in the new epoch');
    await mend(scene);
  }
  await assertFirstOpens({ ...scene, first });
});

test('a damaged keyring or vault.json is 13, a vault that is not there 10, one of a newer format says what reads it', async (t) => {
  const scene = await twoPoints(t);
  const { workplace, first } = scene;
  const path = (name: string): string => join(workplace.folder, 'vault', name);
  const keysFolder = join(workplace.folder, 'keys');
  const fails = async (exit: number, says: RegExp): Promise<void> => {
    for (const argv of [['points'], ['backup'], ['restore', '--point', first, '--yes'], ['verify']]) {
      const outcome = await workplace.run(argv);
      assert.equal(outcome.exit, exit, `${argv.join(' ')}: ${outcome.stderr}`);
      assert.match(outcome.stderr, says);
      assert.match(outcome.stderr, /next /);
    }
    assert.equal((await readIndependently(join(workplace.folder, 'vault'), keysFolder)).exit, 13);
    await mend(scene);
  };
  await flip(path('keyring/1'), 200);
  await fails(13, /keyring\/1/);
  await rm(path('keyring/1'));
  await fails(13, /keyring\/1/);
  await writeFile(path('vault.json'), '{"format": "holdfast-vault", "vers');
  await fails(13, /vault\.json/);
  // One changed letter makes another vault of it, to which the keys do not belong.
  await writeFile(
    path('vault.json'),
    (await readFile(path('vault.json'), 'utf8')).replace('"created": "2', '"created": "3'),
  );
  await fails(12, /KEY_OF_ANOTHER_VAULT/);
  const newer = (await readFile(path('vault.json'), 'utf8'))
    .replace('"version": 1', '"version": 2')
    .replace('"0.1.0"', '"0.9.0"');
  await writeFile(path('vault.json'), newer);
  await fails(13, /holdfast 0\.9\.0 or newer/);
  await rm(path('vault.json'));
  await fails(10, /VAULT_NOT_FOUND/);
  assert.equal((await workplace.run(['points'], { environment: { HOLDFAST_VAULT: 'file:./elsewhere' } })).exit, 10);
});

test('damage to one epoch document, or its lost copies, hurts no point', async (t) => {
  const scene = await twoPoints(t);
  const { workplace } = scene;
  await rm(join(workplace.folder, 'vault', epochFolder, 'vault.json'));
  await rm(join(workplace.folder, 'vault', epochFolder, 'keyring-1'));
  assert.equal((await workplace.run(['verify', '--all-data'])).exit, 0);
  await assertFirstOpens(scene);
});
