import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditObject } from '../../core/audit/audit-objects.ts';
import type { AuditEntry } from '../../core/audit/audit-record.ts';
import { createManualClock } from '../../platform/manual-clock.ts';
import { storeFailed } from '../blob/blob-error.ts';
import { createFaultyBlobStore } from '../blob/faulty-blob-store.ts';
import {
  capture,
  createSampleVault,
  flipped,
  ORGANIZATION,
  revoke,
  type SampleVault,
} from '../sample-vault.fixture.ts';
import { formatLine, hashLine } from './audit-batch.ts';
import { batchName } from './audit-name.ts';
import { readAuditObjects, readBlobs, readManifestHeads } from './read-batches.ts';

const AT = '2026-05-10T00:00:00.000Z';
const STREAM = '20260510T000000000Z-aaaaaaaaaaaaaaaa';
const began: AuditEntry = { event: 'began', act: 1, action: 'backup', effect: 'changes', given: {} };
const opened: AuditEntry = {
  event: 'opened',
  principal: { type: 'user', name: 'ann' },
  host: 'h',
  process: 1,
  tool: 'test',
};
const declared: AuditEntry = { event: 'declared', act: 1, facts: { secret: 'no' } };

/** Puts a batch of these lines; its header is that of a good one unless it says otherwise. */
function put(
  sample: SampleVault,
  number: number,
  lines: unknown,
  header: { readonly stream?: string; readonly [field: string]: unknown } = {},
): Promise<string> {
  const count = Array.isArray(lines) ? lines.length : 0;
  const { stream = STREAM } = header;
  return sample.putDocument({
    type: 'audit',
    name: batchName(stream, number),
    header: { stream, at: AT, count, previous: null, ...header },
    signer: 'writer',
    sealed: { secretClass: 'meta', content: { lines } },
  });
}

async function read(
  sample: SampleVault,
  roles: Parameters<SampleVault['context']>[0] = ['reader'],
): Promise<readonly AuditObject[]> {
  return readAuditObjects(await sample.context(roles));
}

const malformed = (objects: readonly AuditObject[]) =>
  objects.map((object) => (object.state === 'genuine' ? object.malformed : object.kind));

