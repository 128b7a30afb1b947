import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupId, groupOf, isSameId, nameOf, resourceId, subscriptionOf, vaultOf } from './arm-id.ts';

const group = '/subscriptions/s1/resourceGroups/rg';
const vault = `${group}/providers/Microsoft.DataProtection/backupVaults/v1`;

test('an address is put together from its parts', () => {
  assert.equal(groupId('s1', 'rg'), group);
  assert.equal(resourceId(group, 'Microsoft.DataProtection/backupVaults', 'v1'), vault);
  assert.equal(
    resourceId(group, 'Microsoft.DataProtection/backupVaults/backupPolicies', 'v1', 'p1'),
    `${vault}/backupPolicies/p1`,
  );
  assert.equal(resourceId(group, 'A/b/c', 'one'), `${group}/providers/A/b/one/c/`);
});

test('the parts are found in it, in whichever case Azure writes it', () => {
  assert.equal(isSameId(vault, vault.toUpperCase()), true);
  assert.equal(isSameId(vault, `${vault}2`), false);
  assert.deepEqual([nameOf(vault), nameOf('alone'), nameOf('')], ['v1', 'alone', '']);
  assert.deepEqual(
    [subscriptionOf(vault), subscriptionOf('/SUBSCRIPTIONS/s2'), subscriptionOf(`/x${vault}`), subscriptionOf('')],
    ['s1', 's2', '', ''],
  );
  assert.deepEqual([groupOf(vault), groupOf('/x/RESOURCEGROUPS/g2/y'), groupOf('/subscriptions/s1')], ['rg', 'g2', '']);
  assert.equal(vaultOf(`${vault}/backupInstances/i1`), vault);
  assert.equal(vaultOf(`${group}/providers/x/BACKUPVAULTS/v2/a/b`), `${group}/providers/x/BACKUPVAULTS/v2`);
  assert.equal(vaultOf(group), group);
});
