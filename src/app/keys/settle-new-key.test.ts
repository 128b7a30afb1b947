import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyringState } from '../../core/keyring-plan.ts';
import type { MadeKey } from '../ports/keys.ts';
import { settleNewKey } from './settle-new-key.ts';

const FILE = '/home/anna/reader.key';

function made(recipient: string): MadeKey & { readonly discarded: () => number } {
  let times = 0;
  const discard = async (): Promise<void> => {
    times += 1;
  };
  return { role: 'reader', file: FILE, recipient, discard, discarded: () => times };
}

const state: KeyringState = {
  vault: 'v',
  root: 'r',
  number: 2,
  createdAt: '2026-11-01T00:00:00.000Z',
  generation: 1,
  generations: [],
  recipients: [{ role: 'reader', recipient: 'age1registered', since: '2026-11-01T00:00:00.000Z' }],
  signers: [],
};

test('the file of a new key goes only where the key is known to be registered nowhere', async () => {
  const there = { read: async () => state };
  const absent = made('age1absent');
  assert.equal(await settleNewKey(there, absent), undefined);
  assert.equal(absent.discarded(), 1);

  const registered = made('age1registered');
  assert.match(
    (await settleNewKey(there, registered)) ?? '',
    /age1registered is registered.*kept: \/home\/anna\/reader\.key/,
  );
  assert.equal(registered.discarded(), 0);

  const unknown = made('age1absent');
  const away = {
    read: async (): Promise<KeyringState> => {
      throw new Error('the store is away');
    },
  };
  assert.match((await settleNewKey(away, unknown)) ?? '', /could not be read.*kept: \/home\/anna\/reader\.key/);
  assert.equal(unknown.discarded(), 0);
});
