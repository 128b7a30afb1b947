import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { type ErrorCode, HoldfastError } from '../core/errors.ts';
import { systemRandom } from '../platform/random.ts';
import { createSigningKey } from './ed25519.ts';
import { formatKeyFile, parseKeyFile } from './key-file.ts';
import { unwrapKeys } from './key-wrap.ts';
import { changeKeyring, encodeKeyring, type Keyring, type KeyringChange, keyringName } from './keyring.ts';
import { findOpener, readNewestKeyring } from './open-vault.ts';
import {
  capture,
  createSampleVault,
  openWith,
  ORGANIZATION,
  readAll,
  type SampleVault,
} from './sample-vault.fixture.ts';
import { parseVaultFile } from './vault-file.ts';

const resources = [{ id: 'a', text: 'one', secret: 's' }];

function code(expected: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof HoldfastError && error.code === expected;
}

/** Puts the next keyring as the holder of root.key does. */
async function advanceKeyring(
  sample: SampleVault,
  change: (keyring: Keyring, root: Awaited<ReturnType<typeof openRoot>>) => Promise<Keyring> | Keyring,
): Promise<void> {
  const root = await openRoot(sample);
  const next = await change(root.keyring, root);
  const previous = { name: keyringName(root.keyring.number), hash: root.keyring.hash };
  const bytes = encodeKeyring(next, root.vault, { root: root.signing, previous });
  assert.equal(await sample.store.put(keyringName(next.number), bytes), 'created');
}

async function openRoot(sample: SampleVault) {
  const file = parseVaultFile(await sample.store.get('vault.json'));
  const keyring = await readNewestKeyring(sample.store, file);
  const key = parseKeyFile(sample.keyFiles.root, 'root.key');
  const opener = await findOpener(key, keyring, undefined);
  const signing = createSigningKey(key.signingSeed ?? new Uint8Array());
  return { vault: file.id, keyring, signing, keys: await unwrapKeys(opener.entry.wrap, opener) };
}

async function change(sample: SampleVault, draft: KeyringChange): Promise<void> {
  const createdAt = sample.clock.now();
  await advanceKeyring(sample, (keyring, { vault, keys }) =>
    changeKeyring(keyring, draft, { vault, keys, random: systemRandom, createdAt }),
  );
}

async function newReader(vault: string): Promise<{ readonly recipient: string; readonly text: string }> {
  const identity = await generateX25519Identity();
  return { recipient: await identityToRecipient(identity), text: formatKeyFile({ role: 'reader', vault, identity }) };
}

test('a recipient added later opens what was written before and after', async () => {
  const sample = await createSampleVault();
  const before = await capture(await sample.open('writer'), sample.clock, resources);
  const { vault } = await openRoot(sample);
  const reader = await newReader(vault);
  await assert.rejects(openWith(sample.store, sample.clock, { reader: reader.text }), code('KEY_INVALID'));
  await change(sample, { add: [{ role: 'reader', recipient: reader.recipient }] });
  const after = await capture(await sample.open('writer'), sample.clock, resources);
  const opened = await openWith(sample.store, sample.clock, { reader: reader.text });
  for (const id of [before, after]) assert.equal((await readAll(opened, id)).size, 1);
  assert.equal(opened.abilities.readSecrets, false);
});

test('a removed recipient opens nothing that is written from then on; the others open both', async () => {
  const sample = await createSampleVault();
  const before = await capture(await sample.open('writer'), sample.clock, resources);
  const { keyring } = await openRoot(sample);
  const old = keyring.recipients.find(({ role }) => role === 'reader')?.recipient ?? '';
  await change(sample, { remove: [old], newGeneration: true });
  const after = await capture(await sample.open('writer'), sample.clock, resources, true);
  await assert.rejects(openWith(sample.store, sample.clock, { reader: sample.keyFiles.reader }), code('KEY_INVALID'));
  const restorer = await sample.open('restorer');
  for (const id of [before, after]) assert.equal((await readAll(restorer, id)).size, 1);
});

test('a writer revoked from a date: its later points are refused by name, earlier ones and new writers count', async () => {
  const sample = await createSampleVault({ attestsTime: true });
  const before = await capture(await sample.open('writer'), sample.clock, resources);
  await sample.clock.advance(1000);
  const revoked = sample.clock.now();
  const stolen = await sample.open('writer');
  const forged = await capture(stolen, sample.clock, [{ id: 'b', text: 'forged' }]);
  const fingerprint = createSigningKey(
    parseKeyFile(sample.keyFiles.writer, 'w').signingSeed ?? new Uint8Array(),
  ).fingerprint;
  await change(sample, { revoke: [{ fingerprint, from: revoked }] });
  const vault = await sample.open('restorer');
  const { points, damaged } = await vault.listPoints(ORGANIZATION);
  assert.deepEqual(
    points.map(({ id }) => id),
    [before],
  );
  assert.equal(damaged.length, 1);
  assert.ok(damaged.every(({ error, name }) => code('SIGNER_REVOKED')(error) && name.endsWith(forged)));
  await assert.rejects(vault.openPoint(ORGANIZATION, forged), code('SIGNER_REVOKED'));
  const named = await vault.openPoint(ORGANIZATION, forged, { acceptRevoked: true });
  assert.equal(named.details.signerRevoked, revoked);
  await assert.rejects(vault.openPoint(ORGANIZATION, forged), code('SIGNER_REVOKED'));
  assert.equal((await vault.openPoint(ORGANIZATION, before, { acceptRevoked: true })).details.signerRevoked, undefined);
  assert.equal((await readAll(vault, before)).size, 1);
});

