import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findKeyVaultId, formatKeyVaultId, parseKeyVaultId } from './key-vault-id.ts';

const VERSION = '0123456789abcdef0123456789abcdef';
const vaultUrl = 'https://acme-kv.vault.azure.net';

test('an address is read with and without a version, a prefix and a slash behind', () => {
  const id = { vaultUrl, key: 'Holdfast-1' };
  for (const text of [`${vaultUrl}/keys/Holdfast-1`, `akv:${vaultUrl}/keys/Holdfast-1`, `${vaultUrl}/keys/Holdfast-1/`])
    assert.deepEqual(parseKeyVaultId(text), id);
  const versioned = `${vaultUrl}/keys/Holdfast-1/${VERSION}`;
  assert.deepEqual(parseKeyVaultId(versioned), { ...id, version: VERSION });
  assert.equal(formatKeyVaultId(id), `${vaultUrl}/keys/Holdfast-1`);
  assert.equal(formatKeyVaultId({ ...id, version: VERSION }), versioned);
  for (const host of ['a-1.vault.azure.cn', 'a-1.vault.usgovcloudapi.net', 'a-1.managedhsm.azure.net'])
    assert.equal(findKeyVaultId(`https://${host}/keys/k`)?.vaultUrl, `https://${host}`);
});

test('what is no address of a key is none, and to be given is said to be', () => {
  for (const text of [
    '',
    `${vaultUrl}/keys`,
    `${vaultUrl}/keys/`,
    `${vaultUrl}/secrets/k`,
    `${vaultUrl}/keys/k/short`,
    `${vaultUrl}/keys/k/${VERSION.toUpperCase()}`,
    `${vaultUrl}/keys/k_1`,
    `${vaultUrl}/keys/${'k'.repeat(128)}`,
    `${vaultUrl}/keys/k?x=1`,
    `${vaultUrl}/keys/k#x`,
    `${vaultUrl}:443/keys/k`,
    'http://acme-kv.vault.azure.net/keys/k',
    'https://ab.vault.azure.net/keys/k',
    'https://x@acme-kv.vault.azure.net/keys/k',
    'https://acme-kv.vault.azure.net.evil.example/keys/k',
    'https://evil.example/acme-kv.vault.azure.net/keys/k',
    `x${vaultUrl}/keys/k`,
  ])
    assert.equal(findKeyVaultId(text), undefined, text);
  assert.equal(findKeyVaultId(`${vaultUrl}/keys/${'k'.repeat(127)}`)?.key.length, 127);
  assert.throws(() => parseKeyVaultId('x'), {
    code: 'USAGE',
    message: '"x" is no address of a key in Azure Key Vault.',
    next: 'Give https://NAME.vault.azure.net/keys/KEY, with /VERSION where one is meant.',
  });
});
