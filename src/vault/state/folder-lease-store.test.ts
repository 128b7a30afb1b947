import assert from 'node:assert/strict';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Lease } from '../../app/ports/runs.ts';
import { type Clock, formatInstant } from '../../platform/clock.ts';
import { createManualClock, type ManualClock } from '../../platform/manual-clock.ts';
import { systemRandom } from '../../platform/random.ts';
import { createFolderLeaseStore } from './folder-lease-store.ts';
import { encodeLeaseRecord } from './lease-record.ts';
import { RENEW_EVERY_MS } from './renewed-lease.ts';

const startMs = Date.UTC(2026, 4, 10);
const record = { organization: 'acme', holder: 'ada', since: 'yesterday', nonce: 'n', renewals: 1, renewedAt: '' };

interface Scene {
  readonly folder: string;
  /** Of the lease on `acme`. */
  readonly path: string;
  readonly clock: ManualClock;
  acquire(holder?: string, clock?: Clock): Promise<Lease>;
  readonly names: () => Promise<string[]>;
}

async function open(t: TestContext): Promise<Scene> {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-lease-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const folder = join(home, 'a', 'state');
  const clock = createManualClock(startMs);
  return {
    folder,
    path: join(folder, 'leases', 'acme'),
    clock,
    acquire: (holder = 'bob', own = clock) =>
      createFolderLeaseStore({ folder, clock: own, random: systemRandom }).acquire({ organization: 'acme', holder }),
    names: () => readdir(join(folder, 'leases')),
  };
}

/** Puts a lease file that nobody holds. */
async function leave({ folder, path }: Scene, bytes: Uint8Array): Promise<void> {
  await mkdir(join(folder, 'leases'), { recursive: true });
  await writeFile(path, bytes);
}

/** A clock whose pauses pass at once, after `during` has done its part. */
function hurried(clock: ManualClock, during: (pause: number) => Promise<void> = async () => undefined) {
  const pauses: number[] = [];
  const own: Clock = {
    ...clock,
    sleep: async (durationMs, signal) => {
      if (durationMs === RENEW_EVERY_MS) return clock.sleep(durationMs, signal);
      pauses.push(durationMs);
      await during(pauses.length);
      await clock.advance(durationMs);
    },
  };
  return { clock: own, pauses };
}

test('the lease file says who holds it, and how often it was renewed', async (t) => {
  const scene = await open(t);
  const { clock, path } = scene;
  const lease = await scene.acquire('ada');
  const read = async () => JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  const { nonce, ...first } = await read();
  assert.match(String(nonce), /^[0-9a-f-]{36}$/);
  const since = formatInstant(startMs);
  assert.deepEqual(first, { organization: 'acme', holder: 'ada', since, renewals: '0000000000', renewedAt: since });
  for (const renewals of ['0000000001', '0000000002']) {
    await clock.advance(RENEW_EVERY_MS);
    await clock.whenSleeping(1);
    assert.deepEqual(await read(), { ...first, nonce, renewals, renewedAt: clock.now() });
  }
  assert.deepEqual(await scene.names(), ['acme']);
  await lease.release();
  assert.deepEqual(await scene.names(), []);
});

test('a lease that was renewed within the last minute is refused at once, one of a minute ago is watched', async (t) => {
  for (const [ageMs, isWatched] of [
    [0, false],
    [59_999, false],
    [60_000, true],
    [-1, true],
  ] as const) {
    const scene = await open(t);
    await leave(scene, encodeLeaseRecord({ ...record, renewedAt: formatInstant(startMs - ageMs) }));
    const { clock, pauses } = hurried(scene.clock);
    const acquiring = scene.acquire('bob', clock);
    if (isWatched) {
      await (await acquiring).release();
      assert.deepEqual(pauses, Array(6).fill(10_000));
    } else {
      await assert.rejects(acquiring, {
        code: 'RUN_ACTIVE',
        message: 'Another run is changing acme: ada since yesterday.',
      });
      assert.deepEqual(pauses, []);
    }
  }
});

