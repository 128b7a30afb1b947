import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyringState } from './keyring-plan.ts';
import { recoveryKitLines } from './recovery-kit.ts';

const since = '2026-01-01T00:00:00.000Z';
const place = 'https://acme.blob.core.windows.net/apigee';
const state: KeyringState = {
  vault: 'vault-id',
  root: 'root-fingerprint',
  number: 4,
  createdAt: since,
  generation: 2,
  generations: [{ generation: 1, since }],
  recipients: [
    { role: 'root', recipient: `age1${'r'.repeat(58)}`, since },
    { role: 'writer', recipient: 'akv:https://keys.vault.azure.net/keys/w/1', signer: 'aaaa', since },
  ],
  signers: [{ fingerprint: 'aaaa', role: 'writer', since }],
};

test('a recovery kit says where the vault is, who has keys, and how to go on with root.key alone', () => {
  assert.deepEqual(recoveryKitLines(state, place), [
    'HOLDFAST RECOVERY KIT',
    '',
    'Vault           https://acme.blob.core.windows.net/apigee',
    'Vault id        vault-id',
    'Root key        root-fingerprint',
    'Keyring         4 of 2026-01-01T00:00:00.000Z, generation 2',
    '',
    'root.key opens everything in this vault and decides which keys count. Keep it offline, in two',
    'places, with this sheet. Whoever holds it can read every credential of the organization.',
    '',
    'Who has keys now:',
    '  root      age1rrrrrrrrrrrr',
    '  writer    https://keys.vault.azure.net/keys/w/1  signs as aaaa',
    '',
    'When every other key is lost:',
    '  1. Put root.key into an empty folder on a machine that reaches the vault; install holdfast.',
    '  2. holdfast key list --vault https://acme.blob.core.windows.net/apigee',
    '     Compare vault id and root key with those above.',
    '  3. holdfast key add --role restorer --vault https://acme.blob.core.windows.net/apigee --keys FOLDER',
    '     and the same with --role writer: new keys, which open the past too.',
    '  4. holdfast restore --point latest, with restorer.key; holdfast backup, with writer.key.',
    '  5. holdfast key remove the lost ones, so that nobody who finds them opens what comes.',
    '  6. Put root.key away again.',
    '',
    'When holdfast cannot be had: docs/vault-format.md of its release describes every byte; a reader',
    'over Node alone, test/independent-reader/reader.mjs, opens the vault with root.key.',
    '',
    'Prove it now and then: holdfast key kit --check FILE opens the newest point of every',
    'organization with nothing but root.key.',
  ]);
});
