import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { test } from 'node:test';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { KeyVault } from '../app/ports/key-vault.ts';
import { keyRoles } from '../core/key-role.ts';
import type { KeyringDraft, NewRecipient } from '../core/keyring-plan.ts';
import { systemRandom } from '../platform/random.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { createMemoryBlobStore } from './blob/memory-blob-store.ts';
import { createSigningKey } from './ed25519.ts';
import { formatKeyFile, parseKeyFile } from './key-file.ts';
import { KeyRegister } from './key-register.ts';
import { openVault } from './open-vault.ts';
import { copyStore, createSampleVault, memorySorter, type SampleVault } from './sample-vault.fixture.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
const AKV = 'https://kv.vault.azure.net/keys/k/1';

const keyVault: KeyVault = {
  getKey: async (id) => ({ id, publicKey: spki, enabled: id === AKV }),
  unwrap: async (_id, wrapped) =>
    privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, wrapped),
};

function registerOf(
  sample: SampleVault,
  over: { readonly root?: string | undefined; readonly store?: BlobStore } = {},
): KeyRegister {
  const { clock, keyFiles } = sample;
  return new KeyRegister({
    store: over.store ?? sample.store,
    root: 'root' in over ? over.root : keyFiles.root,
    clock,
    random: systemRandom,
    keyVault,
  });
}

function drafted(change: Partial<KeyringDraft> = {}): KeyringDraft {
  return { basedOn: 1, remove: [], add: [], revoke: [], newGeneration: false, ...change };
}

async function newRecipient(role: NewRecipient['role'] = 'reader'): Promise<NewRecipient> {
  return { role, recipient: await identityToRecipient(await generateX25519Identity()) };
}

test('the keyring of a new vault names who opens and who signs, and no more', async () => {
  const sample = await createSampleVault();
  const state = await registerOf(sample, { root: undefined }).read();
  const root = createSigningKey(parseKeyFile(sample.keyFiles.root, 'r').signingSeed ?? new Uint8Array());
  const createdAt = '2026-05-10T00:00:00.000Z';
  const { recipients, signers, vault, ...rest } = state;
  assert.equal(vault, parseKeyFile(sample.keyFiles.root, 'r').vault);
  assert.deepEqual(rest, {
    root: root.fingerprint,
    number: 1,
    createdAt,
    generation: 1,
    generations: [{ generation: 1, since: createdAt }],
  });
  const expected = keyRoles.map(async (role) => {
    const { identity, signingSeed } = parseKeyFile(sample.keyFiles[role], role);
    const recipient = await identityToRecipient(identity ?? '');
    const signer = signingSeed === undefined || role === 'root' ? undefined : createSigningKey(signingSeed).fingerprint;
    return { role, recipient, ...(signer !== undefined && { signer }), since: createdAt };
  });
  assert.deepEqual(recipients, await Promise.all(expected));
  assert.deepEqual(
    signers,
    recipients.flatMap(({ role, signer }) =>
      signer === undefined ? [] : [{ fingerprint: signer, role, since: createdAt }],
    ),
  );
});

test('a recipient is there since it was last added, without a break', async () => {
  const sample = await createSampleVault();
  const register = registerOf(sample);
  const added = await newRecipient();
  const sinceOf = async () =>
    (await register.read()).recipients.find(({ recipient }) => recipient === added.recipient)?.since;
  await sample.clock.advance(1000);
  await register.change(drafted({ add: [added] }));
  await sample.clock.advance(1000);
  await register.change(drafted({ basedOn: 2, remove: [], newGeneration: true }));
  assert.equal(await sinceOf(), '2026-05-10T00:00:01.000Z');
  await register.change(drafted({ basedOn: 3, remove: [added.recipient] }));
  assert.equal(await sinceOf(), undefined);
  await sample.clock.advance(1000);
  const state = await register.change(drafted({ basedOn: 4, add: [added] }));
  assert.equal(await sinceOf(), '2026-05-10T00:00:03.000Z');
  assert.equal(state.number, 5);
  assert.deepEqual(state.generations, [
    { generation: 1, since: '2026-05-10T00:00:00.000Z' },
    { generation: 2, since: '2026-05-10T00:00:02.000Z' },
  ]);
});

test('a vault whose keyrings are gone is damaged', async () => {
  const sample = await createSampleVault();
  const store = await copyStore(sample.store, { without: ['keyring/1'] });
  const missing = { code: 'VAULT_DAMAGED', message: 'keyring/1 is damaged: it is missing.' };
  await assert.rejects(registerOf(sample, { store }).read(), missing);
  await assert.rejects(registerOf(sample, { store }).assertRoot(), missing);
  const { clock } = sample;
  await assert.rejects(registerOf(sample, { store: createMemoryBlobStore({ clock }) }).read(), {
    code: 'VAULT_NOT_FOUND',
  });
});

test('the root is asserted by the root key of this vault and by no other key', async () => {
  const sample = await createSampleVault();
  const other = await createSampleVault();
  await registerOf(sample).assertRoot();
  const assertWith = (root: string | undefined) => registerOf(sample, { root }).assertRoot();
  await assert.rejects(assertWith(undefined), {
    code: 'KEY_MISSING',
    message: 'Changing who has keys needs root.key, which is not at hand.',
  });
  await assert.rejects(assertWith(other.keyFiles.root), { code: 'KEY_OF_ANOTHER_VAULT' });
  await assert.rejects(assertWith(sample.keyFiles.writer), {
    code: 'KEY_INVALID',
    message: 'The key root.key cannot be used: it is a writer key.',
  });
  const own = parseKeyFile(sample.keyFiles.root, 'r');
  await assert.rejects(assertWith(formatKeyFile({ ...own, signingSeed: systemRandom.bytes(32) })), {
    code: 'KEY_INVALID',
    message: 'The key root.key cannot be used: its signature is not that of the root of this vault.',
  });
});

