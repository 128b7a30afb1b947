import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type ProtectionPlan,
  type ProtectionStep,
  sealProtectionPlan,
} from '../../src/core/protection/protection-plan.ts';
import { createHasher } from '../../src/vault/hasher.ts';
import { addContainer } from '../../src/sim/azure/resource-manager/index.ts';
import { ACCOUNT_ID, VAULT_ID } from '../harness/azure-world.ts';
import { type AzureWorkplace, configure, createAzureWorkplace, protectSection } from '../harness/azure-workplace.ts';

const INSTANCE_ID = `${VAULT_ID}/backupInstances/apigeebackup`;
const CONTAINERS = `${ACCOUNT_ID}/blobServices/default/containers`;

/** What nobody may get past the typed name of a lock. */
const beyondRecall: readonly Pick<ProtectionStep, 'method' | 'path' | 'body'>[] = [
  {
    method: 'PATCH',
    path: VAULT_ID,
    body: {
      properties: { securitySettings: { softDeleteSettings: { state: 'AlwaysOn', retentionDurationInDays: 14 } } },
    },
  },
  {
    method: 'PATCH',
    path: VAULT_ID,
    body: { properties: { securitySettings: { immutabilitySettings: { state: 'Locked' } } } },
  },
  { method: 'POST', path: `${CONTAINERS}/apigee/immutabilityPolicies/default/lock` },
];

test('a plan file whose steps were written by somebody else is refused, however well its hash fits', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;
  await place.run(['protect', 'apply', '--yes']);
  const file = join(place.folder, 'plan.json');
  await place.run(['protect', 'plan', '--out', 'plan.json']);
  const { hash: _hash, ...plan } = JSON.parse(await readFile(file, 'utf8')) as ProtectionPlan;
  simulator.forget();
  for (const step of beyondRecall) {
    const forged = { ...plan, steps: [{ id: 'vault', what: 'change a tag', why: 'tidy', changes: [], ...step }] };
    await writeFile(file, JSON.stringify(sealProtectionPlan(forged, createHasher(undefined))));
    const { exit, stderr } = await place.run(['protect', 'apply', 'plan.json', '--yes']);
    assert.deepEqual([exit, simulator.writes], [1, []], step.path);
    assert.match(stderr, /PLAN_INVALID/);
  }
  const other = { ...plan, vaultId: plan.vaultId.replace('holdfast-vault', 'other-vault') };
  await writeFile(file, JSON.stringify(sealProtectionPlan(other, createHasher(undefined))));
  assert.match((await place.run(['protect', 'apply', 'plan.json', '--yes'])).stderr, /PLAN_INVALID/);
});

async function withTwoContainers(place: AzureWorkplace): Promise<void> {
  const { world } = place.world.simulator;
  const account = world.find(ACCOUNT_ID);
  assert.ok(account !== undefined);
  addContainer(world, account, 'theirs');
  await configure(place, { ...protectSection, containers: ['apigee', 'theirs'] });
}

test('locks of two containers are agreed to one and all before the first is sent', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;
  await withTwoContainers(place);
  assert.equal((await place.run(['protect', 'apply', '--yes'])).exit, 0);
  simulator.forget();
  const one = await place.run(['protect', 'lock', 'container', '--confirm', 'apigee']);
  assert.deepEqual([one.exit, simulator.writes], [1, []]);
  assert.match(one.stderr.replaceAll(/\s+/g, ' '), /CONFIRMATION_REFUSED/);
  const both = await place.run(['protect', 'lock', 'container', '--confirm', 'apigee,theirs']);
  assert.equal(both.exit, 0, both.stderr);
  const locks = ['apigee', 'theirs'].map((name) => `POST ${CONTAINERS}/${name}/immutabilityPolicies/default/lock`);
  assert.deepEqual(simulator.writes, locks);
  const evidence = await place.json('audit-list', ['audit', 'list']);
  const [told] = evidence.document.actions.filter(
    ({ action, result }) => action === 'protect lock' && result === 'done',
  );
  assert.deepEqual(
    told?.facts['paths'],
    locks.map((line) => line.replace('POST ', '')),
  );
});

