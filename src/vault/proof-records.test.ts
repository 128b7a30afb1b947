import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../platform/manual-clock.ts';
import { storeFailed } from './blob/blob-error.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { ProofRecords } from './proof-records.ts';
import { createSampleVault, flipped, ORGANIZATION, revoke, type SampleVault } from './sample-vault.fixture.ts';

const PREFIX = `orgs/${ORGANIZATION}/proofs/`;
const AT = '2026-05-10T00:00:00.000Z';

async function recordsOf(sample: SampleVault, ...roles: Parameters<SampleVault['context']>[0]): Promise<ProofRecords> {
  return new ProofRecords(await sample.context(roles));
}

function fingerprint(sample: SampleVault, role: string): Promise<string | undefined> {
  return sample.context([]).then(({ keyring }) => keyring.signers.find((signer) => signer.role === role)?.fingerprint);
}

/** A verification, or whatever its header says. */
function verify(sample: SampleVault, id: string, header: { readonly [field: string]: unknown } = {}): Promise<string> {
  return sample.putDocument({
    type: 'proof',
    name: `${PREFIX}20260510T000000000Z-${id}`,
    header: { point: 'p1', depth: 'all-data', result: 'good', at: AT, ...header },
    signer: 'verifier',
  });
}

test('records of a kind are listed newest first, as they were written and with who signed them', async () => {
  const sample = await createSampleVault();
  const records = await recordsOf(sample, 'verifier', 'restorer');
  const first = await records.writeRecord(ORGANIZATION, { kind: 'posture', at: AT, content: { weak: ['lock'] } });
  assert.match(first, /^orgs\/acme-prod\/proofs\/20260510T000000000Z-[0-9a-f]{16}$/);
  const at = '2026-05-11T00:00:00.000Z';
  const second = await records.writeRecord(ORGANIZATION, { kind: 'posture', at, content: [] });
  const third = await records.writeRecord(ORGANIZATION, {
    kind: 'posture',
    at: '2026-05-09T00:00:00.000Z',
    content: 1,
  });
  const drill = await records.writeRecord(ORGANIZATION, { kind: 'drill', at, content: 'done' });
  await verify(sample, 'v1');
  const signer = await fingerprint(sample, 'verifier');

  const reader = await recordsOf(sample, 'reader');
  assert.deepEqual(await reader.listRecords(ORGANIZATION, 'posture'), {
    records: [
      { name: second, at, signer, content: [] },
      { name: first, at: AT, signer, content: { weak: ['lock'] } },
      { name: third, at: '2026-05-09T00:00:00.000Z', signer, content: 1 },
    ],
    untrusted: [],
  });
  assert.deepEqual(await reader.listRecords(ORGANIZATION, 'drill'), {
    records: [{ name: drill, at, signer, content: 'done' }],
    untrusted: [],
  });
  assert.deepEqual(await reader.listRecords('acme-test', 'drill'), { records: [], untrusted: [] });
});

test('without the verifier the restorer signs, and without either nothing is written', async () => {
  const sample = await createSampleVault();
  const record = { kind: 'drill', at: AT, content: {} } as const;
  await (await recordsOf(sample, 'restorer')).writeRecord(ORGANIZATION, record);
  const { records } = await (await recordsOf(sample, 'reader')).listRecords(ORGANIZATION, 'drill');
  assert.deepEqual(
    records.map(({ signer }) => signer),
    [await fingerprint(sample, 'restorer')],
  );
  await assert.rejects((await recordsOf(sample, 'writer')).writeRecord(ORGANIZATION, record), {
    code: 'KEY_MISSING',
    message: /needs restorer\.key/,
  });
  assert.equal((await Array.fromAsync(sample.store.list(PREFIX))).length, 1);
});

test('verified is what was found good, all of its data', async () => {
  const sample = await createSampleVault();
  await verify(sample, '1');
  await verify(sample, '2', { point: 'p2', at: '2026-05-11T00:00:00.000Z' });
  await verify(sample, '3', { point: 'p3', depth: 'all-bytes' });
  await verify(sample, '4', { point: 'p4', result: 'damaged' });
  await verify(sample, '5', { point: 'p5', kind: 'drill' });
  await verify(sample, '6', { point: 6 });
  await verify(sample, '7', { point: 'p7', at: undefined });
  assert.deepEqual(await (await recordsOf(sample, 'reader')).listVerified(ORGANIZATION), [
    { point: 'p1', verifiedAt: AT },
    { point: 'p2', verifiedAt: '2026-05-11T00:00:00.000Z' },
  ]);
});

test('what is damaged, or signed after its signer was revoked, is named and does not count', async () => {
  for (const attestsTime of [false, true]) {
    const clock = createManualClock(Date.parse(AT));
    const sample = await createSampleVault({ clock, attestsTime });
    await verify(sample, '1', { point: 'before', at: attestsTime ? '2027-01-01T00:00:00.000Z' : AT });
    await clock.advance(1000);
    const after = await verify(sample, '2', { point: 'after', at: attestsTime ? AT : clock.now() });
    const harmed = `${PREFIX}20260510T000000000Z-3`;
    await sample.store.put(harmed, flipped(await sample.store.get(after)));
    await revoke(sample, 'verifier', clock.now());
    const records = await recordsOf(sample, 'reader');
    const { untrusted } = await records.listRecords(ORGANIZATION, 'drill');
    assert.deepEqual(
      untrusted.map(({ name, why }) => [name, why.startsWith(`${name} `)]),
      [
        [after, true],
        [harmed, true],
      ],
    );
    assert.deepEqual(
      (await records.listVerified(ORGANIZATION)).map(({ point }) => point),
      ['before'],
    );
  }
});

test('a store that fails is an error', async () => {
  const sample = await createSampleVault();
  await verify(sample, '1');
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'get' && name.startsWith(PREFIX))
        throw storeFailed({ operation: 'read a proof', place: 'memory', cause: undefined });
    },
  });
  const records = new ProofRecords(await sample.context(['reader'], { store }));
  await assert.rejects(records.listVerified(ORGANIZATION), { code: 'STORE_FAILED' });
});
