import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSamePlace, type VaultAddress } from './vault-address.ts';

const folder = (path: string): VaultAddress => ({ type: 'folder', path });
const azure = (account: string | undefined, container: string, prefix = ''): VaultAddress => ({
  type: 'azure',
  account,
  container,
  prefix,
});

test('a folder is the same place as itself and as what lies in it, however its slashes are', () => {
  const cases = [
    ['/srv/vault', '/srv/vault', true],
    ['/srv/vault', '/srv/vault/state', true],
    ['/srv/vault/state', '/srv/vault', true],
    ['/srv/vault/', '/srv//vault', true],
    ['C:\\vault', 'C:\\vault\\state', true],
    ['/srv/vault', '/srv/vault-state', false],
    ['/srv/vault', '/srv/other', false],
  ] as const;
  for (const [a, b, same] of cases) assert.equal(isSamePlace(folder(a), folder(b)), same, `${a} ${b}`);
});

test('a container is the same place where account, container and prefix are', () => {
  const vault = azure('acme', 'vault', 'a/');
  assert.equal(isSamePlace(vault, vault), true);
  assert.equal(isSamePlace(vault, azure('acme', 'vault')), true);
  assert.equal(isSamePlace(azure('acme', 'vault'), vault), true);
  assert.equal(isSamePlace(vault, azure('acme', 'vault', 'a/b/')), true);
  assert.equal(isSamePlace(vault, azure('acme', 'vault', 'ab/')), false);
  assert.equal(isSamePlace(vault, azure('acme', 'other', 'a/')), false);
  assert.equal(isSamePlace(vault, azure('beta', 'vault', 'a/')), false);
  assert.equal(isSamePlace(vault, azure(undefined, 'vault', 'a/')), false);
});

test('a folder is no container', () => {
  assert.equal(isSamePlace(folder('/srv/vault'), azure('acme', 'vault')), false);
  assert.equal(isSamePlace(azure('acme', 'vault'), folder('/srv/vault')), false);
});
