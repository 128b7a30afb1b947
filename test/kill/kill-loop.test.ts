import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { kindNames } from '../../src/core/kinds/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import type { RunningApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { generateSeed } from '../../src/sim/apigee/seeds/generated.ts';
import { createVault } from '../../src/vault/create-vault.ts';
import type { KilledCapture } from './capture-until.ts';
import { captureInto, folderStore, openWith, ORGANIZATION } from './captured-vault.ts';
import type { CaptureOrder, Keys } from './captured-vault.ts';
import { dumpIndependently, listIndependently } from './independent-reader.ts';

// Few resources, but of every kind: each kill costs a capture.
const SEED = 118;
const AT_ONCE = 3;
const program = fileURLToPath(new URL('./capture-until.ts', import.meta.url));

let home = '';
let keys: Keys = {};
let simulator: RunningApigeeSimulator;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-kill-'));
  simulator = await startApigeeSimulator({
    organization: ORGANIZATION,
    port: 0,
    seedFunction: (organizationName) => generateSeed({ seed: SEED, organizationName }),
  });
  const vault = await createVault({ clock: systemClock, random: systemRandom });
  keys = vault.keyFiles;
  await mkdir(join(home, 'empty'));
  await vault.write(folderStore(join(home, 'empty')));
  await mkdir(keysFolder());
  for (const [role, text] of Object.entries(vault.keyFiles)) await writeFile(join(keysFolder(), `${role}.key`), text);
});

after(async () => {
  await simulator.close();
  await rm(home, { recursive: true, force: true });
});

function keysFolder(): string {
  return join(home, 'keys');
}

type Order = Pick<CaptureOrder, 'checkpointEvery' | 'newEpoch'>;

function orderFor(vaultFolder: string, order: Order): CaptureOrder {
  return { ...order, vaultFolder, keys: { writer: keys.writer ?? '' }, endpoint: simulator.url };
}

/** Starts the capture in a process of its own; answers how it ended. */
function runKilled(order: KilledCapture): Promise<{ readonly signal: string | undefined; readonly stdout: string }> {
  // What was compiled once need not be compiled for every process.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(home, 'compiled') };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, JSON.stringify(order)], { env }, (error, stdout, stderr) => {
      if (error === null) resolve({ signal: undefined, stdout });
      else if (typeof error.signal === 'string') resolve({ signal: error.signal, stdout });
      else reject(new Error(`the capture failed: ${stderr}`));
    });
  });
}

interface Scene {
  readonly base: string;
  readonly order: Order;
  /** Points of the base with what the independent reader gives for each. */
  readonly earlier: ReadonlyMap<string, string>;
  /** What a capture that nobody kills gives. */
  readonly whole: string;
  readonly roots: readonly (string | undefined)[];
  readonly puts: number;
}

async function dumpsOf(folder: string): Promise<Map<string, string>> {
  const listed = await listIndependently(folder, keysFolder());
  const dumps = listed.map(async ({ point }) => [point, await dumpIndependently(folder, keysFolder(), point)] as const);
  return new Map(await Promise.all(dumps));
}

async function rootsOf(folder: string, point: string): Promise<readonly (string | undefined)[]> {
  const reader = await (await openWith(folderStore(folder), keys)).openPoint(ORGANIZATION, point);
  return kindNames.map((kind) => reader.root(kind));
}

/** Captures once without a kill, to know how many puts there are and what must come out. */
async function prepare(base: string, order: Order): Promise<Scene> {
  const folder = `${base}-unharmed`;
  await cp(base, folder, { recursive: true });
  const kill = { when: 'before', put: Number.MAX_SAFE_INTEGER } as const;
  const { signal, stdout } = await runKilled({ ...orderFor(folder, order), kill });
  assert.equal(signal, undefined);
  const earlier = await dumpsOf(base);
  const taken = (await listIndependently(folder, keysFolder())).filter(({ point }) => !earlier.has(point));
  const complete = taken.filter(({ grade }) => grade === 'complete').map(({ point }) => point);
  assert.equal(complete.length, 1);
  const point = complete[0] ?? '';
  const whole = await dumpIndependently(folder, keysFolder(), point);
  return { base, order, earlier, whole, roots: await rootsOf(folder, point), puts: Number(stdout) };
}

