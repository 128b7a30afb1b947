import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const launcher = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));

test('a reader that has gone does not change what a verb ends with', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const backup = await workplace.run(['backup']);
  assert.equal(backup.exit, 0, backup.stderr);
  workplace.simulator.wreck();
  const environment = { PATH: process.env['PATH'], ...workplace.environment };
  for (const [argv, exit] of [
    [['drift'], 2],
    [['ls', 'latest'], 0],
    [['show', 'pffff'], 1],
  ] as const) {
    const child = spawn(launcher, argv, {
      cwd: workplace.folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.destroy();
    assert.deepEqual(await once(child, 'exit'), [exit, null], argv.join(' '));
  }
});