test('a key that is made is for this vault, opens what it says, and is registered by nobody', async () => {
  const sample = await createSampleVault();
  const register = registerOf(sample, { root: undefined });
  const { vault, recipients } = await register.read();
  for (const role of ['writer', 'reader'] as const) {
    const made = await register.createKey(role);
    const file = parseKeyFile(made.text, role);
    assert.deepEqual([file.role, file.vault], [role, vault]);
    assert.equal(made.recipient, await identityToRecipient(file.identity ?? ''));
    const signing = file.signingSeed && Buffer.from(createSigningKey(file.signingSeed).publicKey).toString('base64');
    assert.equal(made.signingKey, signing);
    assert.equal('signingKey' in made, role === 'writer');
  }
  assert.deepEqual((await register.read()).recipients, recipients);
});

test('a key that was made and added opens the vault and signs', async () => {
  const sample = await createSampleVault();
  const register = registerOf(sample);
  const made = await register.createKey('writer');
  const { recipient, signingKey } = made;
  assert.ok(signingKey !== undefined);
  const state = await register.change(drafted({ add: [{ role: 'writer', recipient, signingKey }] }));
  const signer = createSigningKey(parseKeyFile(made.text, 'w').signingSeed ?? new Uint8Array()).fingerprint;
  assert.equal(state.recipients.at(-1)?.signer, signer);
  assert.equal(state.signers.at(-1)?.fingerprint, signer);
  const { store, clock } = sample;
  const opened = await openVault({
    store,
    clock,
    keys: { writer: made.text },
    random: systemRandom,
    sorterFactory: memorySorter,
  });
  assert.equal(opened.abilities.signPoints, true);
});

test('a Key Vault key opens the vault, and signs with a key that was made and wrapped for it', async () => {
  const sample = await createSampleVault();
  const register = registerOf(sample);
  const recipient = `akv:${AKV}`;
  const state = await register.change(drafted({ add: [{ role: 'writer', recipient, wrapSigningKey: true }] }));
  assert.deepEqual(state.signers.at(-1)?.fingerprint, state.recipients.at(-1)?.signer);
  assert.equal(state.signers.length, 5);
  const { vault } = state;
  const { store, clock } = sample;
  const opened = await openVault({
    store,
    clock,
    keys: { writer: formatKeyFile({ role: 'writer', vault, recipient }) },
    random: systemRandom,
    sorterFactory: memorySorter,
    keyVault,
  });
  assert.equal(opened.abilities.signPoints, true);
});

test('a Key Vault key without a signing key signs nothing', async () => {
  const sample = await createSampleVault();
  const add: NewRecipient[] = [{ role: 'reader', recipient: `akv:${AKV}`, wrapSigningKey: false }];
  const state = await registerOf(sample).change(drafted({ add }));
  assert.equal(state.signers.length, 4);
  assert.equal(state.recipients.at(-1)?.signer, undefined);
});

test('what would shut its owner out is refused before anything is written', async () => {
  const sample = await createSampleVault();
  const { recipient } = await newRecipient();
  const swapped = `${recipient.slice(0, -1)}${recipient.endsWith('q') ? 'p' : 'q'}`;
  const cases = [
    [
      { recipient: 'akv:https://kv.vault.azure.net/keys/k/2' },
      'The key https://kv.vault.azure.net/keys/k/2 in Azure Key Vault is disabled: what is wrapped to it opens for nobody.',
    ],
    ...['someone', `x${recipient}`, `${recipient}q`, recipient.toUpperCase()].map(
      (bad) =>
        [
          { recipient: bad },
          `The key ${bad} cannot be used: it is no age recipient (age1 and 58 characters) and no key of Azure Key Vault.`,
        ] as const,
    ),
    [
      { recipient: swapped },
      `The key ${swapped} cannot be used: it was not copied whole: its checksum does not match.`,
    ],
    ...[Buffer.alloc(31).toString('base64'), ` ${Buffer.alloc(32).toString('base64')}`].map(
      (signingKey) =>
        [
          { recipient, signingKey },
          `The key ${signingKey} cannot be used: it is no signing key: 32 bytes in base64.`,
        ] as const,
    ),
  ] as const;
  for (const [one, message] of cases) {
    const changing = registerOf(sample).change(drafted({ add: [{ role: 'writer', ...one }] }));
    await assert.rejects(changing, { code: 'KEY_INVALID', message });
  }
  assert.equal((await registerOf(sample).read()).number, 1);
});

test('a change on a keyring that is not the newest, or that another overtakes, changes nothing', async () => {
  const sample = await createSampleVault();
  const stale = {
    code: 'KEYRING_STALE',
    message: 'Another change of the keys came first: keyring 1 is no more the newest one. Nothing was changed.',
    next: 'Look at `holdfast key list`, then run it again if it is still meant.',
  };
  const first = drafted({ add: [await newRecipient()] });
  const second = drafted({ add: [await newRecipient()] });
  const results = await Promise.allSettled([registerOf(sample).change(first), registerOf(sample).change(second)]);
  assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  await assert.rejects(registerOf(sample).change(first), stale);
  assert.equal((await registerOf(sample).read()).recipients.length, 7);
  const overtaken = results.find((result) => result.status === 'rejected');
  assert.equal(overtaken?.reason.code, 'KEYRING_STALE');
});
