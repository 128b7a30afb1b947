import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallDraft } from './call.ts';
import { leftBehind } from './left-behind.ts';
import type { CallOutcome, PlannedCall } from './plan.ts';
import { plainHasher } from './sample-kind.fixture.ts';

const app = 'developers/a@x.example/apps/shop';
const draft: CallDraft = {
  step: 'create',
  action: 'create',
  phase: 'materialise',
  method: 'POST',
  path: [],
  reason: '',
  lookup: { type: 'repeat' },
};
const planned = { ...draft, resource: app, kind: 'developer-app', stage: 0, needs: [], after: [] };
const calls: readonly PlannedCall[] = [
  { ...planned, id: `${app}#create` },
  {
    ...planned,
    id: `${app}#delete-minted-key`,
    onlyIfAssigned: { call: `${app}#create`, field: 'mintedKey' },
  },
];
const intents = [[`${app}#create`], [`${app}#delete-minted-key`]];

function of(outcomes: readonly Omit<CallOutcome, 'call'>[], announced = intents) {
  const told = outcomes.map((outcome, index) => ({ call: calls[index]?.id ?? '', ...outcome }));
  return leftBehind({ plan: { calls }, intents: announced, outcomes: told }, plainHasher);
}

const made = { status: 'done', assigned: { mintedKey: 'k1' } } as const;

test('what was made along and not removed is left behind, by its id', () => {
  const id = `${app}/keys/~${plainHasher.idTag('k1')}`;
  assert.deepEqual(of([made]), [{ owner: app, id }]);
  assert.deepEqual(of([made, { status: 'unknown' }]), [{ owner: app, id }]);
  assert.deepEqual(of([made, { status: 'failed' }]), [{ owner: app, id }]);
});

test('where nobody knows what the call did, its owner is named', () => {
  assert.deepEqual(of([]), [{ owner: app, id: undefined }]);
  assert.deepEqual(of([{ status: 'unknown' }]), [{ owner: app, id: undefined }]);
});

test('nothing is left behind of what was removed, never made, or never sent', () => {
  assert.deepEqual(of([made, { status: 'done' }]), []);
  assert.deepEqual(of([{ status: 'done' }, { status: 'skipped' }]), []);
  assert.deepEqual(of([{ status: 'done' }]), []);
  assert.deepEqual(of([{ status: 'failed' }]), []);
  assert.deepEqual(of([], []), []);
});
