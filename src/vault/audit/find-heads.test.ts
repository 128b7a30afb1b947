import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditHead } from '../../core/audit/audit-record.ts';
import { createManualClock } from '../../platform/manual-clock.ts';
import { createFaultyBlobStore } from '../blob/faulty-blob-store.ts';
import { sha256Hex } from '../digest.ts';
import { createSampleVault, flipped, type SampleVault } from '../sample-vault.fixture.ts';
import type { VaultContext } from '../vault-context.ts';
import { type BatchDraft, encodeBatch } from './audit-batch.ts';
import { batchName } from './audit-name.ts';
import { findAuditHeads } from './find-heads.ts';

interface Trail {
  readonly sample: SampleVault;
  readonly context: VaultContext;
  /** Puts the genuine batches 0, 1, … of a stream; what is said of the opening is said of it alone. Returns their heads. */
  put(stream: string, count?: number, opening?: Partial<BatchDraft>): Promise<readonly AuditHead[]>;
  /** Puts one genuine batch; returns its head. */
  putOne(stream: string, draft?: Partial<BatchDraft>): Promise<AuditHead>;
  /** Puts what is no genuine batch. */
  squat(stream: string, number: number): Promise<void>;
}

/** A trail at noon of a day (`2026-05-10`). */
async function createTrail(today = '2026-05-10'): Promise<Trail> {
  const sample = await createSampleVault({ clock: createManualClock(Date.parse(`${today}T12:00:00.000Z`)) });
  const context = await sample.context(['writer']);
  const encode = (stream: string, draft: Partial<BatchDraft>): Promise<Uint8Array> => {
    const common = { stream, number: 0, at: sample.clock.now(), lines: [], previous: undefined, heads: [] };
    return encodeBatch(context, context.getAuditKey(['writer']), { ...common, last: false, spooled: false, ...draft });
  };
  const putOne: Trail['putOne'] = async (stream, draft = {}) => {
    const name = batchName(stream, draft.number ?? 0);
    const bytes = await encode(stream, draft);
    await sample.store.put(name, bytes);
    return { name, hash: sha256Hex(bytes) };
  };
  return {
    sample,
    context,
    putOne,
    put: async (stream, count = 1, opening = {}) => {
      const heads: AuditHead[] = [];
      for (let number = 0; number < count; number += 1)
        heads.push(await putOne(stream, { number, ...(number === 0 && opening) }));
      return heads;
    },
    squat: async (stream, number) => {
      await sample.store.put(batchName(stream, number), flipped(await encode(stream, { number })));
    },
  };
}

/** A stream that was opened on a day (`0510`, `20260510`) at some hour. */
function streamOf(day: string, letter = 'a'): string {
  return `${day.padStart(8, '2026')}T100000000Z-${letter.repeat(16)}`;
}

