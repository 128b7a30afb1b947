import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKeyRole, keyRoles, keyVariable, signerRoles } from './key-role.ts';

test('roles have an order, and those that sign are some of them', () => {
  assert.deepEqual(keyRoles, ['writer', 'reader', 'restorer', 'verifier', 'pruner', 'root']);
  assert.deepEqual(signerRoles, ['writer', 'restorer', 'verifier', 'pruner']);
});

test('a role is known by its name, and its key has a variable', () => {
  for (const role of keyRoles) assert.equal(isKeyRole(role), true);
  for (const other of ['', 'Writer', 'writers', 'auditor']) assert.equal(isKeyRole(other), false);
  assert.equal(keyVariable('writer'), 'HOLDFAST_WRITER_KEY');
  assert.equal(keyVariable('pruner'), 'HOLDFAST_PRUNER_KEY');
});
