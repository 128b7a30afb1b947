import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VerifyFinding } from '../app/ports/vault.ts';
import type { KeyRole } from '../core/key-role.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { capture, copyStore, createSampleVault, flipped, openWith, ORGANIZATION } from './sample-vault.fixture.ts';

const EPOCH = `orgs/${ORGANIZATION}/epochs/000001/`;

/** A vault of two points: they share what did not change, and the second adds an entry with a secret. */
async function createPoints() {
  const sample = await createSampleVault();
  const vault = await sample.open('writer');
  const resources = Array.from({ length: 20 }, (_, number) => ({ id: `e/${number}`, text: `text ${number}` }));
  const points: string[] = [];
  const blobs: (readonly string[])[] = [];
  for (const added of [[], [{ id: 'z', text: 'last', secret: 's3cret' }]]) {
    const before = new Set(blobs.flat());
    points.push(await capture(vault, sample.clock, [...resources, ...added]));
    const names = (await Array.fromAsync(sample.store.list(EPOCH))).map(({ name }) => name);
    blobs.push(names.filter((name) => !before.has(name)));
  }
  const [first = '', second = ''] = points;
  const blobOf = (point: 0 | 1, folder: string, index = 0): string => {
    const name = blobs[point]?.filter((candidate) => candidate.startsWith(`${EPOCH}${folder}/`))[index];
    assert.ok(name !== undefined);
    return name;
  };
  const verify = async (
    store: BlobStore,
    request: { readonly point?: string; readonly allData?: boolean } = {},
    roles: readonly KeyRole[] = ['verifier'],
  ): Promise<readonly VerifyFinding[]> => {
    const opened = await openWith(
      store,
      sample.clock,
      Object.fromEntries(roles.map((role) => [role, sample.keyFiles[role]])),
    );
    const { allData = false, ...rest } = request;
    return Array.fromAsync(opened.verify({ organization: ORGANIZATION, allData, ...rest }));
  };
  const damagedPack = async (name: string, change: (bytes: Uint8Array) => Uint8Array) =>
    copyStore(sample.store, { put: { [name]: change(await sample.store.get(name)) } });
  return { sample, first, second, blobOf, verify, damagedPack };
}

// No test changes it: what is damaged is a copy.
const scene = await createPoints();

/** What was found but for the count at the end: what it is, of which blob, of which points. */
function told(findings: readonly VerifyFinding[]) {
  return findings.flatMap((finding) =>
    finding.type === 'damaged' ? [[finding.object, finding.points, finding.reason]] : [],
  );
}

