import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '../../src/core/errors.ts';
import { generateSeed } from '../../src/sim/apigee/seeds/generated.ts';
import { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import { closeShared, Scene } from '../faults/scene.ts';
import { runsOf } from '../restore/stage.ts';
import { type Blobs, blobsNeeded, type Keys, readWhole, type WholeVault } from './harmed-vault.ts';
import { harms } from './harms.ts';

const ORGANIZATION = 'acme-prod';
const museum = fileURLToPath(new URL('../museum/v1', import.meta.url));

after(closeShared);

async function keysIn(folder: string): Promise<Keys> {
  const key = (role: string): Promise<string> => readFile(join(folder, `${role}.key`), 'utf8');
  return { writer: await key('writer'), reader: await key('reader'), restorer: await key('restorer') };
}

/** Two epochs and three points, one of them complete in each epoch. */
async function museumBlobs(): Promise<Blobs> {
  const folder = join(museum, 'vault');
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = async (path: string) => [path.slice(folder.length + 1), await readFile(path)] as const;
  return new Map(await Promise.all(files.sort().map(read)));
}

/** One epoch with two points, a run, and its safety point. */
async function restoredBlobs(): Promise<{ readonly blobs: Blobs; readonly keys: Keys }> {
  // Few resources, but of many kinds.
  const seedFunction = (organizationName: string) => generateSeed({ seed: 219, organizationName });
  const scene = await Scene.open({ seedFunction });
  try {
    const argv = ['--revisions', 'all', '-o', 'json'];
    assert.equal((await scene.run(['backup', ...argv])).exit, 0);
    scene.simulator.mutate({ seed: 219, count: 6 });
    assert.equal((await scene.run(['backup', ...argv])).exit, 0);
    const [first] = JSON.parse((await scene.run(['points', '-o', 'json'])).stdout).points;
    assert.equal((await scene.run(['restore', '--point', first.id, '--delete-extra', '--yes', ...argv])).exit, 0);
    const blobs = new Map<string, Uint8Array>();
    for await (const { name } of scene.store.list('')) blobs.set(name, await scene.store.get(name));
    return { blobs, keys: await keysIn(scene.keysFolder) };
  } finally {
    await scene.close();
  }
}

interface Case {
  readonly what: string;
  readonly name: string;
  readonly seed: number;
}

/** Each blob with each harm, in a random order. */
function casesOf(blobs: Blobs, seed: number): readonly Case[] {
  const random = new SeededRandom(seed);
  const all = [...blobs.keys()].flatMap((name) => Object.keys(harms).map((what) => ({ what, name })));
  return all
    .map((one) => ({ one, at: random.fraction() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }, index) => ({ ...one, seed: seed * 100_000 + index }));
}

/** Everything that must hold of a vault with one harm done to it. */
async function assertHonest(
  clean: WholeVault & { readonly needs: ReadonlyMap<string, ReadonlySet<string>> },
  vault: { readonly blobs: Blobs; readonly keys: Keys },
  { what, name, seed }: Case,
): Promise<boolean> {
  const harmed = harms[what]?.(vault.blobs, name, new SeededRandom(seed));
  if (harmed === undefined) return false;
  const told = `${name}: ${what} (seed ${seed})`;
  let found: WholeVault;
  try {
    found = await readWhole(harmed.blobs, vault.keys, ORGANIZATION);
  } catch (error) {
    // Without what the whole vault rests on nothing is shown at all.
    assert.ok(error instanceof HoldfastError && error.code !== 'INTERNAL', `${told}: ${String(error)}`);
    assert.match(harmed.hurt.join(' '), /vault\.json|keyring/, `${told}: ${error.message}`);
    return true;
  }
  const damaged = found.findings.filter((finding) => finding.type === 'damaged');
  for (const [point, digest] of clean.points) {
    const hurt = harmed.hurt.filter((blob) => clean.needs.get(point)?.has(blob) === true);
    const now = found.points.get(point);
    // Never anything but what was written: the same, refused, or not listed and named as damaged.
    if (now !== undefined && !now.startsWith('refused'))
      assert.equal(now, digest, `${told}: ${point} shows what nobody wrote`);
    if (hurt.length === 0) assert.equal(now, digest, `${told}: ${point} needs none of it and is not as before`);
    const isNamed = (blob: string): boolean =>
      damaged.some(({ object, points }) => object === blob && points.includes(point));
    const isUnlisted = now === undefined && hurt.some((blob) => /\/(points\/|epoch$)/.test(blob));
    for (const blob of hurt) {
      // What only a damaged table or index leads to cannot be found.
      const isHidden = hurt.some((other) => other !== blob && other.includes('/indexes/') && isNamed(other));
      const found = JSON.stringify(damaged);
      assert.ok(
        isNamed(blob) || isHidden || isUnlisted,
        `${told}: verify does not name ${blob} with ${point}: ${found}`,
      );
    }
  }
  // What is not a point of before is none now, and what verify names is what was hurt.
  for (const point of found.points.keys()) assert.ok(clean.points.has(point), `${told}: ${point} was never taken`);
  for (const { object } of damaged) {
    const epochs = harmed.hurt.filter((blob) => blob.endsWith('/epoch')).map((blob) => blob.slice(0, -'epoch'.length));
    const isMeant =
      harmed.hurt.includes(object) || object === harmed.extra || epochs.some((epoch) => object.startsWith(epoch));
    assert.ok(isMeant, `${told}: ${object} is called damaged`);
  }
  // Nothing in a vault tells of the newest manifest of an epoch but itself.
  const isNewest = what === 'dropped' && name === lastManifest(vault.blobs, name);
  // Nor of the last record of a run, without which it is one that did not end.
  const isLastOfRun = what === 'dropped' && name === lastRecord(vault.blobs, name);
  if (name.includes('/runs/') && !isLastOfRun)
    assert.ok(
      damaged.some(({ object }) => harmed.hurt.includes(object) || object === harmed.extra),
      `${told}: not named`,
    );
  const isNeeded = !isNewest && [...clean.needs.values()].some((needs) => harmed.hurt.some((blob) => needs.has(blob)));
  if (isNeeded) assert.ok(damaged.length > 0, `${told}: verify finds nothing`);
  for (const [run, digest] of clean.runs) {
    // A run whose report is lost is one that did not end: less is known of it, nothing false.
    if (what === 'dropped' && name.includes('/runs/')) continue;
    const now = found.runs.get(run);
    if (now !== undefined && !now.startsWith('refused'))
      assert.equal(now, digest, `${told}: run ${run} shows what nobody wrote`);
  }
  return true;
}

function lastRecord(blobs: Blobs, name: string): string | undefined {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  return [...blobs.keys()]
    .filter((other) => other.startsWith(folder))
    .sort()
    .at(-1);
}

function lastManifest(blobs: Blobs, name: string): string | undefined {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  if (!folder.endsWith('/points/')) return undefined;
  return [...blobs.keys()]
    .filter((other) => other.startsWith(folder))
    .sort()
    .at(-1);
}

async function harmEverywhere(
  vault: { readonly blobs: Blobs; readonly keys: Keys },
  { seed, most }: { readonly seed: number; readonly most: number },
): Promise<number> {
  const clean = await readWhole(vault.blobs, vault.keys, ORGANIZATION);
  const needs = await blobsNeeded(vault.blobs, vault.keys, ORGANIZATION);
  assert.ok(clean.findings.every(({ type }) => type === 'checked'));
  let done = 0;
  for (const one of casesOf(vault.blobs, seed)) {
    if (done >= most) break;
    if (await assertHonest({ ...clean, needs }, vault, one)) done += 1;
  }
  return done;
}

test('of a vault with two epochs, whatever blob is harmed in whatever way: named with its points, and nothing false is shown', async (t) => {
  const vault = { blobs: await museumBlobs(), keys: await keysIn(join(museum, 'keys')) };
  t.diagnostic(`${await harmEverywhere(vault, { seed: 1, most: runsOf(24) })} harms`);
});

test('of a vault with a run and its safety point, the same; and no journal says what was not written', async (t) => {
  const vault = await restoredBlobs();
  t.diagnostic(`${await harmEverywhere(vault, { seed: 2, most: runsOf(16) })} harms to ${vault.blobs.size} blobs`);
});
