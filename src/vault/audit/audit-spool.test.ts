import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemRandom } from '../../platform/random.ts';
import { batchName } from './audit-name.ts';
import { AuditSpool } from './audit-spool.ts';

const [EARLY, LATE] = ['20260509T000000000Z-aaaaaaaaaaaaaaaa', '20260510T000000000Z-bbbbbbbbbbbbbbbb'];

/** A spool in a folder that is not there yet. */
async function createSpool(t: TestContext): Promise<AuditSpool> {
  const parent = await mkdtemp(join(tmpdir(), 'holdfast-spool-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  return new AuditSpool(join(parent, 'vault'), systemRandom);
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

test('where nothing ever waited there is nothing, and looking makes no folder', async (t) => {
  const spool = await createSpool(t);
  assert.deepEqual(await spool.list(), []);
  assert.deepEqual(await readdir(join(spool.folder, '..')), []);
});

test('what waits is listed in the order of streams and numbers, and comes back as it was put', async (t) => {
  const spool = await createSpool(t);
  const names = [batchName(EARLY, 1), batchName(LATE, 0), batchName(LATE, 1)];
  for (const name of names.toReversed()) assert.equal(await spool.put(name, bytesOf(name)), 'created');
  assert.deepEqual(await spool.list(), names);
  for (const name of names) assert.equal(Buffer.from(await spool.get(name)).toString(), name);
  assert.deepEqual((await readdir(join(spool.folder, 'audit'))).toSorted(), [EARLY, LATE]);
});

test('a batch that waits is not put in the place of another', async (t) => {
  const spool = await createSpool(t);
  const name = batchName(EARLY, 0);
  await spool.put(name, bytesOf('first'));
  assert.equal(await spool.put(name, bytesOf('second')), 'exists');
  assert.equal(Buffer.from(await spool.get(name)).toString(), 'first');
});

test('what is removed waits no more; a stream of which nothing waits leaves no folder', async (t) => {
  const spool = await createSpool(t);
  const [one, two, other] = [batchName(EARLY, 0), batchName(EARLY, 1), batchName(LATE, 0)];
  for (const name of [one, two, other]) await spool.put(name, bytesOf('x'));
  await spool.remove(one);
  assert.deepEqual(await spool.list(), [two, other]);
  await spool.remove(one);
  await spool.remove(two);
  assert.deepEqual(await spool.list(), [other]);
  assert.deepEqual(await readdir(join(spool.folder, 'audit')), [LATE]);
});
