import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommitPoint, Vault } from '../app/ports/vault.ts';
import type { PruneStep } from '../app/ports/retention.ts';
import type { Gap } from '../core/ledger.ts';
import type { Scope } from '../core/point.ts';
import { everything } from '../core/selection.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import { storeFailed } from './blob/blob-error.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import {
  capture,
  commitDetails,
  contentFor,
  copyStore,
  createSampleVault,
  entryFor,
  flipped,
  openWith,
  ORGANIZATION,
  sampleKind,
  type SampleVault,
} from './sample-vault.fixture.ts';

const ORG = `orgs/${ORGANIZATION}/`;
const EPOCH = `${ORG}epochs/000001/`;
const AT = '2026-05-10T00:00:00.000Z';
const mark: Extract<PruneStep, { step: 'mark' }> = {
  step: 'mark',
  policy: {
    hourly: 0,
    daily: 2,
    weekly: 0,
    monthly: 0,
    yearly: 0,
    minimumVerified: 0,
    guaranteedDays: 0,
    zone: 'UTC',
  },
  graceDays: 1,
  points: [],
  objects: [],
  kept: [],
};
const withdrawn: PruneStep = { step: 'withdrawn', names: [], why: 'held' };

async function blobsIn(store: BlobStore, prefix: string): Promise<readonly { name: string; sizeBytes: number }[]> {
  return (await Array.fromAsync(store.list(prefix))).map(({ name, sizeBytes }) => ({ name, sizeBytes }));
}

const namesIn = async (store: BlobStore, prefix: string): Promise<readonly string[]> =>
  (await blobsIn(store, prefix)).map(({ name }) => name);

/** Takes a point of one resource, with these gaps and this scope. */
async function take(
  vault: Vault,
  sample: SampleVault,
  {
    organization = ORGANIZATION,
    gaps = [],
    scope = { type: 'all' },
    grade = 'complete',
  }: {
    readonly organization?: string;
    readonly gaps?: readonly Gap[];
    readonly scope?: Scope;
    readonly grade?: CommitPoint['grade'] | 'checkpoint';
  } = {},
): Promise<string> {
  await sample.clock.advance(60_000);
  const startedAt = sample.clock.now();
  const writer = await vault.beginPoint({ organization, startedAt, scope, signer: 'writer' });
  const collection = writer.collection(sampleKind);
  const resource = { id: 'a', text: `of ${startedAt}` };
  await collection.add(entryFor(vault, resource), contentFor(resource));
  for (const gap of gaps) collection.gap(gap);
  if (grade === 'checkpoint') {
    await writer.checkpoint(startedAt);
    return '';
  }
  await collection.finish();
  return (await writer.commit(commitDetails(startedAt, grade))).id;
}

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

test('marks take the next number, and where somebody else has it the one after', async () => {
  const sample = await createSampleVault();
  const { prunes } = await sample.open('pruner');
  const first = await prunes.markPrune(ORGANIZATION, mark, AT);
  const second = await prunes.markPrune(ORGANIZATION, { ...mark, graceDays: 2 }, AT);
  assert.deepEqual(
    [first, second].map(({ prune, records }) => [prune, records.map(({ name }) => name)]),
    [
      [1, [`${ORG}prunes/000001/000000-mark`]],
      [2, [`${ORG}prunes/000002/000000-mark`]],
    ],
  );
  const [record] = first.records;
  assert.deepEqual({ ...record, ...mark, at: AT }, record);
  await sample.store.put(`${ORG}prunes/000003/000000-mark`, Buffer.from('squatted'));
  assert.equal((await prunes.markPrune(ORGANIZATION, mark, AT)).prune, 4);
  assert.deepEqual((await prunes.readPruneGround(ORGANIZATION)).untrusted.length, 1);
});

test('steps stand one behind the other; who comes second is told that somebody else is sweeping', async () => {
  const sample = await createSampleVault();
  const { prunes } = await sample.open('pruner');
  const marked = await prunes.markPrune(ORGANIZATION, mark, AT);
  const later = '2026-05-11T00:00:00.000Z';
  const swept = await prunes.addPruneStep(ORGANIZATION, marked, withdrawn, later);
  const again = await prunes.addPruneStep(ORGANIZATION, swept, withdrawn, later);
  assert.deepEqual(
    again.records.map(({ name, step, at }) => [name, step, at]),
    [
      [`${ORG}prunes/000001/000000-mark`, 'mark', AT],
      [`${ORG}prunes/000001/000001-step`, 'withdrawn', later],
      [`${ORG}prunes/000001/000002-step`, 'withdrawn', later],
    ],
  );
  assert.deepEqual((await prunes.readPruneGround(ORGANIZATION)).prunes, [again]);
  assert.deepEqual((await prunes.readPruneGround(ORGANIZATION)).untrusted, []);
  await assert.rejects(prunes.addPruneStep(ORGANIZATION, marked, withdrawn, later), {
    code: 'RUN_ACTIVE',
    message: `Somebody else is sweeping prune 1 of ${ORGANIZATION}.`,
    next: 'Wait until that sweep has ended, and run it again if anything is left.',
  });
});

