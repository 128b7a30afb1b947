import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyRoles } from '../core/key-role.ts';
import { sha256Tag } from './digest.ts';
import { assertKeyOfVault, formatKeyFile, keyMissing, parseKeyFile } from './key-file.ts';

const vault = 'a'.repeat(64);
const identity = 'AGE-SECRET-KEY-1TEST';
const signingSeed = new Uint8Array(32).fill(7);
const signing = Buffer.from(signingSeed).toString('base64');
const recipient = 'akv:https://kv.vault.azure.net/keys/k';

/** A key file of these lines under a checksum that matches. */
function withChecksum(lines: readonly string[]): string {
  return [...lines, `checksum: ${sha256Tag(lines.map((line) => `${line}\n`).join(''))}`, ''].join('\n');
}

test('a key file says in words what it is for and that it is secret', () => {
  const text = formatKeyFile({ role: 'reader', vault, identity });
  assert.deepEqual(text.split('\n').slice(0, 5), [
    '# Holdfast reader key. Whoever has this file has the key.',
    '# It shows contents and differences. It opens no secret.',
    'holdfast-key: 1',
    'role: reader',
    `vault: ${vault}`,
  ]);
  assert.match(formatKeyFile({ role: 'writer', vault, recipient }), /^# .*: this file holds no secret\.$/m);
});

test('each role has a purpose of its own in its file', () => {
  const purposes = keyRoles.map((role) => formatKeyFile({ role, vault, identity }).split('\n')[1] ?? '');
  assert.deepEqual(purposes, [
    '# It takes recovery points and compares them. It opens no content and no secret.',
    '# It shows contents and differences. It opens no secret.',
    '# It opens everything, secrets included, and signs restores. Keep it apart from the writer key.',
    '# It checks recovery points and signs what it found, and holds. It opens no content and no secret.',
    '# It signs which old recovery points go, and holds. It opens no content and no secret. Keep it away from writer.key.',
    '# The recovery kit: it opens everything and decides which keys count. Keep it offline, in two places.',
  ]);
});

test('a key file comes back as it was written, also through an editor for Windows and with remarks', () => {
  for (const role of keyRoles) {
    const key = { role, vault, identity, ...(role !== 'reader' && { signingSeed }) };
    const text = formatKeyFile(key);
    assert.deepEqual(parseKeyFile(text, 'x'), key);
    assert.deepEqual(parseKeyFile(`# mine\n\n${text.replaceAll('\n', '  \r\n')}`, 'x'), key);
  }
  for (const role of ['writer', 'reader', 'restorer', 'verifier', 'pruner'] as const) {
    assert.deepEqual(parseKeyFile(formatKeyFile({ role, vault, recipient }), 'x'), { role, vault, recipient });
  }
});

test('a key file that was cut or changed is refused, and not quoted', () => {
  const text = formatKeyFile({ role: 'writer', vault, identity, signingSeed });
  const message = 'The key my.key cannot be used: its checksum does not match: it was cut off or changed.';
  for (const bad of [
    text.replace('role: writer', 'role: reader'),
    text.replace(/checksum.*\n/, ''),
    text.replace(/signing: .*\n/, ''),
    `${text}more: 1\n`,
  ]) {
    assert.throws(() => parseKeyFile(bad, 'my.key'), {
      code: 'KEY_INVALID',
      message,
      next: 'Take the key file from your safe copy again.',
    });
  }
});

test('what is no key file, or one of another form, is told apart from damage', () => {
  assert.throws(() => parseKeyFile('', 'my.key'), {
    message: 'The key my.key cannot be used: it is not a Holdfast key file.',
  });
  assert.throws(() => parseKeyFile('-----BEGIN PRIVATE KEY-----', 'my.key'), { message: /not a Holdfast key file/ });
  assert.throws(() => parseKeyFile('holdfast-key: 2\nrole: writer', 'my.key'), {
    message: 'The key my.key cannot be used: it is a key file of form 2, which this version does not read.',
  });
});

test('a key file with a part missing, too short or of the wrong kind is refused', () => {
  const head = 'holdfast-key: 1';
  const whole = [head, 'role: writer', `vault: ${vault}`, `identity: ${identity}`, `signing: ${signing}`];
  const reader = [head, 'role: reader', `vault: ${vault}`, `identity: ${identity}`];
  assert.equal(parseKeyFile(withChecksum(whole), 'x').role, 'writer');
  assert.equal(parseKeyFile(withChecksum(reader), 'x').role, 'reader');
  const replaced = (index: number, by: string): string[] => whole.map((line, at) => (at === index ? by : line));
  for (const lines of [
    replaced(1, 'role: auditor'),
    replaced(1, ''),
    replaced(2, ''),
    replaced(2, `vault: ${'a'.repeat(63)}`),
    replaced(2, `vault: x${vault}`),
    replaced(2, `vault: ${vault}x`),
    replaced(3, 'identity: AGE-PUBLIC-1'),
    replaced(3, ''),
    replaced(3, 'recipient: age1x'),
    replaced(3, 'recipient: akv:http://kv'),
    replaced(4, ''),
    replaced(4, `signing: ${Buffer.alloc(31).toString('base64')}`),
    [...reader, `signing: ${signing}`],
    [head, 'role: root', `vault: ${vault}`, `recipient: ${recipient}`],
  ].map((some) => some.filter((line) => line !== ''))) {
    assert.throws(
      () => parseKeyFile(withChecksum(lines), 'my.key'),
      { code: 'KEY_INVALID', message: 'The key my.key cannot be used: a part of it is missing.' },
      lines.join('; '),
    );
  }
});

test('a key of another vault is refused with both named', () => {
  const key = { role: 'reader', vault, identity } as const;
  assertKeyOfVault(key, vault, 'my.key');
  assert.throws(() => assertKeyOfVault(key, 'b'.repeat(64), 'my.key'), {
    code: 'KEY_OF_ANOTHER_VAULT',
    message: 'my.key is a key of the vault aaaaaaaaaaaaaaaa…, not of this vault, bbbbbbbbbbbbbbbb….',
    resource: 'my.key',
    next: 'Check HOLDFAST_VAULT and HOLDFAST_KEYS: they must belong together.',
  });
});

test('a key that is missing is named with the places where it is looked for', () => {
  const { code, message, next } = keyMissing('writer.key or root.key', 'Taking a point');
  assert.deepEqual(
    [code, message, next],
    [
      'KEY_MISSING',
      'Taking a point needs writer.key or root.key, which is not at hand.',
      'Put writer.key or root.key into the folder that HOLDFAST_KEYS names, or its contents into HOLDFAST_WRITER_KEY or HOLDFAST_ROOT_KEY.',
    ],
  );
});
