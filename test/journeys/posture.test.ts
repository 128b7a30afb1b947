import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addRecoveryServicesVault } from '../../src/sim/azure/resource-manager/index.ts';
import { ACCOUNT_ID, GROUP_ID, SUBSCRIPTION, VAULT_ID } from '../harness/azure-world.ts';
import { type AzureWorkplace, createAzureWorkplace } from '../harness/azure-workplace.ts';
import { assertJunit } from '../../src/cli/render/junit-shape.fixture.ts';

const WRITER = '77777777-2222-4333-8444-555555555555';
const INSTANCE_ID = `${VAULT_ID}/backupInstances/apigeebackup`;
const READER = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const CONTRIBUTOR = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
/** Nothing here tells how old secrets are. */
const elsewhere = ['secrets-overdue'];

const LACKING =
  'Permission "apigee.apiproducts.delete" denied on resource "organizations/acme-prod" (or it may not exist).';

/** Protection as `protect apply` makes it, and what a careful operator adds by hand. */
async function protectWell(place: AzureWorkplace): Promise<void> {
  const { simulator } = place.world;
  assert.equal((await place.run(['protect', 'apply', '--yes'])).exit, 0);
  simulator.edit(ACCOUNT_ID, ({ properties }) => void Object.assign(properties, { allowSharedKeyAccess: false }));
  simulator.world.put({
    id: `${VAULT_ID}/backupResourceGuardProxies/DppResourceGuardProxy`,
    name: 'DppResourceGuardProxy',
    type: 'Microsoft.DataProtection/backupVaults/backupResourceGuardProxies',
    properties: {
      resourceGuardResourceId: `/subscriptions/99999999-2222-4333-8444-555555555555/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/guard`,
      resourceGuardOperationDetails: [],
    },
  });
  // The capture identity may only read.
  place.simulator.setFaults([{ fault: { kind: 'status', status: 403, message: LACKING }, http: 'DELETE' }]);
  assign(place, 'writer', { principalId: WRITER, role: READER });
  assert.equal((await place.run(['backup'])).exit, 0);
  assert.equal((await place.run(['verify', 'latest', '--all-data', '--record'])).exit, 0);
  await simulator.runSchedule(INSTANCE_ID);
}

function assign(
  { world }: AzureWorkplace,
  name: string,
  given: { principalId: string; role: string },
  scope = ACCOUNT_ID,
): string {
  const { principalId, role } = given;
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  world.simulator.world.put({
    id,
    name,
    type: 'Microsoft.Authorization/roleAssignments',
    properties: {
      scope,
      principalId,
      principalType: 'ServicePrincipal',
      roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    },
  });
  return id;
}

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

  const service = `${ACCOUNT_ID}/blobServices/default`;
  const container = `${service}/containers/apigee`;
  type Change = (properties: Record<string, unknown>) => unknown;
  const weaken: readonly (readonly [string, string, Change])[] = [
    ['versioning fail', service, (one) => Object.assign(one, { isVersioningEnabled: false })],
    ['immutability fail', container, (one) => Reflect.deleteProperty(one, 'immutabilityPolicy')],
    ['tls fail', ACCOUNT_ID, (one) => Object.assign(one, { minimumTlsVersion: 'TLS1_0' })],
    ['public-access fail', ACCOUNT_ID, (one) => Object.assign(one, { allowBlobPublicAccess: true })],
    ['backup-instance fail', INSTANCE_ID, (one) => Object.assign(one, { currentProtectionState: 'ProtectionStopped' })],
  ];
  for (const [expected, id, change] of weaken) {
    const before = structuredClone(simulator.world.find(id)?.properties);
    assert.ok(before !== undefined);
    simulator.edit(id, ({ properties }) => void change(properties));
    const found = await measure(place);
    assert.deepEqual([found.exit, found.open], [2, [expected]]);
    assert.deepEqual(
      found.document.weakened.map((one) => `${one.id} fail`),
      [expected],
    );
    simulator.edit(id, (resource) => void Object.assign(resource, { properties: before }));
  }

  const rights: readonly (readonly [string, readonly string[]])[] = [
    ['Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints/read', ['last-recovery-point unknown']],
    ['Microsoft.DataProtection/backupVaults/backupJobs/read', ['last-job unknown']],
    ['Microsoft.Authorization/roleAssignments/read', ['role-assignments unknown', 'writer-cannot-delete unknown']],
  ];
  for (const [action, expected] of rights) {
    simulator.denials.push({ action });
    const found = await measure(place);
    assert.deepEqual(found.open, expected);
    assert.equal(found.exit, 2, 'what was known and is not any more is weaker');
    simulator.denials.length = 0;
  }

  place.simulator.setFaults([]);
  const capture = await measure(place);
  assert.deepEqual(capture.open, ['capture-cannot-write fail']);
  place.simulator.setFaults([{ fault: { kind: 'status', status: 403, message: LACKING }, http: 'DELETE' }]);

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
