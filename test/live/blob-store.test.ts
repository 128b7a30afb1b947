import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AZURE_ABSENT } from './blob-store-variable.ts';

const script = fileURLToPath(new URL('run-blob-store.ts', import.meta.url));
const { HOLDFAST_TEST_AZURE_CONNECTION_STRING: _account, NODE_TEST_CONTEXT: _context, ...environment } = process.env;

function runScript(account: Record<string, string>): { readonly exit: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync(process.execPath, [script], {
    env: { ...environment, ...account },
    encoding: 'utf8',
  });
  return { exit: status, stdout };
}

// The tests of the repository reach nothing but this machine; what they leave out is said here, with the command for it.
console.log(AZURE_ABSENT);

test(`the contract of blob stores on Azure itself: ${AZURE_ABSENT}`, (t) => {
  t.diagnostic(AZURE_ABSENT);
  assert.match(AZURE_ABSENT, /^NOT RUN: .* npm run test:azure$/);
  assert.deepEqual(runScript({}), { exit: 69, stdout: `${AZURE_ABSENT}\n` });
});

test('where an account is named the contract runs against it, and a failure is one', () => {
  const { exit, stdout } = runScript({ HOLDFAST_TEST_AZURE_CONNECTION_STRING: 'no connection string' });
  assert.equal(exit, 1);
  assert.match(stdout, /azure itself/);
});
