import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError } from '../core/errors.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { emptyTable } from './collections-table.ts';
import { PackCache } from './pack-cache.ts';
import { badRecord, epochPrefixOf, PointLog } from './point-log.ts';
import {
  capture,
  createSampleVault,
  flipped,
  ORGANIZATION,
  revoke,
  sampleKind,
  type SampleVault,
} from './sample-vault.fixture.ts';

const EPOCH = `orgs/${ORGANIZATION}/epochs/000001/`;
const nothing: ReadonlySet<string> = new Set();

/** A log over the vault as it is now, and the names of the blobs that it gets. */
async function logOf(sample: SampleVault) {
  const gets: string[] = [];
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => void (operation === 'get' && gets.push(name)),
  });
  const context = await sample.context(['writer'], { store });
  gets.length = 0;
  return { log: new PointLog(context, new PackCache(context)), gets };
}

/** Takes so many points; returns their ids. */
async function take(sample: SampleVault, count: number): Promise<readonly string[]> {
  const vault = await sample.open('writer');
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1)
    ids.push(await capture(vault, sample.clock, [{ id: 'a', text: `text ${number}` }]));
  return ids;
}

async function manifests(sample: SampleVault) {
  return Array.fromAsync(sample.store.list(`${EPOCH}points/`));
}

/** Puts other bytes in a blob's place. */
async function replace({ store }: SampleVault, name: string, bytes: Uint8Array): Promise<void> {
  await store.delete(name);
  await store.put(name, bytes);
}

test('all points of an epoch are read, oldest first, each manifest once', async () => {
  const sample = await createSampleVault();
  const ids = await take(sample, 18);
  const { log, gets } = await logOf(sample);
  const { records, damaged } = await log.readAll(EPOCH, nothing);
  assert.deepEqual(
    records.map(({ header }) => header.point),
    ids,
  );
  assert.deepEqual(damaged, []);
  const names = (await manifests(sample)).map(({ name }) => name);
  assert.deepEqual(gets.splice(0).toSorted(), names);
  assert.deepEqual((await log.readAll(EPOCH, nothing)).records, records);
  assert.deepEqual(gets, []);
  const some = await log.readAll(EPOCH, new Set(names.slice(1)));
  assert.deepEqual(some.records, records.slice(0, 1));
});

test('a record says where it lies, how large it is, who signed it and when', async () => {
  const sample = await createSampleVault();
  const [id] = await take(sample, 1);
  const [blob] = await manifests(sample);
  assert.ok(blob);
  const { log } = await logOf(sample);
  const record = await log.read(blob);
  const { fingerprint } = (await sample.context(['writer'])).getSigningKey('writer', 'x');
  const { name, sizeBytes, signer, time, timeAttested } = record;
  assert.deepEqual(
    { name, sizeBytes, signer, time, timeAttested, point: record.header.point },
    {
      name: blob.name,
      sizeBytes: blob.sizeBytes,
      signer: `writer ${fingerprint}`,
      time: '2026-05-10T00:01:00.000Z',
      timeAttested: false,
      point: id,
    },
  );
  assert.equal('signerRevoked' in record, false);
  assert.equal(epochPrefixOf(record), EPOCH);
  const table = await log.readTable(record);
  assert.deepEqual([...table.collections.keys()], [sampleKind.name]);
  assert.equal(await log.readTable({ ...record, body: { ...record.body, table: null } }), emptyTable);
});

test('where the store attests time, that is the order', async () => {
  const sample = await createSampleVault({ attestsTime: true });
  const [first, second] = await take(sample, 2);
  const [older] = await manifests(sample);
  assert.ok(older);
  await sample.clock.advance(60_000);
  await replace(sample, older.name, await sample.store.get(older.name));
  const { records } = await (await logOf(sample)).log.readAll(EPOCH, nothing);
  assert.deepEqual(
    records.map(({ header, time, timeAttested }) => [header.point, time, timeAttested]),
    [
      [second, '2026-05-10T00:02:00.000Z', true],
      [first, '2026-05-10T00:03:00.000Z', true],
    ],
  );
});

test('a manifest that cannot be trusted stands apart with what is wrong, and is passed over by who looks for the newest', async () => {
  const sample = await createSampleVault();
  const [first, , third] = await take(sample, 3);
  const [, blob] = await manifests(sample);
  assert.ok(blob);
  await replace(sample, blob.name, flipped(await sample.store.get(blob.name)));
  const { log } = await logOf(sample);
  const { records, damaged } = await log.readAll(EPOCH, nothing);
  const pointsOf = (list: typeof records) => list.map(({ header }) => header.point);
  assert.deepEqual(pointsOf(records), [first, third]);
  assert.deepEqual(
    damaged.map(({ name, error }) => [name, error.damaged, error instanceof IntegrityError]),
    [[blob.name, blob.name, true]],
  );
  assert.deepEqual(pointsOf(await Array.fromAsync(log.readNewestFirst(EPOCH))), [third, first]);
  await assert.rejects(log.read(blob), IntegrityError);
});

test('who looks for the newest point reads no older one', async () => {
  const sample = await createSampleVault();
  const [, newest] = await take(sample, 2);
  const { log, gets } = await logOf(sample);
  for await (const { header } of log.readNewestFirst(EPOCH)) {
    assert.equal(header.point, newest);
    break;
  }
  assert.deepEqual(gets, [(await manifests(sample))[1]?.name]);
});

test('a point of a revoked signer is read where that is accepted, and not because it was read so before', async () => {
  const sample = await createSampleVault();
  await take(sample, 1);
  const since = '2026-05-10T00:00:30.000Z';
  await revoke(sample, 'writer', since);
  const [blob] = await manifests(sample);
  assert.ok(blob);
  const { log, gets } = await logOf(sample);
  const accepted = await log.read(blob, { acceptRevoked: true });
  assert.equal(accepted.signerRevoked, since);
  const revoked = { code: 'SIGNER_REVOKED' };
  await assert.rejects(log.read(blob), revoked);
  assert.equal(await log.read(blob, { acceptRevoked: true }), accepted);
  assert.deepEqual(gets, [blob.name, blob.name]);
  const { records, damaged } = await log.readAll(EPOCH, nothing);
  assert.deepEqual([records, damaged.map(({ error }) => error.code)], [[], ['SIGNER_REVOKED']]);
});

test('a store that fails is an error, and no damage', async () => {
  const sample = await createSampleVault();
  await take(sample, 1);
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'get' && name.startsWith(EPOCH)) throw new Error('no way to the store');
    },
  });
  const context = await sample.context(['writer'], { store });
  const log = new PointLog(context, new PackCache(context));
  const failed = { message: 'no way to the store' };
  await assert.rejects(log.readAll(EPOCH, nothing), failed);
  await assert.rejects(Array.fromAsync(log.readNewestFirst(EPOCH)), failed);
});

test('a record that cannot be trusted is told as damage of its blob', () => {
  const { name, error } = badRecord({ name: 'orgs/x', why: 'nobody knows why' });
  assert.deepEqual(
    [name, error.damaged, error.code, error.message],
    ['orgs/x', 'orgs/x', 'VAULT_DAMAGED', 'nobody knows why'],
  );
});