test('a good vault is told by how much of it was checked', async () => {
  const { sample, first, second, verify } = scene;
  const checked = (findings: readonly VerifyFinding[]) => {
    assert.equal(
      findings.every(({ type }) => type === 'checked'),
      true,
    );
    const finding = findings.at(-1);
    assert.ok(finding?.type === 'checked');
    return finding;
  };
  const whole = checked(await verify(sample.store));
  assert.deepEqual(whole.points, [first, second]);
  const one = checked(await verify(sample.store, { point: first }));
  assert.deepEqual(one.points, [first]);
  // Manifest, table, index part and pack.
  assert.equal(one.objects, 4);
  const sizes = async (folders: RegExp) =>
    (await Array.fromAsync(sample.store.list(EPOCH)))
      .filter(({ name }) => folders.test(name))
      .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const all = checked(await verify(sample.store, { allData: true }, ['restorer']));
  assert.equal(all.objects, whole.objects);
  assert.equal(all.bytes - whole.bytes, await sizes(/\/packs\//));
  assert.ok(whole.bytes < (await sizes(/\/indexes\//)));
});

test('with all data a pack that no key at hand opens is held against its hash, and that is said', async () => {
  const { sample, blobOf, verify } = scene;
  const classOf = async (name: string) => ((await sample.store.get(name))[4] === 3 ? 'secret' : 'config');
  const expected = await Promise.all(
    [blobOf(0, 'packs'), blobOf(1, 'packs', 0), blobOf(1, 'packs', 1)].map(async (object) => ({
      type: 'notChecked',
      object,
      reason: `its bytes are as written; opening it needs the key of the class ${await classOf(object)}`,
    })),
  );
  const found = async (...roles: readonly KeyRole[]) =>
    (await verify(sample.store, { allData: true }, roles)).filter(({ type }) => type !== 'checked');
  const sorted = (list: readonly object[]) => list.map((item) => JSON.stringify(item)).toSorted();
  assert.deepEqual(sorted(await found('verifier')), sorted(expected));
  assert.deepEqual(
    sorted(await found('reader')),
    sorted(expected.filter(({ reason }) => reason.endsWith('class secret'))),
  );
});

test('a pack that is gone or cut off is damage of every point that needs it, and of no other', async () => {
  const { sample, first, second, blobOf, verify, damagedPack } = scene;
  const [shared, own] = [blobOf(0, 'packs'), blobOf(1, 'packs')];
  const gone = told(await verify(await copyStore(sample.store, { without: [shared] })));
  assert.deepEqual(gone, [[shared, [first, second], `The blob ${shared} is not in memory.`]]);
  const cut = await damagedPack(shared, (bytes) => bytes.subarray(0, 100));
  assert.deepEqual(told(await verify(cut)), [
    [shared, [first, second], `The blob ${shared} in memory is shorter than what was written.`],
  ]);
  const other = await copyStore(sample.store, { without: [own] });
  assert.deepEqual(told(await verify(other)), [[own, [second], `The blob ${own} is not in memory.`]]);
  assert.deepEqual(told(await verify(other, { point: first })), []);
});

test('a changed byte of a pack is found with all data alone', async () => {
  const { first, second, blobOf, verify, damagedPack } = scene;
  const name = blobOf(0, 'packs');
  const store = await damagedPack(name, flipped);
  assert.deepEqual(told(await verify(store)), []);
  assert.deepEqual(told(await verify(store, { allData: true })), [
    [name, [first, second], `${name} is damaged: its bytes are not those that were written.`],
  ]);
});

test('an index part or table that is changed or gone is damage of the points that need it', async () => {
  const { sample, first, second, blobOf, verify, damagedPack } = scene;
  const found = new Map<string, unknown>();
  for (const name of [blobOf(0, 'indexes', 0), blobOf(0, 'indexes', 1)]) {
    const changed = told(await verify(await damagedPack(name, flipped)));
    for (const [object, , reason] of changed)
      assert.deepEqual([object, reason], [name, `${name} is damaged: its bytes are not those that were written.`]);
    found.set(
      name,
      changed.flatMap(([, points]) => points),
    );
    const gone = told(await verify(await copyStore(sample.store, { without: [name] })));
    assert.deepEqual(
      gone.map(([object]) => object),
      changed.map(() => name),
    );
  }
  // The table is of its point alone; the base is continued by the next one.
  assert.deepEqual(
    [...found.values()].map((points) => JSON.stringify(points)).toSorted(),
    [JSON.stringify([first]), JSON.stringify([first, second])].toSorted(),
  );
});

test('a damaged manifest is told with its point, by itself too, and the others are checked', async () => {
  const { first, second, blobOf, verify, damagedPack } = scene;
  const name = blobOf(1, 'points');
  const store = await damagedPack(name, flipped);
  for (const request of [{}, { point: second }]) {
    const [[object, points] = []] = told(await verify(store, request));
    assert.deepEqual([object, points], [name, [second]]);
  }
  const checked = (await verify(store)).at(-1);
  assert.deepEqual(checked?.type === 'checked' && checked.points, [first]);
  assert.deepEqual(told(await verify(store, { point: first })), []);
});

test('a manifest that is gone is told by the one that follows it, where the whole is verified', async () => {
  const { sample, first, second, blobOf, verify } = scene;
  const [name, follower] = [blobOf(0, 'points'), blobOf(1, 'points')];
  const store = await copyStore(sample.store, { without: [name] });
  assert.deepEqual(told(await verify(store)), [
    [name, [first], `${name} is damaged: it is missing, and ${follower} follows it.`],
  ]);
  assert.deepEqual(told(await verify(store, { point: second })), []);
  await assert.rejects(verify(store, { point: first }), {
    code: 'POINT_NOT_FOUND',
    message: `There is no point ${first} of ${ORGANIZATION} in this vault.`,
    next: 'List the points with holdfast points.',
  });
});

test('without a key nothing is verified', async () => {
  const { sample, verify } = scene;
  await assert.rejects(verify(sample.store, {}, []), {
    code: 'KEY_MISSING',
    message: 'Verifying needs writer.key, reader.key, restorer.key, verifier.key or pruner.key, which is not at hand.',
  });
});
