import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../core/errors.ts';
import { keyRoles, signerRoles } from '../core/key-role.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import { systemRandom } from '../platform/random.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { createMemoryBlobStore } from './blob/memory-blob-store.ts';
import { assertEmptyStore, createVault } from './create-vault.ts';
import { createSigningKey } from './ed25519.ts';
import { parseKeyFile } from './key-file.ts';
import { readNewestKeyring, readVaultFile } from './open-vault.ts';
import { openWith } from './sample-vault.fixture.ts';

const clock = createManualClock(Date.UTC(2026, 4, 10));
const createdAt = clock.now();

function emptyStore(): ReturnType<typeof createMemoryBlobStore> {
  return createMemoryBlobStore({ clock });
}

async function namesOf(store: ReturnType<typeof createMemoryBlobStore>): Promise<readonly string[]> {
  return (await Array.fromAsync(store.list(''))).map(({ name }) => name);
}

const taken =
  (name: string, variable = 'HOLDFAST_VAULT') =>
  (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.deepEqual(
      [error.code, error.message, error.next],
      [
        'ALREADY_EXISTS',
        `There is something in memory already: ${name}.`,
        `Name an empty place in ${variable}. What is there was not touched.`,
      ],
    );
    return true;
  };

test('a new vault is a file that says what it is and a keyring, and its id is that of the file', async () => {
  const vault = await createVault({ clock, random: systemRandom });
  const store = emptyStore();
  await vault.write(store);
  assert.deepEqual(await namesOf(store), ['keyring/1', 'vault.json']);
  const file = await readVaultFile(store);
  assert.deepEqual([vault.id, vault.createdAt, file.createdAt], [file.id, createdAt, createdAt]);
  const root = parseKeyFile(vault.keyFiles.root, 'root.key');
  assert.deepEqual(createSigningKey(root.signingSeed ?? new Uint8Array()).publicKey, file.rootPublicKey);
  const { number, generation, generations, recipients, signers } = await readNewestKeyring(store, file);
  assert.deepEqual([number, generation, generations.map((item) => item.generation)], [1, 1, [1]]);
  assert.deepEqual(
    recipients.map(({ role }) => role),
    keyRoles,
  );
  assert.deepEqual(
    signers.map(({ role, since }) => [role, since]),
    signerRoles.map((role) => [role, createdAt]),
  );
});

test('each role has a key of its own, which all signers but the reader sign with', async () => {
  const vault = await createVault({ clock, random: systemRandom });
  const store = emptyStore();
  await vault.write(store);
  const keyring = await readNewestKeyring(store, await readVaultFile(store));
  assert.deepEqual(Object.keys(vault.keyFiles), keyRoles);
  const shown = keyRoles.map((role) => {
    const { signingSeed, ...key } = parseKeyFile(vault.keyFiles[role], `${role}.key`);
    assert.deepEqual([key.role, key.vault], [role, vault.id]);
    const recipient = keyring.recipients.find((candidate) => candidate.role === role);
    const signing = signingSeed && createSigningKey(signingSeed).fingerprint;
    assert.equal(recipient?.signer, role === 'root' ? undefined : signing);
    assert.equal(keyring.signers.find((signer) => signer.role === role)?.fingerprint, recipient?.signer);
    return { role, recipient: recipient?.recipient, ...(signing !== undefined && { signing }) };
  });
  assert.deepEqual(vault.fingerprints, shown);
  assert.deepEqual(
    shown.filter((key) => !('signing' in key)).map(({ role }) => role),
    ['reader'],
  );
  assert.equal(new Set(shown.map(({ recipient }) => recipient)).size, keyRoles.length);
});

test('the keys of a new vault open it, and no two vaults are the same', async () => {
  const [one, other] = await Promise.all([
    createVault({ clock, random: systemRandom }),
    createVault({ clock, random: systemRandom }),
  ]);
  assert.notEqual(one.id, other.id);
  const store = emptyStore();
  await one.write(store);
  const { abilities } = await openWith(store, clock, one.keyFiles);
  assert.deepEqual([abilities.readMeta, abilities.readConfig, abilities.readSecrets], [true, true, true]);
  await assert.rejects(openWith(store, clock, other.keyFiles), { code: 'KEY_OF_ANOTHER_VAULT' });
});

test('what is in a place stays untouched, and no vault is made there', async () => {
  const vault = await createVault({ clock, random: systemRandom });
  const store = emptyStore();
  await store.put('notes', Buffer.from('x'));
  await assert.rejects(vault.write(store), taken('notes'));
  assert.deepEqual(await namesOf(store), ['notes']);
  await assert.rejects(assertEmptyStore(store, 'HOLDFAST_STATE'), taken('notes', 'HOLDFAST_STATE'));
});

test('what a test of the place left there is in nobody’s way', async () => {
  const vault = await createVault({ clock, random: systemRandom });
  const store = emptyStore();
  await store.put('probes/1', Buffer.from('x'));
  await vault.write(store);
  assert.deepEqual(await namesOf(store), ['keyring/1', 'probes/1', 'vault.json']);
  const other = emptyStore();
  await other.put('my-probes/1', Buffer.from('x'));
  await assert.rejects(vault.write(other), taken('my-probes/1'));
});

test('of two who make a vault at once, the second is told', async () => {
  const vault = await createVault({ clock, random: systemRandom });
  for (const name of ['keyring/1', 'vault.json']) {
    const inner = emptyStore();
    const store = createFaultyBlobStore(inner, {
      before: async (call) => {
        if (call.operation === 'put' && call.name === name) await inner.put(name, Buffer.from('of another'));
      },
    });
    await assert.rejects(vault.write(store), taken(name));
    assert.equal(Buffer.from(await inner.get(name)).toString(), 'of another');
  }
});
