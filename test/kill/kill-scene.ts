import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kindNames } from '../../src/core/kinds/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import type { ApigeeSimulator, SeedName } from '../../src/sim/apigee/index.ts';
import { generateSeed } from '../../src/sim/apigee/seeds/generated.ts';
import { createVault } from '../../src/vault/create-vault.ts';
import { NEVER } from './never.ts';
import type { KilledCapture } from './capture-until.ts';
import { captureInto, folderStore, openWith, ORGANIZATION } from './captured-vault.ts';
import type { CaptureOrder, Keys } from './captured-vault.ts';
import { dumpIndependently, listIndependently } from './independent-reader.ts';

// Few resources, but of every kind: each kill costs two captures.
const SEED = 219;
const CAPTURES_PER_PROCESS = 12;
const PROCESSES_AT_ONCE = 2;
const program = fileURLToPath(new URL('./capture-until.ts', import.meta.url));

type Kill = KilledCapture['kill'];
type Order = Pick<CaptureOrder, 'checkpointEvery' | 'newEpoch'>;

/** Where captures are killed: a simulated organization, keys, and vaults in folders below one home. */
export interface KillStage {
  readonly home: string;
  readonly keysFolder: string;
  readonly keys: Keys;
  readonly endpoint: string;
  readonly simulator: ApigeeSimulator;
  close(): Promise<void>;
}

/** A stage whose folder `empty` has a vault without points; its organization is the tiny one when none is named. */
export async function openStage(seed?: SeedName): Promise<KillStage> {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-kill-'));
  const running = await startApigeeSimulator({
    organization: ORGANIZATION,
    port: 0,
    ...(seed === undefined
      ? { seedFunction: (organizationName: string) => generateSeed({ seed: SEED, organizationName }) }
      : { seed }),
  });
  const vault = await createVault({ clock: systemClock, random: systemRandom });
  await mkdir(join(home, 'empty'));
  await vault.write(folderStore(join(home, 'empty')));
  const keysFolder = join(home, 'keys');
  await mkdir(keysFolder);
  for (const [role, text] of Object.entries(vault.keyFiles)) await writeFile(join(keysFolder, `${role}.key`), text);
  return {
    home,
    keysFolder,
    keys: vault.keyFiles,
    endpoint: running.url,
    simulator: running.simulator,
    close: async () => {
      await running.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Captures into a vault of the stage with the writer's key alone, and is not killed. */
export async function captureOn(stage: KillStage, vaultFolder: string, order: Order = {}): Promise<string> {
  const { id, grade } = await captureInto(orderFor(stage, vaultFolder, order));
  assert.equal(grade, 'complete');
  return id;
}

function orderFor({ keys, endpoint }: KillStage, vaultFolder: string, order: Order): Omit<CaptureOrder, 'clock'> {
  return { ...order, vaultFolder, keys: { writer: keys.writer ?? '' }, endpoint };
}

/** A copy of a vault in the same stage. Blobs are never rewritten, so links will do; a blob that is would be found by its readers. */
export async function copyVault(from: string, to: string): Promise<string> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  await mkdir(to);
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await mkdir(join(to, path.slice(from.length)), { recursive: true });
  }
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) await link(path, join(to, path.slice(from.length)));
  }
  return to;
}

/** Starts the captures in one process; answers the signal that ended it and what it wrote. */
export function runKilled(
  { home }: KillStage,
  orders: readonly KilledCapture[],
): Promise<{ readonly signal: string | undefined; readonly stdout: string }> {
  // What was compiled once need not be compiled for every process.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(home, 'compiled') };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, JSON.stringify(orders)], { env }, (error, stdout, stderr) => {
      if (error === null) resolve({ signal: undefined, stdout });
      else if (typeof error.signal === 'string') resolve({ signal: error.signal, stdout });
      else reject(new Error(`the capture failed: ${stderr}`));
    });
  });
}

/** A capture of a base vault, and what must hold wherever it is killed. */
export interface KillScene {
  readonly stage: KillStage;
  readonly base: string;
  readonly order: Order;
  /** Points of the base with what the independent reader gives for each. */
  readonly earlier: ReadonlyMap<string, string>;
  /** What the independent reader gives for a capture that nobody kills, without request numbers, and its roots by kind. */
  readonly whole: string;
  readonly roots: readonly (string | undefined)[];
  readonly puts: number;
  readonly checkpoints: number;
}

