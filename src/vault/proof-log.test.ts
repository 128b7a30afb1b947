import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SignerRole } from '../core/key-role.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import { storeFailed } from './blob/blob-error.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { type NewestProofs, readNewestProofs } from './proof-log.ts';
import { createSampleVault, flipped, ORGANIZATION, revoke, type SampleVault } from './sample-vault.fixture.ts';

const PREFIX = `orgs/${ORGANIZATION}/proofs/`;

/** A proof of p1 that is named after the hour `hour`; good, with all its bytes read, unless it says otherwise. */
function prove(
  sample: SampleVault,
  hour: number,
  header: { readonly [field: string]: unknown } = {},
  signer: SignerRole = 'verifier',
): Promise<string> {
  const hours = String(hour).padStart(2, '0');
  const at = `2026-05-10T${hours}:00:00.000Z`;
  return sample.putDocument({
    type: 'proof',
    name: `${PREFIX}20260510T${hours}0000000Z-${hours}`,
    header: { point: 'p1', depth: 'all-bytes', result: 'good', at, ...header },
    signer,
  });
}

/** Puts what nobody can trust at an hour. */
async function harm(sample: SampleVault, hour: number): Promise<string> {
  const name = await prove(sample, hour);
  const bytes = await sample.store.get(name);
  await sample.store.delete(name);
  await sample.store.put(name, flipped(bytes));
  return name;
}

async function read(sample: SampleVault, points: readonly string[] = ['p1']): Promise<NewestProofs> {
  return readNewestProofs(await sample.context(['reader']), ORGANIZATION, points);
}

const verdicts = ({ proofs }: NewestProofs) => Object.fromEntries(proofs);
const names = ({ untrusted }: NewestProofs): readonly string[] => untrusted.map(({ name }) => name);

test('a point is verified where every byte of it was read, and damaged at any depth', async () => {
  const cases = [
    [{ depth: 'all-bytes' }, { p1: 'verified' }],
    [{ depth: 'all-data' }, { p1: 'verified' }],
    [{ depth: 'structure' }, {}],
    [{ depth: 'structure', result: 'damaged' }, { p1: 'damaged' }],
    [{ depth: 'all-data', result: 'damaged' }, { p1: 'damaged' }],
    [{ point: 'p2' }, {}],
    [{ kind: 'posture' }, {}],
    [{ kind: 'posture', result: 'damaged' }, {}],
    [{ result: 'fine' }, {}],
    [{ depth: 3 }, {}],
  ] as const;
  const sample = await createSampleVault();
  for (const [header, expected] of cases) {
    const name = await prove(sample, 1, header);
    const found = await read(sample);
    assert.deepEqual(verdicts(found), expected, JSON.stringify(header));
    assert.deepEqual(found.untrusted, []);
    await sample.store.delete(name);
  }
  for (const [signer, expected] of [
    ['verifier', { p1: 'verified' }],
    ['restorer', { p1: 'verified' }],
    ['writer', {}],
  ] as const) {
    const name = await prove(sample, 1, {}, signer);
    assert.deepEqual(verdicts(await read(sample)), expected, signer);
    await sample.store.delete(name);
  }
});

test('the newest proof that says something counts, for each point', async () => {
  const sample = await createSampleVault();
  await prove(sample, 1);
  await prove(sample, 2, { result: 'damaged' });
  await prove(sample, 1, { point: 'p2', result: 'damaged' });
  await prove(sample, 3, { point: 'p2', result: 'damaged' });
  await prove(sample, 4, { point: 'p2' });
  await prove(sample, 5, { depth: 'structure' });
  await prove(sample, 6, {}, 'writer');
  assert.deepEqual(verdicts(await read(sample, ['p1', 'p2', 'p3'])), { p1: 'damaged', p2: 'verified' });
});

test('what cannot be trusted hides a verification that is older, and nothing else', async () => {
  const sample = await createSampleVault();
  const oldest = await harm(sample, 1);
  await prove(sample, 2, { point: 'older' });
  await prove(sample, 3, { point: 'hurt', result: 'damaged' });
  const middle = await harm(sample, 4);
  await prove(sample, 5, { point: 'newer' });

  const points = ['older', 'hurt', 'newer'];
  const found = await read(sample, [...points, 'never']);
  assert.deepEqual(verdicts(found), { newer: 'verified', hurt: 'damaged' });
  assert.deepEqual(names(found), [middle]);
  assert.match(found.untrusted[0]?.why ?? '', new RegExp(`^${middle} is `));
  assert.deepEqual((await read(sample, ['newer', 'hurt'])).untrusted, []);

  await prove(sample, 0, { point: 'first' });
  assert.deepEqual(names(await read(sample, [...points, 'first'])), [middle, oldest]);
});

test('proofs are read until each point has one, however many there are', async () => {
  const sample = await createSampleVault();
  for (let hour = 1; hour <= 17; hour += 1) await prove(sample, hour, { point: `p${hour}` });
  const gets: string[] = [];
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => void (operation === 'get' && name.startsWith(PREFIX) && gets.push(name)),
  });
  const context = await sample.context(['reader'], { store });
  const readAll = async (points: readonly string[]) => verdicts(await readNewestProofs(context, ORGANIZATION, points));
  assert.deepEqual(await readAll(['p1']), { p1: 'verified' });
  assert.equal(gets.splice(0).length, 17);
  assert.deepEqual(await readAll(['p2', 'p17']), { p17: 'verified', p2: 'verified' });
  assert.equal(gets.splice(0).length, 16);
  assert.deepEqual(await readAll([]), {});
  assert.deepEqual(gets, []);
});

test('where the store attests time its time orders the proofs, and says what a revoked signer may still have signed', async () => {
  const clock = createManualClock(Date.UTC(2026, 4, 10));
  const sample = await createSampleVault({ clock, attestsTime: true });
  await prove(sample, 9);
  await clock.advance(1000);
  const second = await prove(sample, 1, { result: 'damaged' });
  assert.deepEqual(verdicts(await read(sample)), { p1: 'damaged' });
  await revoke(sample, 'verifier', clock.now());
  const found = await read(sample);
  assert.deepEqual(verdicts(found), {});
  assert.deepEqual(names(found), [second]);
});

test('where the store attests none the record says when, and a revoked signer counts before', async () => {
  const sample = await createSampleVault();
  await prove(sample, 5, { point: 'p1' });
  const later = await prove(sample, 6, { point: 'p2', result: 'damaged' });
  await revoke(sample, 'verifier', '2026-05-10T06:00:00.000Z');
  const found = await read(sample, ['p1', 'p2']);
  assert.deepEqual(verdicts(found), {});
  assert.deepEqual(names(found), [later]);
  await sample.store.delete(later);
  assert.deepEqual(verdicts(await read(sample)), { p1: 'verified' });
});

test('a store that fails is an error', async () => {
  const sample = await createSampleVault();
  await prove(sample, 1);
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'get' && name.startsWith(PREFIX))
        throw storeFailed({ operation: 'read a proof', place: 'memory', cause: undefined });
    },
  });
  const context = await sample.context(['reader'], { store });
  await assert.rejects(readNewestProofs(context, ORGANIZATION, ['p1']), { code: 'STORE_FAILED' });
});
