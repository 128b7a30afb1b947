import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findRecipient,
  type KeyringState,
  oneRoot,
  planAdd,
  planNewGeneration,
  planRemove,
  planReplace,
  planRevoke,
  shortRecipient,
} from './keyring-plan.ts';

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

test('an addition says what the key opens, and that it signs where it does', () => {
  const opens = `age1qqqqqqqqqqqq opens as reader what was written so far and what will be: keyring 5, the same generation 2 of keys.`;
  const added = { role: 'reader', recipient: age('q') } as const;
  assert.deepEqual(planAdd(state(), added).consequences, [opens]);
  const signs = 'What it signs as reader counts from now on.';
  assert.deepEqual(planAdd(state(), { ...added, signingKey: 'k' }).consequences, [opens, signs]);
  assert.deepEqual(planAdd(state(), { ...added, wrapSigningKey: true }).consequences, [opens, signs]);
  assert.deepEqual(planAdd(state(), { ...added, wrapSigningKey: false }).consequences, [opens]);
});

test('a removal says what ends, what does not, and what is lost', () => {
  assert.deepEqual(planRemove(state(), 'writer', at).consequences, [
    'age1wwwwwwwwwwww opens nothing that is written from now on: that is sealed under generation 3.',
    'It still opens as writer what was written until now (generations 1 to 2): keyring 4 stays in the vault, and nothing takes back what was copied.',
    `What its signing key aaaaaaaaaaaa signs at ${at} or later is refused.`,
    'No writer key is left: nobody takes backups until one is added.',
  ]);
  const first = state({ generation: 1, generations: [{ generation: 1, since }] });
  assert.deepEqual(planRemove(first, age('s'), at).consequences, [
    'age1ssssssssssss opens nothing that is written from now on: that is sealed under generation 2.',
    'It still opens as reader what was written until now (generation 1): keyring 4 stays in the vault, and nothing takes back what was copied.',
  ]);
});

test('the last key of a role says what nobody can do then; one of a role without a task says nothing', () => {
  const lossOf = (role: string): string | undefined => {
    const recipients = [{ role, recipient: age('w'), signer: 'aaaaaaaaaaaa', since }];
    return planRemove(state({ recipients }), role, at).consequences.find((line) => line.startsWith('No '));
  };
  assert.equal(lossOf('reader'), 'No reader key is left: only restorer.key and root.key show contents.');
  assert.equal(lossOf('restorer'), 'No restorer key is left: nobody restores until root.key adds one.');
  assert.equal(lossOf('verifier'), 'No verifier key is left: verifications are recorded with restorer.key only.');
  assert.equal(lossOf('pruner'), 'No pruner key is left: nothing is pruned until one is added.');
  assert.equal(lossOf('a role of a later release'), undefined);
});

test('a signer that is revoked already is not revoked again, and that is said', () => {
  const earlier = '2026-05-01T00:00:00.000Z';
  const revoked = state({ signers: [{ fingerprint: 'aaaaaaaaaaaa', role: 'writer', since, revoked: earlier }] });
  const { draft, consequences } = planRemove(revoked, 'writer', at);
  assert.deepEqual(draft.revoke, []);
  assert.equal(consequences[2], `Its signing key aaaaaaaaaaaa is revoked since ${earlier}.`);
});

test('where it cannot be told which signing key came with a recipient, that is said with what to do', () => {
  const writer = { role: 'writer', recipient: age('w'), since };
  const told = (more: Partial<KeyringState>): readonly string[] => planRemove(state(more), age('w'), at).consequences;
  const unknown =
    'Which signing key came with it cannot be told: revoke it with `holdfast key revoke`, or what it signs still counts.';
  assert.equal(told({ recipients: [writer, { ...writer, recipient: age('v') }] })[2], unknown, 'two without a link');
  assert.equal(told({ recipients: [writer], signers: [] })[2], unknown, 'no signer');
  const linked = { ...writer, recipient: age('v'), signer: 'aaaaaaaaaaaa' };
  assert.equal(told({ recipients: [writer, linked] })[2], unknown, 'the only one is that of another');
  assert.equal(told({ recipients: [{ ...writer, signer: 'gone' }] })[2], unknown, 'a link to nothing');
  const signers = [
    { fingerprint: 'aaaaaaaaaaaa', role: 'writer', since },
    { fingerprint: 'cccccccccccc', role: 'verifier', since },
  ];
  const verifiers = { role: 'verifier', recipient: age('y'), since };
  assert.equal(
    told({ recipients: [writer, verifiers], signers })[2],
    `What its signing key aaaaaaaaaaaa signs at ${at} or later is refused.`,
    'those of other roles do not matter',
  );
});

test('a replacement says who takes the place, and what ends for the old one', () => {
  const { draft, consequences } = planReplace(state(), 'writer', { role: 'writer', recipient: age('n') }, at);
  assert.deepEqual(draft, {
    basedOn: 4,
    remove: [age('w')],
    add: [{ role: 'writer', recipient: age('n') }],
    revoke: [{ fingerprint: 'aaaaaaaaaaaa', from: at }],
    newGeneration: true,
  });
  assert.deepEqual(consequences, [
    'age1nnnnnnnnnnnn takes its place as writer, and opens what was written so far too.',
    'age1wwwwwwwwwwww opens nothing that is written from now on: that is sealed under generation 3.',
    'It still opens as writer what was written until now (generations 1 to 2): keyring 4 stays in the vault, and nothing takes back what was copied.',
    `What its signing key aaaaaaaaaaaa signs at ${at} or later is refused.`,
  ]);
  assert.throws(() => planReplace(state(), 'writer', { role: 'writer', recipient: age('r') }, at), {
    code: 'ALREADY_EXISTS',
  });
});

