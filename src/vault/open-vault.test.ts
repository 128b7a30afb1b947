import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError, UserError } from '../core/errors.ts';
import { createMemoryBlobStore } from './blob/memory-blob-store.ts';
import { createSigningKey } from './ed25519.ts';
import { formatKeyFile, type KeyFile, parseKeyFile } from './key-file.ts';
import { encodeKeyring, keyringName, type StoredKeyring } from './keyring.ts';
import { findOpener, readKey, readKeyrings, readNewestKeyring, readVaultFile } from './open-vault.ts';
import { createSampleVault, openWith, type SampleVault } from './sample-vault.fixture.ts';

/** Puts keyrings that follow one another, up to this number. */
async function putKeyrings(sample: SampleVault, last: number): Promise<void> {
  const file = await readVaultFile(sample.store);
  const root = createSigningKey(parseKeyFile(sample.keyFiles.root, 'root.key').signingSeed ?? new Uint8Array());
  for (let keyring = await readNewestKeyring(sample.store, file); keyring.number < last; ) {
    const previous = { name: keyringName(keyring.number), hash: keyring.hash };
    const number = keyring.number + 1;
    await sample.store.put(keyringName(number), encodeKeyring({ ...keyring, number }, file.id, { root, previous }));
    keyring = await readNewestKeyring(sample.store, file);
  }
}

const refused = (source: string, reason: string) => (error: unknown) => {
  assert.ok(error instanceof UserError);
  assert.deepEqual(
    [error.code, error.resource, error.message],
    ['KEY_INVALID', source, `The key ${source} cannot be used: ${reason}.`],
  );
  return true;
};

const missing = (name: string) => (error: unknown) =>
  error instanceof IntegrityError && error.message === `${name} is damaged: it is missing.` && error.damaged === name;

/** The key of a role with another seed to sign with. */
function otherSeed({ keyFiles }: SampleVault, role: 'writer' | 'root'): string {
  const key = parseKeyFile(keyFiles[role], role);
  return formatKeyFile({ ...key, signingSeed: new Uint8Array(32).fill(9) });
}

test('keyrings are read in the order of their numbers, and the last one counts', async () => {
  const sample = await createSampleVault();
  const file = await readVaultFile(sample.store);
  await putKeyrings(sample, 11);
  assert.deepEqual(
    (await readKeyrings(sample.store, file)).map(({ number }) => number),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  );
  assert.equal((await readNewestKeyring(sample.store, file)).number, 11);
  assert.equal((await sample.context([])).keyring.number, 11);
});

test('a keyring that is missing, the first, one in between or all, is damage that names it', async () => {
  for (const gone of [1, 2]) {
    const sample = await createSampleVault();
    const file = await readVaultFile(sample.store);
    await putKeyrings(sample, 3);
    await sample.store.delete(keyringName(gone));
    await assert.rejects(readKeyrings(sample.store, file), missing(`keyring/${gone}`));
  }
  const sample = await createSampleVault();
  const file = await readVaultFile(sample.store);
  await sample.store.delete(keyringName(1));
  assert.deepEqual(await readKeyrings(sample.store, file), []);
  await assert.rejects(readNewestKeyring(sample.store, file), missing('keyring/1'));
});

test('a place without a vault is named', async () => {
  const { store, clock } = await createSampleVault();
  await assert.rejects(readVaultFile(createMemoryBlobStore({ clock })), {
    code: 'VAULT_NOT_FOUND',
    message: `There is no vault in ${store.capabilities.description}.`,
  });
});

test('a key file is read as that of the role and vault it is meant for', async () => {
  const { keyFiles } = await createSampleVault();
  const { vault } = parseKeyFile(keyFiles.reader, 'reader.key');
  assert.deepEqual(readKey(keyFiles.reader, 'reader', vault), parseKeyFile(keyFiles.reader, 'reader.key'));
  assert.throws(() => readKey(keyFiles.reader, 'writer', vault), refused('writer.key', 'it is a reader key'));
  assert.throws(
    () => readKey(keyFiles.reader, 'reader', 'f'.repeat(64)),
    (error) => error instanceof UserError && error.code === 'KEY_OF_ANOTHER_VAULT' && error.resource === 'reader.key',
  );
});

