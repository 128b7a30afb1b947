import assert from 'node:assert/strict';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RemoteError } from '../../core/errors.ts';
import { isFileError, translateFileError } from './file-error.ts';

const during = { operation: 'write a', place: 'folder /vault' };

function fileError(code: string, syscall = 'write'): Error {
  return Object.assign(new Error(`${code}: made up, ${syscall}`), { code, syscall, errno: -1 });
}

const cases: readonly [code: string, syscall: string, expected: string, retryable: boolean][] = [
  ['ENOSPC', 'write', 'STORE_FULL', false],
  ['EDQUOT', 'open', 'STORE_FULL', false],
  ['EACCES', 'open', 'STORE_DENIED', false],
  ['EROFS', 'mkdir', 'STORE_DENIED', false],
  ['EPERM', 'open', 'STORE_DENIED', false],
  ['EPERM', 'link', 'STORE_FAILED', false],
  ['ENOTSUP', 'link', 'STORE_FAILED', false],
  ['EIO', 'read', 'STORE_FAILED', false],
  ['EMFILE', 'open', 'STORE_UNREACHABLE', true],
];

for (const [code, syscall, expected, retryable] of cases) {
  test(`${code} of ${syscall} becomes ${expected}`, () => {
    const cause = fileError(code, syscall);
    const translated = translateFileError(cause, during);
    assert.ok(translated instanceof RemoteError);
    assert.equal(translated.code, expected);
    assert.equal(translated.retryable, retryable);
    assert.equal(translated.cause, cause);
    assert.match(translated.message, /folder \/vault .* write a/);
    if (syscall === 'link') assert.match(translated.message, /hard links/);
  });
}

test('what is no error of the file system stays as it is', () => {
  const reason = new Error('stopped by the user');
  assert.equal(translateFileError(reason, during), reason);
  assert.equal(translateFileError('text', during), 'text');
});

test('a real error of the file system is recognised by its code', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-file-error-'));
  await assert.rejects(open(join(folder, 'nothing')), (error) => {
    return (
      isFileError(error, 'EIO', 'ENOENT') && !isFileError(error, 'EIO') && translateFileError(error, during) !== error
    );
  });
  await rm(folder, { recursive: true });
});
