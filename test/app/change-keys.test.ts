import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeKeys } from '../../src/app/keys/change-keys.ts';
import { UserError } from '../../src/core/errors.ts';
import { type KeyringDraft, type KeyringState, planAdd, planRemove } from '../../src/core/keyring-plan.ts';

const at = '2026-06-01T00:00:00.000Z';
const recipient = { role: 'reader', recipient: `age1${'r'.repeat(58)}`, since: at };

/** A keeper whose keyring others change so many times just before this one does. */
function contested(changes: number) {
  let number = 1;
  let left = changes;
  const tried: KeyringDraft[] = [];
  const state = (): KeyringState => ({
    vault: 'v',
    root: 'r',
    number,
    createdAt: at,
    generation: 1,
    generations: [{ generation: 1, since: at }],
    recipients: [recipient],
    signers: [],
  });
  const change = async (draft: KeyringDraft): Promise<KeyringState> => {
    tried.push(draft);
    if (left > 0) {
      left -= 1;
      number += 1;
      throw new UserError({ code: 'KEYRING_STALE', message: 'stale' });
    }
    assert.equal(draft.basedOn, number);
    number += 1;
    return state();
  };
  return { keeper: { read: async () => state(), change }, tried };
}

const add = (state: KeyringState) => planAdd(state, { role: 'reader', recipient: `age1${'n'.repeat(58)}` });

test('what only adds is decided again on the newer keyring, and is agreed to once', async () => {
  const { keeper, tried } = contested(2);
  let agreed = 0;
  const agree = async (): Promise<void> => void (agreed += 1);
  const { state } = await changeKeys(keeper, { plan: add, agree });
  assert.deepEqual([tried.map(({ basedOn }) => basedOn), state.number, agreed], [[1, 2, 3], 4, 1]);
});

test('what takes away is not tried again: it was agreed to about another keyring', async () => {
  const { keeper, tried } = contested(1);
  const plan = (state: KeyringState) => planRemove(state, 'reader', at);
  await assert.rejects(changeKeys(keeper, { plan, agree: async () => undefined }), { code: 'KEYRING_STALE' });
  assert.equal(tried.length, 1);
});

test('nobody adds for ever, and nothing is changed without consent', async () => {
  const { keeper, tried } = contested(50);
  await assert.rejects(changeKeys(keeper, { plan: add, agree: async () => undefined }), { code: 'KEYRING_STALE' });
  assert.ok(tried.length > 1 && tried.length < 10);
  const untouched = contested(0);
  const refusal = new UserError({ code: 'CONFIRMATION_REFUSED', message: 'no' });
  await assert.rejects(changeKeys(untouched.keeper, { plan: add, agree: () => Promise.reject(refusal) }), refusal);
  assert.deepEqual(untouched.tried, []);
});