test('a lease that goes away while it is watched is taken at once', async (t) => {
  const scene = await open(t);
  await leave(scene, encodeLeaseRecord(record));
  const { clock, pauses } = hurried(scene.clock, (pause) => (pause === 2 ? rm(scene.path) : Promise.resolve()));
  const lease = await scene.acquire('bob', clock);
  assert.equal(pauses.length, 2);
  assert.equal(lease.isSafeToSend(), true);
  await lease.release();
});

test('a lease that changes while it is watched is alive, and whoever holds it now is named', async (t) => {
  const changes = [
    [encodeLeaseRecord({ ...record, holder: 'carol' }), 'carol since yesterday'],
    [Buffer.from('half a rec'), 'ada since yesterday'],
  ] as const;
  for (const [bytes, who] of changes) {
    const scene = await open(t);
    await leave(scene, encodeLeaseRecord(record));
    const { clock, pauses } = hurried(scene.clock, (pause) =>
      pause === 3 ? writeFile(scene.path, bytes) : Promise.resolve(),
    );
    await assert.rejects(scene.acquire('bob', clock), {
      code: 'RUN_ACTIVE',
      message: `Another run is changing acme: ${who}.`,
    });
    assert.equal(pauses.length, 3);
    assert.deepEqual(await scene.names(), ['acme']);
  }
});

test('a stale lease that is taken leaves nothing of the old one, and is counted from the taking', async (t) => {
  const scene = await open(t);
  await leave(scene, encodeLeaseRecord(record));
  const lease = await scene.acquire('bob', hurried(scene.clock).clock);
  assert.deepEqual(await scene.names(), ['acme']);
  assert.match(await readFile(scene.path, 'utf8'), /"holder":"bob","since":"2026-05-10T00:01:00\.000Z"/);
  assert.equal(lease.isSafeToSend(), true);
  await lease.release();
});

test('a release leaves the lease of whoever took over', async (t) => {
  const scene = await open(t);
  const lease = await scene.acquire('ada');
  await rm(scene.path);
  await lease.release();
  const again = await scene.acquire('ada');
  const aside = join(scene.folder, 'aside');
  await link(scene.path, aside);
  await rm(scene.path);
  await writeFile(scene.path, 'of carol');
  await again.release();
  assert.equal(await readFile(scene.path, 'utf8'), 'of carol');
});

test('a holder whose lease file is gone is unsafe from its next renewal on', async (t) => {
  const scene = await open(t);
  const lease = await scene.acquire('ada');
  await rm(scene.path);
  assert.equal(lease.isSafeToSend(), true);
  await scene.clock.advance(RENEW_EVERY_MS);
  while (lease.isSafeToSend()) await new Promise<void>((resolve) => setImmediate(resolve));
  await lease.release();
  assert.deepEqual(await scene.names(), []);
});

test('the state folder is made for its owner only, with all above it', async (t) => {
  const scene = await open(t);
  await (await scene.acquire()).release();
  for (const path of [scene.folder, join(scene.folder, 'leases')]) assert.equal((await stat(path)).mode & 0o777, 0o700);
});

test('what keeps the lease from being taken is told as a failure of the state folder', async (t) => {
  const scene = await open(t);
  await mkdir(join(scene.folder, '..'), { recursive: true });
  await writeFile(scene.folder, 'a file');
  await assert.rejects(scene.acquire(), {
    code: 'STORE_FAILED',
    message: new RegExp(`^The state folder ${scene.folder} .*take the lease on acme`),
  });
  await rm(scene.folder);
  await mkdir(scene.path, { recursive: true });
  await assert.rejects(scene.acquire(), { code: 'STORE_FAILED', message: /take the lease on acme \(.*EISDIR/ });
  assert.deepEqual(await scene.names(), ['acme']);
});
