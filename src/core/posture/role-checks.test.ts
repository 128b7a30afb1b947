import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoleAssignmentFacts, RoleDefinitionFacts } from '../protection/facts.ts';
import type { Reading } from '../protection/readings.ts';
import { BACKUP_ROLE, protectionIds } from '../protection/settings.ts';
import { goodReadings, present, settings } from './good-posture.fixture.ts';
import type { PostureCheck } from './posture-check.ts';
import type { PostureReadings } from './posture-readings.ts';
import { checkRoles } from './role-checks.ts';

const good = goodReadings();
const { protection } = good;
const { accountId } = protectionIds(settings);
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const denied = { state: 'unreadable', reason: 'denied.' } as const;
const PRUNER =
  'Take these roles away, or give them for hours only (Privileged Identity Management); name the identity that prunes with --pruner.';
const ADD_ONLY = `Give the writer a role with ${BLOBS}/read and ${BLOBS}/add/action only.`;

const assignment: RoleAssignmentFacts = {
  id: 'a9',
  scope: accountId,
  roleId: 'crafted',
  principalId: 'somebody',
  principalType: 'User',
  hasCondition: false,
};

interface Given {
  readonly assignments?: readonly RoleAssignmentFacts[];
  readonly definition?: Partial<RoleDefinitionFacts> | Reading<RoleDefinitionFacts>;
  readonly over?: Partial<PostureReadings>;
}

/** The good readings with more assignments, of a role that is made up. */
function readingsOf({ assignments = [assignment], definition = {}, over = {} }: Given): PostureReadings {
  const none = { id: 'crafted', name: 'Crafted', actions: [], notActions: [], dataActions: [], notDataActions: [] };
  const roles = present([...protection.roles.facts, ...assignments]);
  const crafted = 'state' in definition ? definition : present({ ...none, ...definition });
  return {
    ...good,
    protection: { ...protection, roles },
    writerRoles: present(roles.facts.filter(({ principalId }) => principalId === 'the-writer')),
    roleDefinitions: { ...good.roleDefinitions, crafted },
    ...over,
  };
}

function others(given: Given): PostureCheck | undefined {
  return checkRoles(readingsOf(given))[0];
}

function writers(given: Given): PostureCheck | undefined {
  return checkRoles(readingsOf(given))[1];
}

const harms = (definition: Partial<RoleDefinitionFacts>): boolean => others({ definition })?.state === 'fail';

test('roles by which nobody can do harm pass', () => {
  assert.deepEqual(checkRoles(good), [
    {
      id: 'role-assignments',
      state: 'pass',
      evidence:
        'Nobody but the writer and the pruner has a role by which the vault could be overwritten, deleted or lose its protection.',
      strength: 0,
    },
    {
      id: 'writer-cannot-delete',
      state: 'pass',
      evidence: 'The writer the-writer can neither overwrite nor delete, by itself or through a group.',
    },
  ]);
});

test('whoever can do harm is named with role, scope and condition; the more, the weaker', () => {
  const second = { ...assignment, principalId: 'other', principalType: undefined, hasCondition: true };
  assert.deepEqual(others({ assignments: [assignment, second], definition: { actions: ['*'] } }), {
    id: 'role-assignments',
    state: 'fail',
    evidence: `These can overwrite or delete the vault, or take its protection away: User somebody as Crafted at ${accountId}; principal other as Crafted at ${accountId} (with a condition).`,
    remedy: PRUNER,
    strength: -2,
  });
});

test('every action on blobs by which a vault could be damaged does harm', () => {
  for (const action of [
    'write',
    'delete',
    'deleteBlobVersion/action',
    'permanentDelete/action',
    'immutableStorage/runAsSuperUser/action',
    '*',
  ])
    assert.equal(harms({ dataActions: [`${BLOBS}/${action}`] }), true, action);
  for (const action of ['read', 'add/action', 'filter/action', 'tags/read'])
    assert.equal(harms({ dataActions: [`${BLOBS}/${action}`] }), false, action);
  assert.equal(harms({ actions: [`${BLOBS}/write`] }), false, 'an action on data is none of the resource manager');
});

test('every action of the resource manager by which a vault or its protection could be lost does harm', () => {
  const storage = 'Microsoft.Storage/storageAccounts';
  const backup = 'Microsoft.DataProtection/backupVaults';
  const policies = `${storage}/blobServices/containers/immutabilityPolicies`;
  for (const action of [
    `${storage}/delete`,
    `${storage}/blobServices/containers/delete`,
    `${policies}/delete`,
    `${policies}/extend/action`,
    `${policies}/lock/action`,
    `${backup}/write`,
  ])
    assert.equal(harms({ actions: [action] }), true, action);
  for (const action of [`${storage}/read`, `${backup}/backupInstances/read`])
    assert.equal(harms({ actions: [action] }), false, action);
});