test('a batch is described by all that its header says, and by its records without what they say', async () => {
  const clock = createManualClock(Date.UTC(2026, 5, 1));
  const sample = await createSampleVault({ clock, attestsTime: true });
  const first = formatLine(began, AT, null);
  const heads = [{ name: 'audit/x/000001', hash: 'x' }];
  const continues = { name: 'audit/y/000001', hash: 'y' };
  const opening = await put(sample, 0, [first], { heads, continues });
  const line = formatLine(opened, AT, hashLine(first));
  const previous = { name: opening, hash: 'z' };
  const next = await put(sample, 1, [line], { previous, last: true, spooled: true });
  const { keyring } = await sample.context([]);
  const fingerprint = keyring.signers.find(({ role }) => role === 'writer')?.fingerprint;
  const objects = await read(sample);
  const common = {
    state: 'genuine',
    stream: STREAM,
    at: AT,
    time: '2026-06-01T00:00:00.000Z',
    count: 1,
    signer: { role: 'writer', fingerprint },
  };
  const plain = [
    { ...common, name: opening, number: 0, previous: null, heads, continues, last: false, spooled: false },
    { ...common, name: next, number: 1, previous, heads: [], last: true, spooled: true },
  ].map((object, index) => ({ ...object, hash: objects[index]?.hash }));
  const records = [[{ event: 'began', act: 1, action: 'backup' }], [{ event: 'opened' }]];
  assert.deepEqual(
    objects,
    plain.map((object, index) => ({ ...object, records: records[index] })),
  );
  assert.match(objects[0]?.hash ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual(await read(sample, []), plain, 'no key opens it');
});

test('a batch whose lines are not what its header says, or are none, is malformed', async () => {
  const good = formatLine(began, AT, null);
  const after = formatLine(declared, AT, hashLine(good));
  const cases = [
    [[good, after], {}, undefined],
    [[], {}, undefined],
    [[good, after], { count: 1 }, 'it has 2 records, and its header says 1'],
    [[good, formatLine(declared, AT, 'f'.repeat(64))], {}, 'its record 1 does not follow the one before it'],
    [[good, good], {}, 'its record 1 does not follow the one before it'],
    [['no JSON'], {}, 'is damaged: a line of it is no record.'],
    [['{"at":7,"event":"began"}'], {}, 'is damaged: a line of it is no record.'],
    [['{"at":"7"}'], {}, 'is damaged: a line of it is no record.'],
    ['no list', {}, 'is damaged: its body is not that of a batch of the audit trail.'],
    [[7], {}, 'is damaged: its body is not that of a batch of the audit trail.'],
  ] as const;
  const sample = await createSampleVault();
  for (const [lines, header, reason] of cases) {
    const name = await put(sample, 0, lines, header);
    const expected = reason?.startsWith('is damaged') === true ? `${name} ${reason}` : reason;
    assert.deepEqual(malformed(await read(sample)), [expected], JSON.stringify(lines));
    await sample.store.delete(name);
  }
});

test('lines follow one another from one batch to the next, where the batch before was read', async () => {
  const line = formatLine(began, AT, null);
  const follows = formatLine(declared, AT, hashLine(line));
  const strange = formatLine(declared, AT, 'f'.repeat(64));
  const wrong = 'its record 0 does not follow the one before it';
  const sample = await createSampleVault();
  const names = [await put(sample, 0, [line]), await put(sample, 1, [follows])];
  assert.deepEqual(malformed(await read(sample)), [undefined, undefined]);
  names.push(await put(sample, 2, [strange]));
  assert.deepEqual(malformed(await read(sample)), [undefined, undefined, wrong]);
  // Number 1 is gone: nobody knows what the line of number 2 follows.
  await sample.store.delete(names[1] ?? '');
  assert.deepEqual(malformed(await read(sample)), [undefined, undefined]);
  await sample.store.put(names[1] ?? '', Buffer.from('squatted'));
  assert.deepEqual(malformed(await read(sample)), [undefined, 'squatted', undefined]);
  await sample.store.delete(names[1] ?? '');
  await put(sample, 1, []);
  assert.deepEqual(malformed(await read(sample)), [undefined, undefined, undefined], 'it has no last line');

  const other = '20260511T000000000Z-bbbbbbbbbbbbbbbb';
  await put(sample, 3, [strange], { stream: other });
  assert.equal(malformed(await read(sample)).at(-1), undefined, 'another stream');
});

test('blobs are read in order, however many, and those that go meanwhile are left out', async () => {
  const sample = await createSampleVault();
  const names = Array.from({ length: 17 }, (_, index) => `audit/${String(index).padStart(2, '0')}`);
  for (const name of names) await sample.store.put(name, Buffer.from(name));
  const context = await sample.context([]);
  const blobs = await Array.fromAsync(sample.store.list('audit/'));
  await sample.store.delete('audit/03');
  const found = await Array.fromAsync(readBlobs(context, blobs));
  assert.deepEqual(
    found.map(({ name, bytes, createdAt }) => [name, Buffer.from(bytes).toString(), createdAt]),
    names.filter((name) => name !== 'audit/03').map((name) => [name, name, AT]),
  );
  assert.deepEqual(await Array.fromAsync(readBlobs(context, [])), []);
});

test('the heads of trusted manifests of all organizations and epochs are named by their manifests', async () => {
  for (const attestsTime of [false, true]) {
    const clock = createManualClock(Date.parse(AT));
    const sample = await createSampleVault({ clock, attestsTime });
    const header = (organization: string, point: string, endedAt: string) => ({
      point,
      organization,
      epoch: '000001',
      grade: 'complete',
      startedAt: AT,
      endedAt,
      wrote: [],
    });
    const putPoint = (organization: string, point: string, fields: { readonly [field: string]: unknown }) =>
      sample.putDocument({
        type: 'point',
        name: `orgs/${organization}/epochs/000001/points/20260510T000000000Z-${point}`,
        header: { ...header(organization, point, AT), ...fields },
        signer: 'writer',
      });
    const head = { name: 'audit/x/000001', hash: 'x' };
    const other = { name: 'audit/x/000002', hash: 'y' };
    const ended = attestsTime ? '2027-01-01T00:00:00.000Z' : AT;
    const first = await putPoint('acme', 'p1', { auditHeads: [head, other], endedAt: ended });
    await putPoint('acme', 'p2', { endedAt: ended });
    const second = await putPoint('beta', 'p3', { auditHeads: [other], endedAt: ended });
    await sample.store.put(first.replace('p1', 'p5'), flipped(await sample.store.get(first)));
    await clock.advance(1000);
    await putPoint('acme', 'p4', { auditHeads: [head], endedAt: attestsTime ? AT : clock.now() });
    await revoke(sample, 'writer', clock.now());
    assert.deepEqual(await readManifestHeads(await sample.context([])), [
      { ...head, by: first },
      { ...other, by: first },
      { ...other, by: second },
    ]);
  }
});

test('a store that fails is an error, of manifests as of batches', async () => {
  const sample = await createSampleVault();
  await put(sample, 0, []);
  await capture(await sample.open('writer'), sample.clock, [{ id: 'a', text: 'one' }]);
  for (const prefix of ['audit/', `orgs/${ORGANIZATION}/`]) {
    const store = createFaultyBlobStore(sample.store, {
      before: ({ operation, name }) => {
        if (operation === 'find' && name.startsWith(prefix))
          throw storeFailed({ operation: 'read a blob', place: 'memory', cause: undefined });
      },
    });
    const context = await sample.context(['reader'], { store });
    const reads = prefix === 'audit/' ? readAuditObjects(context) : readManifestHeads(context);
    await assert.rejects(reads, { code: 'STORE_FAILED' });
  }
});