test('a signer that is registered later may sign points', async () => {
  const sample = await createSampleVault();
  const seed = systemRandom.bytes(32);
  const own = parseKeyFile(sample.keyFiles.writer, 'w');
  const recipient = await identityToRecipient(own.identity ?? '');
  const publicKey = createSigningKey(seed).publicKey;
  await change(sample, { remove: [recipient], add: [{ role: 'writer', recipient, signer: publicKey }] });
  const vault = await openWith(sample.store, sample.clock, {
    writer: formatKeyFile({ ...own, signingSeed: seed }),
    reader: sample.keyFiles.reader,
  });
  assert.equal((await readAll(vault, await capture(vault, sample.clock, resources))).size, 1);
  const stranger = formatKeyFile({ ...own, signingSeed: systemRandom.bytes(32) });
  await assert.rejects(openWith(sample.store, sample.clock, { writer: stranger }), code('KEY_INVALID'));
});

test('recipients and signers of a role of a later release are passed over; what would shut them out is refused', async () => {
  const sample = await createSampleVault();
  await advanceKeyring(sample, (keyring) => {
    const [recipient] = keyring.recipients;
    const [signer] = keyring.signers;
    assert.ok(recipient !== undefined && signer !== undefined);
    return {
      ...keyring,
      number: 2,
      recipients: [...keyring.recipients, { ...recipient, role: 'auditor', recipient: 'later1' }],
      signers: [...keyring.signers, { ...signer, role: 'auditor', fingerprint: 'f'.repeat(32) }],
    };
  });
  const vault = await sample.open('writer', 'restorer');
  assert.equal((await readAll(vault, await capture(vault, sample.clock, resources))).size, 1);
  const { keyring, keys, vault: id } = await openRoot(sample);
  const recipient = keyring.recipients.find(({ role }) => role === 'reader')?.recipient ?? '';
  const means = { vault: id, keys, random: systemRandom, createdAt: sample.clock.now() };
  await assert.rejects(
    changeKeyring(keyring, { remove: [recipient], newGeneration: true }, means),
    code('VAULT_FORMAT_NEWER'),
  );
});

test('a keyring that another key signed, that skips a number or does not follow is refused', async () => {
  const sample = await createSampleVault();
  const { vault, keyring, signing } = await openRoot(sample);
  const next = { ...keyring, number: 2 };
  const previous = { name: keyringName(1), hash: keyring.hash };
  const stranger = createSigningKey(systemRandom.bytes(32));
  const cases = [
    [encodeKeyring(next, vault, { root: stranger, previous }), 'keyring/2', 'SIGNATURE_INVALID'],
    [encodeKeyring(next, vault, { root: signing, previous: null }), 'keyring/2', 'VAULT_DAMAGED'],
    [encodeKeyring({ ...next, number: 3 }, vault, { root: signing, previous }), 'keyring/3', 'VAULT_DAMAGED'],
    [encodeKeyring(next, 'another vault', { root: signing, previous }), 'keyring/2', 'VAULT_DAMAGED'],
  ] as const;
  for (const [bytes, name, expected] of cases) {
    const fresh = await createSampleVault();
    for await (const blob of fresh.store.list('')) void blob;
    const copy = sample.store;
    const store = {
      ...fresh.store,
      capabilities: copy.capabilities,
      put: copy.put.bind(copy),
      getRange: copy.getRange.bind(copy),
      listFolders: copy.listFolders.bind(copy),
      find: async (wanted: string) => (wanted === name ? bytes : copy.find(wanted)),
      get: async (wanted: string) => (wanted === name ? bytes : copy.get(wanted)),
      async *list(prefix: string) {
        yield* copy.list(prefix);
        if (prefix === 'keyring/') yield { name, sizeBytes: bytes.length, createdAt: '' };
      },
    };
    await assert.rejects(openWith(store, sample.clock, {}), code(expected), name);
  }
});

test('a point written under a keyring that is gone is damage, not an older vault', async () => {
  const sample = await createSampleVault();
  const { vault } = await openRoot(sample);
  const reader = await newReader(vault);
  const older = await sample.open('reader');
  await change(sample, { add: [{ role: 'reader', recipient: reader.recipient }] });
  const id = await capture(await sample.open('writer'), sample.clock, resources);
  await assert.rejects(older.openPoint(ORGANIZATION, id), code('VAULT_DAMAGED'));
});