test('new class keys say what they are for', () => {
  const { draft, consequences } = planNewGeneration(state());
  assert.deepEqual(draft, { basedOn: 4, remove: [], add: [], revoke: [], newGeneration: true });
  assert.deepEqual(consequences, [
    'What is written from now on is sealed under generation 3; the 4 recipients open it, and all before it.',
    'What is stored stays under the keys it was sealed with until its epoch is pruned.',
  ]);
});

test('a revocation says what is refused, and which key still opens', () => {
  const { draft, consequences } = planRevoke(state(), 'writer', at);
  assert.deepEqual(draft, {
    basedOn: 4,
    remove: [],
    add: [],
    revoke: [{ fingerprint: 'aaaaaaaaaaaa', from: at }],
    newGeneration: false,
  });
  const refused = `What the writer key aaaaaaaaaaaa signed at ${at} or later is refused, by everyone, for good.`;
  assert.deepEqual(consequences, [
    refused,
    'Its key still opens what a writer opens: `holdfast key remove age1wwwwwwwwwwww` ends that too.',
  ]);
  assert.deepEqual(planRevoke(state({ recipients: [] }), 'writer', at).consequences, [refused]);
  const signers = [{ fingerprint: 'aaaaaaaaaaaa', role: 'writer', since, revoked: since }];
  assert.throws(() => planRevoke(state({ signers }), 'writer', at), {
    message: `The writer key aaaaaaaaaaaa is revoked since ${since} already. Nothing was changed.`,
    next: 'A revocation can be moved to an earlier time, never to a later one.',
  });
});

const KEY_VAULT = 'akv:https://keys.vault.azure.net/keys/writer/0123456789abcdef';

test('a recipient is named by its role or its beginning, that of a Key Vault key without its prefix too', () => {
  const recipients = [...state().recipients, { role: 'pruner', recipient: KEY_VAULT, since }];
  const find = (name: string): string => findRecipient(state({ recipients }), name).recipient;
  for (const name of ['pruner', 'https:', KEY_VAULT, 'akv:htt']) assert.equal(find(name), KEY_VAULT, name);
  assert.equal(find('age1ww'), age('w'), 'six characters are enough');
  assert.throws(() => find('age1w'), {
    code: 'RESOURCE_NOT_FOUND',
    message: 'No recipient of this vault is called "age1w".',
    resource: 'age1w',
    next: 'Name a role, or at least 6 characters: `holdfast key list` shows them.',
  });
  assert.throws(() => find('keys.v'), { code: 'RESOURCE_NOT_FOUND' }, 'a beginning, and no part');
  assert.throws(() => find('reader'), {
    code: 'USAGE',
    message: '"reader" means 2 of them: age1rrrrrrrrrrrr, age1ssssssssssss.',
    next: 'Name one of these.',
  });
  assert.throws(() => find('root'), {
    code: 'USAGE',
    message: 'root.key is the key that the vault was made with; it can be neither removed nor replaced.',
    next: 'When it was stolen, make a new vault and take a full backup into it.',
  });
});

test('a signer is named by its role or six characters of its fingerprint', () => {
  const signers = [
    { fingerprint: 'aaaaaaaaaaaa', role: 'writer', since },
    { fingerprint: 'aaaaaabbbbbb', role: 'writer', since },
  ];
  const revoke = (name: string): string | undefined =>
    planRevoke(state({ signers }), name, at).draft.revoke[0]?.fingerprint;
  assert.equal(revoke('aaaaaab'), 'aaaaaabbbbbb');
  for (const name of ['aaaaaa', 'writer']) {
    assert.throws(() => revoke(name), {
      code: 'USAGE',
      message: `"${name}" means 2 of them: aaaaaaaaaaaa, aaaaaabbbbbb.`,
    });
  }
  for (const name of ['aaaaa', 'bbbbbb', 'reader'])
    assert.throws(() => revoke(name), {
      code: 'RESOURCE_NOT_FOUND',
      message: `No signing key of this vault is called "${name}".`,
    });
});

test('a second root and a recipient that is there already are refused with what to do', () => {
  const root = {
    code: 'USAGE',
    message: 'A vault has one root key, the one that it was made with.',
    next: 'Copy root.key to where it is to be kept; keys are made of the other roles.',
  };
  assert.throws(() => planAdd(state(), { role: 'root', recipient: age('q') }), root);
  assert.deepEqual([oneRoot().code, oneRoot().message, oneRoot().next], Object.values(root));
  assert.throws(() => planAdd(state(), { role: 'writer', recipient: age('r') }), {
    code: 'ALREADY_EXISTS',
    message: 'age1rrrrrrrrrrrr is a recipient already, as reader. Nothing was changed.',
    next: 'See `holdfast key list`.',
  });
});

test('a recipient is shown by its first 16 characters, a Key Vault key by its id', () => {
  assert.equal(shortRecipient(age('w')), 'age1wwwwwwwwwwww');
  assert.equal(shortRecipient(KEY_VAULT), 'https://keys.vault.azure.net/keys/writer/0123456789abcdef');
});
