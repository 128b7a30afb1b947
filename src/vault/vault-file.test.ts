import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError } from '../core/errors.ts';
import { sha256Hex } from './digest.ts';
import { formatVaultFile, parseVaultFile, vaultMissing } from './vault-file.ts';

const file = {
  rootPublicKey: new Uint8Array([1, 2, 3, 250]),
  createdAt: '2026-05-10T00:00:00.000Z',
  nonce: new Uint8Array([0, 255, 16]),
};

function parseText(text: string): ReturnType<typeof parseVaultFile> {
  return parseVaultFile(Buffer.from(text));
}

test('the file says its format, from which release on it is read, and what the vault is', () => {
  const text = Buffer.from(formatVaultFile(file)).toString();
  assert.deepEqual(JSON.parse(text), {
    format: 'holdfast-vault',
    version: 1,
    readableFrom: '0.1.0',
    root: 'AQID+g==',
    created: '2026-05-10T00:00:00.000Z',
    nonce: '00ff10',
  });
  assert.match(text, /^\{\n  "format"[^]*\}\n$/);
});

test('what was written is read back, and the id is the hash of the bytes', () => {
  const bytes = formatVaultFile(file);
  const { rootPublicKey, createdAt } = file;
  assert.deepEqual(parseVaultFile(bytes), { id: sha256Hex(bytes), rootPublicKey, createdAt });
});

test('a newer format is refused with the release that reads it, where the file says one', () => {
  const newer = (readableFrom: object, next: string) => {
    const text = JSON.stringify({ format: 'holdfast-vault', version: 2, ...readableFrom });
    assert.throws(
      () => parseText(text),
      (error) => {
        assert.ok(error instanceof IntegrityError);
        assert.deepEqual(
          [error.code, error.message, error.damaged, error.next],
          ['VAULT_FORMAT_NEWER', 'This vault has format 2; this release reads format 1.', 'vault.json', next],
        );
        return true;
      },
    );
  };
  newer({ readableFrom: '1.4.0' }, 'Use holdfast 1.4.0 or newer, which reads it.');
  newer({}, 'Use holdfast of a later release, which reads it.');
});

test('a file that says not what a vault is is damaged', () => {
  const good = { format: 'holdfast-vault', version: 1, root: 'AQID', created: 'x' };
  assert.equal(parseText(JSON.stringify({ ...good, more: 1 })).createdAt, 'x');
  for (const text of [
    '',
    '{}',
    ...[{ format: 'other' }, { version: '1' }, { root: undefined }, { created: 1 }, { readableFrom: 1 }].map((change) =>
      JSON.stringify({ ...good, ...change }),
    ),
  ]) {
    assert.throws(
      () => parseText(text),
      (error) =>
        error instanceof IntegrityError &&
        error.code === 'VAULT_DAMAGED' &&
        error.message === 'vault.json is damaged: it does not say what a vault is.' &&
        error.cause instanceof Error,
      text,
    );
  }
});

test('a place without a vault is named, with what to check', () => {
  const { code, message, next } = vaultMissing('/backups');
  assert.deepEqual(
    [code, message, next],
    [
      'VAULT_NOT_FOUND',
      'There is no vault in /backups.',
      'Check HOLDFAST_VAULT, or make a vault there with holdfast init.',
    ],
  );
});