test('a key that the keyring holds nothing for is refused', async () => {
  const sample = await createSampleVault();
  const file = await readVaultFile(sample.store);
  const keyring = await readNewestKeyring(sample.store, file);
  const key = parseKeyFile(sample.keyFiles.reader, 'reader.key');
  const others = keyring.recipients.filter(({ role }) => role !== 'reader');
  assert.equal((await findOpener(key, keyring, undefined)).recipient, keyring.recipients[1]?.recipient);
  const reason = 'the keyring has nothing for it: it was removed, or never added';
  await assert.rejects(findOpener(key, { ...keyring, recipients: others }, undefined), refused('reader.key', reason));
});

test('a Key Vault key named without a version is the one of its role that was wrapped to last', async () => {
  const sample = await createSampleVault();
  const stored = await readNewestKeyring(sample.store, await readVaultFile(sample.store));
  const [entry] = stored.recipients;
  assert.ok(entry);
  const id = 'akv:https://kv.vault.azure.net/keys/backup';
  const keyring: StoredKeyring = {
    ...stored,
    recipients: [
      { ...entry, role: 'writer', recipient: `${id}/1` },
      { ...entry, role: 'writer', recipient: `${id}/2` },
      { ...entry, role: 'writer', recipient: `${id}-other/3` },
      { ...entry, role: 'reader', recipient: `${id}/4` },
    ],
  };
  const found = async (key: Partial<KeyFile>) => {
    const opener = await findOpener({ role: 'writer', vault: 'v', ...key }, keyring, undefined);
    return [opener.recipient, opener.source];
  };
  assert.deepEqual(await found({ recipient: id }), [`${id}/2`, 'writer.key']);
  assert.deepEqual(await found({ recipient: `${id}/1` }), [`${id}/1`, 'writer.key']);
  assert.deepEqual(await found({ role: 'reader', recipient: id }), [`${id}/4`, 'reader.key']);
  const reason = 'the keyring has nothing for it: it was removed, or never added';
  await assert.rejects(found({ role: 'verifier', recipient: id }), refused('verifier.key', reason));
  await assert.rejects(found({ recipient: `${id}/3` }), refused('writer.key', reason));
  await assert.rejects(found({ recipient: 'https://kv.vault.azure.net/keys/backup' }), refused('writer.key', reason));
  await assert.rejects(found({}), refused('writer.key', reason));
});

test('a key whose signature the keyring does not register, or a recovery kit of another root, is refused', async () => {
  const sample = await createSampleVault();
  const { store, clock } = sample;
  await assert.rejects(
    openWith(store, clock, { writer: otherSeed(sample, 'writer') }),
    refused('writer.key', 'the keyring does not register its signature'),
  );
  await assert.rejects(
    openWith(store, clock, { root: otherSeed(sample, 'root') }),
    refused('root.key', 'its signature is not that of this vault'),
  );
});

test('keys together open what each of them opens, and each signs as its role', async () => {
  const sample = await createSampleVault();
  const classesOf = async (...roles: Parameters<SampleVault['context']>[0]) => {
    const { keys } = await sample.context(roles);
    return [[...(keys?.classes.get(1)?.keys() ?? [])].toSorted(), keys?.tagKeys !== undefined];
  };
  assert.deepEqual(await classesOf('writer'), [['meta'], true]);
  assert.deepEqual(await classesOf('verifier'), [['meta'], false]);
  assert.deepEqual(await classesOf('verifier', 'reader'), [['config', 'meta'], true]);
  assert.deepEqual(await classesOf('reader', 'verifier', 'restorer'), [['config', 'meta', 'secret'], true]);
  assert.equal((await sample.context([])).keys, undefined);
  const context = await sample.context(['writer', 'pruner', 'root']);
  assert.deepEqual(
    (['writer', 'restorer', 'verifier', 'pruner'] as const).map((role) => context.hasSigningKey(role)),
    [true, false, false, true],
  );
  assert.deepEqual(context.getAuditKey(['root']).publicKey, context.rootPublicKey);
});
