import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everything } from '../core/selection.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import { storeFailed } from './blob/blob-error.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import {
  capture,
  commitDetails,
  copyStore,
  createSampleVault,
  flipped,
  openWith,
  ORGANIZATION,
  sampleKind,
} from './sample-vault.fixture.ts';
import { ORG, EPOCH, AT, mark, blobsIn, namesIn, take } from './prune-scene.fixture.ts';

test('the ground has each point with its manifest, what its capture put, and what was found of it', async () => {
  const sample = await createSampleVault();
  const writer = await sample.open('writer', 'pruner', 'verifier');
  const first = await capture(writer, sample.clock, [{ id: 'a', text: 'one' }]);
  const put = await blobsIn(sample.store, EPOCH);
  const second = await capture(writer, sample.clock, [{ id: 'a', text: 'two' }], true);
  await writer.recordVerification(ORGANIZATION, {
    point: first,
    depth: 'all-data',
    result: 'good',
    at: sample.clock.now(),
    checkedObjects: 1,
    checkedBytes: 1,
  });
  const hold = await writer.holds.addHold({
    organization: ORGANIZATION,
    points: [first],
    owner: 'a',
    reason: 'b',
    at: AT,
  });
  const prune = await writer.prunes.markPrune(ORGANIZATION, mark, AT);

  const pruner = await sample.open('pruner');
  const ground = await pruner.prunes.readPruneGround(ORGANIZATION);
  const { points: summaries } = await pruner.listPoints(ORGANIZATION);
  assert.deepEqual(
    summaries.map(({ id }) => id),
    [first, second],
  );
  const manifest = put.find(({ name }) => name.endsWith(first));
  const createdMs = Date.parse('2026-05-10T00:01:00.000Z');
  const below = (folder: string) =>
    put.filter(({ name }) => name.startsWith(`${EPOCH}${folder}/`)).map((blob) => ({ ...blob, createdMs }));
  const [point] = ground.points;
  assert.ok(point);
  assert.match(point.manifestHash, /^[0-9a-f]{64}$/);
  const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);
  assert.deepEqual(
    { ...point, wrote: point.wrote.toSorted(byName) },
    {
      summary: summaries[0],
      manifest: { ...manifest, createdMs },
      manifestHash: point.manifestHash,
      wrote: [...below('indexes'), ...below('packs')].sort(byName),
      proof: 'verified',
      whole: [sampleKind.name],
      excused: [],
    },
  );
  assert.equal(point.wrote.length, 3);
  assert.deepEqual(
    ground.points.map(({ summary, proof }) => [summary.id, proof]),
    [
      [first, 'verified'],
      [second, 'none'],
    ],
  );
  assert.deepEqual(ground.epochs, [
    { epoch: '000001', openedAt: '2026-05-10T00:01:00.000Z' },
    { epoch: '000002', openedAt: '2026-05-10T00:02:00.000Z' },
  ]);
  assert.deepEqual(ground.holds, [hold]);
  assert.deepEqual(ground.prunes, [prune]);
  assert.deepEqual([ground.damaged, ground.untrusted], [[], []]);
  await assert.rejects((await sample.open()).prunes.readPruneGround(ORGANIZATION), {
    code: 'KEY_MISSING',
    message: /^Deciding what may go needs writer\.key/,
  });
});

test('whole is what a finished point of a whole scope has in full, excused what it cannot or need not have', async () => {
  const cases: readonly (readonly [Parameters<typeof take>[2], readonly string[], readonly string[]])[] = [
    [{}, [sampleKind.name], []],
    [{ gaps: [{ at: '', state: 'accepted', reason: 'x' }] }, [], [sampleKind.name]],
    [{ gaps: [{ at: '', state: 'notApplicable', reason: 'x' }] }, [], [sampleKind.name]],
    [{ gaps: [{ at: '', state: 'denied', reason: 'x' }] }, [], []],
    [{ gaps: [{ at: 'b', state: 'accepted', reason: 'x' }] }, [sampleKind.name], []],
    [
      {
        gaps: [
          { at: 'b', state: 'denied', reason: 'x' },
          { at: '', state: 'accepted', reason: 'x' },
        ],
      },
      [],
      [sampleKind.name],
    ],
    [{ scope: { type: 'selection', selection: everything } }, [sampleKind.name], []],
    [{ scope: { type: 'selection', selection: { ...everything, only: ['a'] } } }, [], []],
    [{ scope: { type: 'run', run: 1 } }, [], []],
    [{ grade: 'checkpoint' }, [], []],
  ];
  const sample = await createSampleVault();
  const writer = await sample.open('writer');
  for (const [index, [taken, whole, excused]] of cases.entries()) {
    const organization = `acme-${index}`;
    await take(writer, sample, { organization, ...taken });
    const [point] = (await writer.prunes.readPruneGround(organization)).points;
    assert.deepEqual([point?.whole, point?.excused], [whole, excused], JSON.stringify(taken));
  }
});

