import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { settings } from '../posture/good-posture.fixture.ts';
import { policyBody } from './desired.ts';
import type { BackupPolicyFacts } from './facts.ts';
import { keptRetention, mergedPolicy } from './merged-policy.ts';
import { restoreBody } from './restore-body.ts';

const vaultStore = { objectType: 'DataStoreInfoBase', dataStoreType: 'VaultStore' };
const operational = { objectType: 'DataStoreInfoBase', dataStoreType: 'OperationalStore' };
const wanted = policyBody(settings)['properties'] as { readonly policyRules: readonly JsonObject[] };
const [backup, retention] = wanted.policyRules;

const facts = (rules: readonly JsonObject[], kept?: string): BackupPolicyFacts => ({
  id: 'p',
  name: 'holdfast',
  backupRules: [],
  retention: kept,
  otherRules: [],
  rules,
});

const rulesOf = (merged: JsonObject): unknown => Object(merged['properties']).policyRules;

test('retention is the longer of what is there and what is asked for', () => {
  const kept = (duration: string | undefined, retentionDays = 30) =>
    keptRetention(facts([], duration), { ...settings, policy: { ...settings.policy, retentionDays } });
  assert.equal(kept(undefined), 'P30D');
  for (const [duration, days] of [
    ['P30D', 30],
    ['P4W', 28],
    ['P1M', 31],
    ['P1Y', 366],
  ] as const) {
    assert.equal(kept(duration, days), duration);
    assert.equal(kept(duration, days + 1), `P${days + 1}D`);
  }
  assert.equal(kept('P1M15D'), 'P1M15D', 'what is not understood may be longer');
  assert.equal(kept('forever', 999), 'forever');
});

test('a policy without rules gets those that are asked for', () => {
  assert.deepEqual(rulesOf(mergedPolicy(facts([]), settings)), [backup, retention]);
  assert.deepEqual(
    { ...Object(mergedPolicy(facts([]), settings)['properties']), policyRules: [] },
    { ...wanted, policyRules: [] },
  );
});

test('the schedule is changed, and the tags that there are stay', () => {
  const tags = [{ isDefault: true, tagInfo: { tagName: 'Default' } }, { tagInfo: { tagName: 'Weekly' } }];
  const own = {
    objectType: 'AzureBackupRule',
    name: 'Theirs',
    dataStore: vaultStore,
    trigger: { schedule: 'x', taggingCriteria: tags },
  };
  const [merged] = rulesOf(mergedPolicy(facts([own]), settings)) as readonly JsonObject[];
  const trigger = Object(backup?.['trigger']);
  assert.deepEqual(merged, { ...backup, trigger: { ...trigger, taggingCriteria: tags } });
  const untagged = { ...own, trigger: { schedule: 'x' } };
  assert.deepEqual((rulesOf(mergedPolicy(facts([untagged]), settings)) as readonly JsonObject[])[0], backup);
  const bare = { objectType: 'AzureBackupRule', name: 'Theirs', dataStore: vaultStore };
  assert.deepEqual(rulesOf(mergedPolicy(facts([bare]), settings)), [backup, retention]);
});

test('retention of the vault store is set in the default rule, and other rules stay', () => {
  const lifecycle = (sourceDataStore: JsonObject, duration: string) => ({
    deleteAfter: { objectType: 'AbsoluteDeleteOption', duration },
    sourceDataStore,
  });
  const own = {
    objectType: 'AzureRetentionRule',
    name: 'Default',
    isDefault: true,
    lifecycles: [lifecycle(vaultStore, 'P7D'), lifecycle(operational, 'P7D'), { sourceDataStore: vaultStore }],
  };
  const weekly = { ...own, name: 'Weekly', isDefault: false };
  const ofOperational = { ...own, lifecycles: [lifecycle(operational, 'P7D')] };
  const snapshots = { objectType: 'AzureBackupRule', name: 'Snapshots', dataStore: operational };
  const strange = { objectType: 'Other', isDefault: true, lifecycles: own.lifecycles };
  const others = [weekly, ofOperational, snapshots, strange, { objectType: 'AzureRetentionRule', isDefault: true }];
  assert.deepEqual(rulesOf(mergedPolicy(facts([...others, own], 'P7D'), settings)), [
    backup,
    {
      ...own,
      lifecycles: [lifecycle(vaultStore, 'P30D'), lifecycle(operational, 'P7D'), { sourceDataStore: vaultStore }],
    },
    ...others,
  ]);
  const [, kept] = rulesOf(mergedPolicy(facts([own], 'P1Y'), settings)) as readonly JsonObject[];
  assert.deepEqual(kept?.['lifecycles'], [
    lifecycle(vaultStore, 'P1Y'),
    lifecycle(operational, 'P7D'),
    { sourceDataStore: vaultStore },
  ]);
});

test('a restore names its point, its target and the containers under their new names', () => {
  const accountId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/drills';
  const order = {
    recoveryPointId: 'r1',
    target: { accountId, location: 'westeurope' },
    containers: [
      { name: 'apigee', renameTo: 'copy' },
      { name: 'long', renameTo: 'copy-long', prefixes: ['orgs/a'] },
    ],
  };
  const criteria = { objectType: 'ItemPathBasedRestoreCriteria', isPathRelativeToBackupItem: true };
  assert.deepEqual(restoreBody(order), {
    objectType: 'AzureBackupRecoveryPointBasedRestoreRequest',
    recoveryPointId: 'r1',
    sourceDataStoreType: 'VaultStore',
    restoreTargetInfo: {
      objectType: 'ItemLevelRestoreTargetInfo',
      recoveryOption: 'FailIfExists',
      restoreLocation: 'westeurope',
      datasourceInfo: {
        objectType: 'Datasource',
        datasourceType: 'Microsoft.Storage/storageAccounts/blobServices',
        resourceID: accountId,
        resourceName: 'drills',
        resourceType: 'Microsoft.Storage/storageAccounts',
        resourceUri: accountId,
        resourceLocation: 'westeurope',
      },
      restoreCriteria: [
        { ...criteria, itemPath: 'apigee', renameTo: 'copy' },
        { ...criteria, itemPath: 'long', subItemPathPrefix: ['orgs/a'], renameTo: 'copy-long' },
      ],
    },
  });
});
