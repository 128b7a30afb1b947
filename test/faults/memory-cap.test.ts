import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createBackedWorkplace, type Workplace } from '../harness/run-holdfast.ts';

const launcher = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));

/** Runs a command as a process of its own with so much room for what it makes. */
async function runCapped(workplace: Workplace, argv: readonly string[], heapMebibytes: number) {
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMebibytes}`, launcher, ...argv], {
    cwd: workplace.folder,
    env: { ...process.env, ...workplace.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exit: child.exitCode, stdout, stderr };
}

test('a capture that runs out of memory dies, harms nothing, and the next one is whole; with a little more it needs no more', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const first = await workplace.json('backup', ['backup']);
  assert.equal(first.exit, 0, first.stderr);
  workplace.simulator.wreck();
  const died = await runCapped(workplace, ['backup', '-o', 'json'], 12);
  assert.notEqual(died.exit, 0, 'no room at all');
  assert.equal(died.stdout, '', 'and nothing is said to be done');
  const capped = await runCapped(workplace, ['backup', '-o', 'json'], 64);
  assert.equal(capped.exit, 0, capped.stderr);
  assert.equal(JSON.parse(capped.stdout).grade, 'complete');
  const verified = await workplace.run(['verify', '--all-data']);
  assert.equal(verified.exit, 0, verified.stderr);
  const diff = await workplace.run(['diff', 'latest', 'live']);
  assert.equal(diff.exit, 0, diff.stdout);
});
