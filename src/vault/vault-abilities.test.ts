import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyRole } from '../core/key-role.ts';
import type { Plan } from '../core/plan.ts';
import { capture, createSampleVault, ORGANIZATION } from './sample-vault.fixture.ts';

const none = {
  readMeta: false,
  readConfig: false,
  readSecrets: false,
  compare: false,
  signPoints: false,
  signRuns: false,
  signProofs: false,
  signHolds: false,
  liftHolds: false,
  signPrunes: false,
};

test('what can be done follows from the keys at hand', async () => {
  const sample = await createSampleVault();
  const abilities = async (...roles: readonly KeyRole[]) => (await sample.open(...roles)).abilities;
  const meta = { ...none, readMeta: true, compare: true };
  assert.deepEqual(await abilities(), none);
  assert.deepEqual(await abilities('writer'), { ...meta, signPoints: true });
  assert.deepEqual(await abilities('reader'), { ...meta, readConfig: true });
  assert.deepEqual(await abilities('restorer'), {
    ...meta,
    readConfig: true,
    readSecrets: true,
    signPoints: true,
    signRuns: true,
    signProofs: true,
  });
  const verifier = await abilities('verifier');
  assert.deepEqual([verifier.signProofs, verifier.signHolds, verifier.liftHolds], [true, true, true]);
  assert.deepEqual([verifier.signPoints, verifier.signPrunes, verifier.readConfig], [false, false, false]);
  const pruner = await abilities('pruner');
  assert.deepEqual([pruner.signHolds, pruner.liftHolds, pruner.signPrunes], [true, false, true]);
  assert.deepEqual([pruner.signProofs, pruner.signPoints, pruner.signRuns], [false, false, false]);
});

test('a vault says where it is, and which organizations it has, by their names', async () => {
  const sample = await createSampleVault({ attestsTime: true });
  const vault = await sample.open('writer');
  assert.deepEqual([vault.description, vault.attestsTime, vault.readStoreTime], ['memory', true, undefined]);
  assert.match(vault.id, /^[0-9a-f]{64}$/);
  assert.deepEqual(await vault.organizations(), []);
  await sample.store.put('orgs/b%2Fc/x', Buffer.from('x'));
  await sample.store.put('orgs/a/x', Buffer.from('x'));
  for (const foreign of ['%', '%E0%A4', 'b%2fc']) await sample.store.put(`orgs/${foreign}/x`, Buffer.from('x'));
  assert.deepEqual(await vault.organizations(), ['a', 'b/c'], 'what no organization is called is none');
});

test('points, holds, records and runs are reached through the vault', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open('writer', 'restorer', 'verifier');
  const at = sample.clock.now();
  const point = await capture(vault, sample.clock, [{ id: 'a', text: 'one' }]);
  const hold = await vault.holds.addHold({ organization: ORGANIZATION, points: [point], owner: 'a', reason: 'b', at });
  assert.deepEqual((await vault.holds.listHolds(ORGANIZATION)).holds, [hold]);
  const name = await vault.writeRecord(ORGANIZATION, { kind: 'drill', at, content: 'done' });
  const { records } = await vault.listRecords(ORGANIZATION, 'drill');
  assert.deepEqual(
    records.map((record) => [record.name, record.content]),
    [[name, 'done']],
  );
  const found = { point, depth: 'all-data', result: 'good', checkedObjects: 1, checkedBytes: 1, at } as const;
  await vault.recordVerification(ORGANIZATION, found);
  assert.deepEqual(await vault.listVerified(ORGANIZATION), [{ point, verifiedAt: at }]);
  const plan = { hash: 'h1', calls: [] } as unknown as Plan;
  const { run } = await vault.beginRun({ organization: ORGANIZATION, plan, startedAt: at, holder: 'me' });
  assert.deepEqual(await vault.listUnended(ORGANIZATION), [run]);
  assert.deepEqual(
    (await vault.listRuns(ORGANIZATION)).map((one) => one.run),
    [run],
  );
  assert.deepEqual((await vault.readRun(ORGANIZATION, run)).plan, plan);
  assert.equal((await vault.findEpoch(ORGANIZATION, 'month'))?.epoch, '000001');
  const findings = await Array.fromAsync(vault.verify({ organization: ORGANIZATION, allData: true }));
  assert.deepEqual(
    findings.filter(({ type }) => type === 'damaged'),
    [],
  );
});

test('listing and opening points needs a key that opens them', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open();
  await assert.rejects(vault.listPoints(ORGANIZATION), { message: /^Listing points needs writer\.key/ });
  await assert.rejects(vault.openPoint(ORGANIZATION, 'p1'), { message: /^Opening a point needs writer\.key/ });
});