test('a pattern has stars anywhere and no regard to case, and what is excepted is not allowed', () => {
  const write = `${BLOBS}/write`;
  for (const pattern of ['*', '*/write', `${BLOBS}/*`, 'microsoft.storage/*/BLOBS/write', `${BLOBS}/w*e`, `${write}*`])
    assert.equal(harms({ dataActions: [pattern] }), true, pattern);
  for (const pattern of ['', '*/read', 'Storage/*', '*/writ', `${BLOBS}/write*e`, `x*${write}`, `${write}/*`])
    assert.equal(harms({ dataActions: [pattern] }), false, pattern);
  assert.equal(harms({ dataActions: [write], notDataActions: ['*/WRITE'] }), false);
  assert.equal(harms({ dataActions: [write], notDataActions: ['*/delete'] }), true);
  assert.equal(harms({ dataActions: [write], notActions: ['*'] }), true, 'an exception of another sort');
  assert.equal(harms({ actions: ['*/write'], notActions: ['Microsoft.*'] }), false);
});

test('the pruner may delete, and the identity of the vault may have the role of backups only', () => {
  const definition = { actions: ['*'] };
  assert.equal(others({ definition, over: { pruner: 'somebody' } })?.state, 'pass');
  const vaults = { ...assignment, principalId: 'the-vault' };
  assert.equal(others({ assignments: [vaults], definition })?.state, 'fail');
  const backup = { ...assignment, roleId: BACKUP_ROLE };
  assert.equal(others({ assignments: [backup] })?.state, 'fail', 'somebody else with the role of backups');
});

test('what roles allow that cannot be read is unknown, unless another does harm anyhow', () => {
  const [first] = protection.roles.facts;
  assert.ok(first !== undefined);
  assert.deepEqual(others({ definition: denied }), {
    id: 'role-assignments',
    state: 'unknown',
    evidence: `What these roles allow could not be read: User somebody as role crafted at ${accountId}.`,
    remedy: PRUNER,
  });
  const backup = { ...assignment, roleId: BACKUP_ROLE };
  assert.equal(others({ assignments: [assignment, backup], definition: denied })?.state, 'fail');
  assert.equal(others({ assignments: [{ ...assignment, roleId: 'nobody asked' }] })?.state, 'unknown');
});

test('as long as the vault is not known, the role of backups may be its own', () => {
  const { roles } = protection;
  const unread = { protection: { ...protection, roles, vault: denied } };
  assert.deepEqual(others({ over: unread }), {
    id: 'role-assignments',
    state: 'unknown',
    evidence: `Whether this is the Backup vault's own identity could not be read: ServicePrincipal the-vault as Storage Account Backup Contributor at ${accountId}.`,
    remedy: PRUNER,
  });
  const harmless = present({ ...good.roleDefinitions[BACKUP_ROLE].facts, actions: [] });
  const roleDefinitions = { ...good.roleDefinitions, [BACKUP_ROLE]: harmless };
  assert.equal(others({ over: { ...unread, roleDefinitions } })?.state, 'pass');
});

test('a writer that is not named or has no role is unknown', () => {
  assert.deepEqual(writers({ over: { writer: undefined } }), {
    id: 'writer-cannot-delete',
    state: 'unknown',
    evidence: 'Which identity writes backups is not said.',
    remedy: 'Name the principal id of the identity that backs up with --writer, or posture.writer in holdfast.yaml.',
  });
  assert.deepEqual(writers({ over: { writerRoles: present([]) } }), {
    id: 'writer-cannot-delete',
    state: 'unknown',
    evidence: 'The writer the-writer has no role on the storage account, by itself or through a group.',
    remedy: ADD_ONLY,
  });
});

test('a writer that can do harm is told by which role, and one whose role cannot be read is unknown', () => {
  const assignments = [{ ...assignment, principalId: 'the-writer' }];
  assert.deepEqual(writers({ assignments, definition: { dataActions: [`${BLOBS}/*`] } }), {
    id: 'writer-cannot-delete',
    state: 'fail',
    evidence: `The writer can overwrite or delete: User the-writer as Crafted at ${accountId}.`,
    remedy: ADD_ONLY,
  });
  assert.deepEqual(writers({ assignments, definition: denied }), {
    id: 'writer-cannot-delete',
    state: 'unknown',
    evidence: `What the roles of the writer allow could not be read: ServicePrincipal the-writer as Holdfast writer at ${accountId}; User the-writer as role crafted at ${accountId}.`,
    remedy: ADD_ONLY,
  });
});

test('where Azure does not tell what the writer has through groups, groups with a role are named', () => {
  const group = { ...assignment, principalId: 'team', principalType: 'Group' };
  assert.deepEqual(writers({ assignments: [assignment, group], over: { writerRoles: denied } }), {
    id: 'writer-cannot-delete',
    state: 'unknown',
    evidence: `Whether the writer the-writer is in these groups, and has their roles, could not be read: Group team as Crafted at ${accountId}.`,
    remedy: ADD_ONLY,
  });
  const both = { ...protection, roles: denied };
  assert.equal(
    writers({ over: { writerRoles: denied, protection: both } })?.evidence,
    'The role assignments of the writer could not be read: denied.',
  );
});
