import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEntry } from '../../core/audit/audit-record.ts';
import { storeFailed } from '../blob/blob-error.ts';
import { createFaultyBlobStore } from '../blob/faulty-blob-store.ts';
import { createSampleVault, flipped, type SampleVault } from '../sample-vault.fixture.ts';
import { formatLine, hashLine } from './audit-batch.ts';
import { batchName } from './audit-name.ts';
import { readAuditRecords } from './read-records.ts';

const DAY = ['20260507', '20260508', '20260509', '20260510'] as const;
const opened: AuditEntry = {
  event: 'opened',
  principal: { type: 'user', name: 'ann' },
  host: 'desk',
  process: 7,
  tool: 'holdfast 0',
};
const began = (action: string): AuditEntry => ({ event: 'began', act: 1, action, effect: 'changes', given: {} });

const streamOf = (day: string, letter: string): string => `${day}T000000000Z-${letter.repeat(16)}`;

/** Puts a batch of these entries, each with its hour on 10 May. */
function put(
  sample: SampleVault,
  place: { readonly stream: string; readonly number?: number },
  entries: readonly (readonly [number, AuditEntry])[],
): Promise<string> {
  const { stream, number = 0 } = place;
  const lines = entries.map(([hour, entry]) => formatLine(entry, hourAt(hour), null));
  return sample.putDocument({
    type: 'audit',
    name: batchName(stream, number),
    header: { stream, at: hourAt(0), count: lines.length, previous: null },
    signer: 'writer',
    sealed: { secretClass: 'meta', content: { lines } },
  });
}

const hourAt = (hour: number): string => `2026-05-10T${String(hour).padStart(2, '0')}:00:00.000Z`;

async function read(sample: SampleVault, range: Parameters<typeof readAuditRecords>[1] = {}) {
  return Array.fromAsync(readAuditRecords(await sample.context(['reader']), range));
}

test('records of all streams come in the order of their time, with what their stream says of its process', async () => {
  const sample = await createSampleVault();
  const [a, b] = [streamOf(DAY[3], 'a'), streamOf(DAY[3], 'b')];
  const first = await put(sample, { stream: a }, [
    [1, opened],
    [4, began('one')],
  ]);
  const second = await put(sample, { stream: a, number: 1 }, [[2, began('two')]]);
  // The opening of this one is gone.
  const third = await put(sample, { stream: b, number: 1 }, [
    [3, began('three')],
    [4, began('four')],
  ]);
  const { keyring } = await sample.context([]);
  const signer = { role: 'writer', fingerprint: keyring.signers.find(({ role }) => role === 'writer')?.fingerprint };
  const expected = (
    [
      [first, a, 0, 1, opened, opened],
      [second, a, 0, 2, began('two'), opened],
      [third, b, 0, 3, began('three'), undefined],
      [first, a, 1, 4, began('one'), opened],
      [third, b, 1, 4, began('four'), undefined],
    ] as const
  ).map(([batch, stream, index, hour, entry, of]) => {
    const line = formatLine(entry, hourAt(hour), null);
    const record = { previous: null, at: hourAt(hour), ...entry };
    const common = { record, line, hash: hashLine(line), batch, index, stream, time: hourAt(0), signer };
    return of === undefined ? common : { ...common, opened: { previous: null, at: hourAt(1), ...of } };
  });
  assert.deepEqual(await read(sample), expected);
});

test('records are kept from a time on, and until before another', async () => {
  const sample = await createSampleVault();
  const hours = [1, 2, 3, 4].map((hour) => [hour, began(String(hour))] as const);
  await put(sample, { stream: streamOf(DAY[3], 'a') }, [[0, opened], ...hours]);
  const hoursOf = async (range: Parameters<typeof readAuditRecords>[1]) =>
    (await read(sample, range)).map(({ record, opened: of }) => [Number(record.at.slice(11, 13)), of !== undefined]);
  assert.deepEqual(await hoursOf({ since: hourAt(2), until: hourAt(4) }), [
    [2, true],
    [3, true],
  ]);
  assert.deepEqual(await hoursOf({ since: hourAt(4) }), [[4, true]]);
  assert.deepEqual(await hoursOf({ until: hourAt(1) }), [[0, true]]);
  assert.deepEqual(await hoursOf({ since: 'tomorrow' }), [], 'what is no time is compared as it is');
});

test('streams are read that were opened two days before or later, for a clock may be a day off', async () => {
  const sample = await createSampleVault();
  for (const [index, day] of DAY.entries())
    await put(sample, { stream: streamOf(day, String(index)) }, [[12, began(day)]]);
  await sample.store.put('audit/notes', Buffer.from('x'));
  const asked: string[] = [];
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => void (operation === 'find' && name.startsWith('audit/') && asked.push(name)),
  });
  const context = await sample.context(['reader'], { store });
  const actionsSince = async (since: string) =>
    (await Array.fromAsync(readAuditRecords(context, { since }))).map(({ record }) =>
      'action' in record ? record.action : '',
    );
  assert.deepEqual(await actionsSince('2026-05-10T00:00:00.000Z'), [DAY[1], DAY[2], DAY[3]]);
  assert.deepEqual(
    asked.splice(0),
    [1, 2, 3].map((index) => batchName(streamOf(DAY[index] ?? '', String(index)), 0)),
  );
  assert.deepEqual(await actionsSince('2026-05-10T00:00:00.001Z'), [DAY[2], DAY[3]]);
  asked.splice(0);
  await Array.fromAsync(readAuditRecords(context, {}));
  assert.equal(asked.length, 5);
});

test('what is not genuine or does not open to records is passed over', async () => {
  const sample = await createSampleVault();
  const stream = streamOf(DAY[3], 'a');
  const harmed = await put(sample, { stream, number: 1 }, [[1, began('one')]]);
  const bytes = await sample.store.get(harmed);
  await sample.store.delete(harmed);
  await sample.store.put(harmed, flipped(bytes));
  const header = { stream, at: hourAt(0), count: 1, previous: null };
  const sealed = { secretClass: 'meta', content: { lines: ['no record'] } } as const;
  await sample.putDocument({ type: 'audit', name: batchName(stream, 2), header, signer: 'writer', sealed });
  await put(sample, { stream, number: 3 }, [[2, began('two')]]);
  assert.deepEqual(
    (await read(sample)).map(({ batch, opened: of }) => [batch, of]),
    [[batchName(stream, 3), undefined]],
  );
});

test('without a key nothing is read; a store that fails is an error', async () => {
  const sample = await createSampleVault();
  await put(sample, { stream: streamOf(DAY[3], 'a') }, [[0, opened]]);
  await assert.rejects(Array.fromAsync(readAuditRecords(await sample.context([]), {})), {
    code: 'KEY_MISSING',
    message: /^Reading the audit trail needs writer\.key/,
  });
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'find' && name.startsWith('audit/'))
        throw storeFailed({ operation: 'read a batch', place: 'memory', cause: undefined });
    },
  });
  await assert.rejects(Array.fromAsync(readAuditRecords(await sample.context(['reader'], { store }), {})), {
    code: 'STORE_FAILED',
  });
});