test('what cannot be read or trusted is told apart: manifests, tables, epochs, and signed records', async () => {
  const sample = await createSampleVault();
  const writer = await sample.open('writer', 'verifier', 'pruner');
  const first = await capture(writer, sample.clock, [{ id: 'a', text: 'one' }]);
  const second = await capture(writer, sample.clock, [{ id: 'a', text: 'two' }]);
  const startedAt = sample.clock.now();
  const depth = { depth: 'all-data', result: 'good', checkedObjects: 1, checkedBytes: 1 } as const;
  await writer.recordVerification(ORGANIZATION, { point: second, ...depth, at: startedAt });
  const reader = await sample.open('reader');
  const pointOf = async (id: string) =>
    (await reader.prunes.readPruneGround(ORGANIZATION)).points.find(({ summary }) => summary.id === id);
  const manifest = (await pointOf(first))?.manifest.name ?? '';
  const tables = (await pointOf(second))?.wrote.filter(({ name }) => name.includes('/indexes/')) ?? [];
  const strays = {
    proof: `${ORG}proofs/20260511T000000000Z-x`,
    hold: `${ORG}holds/20260511T000000000Z-x`,
    prune: `${ORG}prunes/000001/000000-mark`,
  };
  const harmed = [manifest, `${EPOCH}epoch`, ...tables.map(({ name }) => name)];
  const changed = await Promise.all(harmed.map(async (name) => [name, flipped(await sample.store.get(name))] as const));
  const junk = Object.values(strays).map((name) => [name, Buffer.from('junk')] as const);
  const store = await copyStore(sample.store, { put: Object.fromEntries([...changed, ...junk]) });
  const vault = await openWith(store, createManualClock(), { reader: sample.keyFiles.reader });
  const ground = await vault.prunes.readPruneGround(ORGANIZATION);

  const [damaged] = ground.damaged;
  const sizeBytes = (await sample.store.get(manifest)).length;
  const createdMs = Date.UTC(2026, 0, 1);
  assert.equal(ground.damaged.length, 1);
  assert.deepEqual(
    { ...damaged, why: '' },
    { point: first, epoch: '000001', manifest: { name: manifest, sizeBytes, createdMs }, why: '' },
  );
  assert.ok(damaged?.why.startsWith(`${manifest} is `), damaged?.why);
  const [point] = ground.points;
  assert.deepEqual([ground.points.length, point?.summary.id, point?.whole, point?.excused], [1, second, [], []]);
  assert.match(point?.unreadable ?? '', /indexes\/.* is damaged/);
  assert.equal(point?.proof, 'none', 'a newer record may have said otherwise');
  assert.deepEqual(ground.epochs, [{ epoch: '000001', openedAt: undefined }]);
  assert.deepEqual(
    ground.untrusted.map(({ name }) => name),
    [strays.prune, strays.hold, strays.proof],
  );
});

test('a store that fails while a table is read is an error', async () => {
  const sample = await createSampleVault();
  const writer = await sample.open('writer');
  await capture(writer, sample.clock, [{ id: 'a', text: 'one' }]);
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'get' && name.includes('/indexes/'))
        throw storeFailed({ operation: 'read an index', place: 'memory', cause: undefined });
    },
  });
  const vault = await openWith(store, sample.clock, { reader: sample.keyFiles.reader });
  await assert.rejects(vault.prunes.readPruneGround(ORGANIZATION), { code: 'STORE_FAILED' });
});