async function assertUndamaged(folder: string, expectedPoints: number): Promise<void> {
  const vault = await openWith(folderStore(folder), keys);
  let checkedPoints = 0;
  for await (const finding of vault.verify({ organization: ORGANIZATION, allData: true })) {
    assert.equal(finding.type, 'checked', JSON.stringify(finding));
    if (finding.type === 'checked') checkedPoints = finding.points.length;
  }
  assert.ok(checkedPoints >= expectedPoints, `${checkedPoints} points were checked`);
}

/** One kill and everything that must hold after it. */
async function killOnce(scene: Scene, kill: KilledCapture['kill']): Promise<void> {
  const folder = `${scene.base}-${kill.when}-${kill.put}`;
  await cp(scene.base, folder, { recursive: true });
  const { signal } = await runKilled({ ...orderFor(folder, scene.order), kill });
  assert.equal(signal, 'SIGKILL');

  for (const [point, text] of scene.earlier) {
    assert.ok((await dumpIndependently(folder, keysFolder(), point)) === text, `${point} reads as before`);
  }
  if (kill.when === 'after') {
    for (const { point, grade } of await listIndependently(folder, keysFolder())) {
      if (scene.earlier.has(point)) continue;
      // What the killed capture left is a checkpoint that reads, or, after the last put of all, the whole point.
      const text = await dumpIndependently(folder, keysFolder(), point);
      if (grade !== 'interrupted') assert.ok(text === scene.whole && kill.put === scene.puts);
    }
  }
  await assertUndamaged(folder, scene.earlier.size);

  const next = await captureInto(orderFor(folder, { ...scene.order, newEpoch: false }));
  assert.equal(next.grade, 'complete');
  assert.deepEqual(await rootsOf(folder, next.id), scene.roots);
  await assertUndamaged(folder, scene.earlier.size + 1);
  await rm(folder, { recursive: true });
}

/** Kills before and after each put, several captures at a time. */
async function killEverywhere(scene: Scene): Promise<number> {
  const kills = Array.from({ length: scene.puts }, (_, index) => index + 1).flatMap((put) => [
    { when: 'before' as const, put },
    { when: 'after' as const, put },
  ]);
  const queue = kills.values();
  const work = async (): Promise<void> => {
    for (const kill of queue) {
      await killOnce(scene, kill).catch((cause: unknown) => {
        throw new Error(`killed ${kill.when} put ${kill.put} of ${scene.puts}`, { cause });
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return kills.length;
}

test('a first capture killed before and after each put leaves no point or a whole one, and the next succeeds', async (t) => {
  const scene = await prepare(join(home, 'empty'), {});
  assert.equal(scene.earlier.size, 0);
  t.diagnostic(`${await killEverywhere(scene)} kill points in a first capture`);
});

test('a later capture killed before and after each put leaves the earlier points as they were', async (t) => {
  const base = join(home, 'one-point');
  await cp(join(home, 'empty'), base, { recursive: true });
  await captureInto(orderFor(base, {}));
  simulator.simulator.mutate({ seed: 5, count: 4 });
  const scene = await prepare(base, {});
  assert.equal(scene.earlier.size, 1);
  assert.ok(![...scene.earlier.values()].includes(scene.whole), 'the organization changed');
  t.diagnostic(`${await killEverywhere(scene)} kill points in a second capture`);
});

test('a capture with checkpoints that opens an epoch, killed before and after each put, harms nothing', async (t) => {
  const base = join(home, 'two-points');
  await cp(join(home, 'one-point'), base, { recursive: true });
  await captureInto(orderFor(base, {}));
  const scene = await prepare(base, { newEpoch: true, checkpointEvery: 14 });
  assert.equal(scene.earlier.size, 2);
  t.diagnostic(`${await killEverywhere(scene)} kill points in a capture with checkpoints`);
});