test('what cannot be trusted takes its number, and the next step the one after', async () => {
  const sample = await createSampleVault();
  const { prunes } = await sample.open('pruner');
  await prunes.markPrune(ORGANIZATION, mark, AT);
  const names = ['000001', '000002', '000004'].map((place) => `${ORG}prunes/000001/${place}-step`);
  for (const name of names) await sample.store.put(name, Buffer.from('junk'));
  const [marked] = (await prunes.readPruneGround(ORGANIZATION)).prunes;
  assert.ok(marked);
  assert.deepEqual(marked.strange, names);
  const third = await prunes.addPruneStep(ORGANIZATION, marked, withdrawn, AT);
  assert.equal(third.records.at(-1)?.name, `${ORG}prunes/000001/000003-step`);
  const fifth = await prunes.addPruneStep(ORGANIZATION, third, withdrawn, AT);
  assert.equal(fifth.records.at(-1)?.name, `${ORG}prunes/000001/000005-step`);
  assert.deepEqual(fifth.strange, names);
});

test('a step that was put and is not listed is a bug', async () => {
  const sample = await createSampleVault();
  const inner = sample.store;
  const store: BlobStore = {
    capabilities: inner.capabilities,
    put: async () => 'created',
    find: (name) => inner.find(name),
    get: (name) => inner.get(name),
    getRange: (name, range) => inner.getRange(name, range),
    list: (prefix) => inner.list(prefix),
    listFolders: (prefix) => inner.listFolders(prefix),
    delete: (name) => inner.delete(name),
    protection: (name) => inner.protection(name),
  };
  const { prunes } = await openWith(store, sample.clock, { pruner: sample.keyFiles.pruner });
  const name = `${ORG}prunes/000001/000000-mark`;
  await sample.store.put(`${name}-of-another`, Buffer.from('x'));
  await assert.rejects(prunes.markPrune(ORGANIZATION, mark, AT), {
    code: 'INTERNAL',
    message: `${name} was put and is not listed.`,
  });
});

test('only the pruner marks, sweeps and deletes', async () => {
  const sample = await createSampleVault();
  const { prunes } = await sample.open('writer', 'restorer', 'verifier');
  const none = { prune: 1, records: [], strange: [] };
  const name = `${EPOCH}packs/stray`;
  await sample.store.put(name, Buffer.from('x'));
  const code = 'KEY_MISSING';
  await assert.rejects(prunes.markPrune(ORGANIZATION, mark, AT), {
    code,
    message: 'Marking what may go needs pruner.key, which is not at hand.',
  });
  await assert.rejects(prunes.addPruneStep(ORGANIZATION, none, withdrawn, AT), {
    code,
    message: 'Sweeping needs pruner.key, which is not at hand.',
  });
  await assert.rejects(prunes.deletePruned(ORGANIZATION, name), {
    code,
    message: 'Sweeping needs pruner.key, which is not at hand.',
  });
  assert.deepEqual(await namesIn(sample.store, ORG), [name]);
});

test('a sweep deletes manifests, packs and indexes of its organization, and nothing else', async () => {
  const sample = await createSampleVault();
  const { prunes } = await sample.open('pruner');
  for (const below of ['points/p', 'packs/p', 'indexes/p']) {
    await sample.store.put(`${EPOCH}${below}`, Buffer.from('x'));
    assert.deepEqual(await prunes.deletePruned(ORGANIZATION, `${EPOCH}${below}`), { outcome: 'deleted' });
    assert.deepEqual(await prunes.deletePruned(ORGANIZATION, `${EPOCH}${below}`), { outcome: 'absent' });
  }
  for (const name of [
    `${EPOCH}epoch`,
    `${EPOCH}vault.json`,
    `${EPOCH}packs/below/p`,
    `${EPOCH}other/p`,
    `${ORG}epochs/00001/packs/p`,
    `${ORG}epochs/0000001/packs/p`,
    `${ORG}more/epochs/000001/packs/p`,
    `${ORG}holds/p`,
    'orgs/acme-test/epochs/000001/packs/p',
    'orgs/acme-prod2/epochs/000001/packs/p',
    'epochs/000001/packs/p',
    'vault.json',
  ]) {
    await sample.store.put(name, Buffer.from('x'));
    const before = await sample.store.find(name);
    await assert.rejects(prunes.deletePruned(ORGANIZATION, name), {
      code: 'INTERNAL',
      message: `${name} is nothing that a sweep may delete.`,
    });
    assert.deepEqual(await sample.store.find(name), before);
  }
});
