import assert from 'node:assert/strict';
import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { test } from 'node:test';
import type { KeyVault } from '../app/ports/key-vault.ts';
import { systemRandom } from '../platform/random.ts';
import { unwrapKeys, unwrapSigningSeed, wrapKeys, wrapSigningSeed } from './key-wrap.ts';

const vault = 'a'.repeat(64);
const recipient = `akv:https://kv.vault.azure.net/keys/k/${'0'.repeat(32)}`;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const to = {
  vault,
  role: 'writer',
  recipient,
  publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
} as const;
const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
const keys = {
  tagKeys: { equality: systemRandom.bytes(32), id: systemRandom.bytes(32) },
  classes: new Map([
    [
      1,
      new Map([
        ['meta', systemRandom.bytes(32)],
        ['secret', systemRandom.bytes(32)],
      ] as const),
    ],
  ]),
};

test('an envelope to a Key Vault key opens as the format says, by the private key and nothing of ours', async () => {
  const blob = Buffer.from(await wrapKeys(keys, to, systemRandom));
  assert.equal(blob.subarray(0, 4).toString(), 'HFW1');
  const end = 6 + blob.readUInt16BE(4);
  const key = privateDecrypt({ key: privateKey, ...padding }, blob.subarray(6, end));
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12));
  decipher.setAAD(Buffer.from(`holdfast/1 wrap\n${vault}\nwriter\n${recipient}`));
  decipher.setAuthTag(blob.subarray(-16));
  const text = Buffer.concat([decipher.update(blob.subarray(end, -16)), decipher.final()]).toString();
  const opened = JSON.parse(text) as { readonly role: string; readonly classes: { readonly 1: object } };
  assert.equal(opened.role, 'writer');
  assert.deepEqual(Object.keys(opened.classes[1]), ['meta'], 'a writer gets no more than its class');
});

test('what was wrapped comes back through a Key Vault; for another role, recipient or use it does not', async () => {
  const keyVault: KeyVault = {
    getKey: () => assert.fail('the key need not be read'),
    unwrap: async (id, wrapped) => {
      assert.equal(`akv:${id}`, recipient);
      return privateDecrypt({ key: privateKey, ...padding }, wrapped);
    },
  };
  const opener = { key: { role: 'writer', vault, recipient }, recipient, source: 'writer.key', keyVault } as const;
  const wrap = await wrapKeys(keys, to, systemRandom);
  const opened = await unwrapKeys(wrap, opener);
  assert.deepEqual(opened.tagKeys, keys.tagKeys);
  assert.deepEqual(opened.classes.get(1)?.get('meta'), keys.classes.get(1)?.get('meta'));
  const seed = systemRandom.bytes(32);
  const signing = await wrapSigningSeed(seed, to, systemRandom);
  assert.deepEqual(await unwrapSigningSeed(signing, opener), seed);
  const invalid = { code: 'KEY_INVALID' };
  await assert.rejects(unwrapKeys(wrap, { ...opener, key: { ...opener.key, role: 'reader' } }), invalid);
  await assert.rejects(unwrapKeys(wrap, { ...opener, key: { ...opener.key, vault: 'b'.repeat(64) } }), invalid);
  await assert.rejects(unwrapKeys(signing, opener), invalid);
  await assert.rejects(unwrapSigningSeed(wrap, opener), invalid);
  await assert.rejects(unwrapKeys(wrap, { ...opener, keyVault: undefined }), invalid);
});