test('a point needs its manifest, its table, and the indexes and packs of all that it has', async () => {
  const sample = await createSampleVault();
  const writer = await sample.open('writer');
  const first = await capture(writer, sample.clock, [{ id: 'a', text: 'one', secret: 's' }]);
  const inEpoch = async (): Promise<readonly string[]> =>
    (await namesIn(sample.store, EPOCH)).filter((name) => /\/(points|packs|indexes)\//.test(name));
  const ofFirst = await inEpoch();
  const needs = async (point: string): Promise<readonly string[]> =>
    (await writer.prunes.listNeeds(ORGANIZATION, point)).toSorted();
  assert.deepEqual(await needs(first), ofFirst);
  assert.equal(ofFirst.length, 5);

  const second = await capture(writer, sample.clock, [
    { id: 'a', text: 'one', secret: 's' },
    { id: 'b', text: 'two' },
  ]);
  const both = await inEpoch();
  const ofSecond = await needs(second);
  // The index was small enough to be written anew, with what it had; the packs stay.
  const left = ofFirst.filter((name) => !name.includes('/packs/'));
  assert.deepEqual(
    ofSecond,
    both.filter((name) => !left.includes(name)),
  );

  // What a scoped capture has in part only it carries, and needs, for the next one to continue.
  const third = await take(writer, sample, { gaps: [{ at: '', state: 'denied', reason: '403' }] });
  const ofThird = await needs(third);
  assert.ok(ofSecond.filter((name) => name.includes('/packs/')).every((name) => ofThird.includes(name)));

  const empty = await writer.beginPoint({
    organization: ORGANIZATION,
    startedAt: sample.clock.now(),
    scope: { type: 'run', run: 1 },
    signer: 'writer',
    newEpoch: true,
  });
  const { id } = await empty.commit(commitDetails(sample.clock.now()));
  assert.ok((await needs(id)).some((name) => name.endsWith(id)));
});

test('a point whose index is gone or damaged has needs that nobody knows', async () => {
  const sample = await createSampleVault();
  const writer = await sample.open('writer');
  const point = await capture(writer, sample.clock, [{ id: 'a', text: 'one' }]);
  for (const name of await namesIn(sample.store, `${EPOCH}indexes/`)) {
    const changes = [{ without: [name] }, { put: { [name]: flipped(await sample.store.get(name)) } }];
    for (const change of changes) {
      const store = await copyStore(sample.store, change);
      const vault = await openWith(store, sample.clock, { reader: sample.keyFiles.reader });
      await assert.rejects(vault.prunes.listNeeds(ORGANIZATION, point), { code: 'VAULT_DAMAGED', damaged: name });
    }
  }
});

test('an epoch lists what may be deleted of it, and its manifests, trusted or not', async () => {
  const sample = await createSampleVault();
  const writer = await sample.open('writer');
  await capture(writer, sample.clock, [{ id: 'a', text: 'one' }]);
  const bytes = Buffer.from('stray');
  for (const name of ['packs/stray', 'packs/below/stray', 'indexes/below/stray', 'points/stray', 'other/stray'])
    await sample.store.put(`${EPOCH}${name}`, bytes);
  await sample.store.put(`${ORG}epochs/000002/packs/other`, bytes);
  const { prunes } = writer;
  const objects = await prunes.listEpochObjects(ORGANIZATION, '000001');
  const createdMs = sample.clock.epochMs();
  const expected = [
    ...(await blobsIn(sample.store, `${EPOCH}packs/`)),
    ...(await blobsIn(sample.store, `${EPOCH}indexes/`)),
  ]
    .filter(({ name }) => !name.includes('/below/'))
    .map((blob) => ({ ...blob, createdMs }));
  assert.deepEqual(objects, expected);
  assert.ok(objects.some(({ name, sizeBytes }) => name === `${EPOCH}packs/stray` && sizeBytes === bytes.length));
  assert.deepEqual(await prunes.listEpochObjects(ORGANIZATION, '000009'), []);
  assert.deepEqual(await prunes.listManifests(ORGANIZATION, '000001'), await namesIn(sample.store, `${EPOCH}points/`));
  assert.equal((await prunes.listManifests(ORGANIZATION, '000001')).length, 2);
  assert.deepEqual(await prunes.listManifests(ORGANIZATION, '000002'), []);
  assert.deepEqual(await prunes.readProtection(`${EPOCH}packs/stray`), {
    immutableUntil: undefined,
    isLocked: false,
    hasLegalHold: false,
    container: 'none',
  });
  assert.equal(await prunes.readProtection(`${EPOCH}packs/none`), undefined);
});
