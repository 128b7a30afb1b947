import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addRecoveryServicesVault } from '../../src/sim/azure/resource-manager/index.ts';
import { ACCOUNT_ID, GROUP_ID, SUBSCRIPTION, VAULT_ID } from '../harness/azure-world.ts';
import { type AzureWorkplace, createAzureWorkplace } from '../harness/azure-workplace.ts';
import { assign, CONTRIBUTOR, OWNER, protectWell, WRITER } from '../harness/posture-scene.ts';
import { assertJunit } from '../../src/cli/render/junit-shape.fixture.ts';

/** Nothing here tells how old secrets are. */
const elsewhere = ['secrets-overdue'];

async function measure(place: AzureWorkplace, ...more: readonly string[]) {
  const outcome = await place.json('posture', ['posture', '--writer', WRITER, ...more]);
  const open = outcome.document.checks.filter(({ state, id }) => state !== 'pass' && !elsewhere.includes(id));
  return { ...outcome, open: open.map(({ id, state }) => `${id} ${state}`) };
}

test('posture on a good set-up, and on each that was weakened: exactly that check changes, and is called out', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;
  await protectWell(place);
  simulator.forget();
  const good = await measure(place, '--record');
  assert.deepEqual(good.open, [], JSON.stringify(good.document.checks, undefined, 1));
  assert.equal(good.exit, 3, 'one check is unknown here');
  assert.deepEqual([good.document.comparedWith, good.document.weakened], [null, []]);
  assert.match(good.document.record ?? '', /^orgs\/acme-prod\/proofs\//);
  assert.deepEqual(simulator.writes, [], 'it changes nothing in Azure');

  // test/journeys/posture-flips.test.ts has every property and right; here it is that a change is called out.
  const service = `${ACCOUNT_ID}/blobServices/default`;
  const container = `${service}/containers/apigee`;
  simulator.edit(service, ({ properties }) => void Object.assign(properties, { isVersioningEnabled: false }));
  const weakened = await measure(place);
  assert.deepEqual([weakened.exit, weakened.open], [2, ['versioning fail']]);
  assert.deepEqual(
    weakened.document.weakened.map(({ id }) => id),
    ['versioning'],
  );
  simulator.edit(service, ({ properties }) => void Object.assign(properties, { isVersioningEnabled: true }));
  simulator.denials.push({ action: 'Microsoft.DataProtection/backupVaults/backupJobs/read' });
  assert.match(weakened.document.notes.join(), /was not recorded \(--record\).* the newest is of 2026-/);
  const unread = await measure(place);
  assert.deepEqual([unread.exit, unread.open], [2, ['last-job unknown']], 'what was known is not any more: weaker');
  simulator.denials.length = 0;

  for (const scope of [container, VAULT_ID]) {
    const stranger = { principalId: '55555555-2222-4333-8444-555555555555', role: OWNER };
    const id = assign(place, 'stranger', stranger, scope);
    assert.deepEqual((await measure(place)).open, ['role-assignments fail'], scope);
    simulator.world.remove(id);
    const writing = assign(place, 'writing', { principalId: WRITER, role: OWNER }, scope);
    assert.deepEqual((await measure(place)).open, ['writer-cannot-delete fail'], scope);
    simulator.world.remove(writing);
  }

  assign(place, 'somebody', { principalId: '66666666-2222-4333-8444-555555555555', role: CONTRIBUTOR });
  const shown = await place.run(['posture', '--writer', WRITER, '--record']);
  assert.match(
    shown.stdout.replaceAll(/\s+/g, ' '),
    /WEAKER than at .* role-assignments: These can overwrite or delete the vault, or take its protection away: ServicePrincipal 66666666/,
  );
  assert.match(shown.stdout, /Recorded as/);
  const settled = await measure(place);
  assert.deepEqual([settled.exit, settled.open, settled.document.weakened], [2, ['role-assignments fail'], []]);
  const sarif = await place.run(['posture', '-o', 'sarif']);
  assert.match(sarif.stdout, /"ruleId": "posture\/role-assignments"/);
  const junit = await place.run(['posture', '-o', 'junit']);
  assertJunit(junit.stdout);
  assert.match(junit.stdout, /<testcase[^>]*name="role-assignments"/);
});

test('a vault of the other kind is explained; what is missing is unknown', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;
  addRecoveryServicesVault(simulator.world, { subscription: SUBSCRIPTION, group: 'rg-backup', name: 'holdfast-vault' });
  const mistaken = await measure(place);
  assert.equal(mistaken.exit, 2);
  const [kind] = mistaken.document.checks;
  assert.deepEqual([kind?.id, kind?.state], ['backup-vault', 'fail']);
  assert.match(kind?.evidence ?? '', /is a Recovery Services vault .*never blobs/);

  simulator.world.remove(`${GROUP_ID}/providers/Microsoft.RecoveryServices/vaults/holdfast-vault`);
  const missing = await measure(place);
  assert.deepEqual(
    missing.document.checks
      .filter(({ id }) => id.startsWith('vault-') || id === 'backup-vault')
      .map(({ state }) => state),
    ['unknown', 'unknown', 'unknown', 'unknown', 'unknown'],
  );
  const keyless = await place.run(['posture', '--record', '--keys', './nowhere']);
  assert.equal(keyless.exit, 12, keyless.stderr);
  const without = await place.run(['posture', '--keys', './nowhere', '--vault', 'file:./nothing']);
  assert.equal(without.exit, 2);
  assert.match(
    without.stdout.replaceAll(/\s+/g, ' '),
    /Not compared with an earlier posture. The vault could not be looked at/,
  );
});