async function headsOf({ context }: Trail): Promise<readonly AuditHead[]> {
  return (await findAuditHeads(context)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

test('without a stream there is no head', async () => {
  assert.deepEqual(await headsOf(await createTrail()), []);
});

test('the heads are the last batches of the streams of today and yesterday, where one was opened today', async () => {
  const trail = await createTrail();
  await trail.put(streamOf('0508'));
  const [, , yesterday] = await trail.put(streamOf('0509'), 3);
  const [, today] = await trail.put(streamOf('0510'), 2);
  const [other] = await trail.put(streamOf('0510', 'b'));
  assert.deepEqual(await headsOf(trail), [yesterday, today, other]);
});

test('where the newest stream is of yesterday, one of the day before counts, and none that is older', async () => {
  const trail = await createTrail();
  await trail.put(streamOf('0507'));
  const [before] = await trail.put(streamOf('0508'));
  const [, yesterday] = await trail.put(streamOf('0509'), 2);
  assert.deepEqual(await headsOf(trail), [before, yesterday]);
});

test('where nothing was opened for days, the day before the newest stream counts, and none that is older', async () => {
  const trail = await createTrail();
  await trail.put(streamOf('0419'));
  const [before] = await trail.put(streamOf('0420'));
  const [newest] = await trail.put(streamOf('0421'));
  assert.deepEqual(await headsOf(trail), [before, newest]);
});

test('the day before the first of a month or of a year is of another', async () => {
  for (const [older, before, newest] of [
    ['20260227', '20260228', '20260301'],
    ['20251230', '20251231', '20260101'],
  ] as const) {
    const trail = await createTrail();
    await trail.put(streamOf(older));
    const [last] = await trail.put(streamOf(before));
    const [first] = await trail.put(streamOf(newest));
    assert.deepEqual(await headsOf(trail), [last, first], newest);
  }
});

test('a batch that an opening names is no head, unless the stream has grown since or its bytes are others', async () => {
  const trail = await createTrail();
  const [ofA] = await trail.put(streamOf('0509', 'a'));
  const [early, late] = await trail.put(streamOf('0509', 'b'), 2);
  const [ofC] = await trail.put(streamOf('0509', 'c'));
  assert.ok(ofA && early && late && ofC);
  const heads = [ofA, early, { ...ofC, hash: ofA.hash }];
  const [naming] = await trail.put(streamOf('0510'), 1, { heads });
  assert.deepEqual(await headsOf(trail), [late, ofC, naming]);
});

test('only the opening of a stream names heads, and one that was spooled names none', async () => {
  const trail = await createTrail();
  const [ofA] = await trail.put(streamOf('0509', 'a'));
  const [ofB] = await trail.put(streamOf('0509', 'b'));
  assert.ok(ofA && ofB);
  await trail.put(streamOf('0510', 'a'));
  const later = await trail.putOne(streamOf('0510', 'a'), { number: 1, heads: [ofA] });
  const [spooled] = await trail.put(streamOf('0510', 'b'), 1, { heads: [ofB], spooled: true });
  assert.deepEqual(await headsOf(trail), [ofA, ofB, later, spooled]);
});

test('what stands for the streams before it is a genuine opening in the store: none that was spooled, forged or lost', async () => {
  for (const spoil of [
    (trail: Trail, stream: string) => trail.put(stream, 1, { spooled: true }),
    (trail: Trail, stream: string) => trail.squat(stream, 0).then(() => trail.putOne(stream, { number: 1 })),
    (trail: Trail, stream: string) => trail.putOne(stream, { number: 1 }),
  ]) {
    const trail = await createTrail();
    await trail.put(streamOf('0502'));
    const [before] = await trail.put(streamOf('0503'));
    const [newest] = await trail.put(streamOf('0504'));
    await spoil(trail, streamOf('0510'));
    const heads = await headsOf(trail);
    assert.deepEqual(heads.slice(0, 2), [before, newest]);
    assert.deepEqual(
      heads.slice(2).map(({ name }) => name.slice(0, -1)),
      [`audit/${streamOf('0510')}/00000`],
    );
  }
});

test('where no opening counts, every stream that there is has a head', async () => {
  const trail = await createTrail();
  const all: (AuditHead | undefined)[] = [];
  for (const day of ['20240101', '20260201', '20260509', '20260510'])
    all.push(...(await trail.put(streamOf(day), 1, { spooled: true })));
  assert.deepEqual(await headsOf(trail), all);
});

test('a stream of a clock that is ahead hides nothing, and has a head where all are read', async () => {
  const trail = await createTrail();
  await trail.put(streamOf('0502'));
  const [before] = await trail.put(streamOf('0503'));
  const [newest] = await trail.put(streamOf('0504'));
  const [ahead] = await trail.put(streamOf('0511'));
  assert.deepEqual(await headsOf(trail), [before, newest, ahead]);
});

test('the last batch that is genuine is the head; a stream that has none is passed over, and other names too', async () => {
  const trail = await createTrail();
  const [, second] = await trail.put(streamOf('0510', 'a'), 2);
  await trail.squat(streamOf('0510', 'a'), 2);
  await trail.squat(streamOf('0510', 'b'), 0);
  await trail.sample.store.put('audit/20260510-notes', Buffer.from('x'));
  assert.deepEqual(await headsOf(trail), [second]);
});

test('a batch that is gone by the time it is read is passed over', async () => {
  const trail = await createTrail();
  const stream = streamOf('0510');
  const [, second] = await trail.put(stream, 3);
  const store = createFaultyBlobStore(trail.sample.store, {
    before: async ({ operation, name }) => {
      if (operation === 'find' && name === batchName(stream, 2)) await trail.sample.store.delete(name);
    },
  });
  const context = await trail.sample.context(['writer'], { store });
  assert.deepEqual(await findAuditHeads(context), [second]);
});

test('the heads of many streams are given in the order of their names', async () => {
  const trail = await createTrail();
  const all: (AuditHead | undefined)[] = [];
  for (let number = 0; number < 40; number += 1) {
    const stream = `20260510T100000000Z-${String(number).padStart(16, '0')}`;
    all.push(...(await trail.put(stream)));
  }
  assert.deepEqual(await findAuditHeads(trail.context), all);
});

test('no more of the trail is listed than must be', async () => {
  const [today, yesterday, before] = ['audit/20260510', 'audit/20260509', 'audit/20260508'];
  for (const [newest, listed] of [
    ['0510', [yesterday, today]],
    ['0509', [yesterday, today, before]],
    ['0508', [yesterday, today, 'audit/']],
  ] as const) {
    const trail = await createTrail();
    await trail.put(streamOf(newest));
    const prefixes: string[] = [];
    const store = createFaultyBlobStore(trail.sample.store, {
      before: ({ operation, name }) => void (operation === 'list' && prefixes.push(name)),
    });
    const context = await trail.sample.context(['writer'], { store });
    prefixes.length = 0;
    await findAuditHeads(context);
    assert.deepEqual(prefixes, listed, newest);
  }
});
