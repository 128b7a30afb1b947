import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { dumpDifferences } from '../../src/sim/apigee/index.ts';
import { storeFull } from '../../src/vault/blob/blob-error.ts';
import { createBackedWorkplace, type Workplace } from '../harness/run-holdfast.ts';
import { judgePoint } from './judge-point.ts';
import { closeShared, Scene } from './scene.ts';

const BACKUP = ['backup', '--revisions', 'all', '-o', 'json'];
const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--revisions', 'all', '--yes', '-o', 'json'];
const EXPIRY_TOLERANCE_MS = 120_000;

after(closeShared);

/** From the nth write on the store has no room. */
function fullFrom(scene: Scene, nth: number): void {
  let puts = 0;
  scene.sabotage = {
    store: {
      before: ({ operation, name }) => {
        if (operation !== 'put') return;
        puts += 1;
        if (puts >= nth) throw storeFull({ operation: `write ${name}`, place: 'store', cause: undefined });
      },
    },
  };
}

async function openScene(t: { after(fn: () => Promise<void>): void }): Promise<Scene> {
  const scene = await Scene.open({ seed: 'small' });
  t.after(() => scene.close());
  return scene;
}

test('a store that fills up at any write of a capture: 1, what to do, nothing lost, and the next capture is whole', async (t) => {
  const scene = await openScene(t);
  const first = await scene.run(BACKUP);
  assert.equal(first.exit, 0, first.stderr);
  scene.simulator.wreck();
  const dump = scene.dump();
  let nth = 1;
  for (; nth < 100; nth += 9) {
    fullFrom(scene, nth);
    const ended = await scene.run(BACKUP);
    scene.sabotage = {};
    if (ended.exit !== 1) break;
    assert.match(ended.stderr, /STORE_FULL, exit 1/);
    assert.match(ended.stderr, /next\s+Make room or raise the quota/);
  }
  assert.ok(nth > 10, 'several writes were refused');
  const clean = await scene.run(BACKUP);
  assert.equal(clean.exit, 0, clean.stderr);
  const said = JSON.parse(clean.stdout);
  const point = await scene.readPoint(said.point);
  assert.deepEqual(judgePoint({ before: dump, after: dump, point, said }), []);
  // The point of before is as good as ever.
  const verified = await scene.run(['verify', '--all-data']);
  assert.equal(verified.exit, 0, verified.stderr);
});

test('a store that fills up during a restore: before the first change 1, after it 3 with a report, and the next one ends it', async (t) => {
  const scene = await openScene(t);
  const { simulator } = scene;
  await scene.run(BACKUP);
  const whole = scene.dump();
  const exits = new Set<unknown>();
  for (const nth of [1, 5, 30, 40]) {
    simulator.wreck();
    simulator.log.reset();
    fullFrom(scene, nth);
    const ended = await scene.run(RESTORE);
    scene.sabotage = {};
    exits.add(ended.exit);
    const changed = simulator.log.mutations.some(({ committed }) => committed);
    assert.equal(ended.exit, changed ? 3 : 1, ended.stderr);
    assert.match(ended.stderr, /no room left to/);
    assert.match(ended.stderr, /Make room/);
    if (changed) assert.equal(JSON.parse(ended.stdout).status, 'partial');
    scene.time.leap(120_000);
    const again = await scene.run(RESTORE);
    assert.equal(again.exit, 0, again.stderr);
    assert.deepEqual(dumpDifferences(withoutOrder(whole), withoutOrder(scene.dump()), EXPIRY_TOLERANCE_MS), []);
  }
  assert.deepEqual(
    [...exits].toSorted((a, b) => Number(a) - Number(b)),
    [1, 3],
  );
});

function withoutOrder(lines: ReturnType<Scene['dump']>): ReturnType<Scene['dump']> {
  return lines.map((line) => {
    const { revisions } = line.value;
    return Array.isArray(revisions)
      ? { ...line, value: { ...line.value, revisions: revisions.map(String).sort() } }
      : line;
  });
}

/** Runs the launcher under a limit of the system: no file may grow beyond so many KiB. */
async function runLimited(workplace: Workplace, argv: readonly string[], fileKib: number) {
  const launcher = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));
  const child = spawn('bash', ['-c', `ulimit -f ${fileKib}; exec "$0" "$@"`, process.execPath, launcher, ...argv], {
    cwd: workplace.folder,
    env: { ...process.env, ...workplace.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exit: child.exitCode, stdout, stderr };
}

test('a file system that takes no more bytes is a full store, as a process of its own meets it', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const refused = await runLimited(workplace, ['backup', '-o', 'json'], 8);
  assert.equal(refused.exit, 1, refused.stderr);
  assert.match(refused.stderr, /STORE_FULL/);
  const taken = await workplace.json('backup', ['backup']);
  assert.equal(taken.exit, 0, taken.stderr);
  workplace.simulator.wreck();
  workplace.simulator.log.reset();
  const restored = await runLimited(workplace, ['restore', '--point', 'latest', '--yes', '-o', 'json'], 8);
  assert.equal(restored.exit, 1, restored.stderr);
  assert.match(restored.stderr, /STORE_FULL/);
  assert.deepEqual(workplace.simulator.log.mutations, [], 'nothing is sent without a journal');
  assert.equal((await workplace.run(['restore', '--point', 'latest', '--yes'])).exit, 0);
});
