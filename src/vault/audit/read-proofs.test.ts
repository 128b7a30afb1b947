import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../platform/manual-clock.ts';
import { storeFailed } from '../blob/blob-error.ts';
import { createFaultyBlobStore } from '../blob/faulty-blob-store.ts';
import { createSampleVault, flipped, ORGANIZATION, revoke, type SampleVault } from '../sample-vault.fixture.ts';
import { readProofs } from './read-proofs.ts';

const PREFIX = `orgs/${ORGANIZATION}/proofs/`;
const AT = '2026-05-10T00:00:00.000Z';
const verification = { point: 'p1', depth: 'all-data', result: 'good', at: AT, checkedObjects: 3 };

function put(sample: SampleVault, id: string, header: { readonly [field: string]: unknown } = {}): Promise<string> {
  const name = `${PREFIX}${id}`;
  return sample.putDocument({ type: 'proof', name, header: { ...verification, ...header }, signer: 'verifier' });
}

test('verifications are listed with all that they say, by name; other records are none', async () => {
  const sample = await createSampleVault();
  const second = await put(sample, '2', { result: 'damaged', depth: 'structure' });
  const first = await put(sample, '1');
  for (const [index, field] of Object.keys(verification).entries())
    await put(sample, `3${index}`, { [field]: undefined });
  const { keyring } = await sample.context([]);
  const signer = `verifier ${keyring.signers.find(({ role }) => role === 'verifier')?.fingerprint}`;
  const context = await sample.context(['reader']);
  assert.deepEqual(await readProofs(context, ORGANIZATION), [
    { name: first, ...verification, signer },
    { name: second, ...verification, result: 'damaged', depth: 'structure', signer },
  ]);
  assert.deepEqual(await readProofs(context, 'acme-test'), []);
});

test('one that is damaged or of a signer revoked before proves nothing, by the time of the store where it attests', async () => {
  for (const attestsTime of [false, true]) {
    const clock = createManualClock(Date.parse(AT));
    const sample = await createSampleVault({ clock, attestsTime });
    const before = await put(sample, '1', { at: attestsTime ? '2027-01-01T00:00:00.000Z' : AT });
    await clock.advance(1000);
    await put(sample, '2', { at: attestsTime ? AT : clock.now() });
    await sample.store.put(`${PREFIX}3`, flipped(await sample.store.get(before)));
    await revoke(sample, 'verifier', clock.now());
    assert.deepEqual(
      (await readProofs(await sample.context(['reader']), ORGANIZATION)).map(({ name }) => name),
      [before],
    );
  }
});

test('a store that fails is an error', async () => {
  const sample = await createSampleVault();
  await put(sample, '1');
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'find' && name.startsWith(PREFIX))
        throw storeFailed({ operation: 'read a proof', place: 'memory', cause: undefined });
    },
  });
  await assert.rejects(readProofs(await sample.context(['reader'], { store }), ORGANIZATION), { code: 'STORE_FAILED' });
});