test('an undeleted instance that lacks a container is not done', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator, clock } = place.world;
  await place.run(['protect', 'apply', '--yes']);
  simulator.edit(VAULT_ID, ({ properties }) => {
    properties['securitySettings'] = {
      softDeleteSettings: { state: 'On', retentionDurationInDays: 14 },
      immutabilitySettings: { state: 'Disabled' },
    };
  });
  const headers = { authorization: 'Bearer somebody' };
  await simulator.handle({ method: 'DELETE', target: `${INSTANCE_ID}?api-version=2026-06-01`, headers, body: '' });
  await clock.sleep(60_000);
  await withTwoContainers(place);
  const back = await place.json('protect-apply', ['protect', 'apply', '--undelete', '--yes']);
  assert.deepEqual([back.exit, back.document.status, back.document.remaining.length], [13, 'differs', 1], back.stderr);
});

test('what cannot be read when all was sent is not in place', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;
  await place.run(['protect', 'apply', '--yes']);
  // The first look and the one before sending see it, the one at the end does not.
  simulator.faults.set([{ fault: { kind: 'html', status: 200 }, path: 'blobServices/default$', nth: 3 }]);
  const blind = await place.json('protect-apply', ['protect', 'apply', '--yes']);
  assert.deepEqual([blind.exit, blind.document.status], [13, 'differs'], JSON.stringify(blind.document));
  assert.match(blind.document.notes.join(), /The blob service of the storage account cannot be read/);
});

test('a policy that keeps longer, and more, is merged with what is asked for', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;
  const azure = place.world.client();
  await configure(place, { ...protectSection, policy: { name: 'daily', retentionDays: 90 } });
  assert.equal((await place.run(['protect', 'apply', '--yes'])).exit, 0);
  const policyId = `${VAULT_ID}/backupPolicies/daily`;
  const weekly = { objectType: 'AzureRetentionRule', name: 'Weekly', isDefault: false, lifecycles: [lifecycle('P1Y')] };
  const operational = { objectType: 'AzureRetentionRule', name: 'Default', isDefault: true, lifecycles: [hot('P30D')] };
  const tags = [
    { isDefault: true, taggingPriority: 99, tagInfo: { id: 'Default_', tagName: 'Default' } },
    { isDefault: false, taggingPriority: 20, tagInfo: { id: 'Weekly_', tagName: 'Weekly' } },
  ];
  simulator.edit(policyId, ({ properties }) => {
    const [backup, retention] = properties['policyRules'] as readonly [Rule, Rule];
    const tagged = { ...backup, trigger: { ...backup.trigger, taggingCriteria: tags } };
    properties['policyRules'] = [tagged, operational, retention, weekly];
  });
  // Less is asked for than there is.
  await configure(place, { ...protectSection, policy: { name: 'daily', retentionDays: 30 } });
  simulator.forget();
  const less = await place.json('protect-apply', ['protect', 'apply', '--yes']);
  assert.deepEqual([less.exit, less.document.steps, simulator.writes], [0, [], []], less.stderr);
  assert.match(less.document.notes.join(' '), /keeps points for P90D, asked for is P30D: it stays so.*stay: Weekly/);
  // More is asked for, at another time: the rest stays.
  simulator.switches.policiesCanBeEdited = true;
  await configure(place, { ...protectSection, policy: { name: 'daily', retentionDays: 120, at: '04:00' } });
  const more = await place.json('protect-apply', ['protect', 'apply', '--yes']);
  assert.deepEqual([more.exit, more.document.steps.map(({ id }) => id)], [0, ['policy']], more.stderr);
  const { retention, otherRules, backupRules } = await azure.getPolicy(policyId);
  assert.deepEqual([retention, otherRules], ['P120D', ['Weekly']]);
  assert.match(backupRules[0]?.intervals.join() ?? '', /T04:00/);
  const rules = simulator.world.find(policyId)?.properties['policyRules'] as readonly Rule[];
  assert.deepEqual(rules[0]?.trigger?.['taggingCriteria'], tags);
  assert.deepEqual(rules.slice(2), [operational, weekly]);
});

interface Rule {
  readonly trigger?: Readonly<Record<string, unknown>>;
}

function lifecycle(duration: string, dataStoreType = 'VaultStore'): object {
  return {
    deleteAfter: { objectType: 'AbsoluteDeleteOption', duration },
    sourceDataStore: { objectType: 'DataStoreInfoBase', dataStoreType },
    targetDataStoreCopySettings: [],
  };
}

function hot(duration: string): object {
  return lifecycle(duration, 'OperationalStore');
}
