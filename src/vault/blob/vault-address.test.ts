import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../core/errors.ts';
import { deriveStateAddress, describeVaultAddress, parseVaultAddress, type VaultAddress } from './vault-address.ts';

const plain = { baseFolder: '/home/ada', hasConnectionString: false };
const withString = { baseFolder: '/home/ada', hasConnectionString: true };

function azure(account: string | undefined, container: string, prefix = ''): VaultAddress {
  return { type: 'azure', account, container, prefix };
}

test('folders are given relative to the base folder or whole', () => {
  assert.deepEqual(parseVaultAddress('file:./vault', plain), { type: 'folder', path: '/home/ada/vault' });
  assert.deepEqual(parseVaultAddress('file:/srv/vault', plain), { type: 'folder', path: '/srv/vault' });
  assert.deepEqual(parseVaultAddress('file:///srv/my%20vault', plain), { type: 'folder', path: '/srv/my vault' });
});

test('containers are given with the account or with a connection string', () => {
  assert.deepEqual(parseVaultAddress('az://acmebackup/vault', plain), azure('acmebackup', 'vault'));
  assert.deepEqual(parseVaultAddress('az://acmebackup/vault/a/b', plain), azure('acmebackup', 'vault', 'a/b/'));
  assert.deepEqual(parseVaultAddress('az://vault', withString), azure(undefined, 'vault'));
  assert.deepEqual(parseVaultAddress('az://vault/a/', withString), azure(undefined, 'vault', 'a/'));
  const china = 'acme.blob.core.chinacloudapi.cn';
  assert.deepEqual(parseVaultAddress(`az://${china}/vault`, plain), azure(china, 'vault'));
});

test('what is no address is refused with the reason', () => {
  const cases: readonly [string, RegExp][] = [
    ['./vault', /none of file:PATH/],
    ['s3://bucket', /none of file:PATH/],
    ['', /none of/],
    ['file:', /names no folder/],
    ['file://host/share', /not a URL of a local folder/],
    ['az://vault', /names no container after the account/],
    ['az://Acme/vault', /"Acme" is no storage account/],
    ['az://acme/Vault', /"Vault" is no container/],
    ['az://acme/a--b', /"a--b" is no container/],
    ['az://acme/vault/../x', /".." cannot be a part/],
  ];
  for (const [text, expected] of cases) {
    assert.throws(
      () => parseVaultAddress(text, plain),
      (error) => error instanceof UserError && error.code === 'CONFIG_INVALID' && expected.test(error.message),
      text,
    );
  }
});

test('a pasted credential is not repeated in the message', () => {
  for (const text of [
    'DefaultEndpointsProtocol=https;AccountKey=c2VjcmV0',
    'https://acme.blob.example/?sig=c2VjcmV0',
  ]) {
    assert.throws(
      () => parseVaultAddress(text, plain),
      (error) => error instanceof UserError && !error.message.includes('c2VjcmV0'),
    );
  }
});

test('the state place lies beside the vault', () => {
  assert.deepEqual(deriveStateAddress({ type: 'folder', path: '/srv/vault' }), {
    type: 'folder',
    path: '/srv/vault-state',
  });
  assert.deepEqual(deriveStateAddress(azure('acme', 'vault', 'a/')), azure('acme', 'vault-state', 'a/'));
  assert.throws(() => deriveStateAddress(azure('acme', 'v'.repeat(60))), {
    code: 'CONFIG_INVALID',
    message: `The container name ${'v'.repeat(60)} leaves no room for -state.`,
    next: 'Name the state container in HOLDFAST_STATE.',
  });
});

test('an address is described as it was given', () => {
  for (const text of ['az://acme/vault/a/b', 'az://acme/vault', 'file:/srv/vault']) {
    assert.equal(describeVaultAddress(parseVaultAddress(text, plain)), text);
  }
  assert.equal(describeVaultAddress(azure(undefined, 'vault', 'a/')), 'az://vault/a');
});
