import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemoteError } from './errors.ts';
import { decideRestore } from './plan-restore.ts';
import type { RestorePair } from './restore-pair.ts';
import { inputOf, pairOf } from './restore-pairs.fixture.ts';

const ID = 'environments/test/keystores/k';
const body = { name: 'k' };
const decide = (...pairs: readonly RestorePair[]) => decideRestore(inputOf(pairs));

test('a resource of a plan says how it differs, or why it is there', () => {
  const shown = (pair: RestorePair) => {
    const [resource] = decide(pair).resources;
    return [resource?.change, resource?.reason];
  };
  assert.deepEqual(shown(pairOf(ID, { desired: body })), ['create', 'missing live']);
  assert.deepEqual(shown(pairOf('apiproducts/p', { desired: { name: 'p' }, live: { name: 'p', displayName: 'x' } })), [
    'update',
    'differs live',
  ]);
  assert.deepEqual(shown(pairOf(ID, { live: body })), ['delete', 'not in the point']);
  assert.deepEqual(shown(pairOf(ID, { desired: body, role: 'need' })), ['create', 'needed by what was chosen']);
  const note = 'an extra; --delete-extra removes it';
  assert.deepEqual(shown({ ...pairOf(ID, { live: body, role: 'shown' }), note }), ['shown', note]);
});

test('a resource of a plan has its label where it has one, and the fields that differ', () => {
  const pair = { ...pairOf(ID, { desired: body }), fields: ['name'] };
  const common = { id: ID, kind: 'keystore', change: 'create', reason: 'missing live', fields: ['name'] };
  assert.deepEqual(decide(pair).resources, [common]);
  assert.deepEqual(decide({ ...pair, label: 'k@1' }).resources, [{ ...common, label: 'k@1' }]);
});

test('what no call can change is said, with what to do', () => {
  const pair = pairOf(ID, { desired: body, live: { name: 'other' } });
  const unsettable = { ...pair, kind: { ...pair.kind, update: () => ({ calls: [] }) } };
  assert.deepEqual(decide(unsettable).cannotRestore, [
    {
      id: ID,
      code: 'NO_WRITE',
      why: 'It differs in what no call of the API can change.',
      next: 'Compare it with holdfast diff.',
    },
  ]);
});

test('a proxy without a revision, and a deployment without its own, say what is missing', () => {
  assert.deepEqual(decide(pairOf('apis/orders', { desired: { name: 'orders' } })).cannotRestore, [
    {
      id: 'apis/orders',
      code: 'NO_WRITE',
      why: 'It comes into being with its first revision, and the point has none.',
      next: 'Import a revision by hand, or choose a point that has one.',
    },
  ]);
  const id = 'environments/test/apis/orders/deployment';
  const desired = { environment: 'test', apiProxy: 'orders', revision: '1' };
  assert.deepEqual(decide(pairOf(id, { desired })).cannotRestore, [
    {
      id,
      code: 'NO_WRITE',
      why: 'The revision that was deployed is neither in the point nor in the live organization.',
      next: 'Choose a point that has the revision.',
    },
  ]);
});

test('what a kind cannot write is told in its words; any other error is not swallowed', () => {
  const pair = pairOf(ID, { desired: body });
  const failing = (error: Error): RestorePair => ({
    ...pair,
    kind: {
      ...pair.kind,
      create: () => {
        throw error;
      },
    },
  });
  const refused = { code: 'REMOTE_INVALID', message: 'No URL can say it.', operation: 'create' } as const;
  const told = (error: Error) => decide(failing(error)).cannotRestore;
  const common = { id: ID, code: 'NO_WRITE', why: 'No URL can say it.' };
  assert.deepEqual(told(new RemoteError(refused)), [{ ...common, next: 'Change it by hand.' }]);
  assert.deepEqual(told(new RemoteError({ ...refused, next: 'Rename it.' })), [{ ...common, next: 'Rename it.' }]);
  assert.throws(() => told(new TypeError('a bug')), { message: 'a bug' });
});
