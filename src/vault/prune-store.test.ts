import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BlobStore } from './blob/blob-store.ts';
import { createSampleVault, openWith, ORGANIZATION } from './sample-vault.fixture.ts';
import { ORG, EPOCH, AT, mark, withdrawn, namesIn } from './prune-scene.fixture.ts';

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
