import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyringState, planAdd, planNewGeneration, planRemove, planReplace, planRevoke } from './keyring-plan.ts';

const since = '2026-01-01T00:00:00.000Z';
const at = '2026-06-01T00:00:00.000Z';
const age = (letter: string): string => `age1${letter.repeat(58)}`;

function state(more: Partial<KeyringState> = {}): KeyringState {
  return {
    vault: 'v',
    root: 'rrrr',
    number: 4,
    createdAt: since,
    generation: 2,
    generations: [
      { generation: 1, since },
      { generation: 2, since },
    ],
    recipients: [
      { role: 'writer', recipient: age('w'), signer: 'aaaaaaaaaaaa', since },
      { role: 'reader', recipient: age('r'), since },
      { role: 'reader', recipient: age('s'), since },
      { role: 'root', recipient: age('x'), since },
    ],
    signers: [{ fingerprint: 'aaaaaaaaaaaa', role: 'writer', since }],
    ...more,
  };
}

test('an addition removes and revokes nothing and keeps the generation', () => {
  const { draft } = planAdd(state(), { role: 'reader', recipient: age('q') });
  assert.deepEqual(draft, {
    basedOn: 4,
    add: [{ role: 'reader', recipient: age('q') }],
    remove: [],
    revoke: [],
    newGeneration: false,
  });
});

test('a removal begins a generation, revokes what came with the key, and says what it still opens and what is lost', () => {
  const { draft, consequences } = planRemove(state(), 'writer', at);
  assert.deepEqual(draft, {
    basedOn: 4,
    add: [],
    remove: [age('w')],
    revoke: [{ fingerprint: 'aaaaaaaaaaaa', from: at }],
    newGeneration: true,
  });
  const text = consequences.join('\n');
  for (const words of [
    'generation 3',
    'generations 1 to 2',
    'keyring 4 stays',
    'aaaaaaaaaaaa',
    'No writer key is left',
  ])
    assert.ok(text.includes(words), words);
  const reader = planRemove(state(), age('s').slice(0, 12), at);
  assert.deepEqual([reader.draft.remove, reader.draft.revoke], [[age('s')], []]);
  assert.doesNotMatch(reader.consequences.join('\n'), /left/);
});

test('the signing key of a recipient from before they were linked is the only one of its role, or unknown', () => {
  const writer = { role: 'writer', recipient: age('w'), since };
  const old = state({ recipients: [writer] });
  assert.deepEqual(planRemove(old, 'writer', at).draft.revoke, [{ fingerprint: 'aaaaaaaaaaaa', from: at }]);
  const two = state({
    recipients: [writer],
    signers: [...old.signers, { fingerprint: 'bbbbbbbbbbbb', role: 'writer', since }],
  });
  const plan = planRemove(two, 'writer', at);
  assert.deepEqual(plan.draft.revoke, []);
  assert.match(plan.consequences.join('\n'), /cannot be told/);
});

test('a replacement adds and removes in one keyring; new class keys alone touch nobody', () => {
  const { draft } = planReplace(state(), 'writer', { role: 'writer', recipient: age('n'), signingKey: 'k' }, at);
  assert.deepEqual(
    [draft.add.length, draft.remove, draft.revoke.length, draft.newGeneration],
    [1, [age('w')], 1, true],
  );
  const fresh = planNewGeneration(state());
  assert.deepEqual(
    [fresh.draft.add, fresh.draft.remove, fresh.draft.revoke, fresh.draft.newGeneration],
    [[], [], [], true],
  );
});

test('a revocation moves to an earlier time and never to a later one', () => {
  const revoked = state({ signers: [{ fingerprint: 'aaaaaaaaaaaa', role: 'writer', since, revoked: at }] });
  const earlier = '2026-05-01T00:00:00.000Z';
  assert.deepEqual(planRevoke(revoked, 'aaaaaa', earlier).draft.revoke, [
    { fingerprint: 'aaaaaaaaaaaa', from: earlier },
  ]);
  for (const from of [at, '2026-07-01T00:00:00.000Z']) {
    assert.throws(() => planRevoke(revoked, 'writer', from), { code: 'ALREADY_EXISTS' });
  }
  assert.match(planRevoke(state(), 'writer', at).consequences.join('\n'), /key remove age1wwww/);
});

test('names that mean nobody, several, or the root are refused', () => {
  assert.throws(() => planRemove(state(), 'reader', at), { code: 'USAGE', message: /means 2 of them/ });
  assert.throws(() => planRemove(state(), 'age1', at), { code: 'RESOURCE_NOT_FOUND' });
  assert.throws(() => planRemove(state(), 'root', at), { code: 'USAGE' });
  assert.throws(() => planRevoke(state(), 'root', at), { code: 'RESOURCE_NOT_FOUND' });
  assert.throws(() => planAdd(state(), { role: 'root', recipient: age('q') }), { code: 'USAGE' });
  assert.throws(() => planAdd(state(), { role: 'writer', recipient: age('r') }), { code: 'ALREADY_EXISTS' });
});
