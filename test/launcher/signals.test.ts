import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/platform/clock.ts';
import { createBackedWorkplace, type Workplace } from '../harness/run-holdfast.ts';

const launcher = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));
/** Makes the launcher believe that this Node is too old, so that it hands over to the one of this checkout. */
const OLD_NODE = "Object.defineProperty(process.versions, 'node', { value: '20.20.2' });\n";

interface Started {
  readonly child: ChildProcess;
  /** Resolves when stderr has something that matches. */
  said(pattern: RegExp): Promise<void>;
  /** The exit status and all of stderr. */
  readonly ended: Promise<{ readonly exit: unknown; readonly stderr: string }>;
}

/** The launcher as the leader of a process group, without a terminal, as `timeout` and CI start it. */
async function startGroup({ folder, environment }: Workplace, argv: readonly string[]): Promise<Started> {
  const oldNode = join(folder, 'old-node.cjs');
  await writeFile(oldNode, OLD_NODE);
  const child = spawn(process.execPath, ['--require', oldNode, launcher, ...argv], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const closed = once(child, 'close');
  return {
    child,
    async said(pattern) {
      while (!pattern.test(text)) {
        assert.ok(child.exitCode === null, `ended without ${String(pattern)}: ${text}`);
        await Promise.race([once(child.stderr, 'data'), closed]);
      }
    },
    ended: closed.then(([exit]: unknown[]) => ({ exit, stderr: text })),
  };
}

function signalGroup({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  assert.ok(pid !== undefined);
  if (exitCode === null && signalCode === null) process.kill(-pid, signal);
}

test('a signal to the whole process group, launcher and all, is one asking: what was read is kept, the trail is closed', async (t) => {
  const workplace = await createBackedWorkplace(t, { latencyMs: 100 });
  for (const [signal, exit, said] of [
    ['SIGTERM', 143, /Terminated/],
    ['SIGINT', 130, /Interrupted/],
    ['SIGHUP', 143, /Terminated/],
  ] as const) {
    const { child, ...backup } = await startGroup(workplace, ['backup']);
    await backup.said(/Reading/);
    signalGroup(child, signal);
    const ended = await backup.ended;
    assert.equal(ended.exit, exit, `${signal}: ${ended.stderr}`);
    assert.match(ended.stderr, said);
  }
  const { document } = await workplace.json('audit-list', ['audit', 'list', '--action', 'backup']);
  assert.deepEqual(
    document.actions.map(({ result }) => result),
    ['failed', 'failed', 'failed'],
    'none of them is open',
  );
});

test('who asks again after a while does not wait until things are put away', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const code = "require('fs').writeFileSync('hook.pid', String(process.pid)); setTimeout(() => {}, 60_000)";
  const hooks = { afterBackup: [{ command: [process.execPath, '-e', code], timeout: '1m' }] };
  await writeFile(join(workplace.folder, 'holdfast.yaml'), JSON.stringify({ hooks }));
  const { child, ...backup } = await startGroup(workplace, ['backup']);
  let isOver = false;
  const ended = backup.ended.finally(() => {
    isOver = true;
  });
  await backup.said(/Reading/);
  signalGroup(child, 'SIGINT');
  const readHook = (): Promise<string> => readFile(join(workplace.folder, 'hook.pid'), 'utf8').catch(() => '');
  while (!isOver && (await readHook()) === '') await systemClock.sleep(20);
  // A hook after the backup is not interrupted: without the second asking this would take its minute.
  for (
    const startMs = systemClock.monotonicMs();
    !isOver && systemClock.monotonicMs() - startMs < 30_000;
    await systemClock.sleep(50)
  )
    signalGroup(child, 'SIGINT');
  // It belongs to nobody now.
  process.kill(Number(await readHook()), 'SIGKILL');
  assert.ok(isOver, 'still there after half a minute of asking');
  const { exit, stderr } = await ended;
  assert.equal(exit, 130);
  assert.doesNotMatch(stderr, /Interrupted/);
});
