import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createBackedWorkplace, type Workplace } from '../harness/run-holdfast.ts';

const launcher = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));

/** Enough to load and to begin, and not enough for what is planted; upwards, as the next Node may need more to load. */
const CAPS_MEBIBYTES = [40, 48, 56];
/** One answer of the service that takes this and more of the room. */
const PLANTED_BYTES = 24 * 1024 * 1024;
const ENOUGH_MEBIBYTES = 64;
const SERVER = ['environments', 'prod', 'targetservers', 'core-banking'];

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

test('a capture that runs out of memory when it has read a part dies, harms nothing, and the next one is whole', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { simulator, folder } = workplace;
  const first = await workplace.json('backup', ['backup']);
  assert.equal(first.exit, 0, first.stderr);
  simulator.wreck();
  const target = simulator.target();
  const server = target.get(SERVER);
  target.put(SERVER, { ...server, description: 'x'.repeat(PLANTED_BYTES) });

  const filesInVault = async () => (await readdir(join(folder, 'vault'), { recursive: true })).length;
  const before = await filesInVault();
  const died: string[] = [];
  let sent = 0;
  for (const cap of CAPS_MEBIBYTES) {
    simulator.log.reset();
    const { exit, stdout, stderr } = await runCapped(workplace, ['backup', '-o', 'json'], cap);
    sent = simulator.log.entries.length;
    died.push(`with ${cap} MiB it ended with ${exit ?? 'a signal'} after ${sent} requests`);
    if (sent === 0) continue;
    assert.notEqual(exit, 0, died.join('; '));
    assert.match(stderr, /heap out of memory/);
    assert.equal(stdout, '', 'nothing is said to be done');
    break;
  }
  assert.ok(sent > 0, `no capture ran out of memory in its midst: ${died.join('; ')}`);
  assert.ok((await filesInVault()) > before, 'it had begun to write');
  t.diagnostic(died.join('; '));

  const { document: points } = await workplace.json('points', ['points']);
  assert.deepEqual(
    points.points.map(({ id }) => id),
    [first.document.point],
    'no half of a point is shown',
  );
  const untouched = await workplace.run(['verify', '--all-data']);
  assert.equal(untouched.exit, 0, untouched.stderr);
  target.put(SERVER, server);
  const capped = await runCapped(workplace, ['backup', '-o', 'json'], ENOUGH_MEBIBYTES);
  assert.equal(capped.exit, 0, capped.stderr);
  assert.equal(JSON.parse(capped.stdout).grade, 'complete');
  const verified = await workplace.run(['verify', '--all-data']);
  assert.equal(verified.exit, 0, verified.stderr);
  const diff = await workplace.run(['diff', 'latest', 'live']);
  assert.equal(diff.exit, 0, diff.stdout);
});