/** Captures once without a kill, to know how many puts there are and what must come out. */
export async function prepareScene(stage: KillStage, base: string, order: Order): Promise<KillScene> {
  const folder = await copyVault(base, `${base}-unharmed`);
  const kill = { when: 'before', put: NEVER } as const;
  const { signal, stdout } = await runKilled(stage, [{ ...orderFor(stage, folder, order), kill }]);
  assert.equal(signal, undefined);
  const earlier = new Map<string, string>();
  for (const { point } of await listIndependently(base, stage.keysFolder)) {
    earlier.set(point, await dumpIndependently(base, stage.keysFolder, point));
  }
  const taken = (await listIndependently(folder, stage.keysFolder)).filter(({ point }) => !earlier.has(point));
  const complete = taken.filter(({ grade }) => grade === 'complete').map(({ point }) => point);
  assert.equal(complete.length, 1);
  const point = complete[0] ?? '';
  const whole = withoutRequestNumbers(await dumpIndependently(folder, stage.keysFolder, point));
  assert.ok(whole.length > 1000);
  const roots = await checkPoint(stage, folder, point);
  return { stage, base, order, earlier, whole, roots, puts: Number(stdout), checkpoints: taken.length - 1 };
}

/** Answers of portals carry a number of the request, which no two captures share. */
function withoutRequestNumbers(dump: string): string {
  return dump.replaceAll(/(\\"requestId\\":\\")[^"\\]+/g, '$1');
}

/** Asserts that nothing that belongs to the point (or to any) is damaged; answers its roots by kind. */
async function checkPoint(stage: KillStage, folder: string, point?: string): Promise<readonly (string | undefined)[]> {
  const vault = await openWith(folderStore(folder), stage.keys);
  const request = { organization: ORGANIZATION, allData: true, ...(point === undefined ? {} : { point }) };
  for await (const finding of vault.verify(request)) assert.equal(finding.type, 'checked', JSON.stringify(finding));
  if (point === undefined) return [];
  const reader = await vault.openPoint(ORGANIZATION, point);
  return kindNames.map((kind) => reader.root(kind));
}

/** Everything that must hold after a kill. */
async function assertSurvived(scene: KillScene, kill: Kill, folder: string): Promise<void> {
  const { stage, earlier } = scene;
  const listed = await listIndependently(folder, stage.keysFolder);
  for (const point of earlier.keys())
    assert.ok(
      listed.some((one) => one.point === point),
      `${point} is still there`,
    );
  for (const { point, grade } of listed) {
    const text = await dumpIndependently(folder, stage.keysFolder, point);
    const before = earlier.get(point);
    if (before !== undefined) assert.ok(text === before, `${point} reads as before, byte for byte`);
    // Else the killed capture left it: a checkpoint that reads, or, after the last put of all, the whole point.
    else if (grade !== 'interrupted') {
      assert.equal(withoutRequestNumbers(text), scene.whole, `${point} is whole`);
      // What a checkpoint holds, and so the number of puts, depends on the order of answers.
      if (scene.checkpoints === 0) assert.deepEqual(kill, { when: 'after', put: scene.puts });
    }
  }
  await checkPoint(stage, folder);

  const next = await captureOn(stage, folder, { ...scene.order, newEpoch: false });
  assert.deepEqual(await checkPoint(stage, folder, next), scene.roots, 'the next point has everything');
}

/** Kills before and after each put, checks what is left each time, and answers how often. */
export async function killEverywhere(scene: KillScene): Promise<number> {
  const kills = Array.from({ length: scene.puts }, (_, index) => index + 1).flatMap((put): readonly Kill[] => [
    { when: 'before', put },
    { when: 'after', put },
  ]);
  const batches = Array.from({ length: Math.ceil(kills.length / CAPTURES_PER_PROCESS) }, (_, index) =>
    kills.slice(index * CAPTURES_PER_PROCESS, (index + 1) * CAPTURES_PER_PROCESS),
  );
  const queue = batches.values();
  const work = async (): Promise<void> => {
    for (const batch of queue) await killBatch(scene, batch);
  };
  await Promise.all(Array.from({ length: PROCESSES_AT_ONCE }, work));
  return kills.length;
}

/** Kills one process in which each of several captures stands at its own point. */
async function killBatch(scene: KillScene, batch: readonly Kill[]): Promise<void> {
  const folderOf = ({ when, put }: Kill): string => `${scene.base}-${when}-${put}`;
  for (const kill of batch) await copyVault(scene.base, folderOf(kill));
  const orders = batch.map((kill) => ({ ...orderFor(scene.stage, folderOf(kill), scene.order), kill }));
  const { signal } = await runKilled(scene.stage, orders);
  assert.equal(signal, 'SIGKILL');
  for (const kill of batch) {
    await assertSurvived(scene, kill, folderOf(kill)).catch((cause: unknown) => {
      throw new Error(`killed ${kill.when} put ${kill.put} of ${scene.puts}`, { cause });
    });
    await rm(folderOf(kill), { recursive: true });
  }
}
