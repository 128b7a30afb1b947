import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeFailed } from './blob/blob-error.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { findNewestEpoch, listEpochPrefixes, openEpoch, readEpochOpening } from './epoch.ts';
import { createSampleVault, flipped, ORGANIZATION, type SampleVault } from './sample-vault.fixture.ts';

const EPOCHS = `orgs/${ORGANIZATION}/epochs/`;
const AT = '2026-05-10T00:00:00.000Z';
const none = { number: 0, epoch: undefined };

async function open(sample: SampleVault, newest: Parameters<typeof openEpoch>[1]['newest'] = none) {
  const context = await sample.context(['writer']);
  return openEpoch(context, { organization: ORGANIZATION, at: AT, newest, signer: 'writer' });
}

test('the first epoch is number one, with copies of what opens the vault; the next one follows it', async () => {
  const sample = await createSampleVault();
  const context = await sample.context(['writer']);
  assert.deepEqual(await findNewestEpoch(context, ORGANIZATION), none);
  const first = await open(sample);
  assert.deepEqual([first.id, first.prefix, first.openedAt], ['000001', `${EPOCHS}000001/`, AT]);
  for (const [copy, of] of [
    ['vault.json', 'vault.json'],
    ['keyring-1', 'keyring/1'],
  ] as const)
    assert.deepEqual(await sample.store.get(`${first.prefix}${copy}`), await sample.store.get(of));
  const newest = await findNewestEpoch(context, ORGANIZATION);
  assert.deepEqual(newest, { number: 1, epoch: first });
  const second = await open(sample, newest);
  assert.equal(second.id, '000002');
  assert.deepEqual(await listEpochPrefixes(context, ORGANIZATION), [first.prefix, second.prefix]);
  // Who comes second uses what is there.
  assert.deepEqual(await open(sample, newest), second);
  assert.equal(await readEpochOpening(context, second.prefix), AT);
});

test('folders of other names are no epochs', async () => {
  const sample = await createSampleVault();
  for (const folder of ['000002', '00003', '0000004', 'x00005', '000001'])
    await sample.store.put(`${EPOCHS}${folder}/epoch`, Buffer.from('x'));
  const context = await sample.context([]);
  assert.deepEqual(await listEpochPrefixes(context, ORGANIZATION), [`${EPOCHS}000001/`, `${EPOCHS}000002/`]);
});

test('an epoch that cannot be trusted is not continued, and the next number is taken', async () => {
  const sample = await createSampleVault();
  const { prefix } = await open(sample);
  const bytes = await sample.store.get(`${prefix}epoch`);
  await sample.store.delete(`${prefix}epoch`);
  const context = await sample.context([]);
  await sample.store.put(`${prefix}epoch`, flipped(bytes));
  const newest = await findNewestEpoch(context, ORGANIZATION);
  assert.deepEqual(newest, { number: 1, epoch: undefined });
  assert.equal(await readEpochOpening(context, prefix), undefined);
  assert.equal((await open(sample, newest)).id, '000002');
  const headless = `${EPOCHS}000003/`;
  await sample.putDocument({ type: 'epoch', name: `${headless}epoch`, header: { epoch: '000003' }, signer: 'writer' });
  assert.equal(await readEpochOpening(context, headless), undefined);
  const timeless = `${EPOCHS}000004/`;
  const header = { epoch: '000004', opened: 'yesterday' };
  await sample.putDocument({ type: 'epoch', name: `${timeless}epoch`, header, signer: 'writer' });
  assert.equal(await readEpochOpening(context, timeless), undefined);
  assert.deepEqual(await findNewestEpoch(context, ORGANIZATION), { number: 4, epoch: undefined });
});

for (const [torn, reason] of [
  ['epoch', 'it is cut off'],
  ['vault.json', 'only a part of it was stored'],
  ['keyring-1', 'only a part of it was stored'],
] as const) {
  test(`an epoch whose ${torn} was stored in part is not opened, and the next one is`, async () => {
    const sample = await createSampleVault();
    const { prefix } = await open(sample);
    const bytes = await sample.store.get(`${prefix}${torn}`);
    await sample.store.delete(`${prefix}${torn}`);
    await sample.store.put(`${prefix}${torn}`, bytes.subarray(0, bytes.length / 2));
    await assert.rejects(open(sample), {
      code: 'VAULT_DAMAGED',
      message: `${prefix}${torn} is damaged: ${reason}.`,
    });
    const context = await sample.context([]);
    assert.equal((await open(sample, await findNewestEpoch(context, ORGANIZATION))).id, '000002');
  });
}

test('a copy of an epoch that is another file is no copy', async () => {
  const sample = await createSampleVault();
  const name = `${EPOCHS}000001/vault.json`;
  await sample.store.put(name, Buffer.from('{}'));
  await assert.rejects(open(sample), { message: `${name} is damaged: it is no copy of what stands above.` });
});

test('behind the last number no epoch can be opened', async () => {
  const sample = await createSampleVault();
  await assert.rejects(open(sample, { number: 999_999, epoch: undefined }), {
    code: 'VAULT_DAMAGED',
    message: `No epoch can follow ${EPOCHS}999999, which nobody opened who counted.`,
    damaged: `${EPOCHS}999999`,
    next: 'Find out who could write to the vault, and delete what is below that name.',
  });
  assert.equal((await open(sample, { number: 999_998, epoch: undefined })).id, '999999');
});

test('a store that fails is an error', async () => {
  const sample = await createSampleVault();
  const { prefix } = await open(sample);
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'get' && name === `${prefix}epoch`)
        throw storeFailed({ operation: 'read an epoch', place: 'memory', cause: undefined });
    },
  });
  const context = await sample.context([], { store });
  await assert.rejects(findNewestEpoch(context, ORGANIZATION), { code: 'STORE_FAILED' });
  await assert.rejects(readEpochOpening(context, prefix), { code: 'STORE_FAILED' });
});
