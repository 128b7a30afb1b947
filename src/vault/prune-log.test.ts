import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PruneStep } from '../app/ports/retention.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import { storeFailed } from './blob/blob-error.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { encodeStep, PruneLog } from './prune-log.ts';
import { createSampleVault, flipped, ORGANIZATION, revoke, type SampleVault } from './sample-vault.fixture.ts';

const PREFIX = `orgs/${ORGANIZATION}/prunes/`;
const AT = '2026-05-10T00:00:00.000Z';
const createdMs = Date.UTC(2026, 4, 1);
const created = '2026-05-01T00:00:00.000Z';
const policy = {
  hourly: 1,
  daily: 2,
  weekly: 3,
  monthly: 4,
  yearly: 5,
  minimumVerified: 6,
  guaranteedDays: 7,
  zone: 'UTC',
};
const mark: Extract<PruneStep, { step: 'mark' }> = {
  step: 'mark',
  policy,
  graceDays: 8,
  points: [
    { point: 'p1', name: 'n1', hash: 'h1', time: AT },
    { point: 'p2', name: 'n2', time: AT },
  ],
  objects: [{ name: 'pack', sizeBytes: 9, createdMs }],
  kept: [{ point: 'p3', rules: ['daily'] }],
};
const sweep: Extract<PruneStep, { step: 'sweep' }> = {
  step: 'sweep',
  points: [
    { point: 'p1', name: 'n1', hash: 'h1' },
    { point: 'p2', name: 'n2' },
  ],
  objects: [{ name: 'pack', sizeBytes: 9, createdMs }],
};
const withdrawn: PruneStep = { step: 'withdrawn', names: ['n1'], why: 'held' };
const swept: Extract<PruneStep, { step: 'swept' }> = {
  step: 'swept',
  deleted: { objects: 3, bytes: 4 },
  left: [
    { name: 'pack', sizeBytes: 9, createdMs, why: 'held', until: AT },
    { name: 'other', sizeBytes: 1, createdMs, why: 'held' },
  ],
};

interface Draft {
  readonly step: PruneStep | { readonly step: string };
  readonly body?: unknown;
  readonly at?: unknown;
  readonly previous?: { readonly name: string; readonly hash: string };
}

/** Puts a document of a prune as the pruner could sign it, whatever it says. */
function put(sample: SampleVault, place: string, draft: Draft): Promise<string> {
  const { step, at = AT, previous } = draft;
  // The name of the step is all that some of them have.
  const body = draft.body ?? encodeStep(step as PruneStep);
  return sample.putDocument({
    type: 'prune',
    name: `${PREFIX}${place}`,
    header: { prune: Number(place.split('/')[0]), organization: ORGANIZATION, step: step.step, at, previous },
    signer: 'pruner',
    sealed: { secretClass: 'meta', content: body },
  });
}

async function logOf(sample: SampleVault): Promise<PruneLog> {
  return new PruneLog(await sample.context(['reader']));
}

/** Name and hash of a record that is there. */
async function headOf(sample: SampleVault, name: string): Promise<{ readonly name: string; readonly hash: string }> {
  const [blob] = await Array.fromAsync(sample.store.list(name));
  assert.ok(blob);
  return { name, hash: (await (await logOf(sample)).read(blob)).hash };
}

test('a step is stored with instants as text and without what it does not say', () => {
  assert.deepEqual(encodeStep(mark), {
    policy,
    graceDays: 8,
    points: mark.points,
    objects: [['pack', 9, created]],
    kept: mark.kept,
  });
  assert.deepEqual(encodeStep({ ...mark, giveUp: ['n9'] }), { ...encodeStep(mark), giveUp: ['n9'] });
  assert.deepEqual(encodeStep(sweep), { points: sweep.points, objects: [['pack', 9, created]] });
  assert.deepEqual(encodeStep(withdrawn), { names: ['n1'], why: 'held' });
  assert.deepEqual(encodeStep(swept), {
    deleted: { objects: 3, bytes: 4 },
    left: [
      { name: 'pack', bytes: 9, created, why: 'held', until: AT },
      { name: 'other', bytes: 1, created, why: 'held' },
    ],
  });
});

test('a chain of steps reads as it was written, by number and place, with who signed each', async () => {
  const sample = await createSampleVault();
  const names: string[] = [];
  const steps: readonly PruneStep[] = [{ ...mark, giveUp: ['n9'] }, sweep, withdrawn, swept];
  for (const [index, step] of steps.entries()) {
    const last = names.at(-1);
    const previous = last === undefined ? {} : { previous: await headOf(sample, last) };
    names.push(await put(sample, `000001/00000${index}-${index === 0 ? 'mark' : 'step'}`, { step, ...previous }));
  }
  const second = await put(sample, '000012/000000-mark', { step: mark });
  const { keyring } = await sample.context([]);
  const signer = `pruner ${keyring.signers.find(({ role }) => role === 'pruner')?.fingerprint}`;
  const log = await logOf(sample);
  const { prunes, untrusted } = await log.readAll(ORGANIZATION);
  assert.deepEqual(untrusted, []);
  assert.deepEqual(
    prunes.map(({ prune, records, strange }) => [prune, records.map(({ name }) => name), strange]),
    [
      [1, names, []],
      [12, [second], []],
    ],
  );
  const records = prunes.flatMap((prune) => prune.records);
  for (const [index, step] of [...steps, mark].entries()) {
    const { hash, name } = records[index] ?? { hash: '', name: '' };
    assert.match(hash, /^[0-9a-f]{64}$/);
    const previous = index === 0 || index === 4 ? undefined : records[index - 1]?.hash;
    assert.deepEqual(records[index], { ...step, name, hash, previous, at: AT, createdAt: undefined, signer });
  }
  assert.deepEqual(await log.readAll('acme-test'), { prunes: [], untrusted: [] });
});

test('a record that does not follow the one before it is named, and so is a prune without its mark', async () => {
  const sample = await createSampleVault();
  const first = await put(sample, '000001/000000-mark', { step: mark });
  const unchained = await put(sample, '000001/000001-step', { step: sweep });
  const followed = await headOf(sample, unchained);
  await put(sample, '000001/000002-step', { step: swept, previous: followed });
  const unmarked = await put(sample, '000002/000001-step', { step: sweep });
  const wrong = await put(sample, '000001/000003-step', {
    step: swept,
    previous: { name: first, hash: 'f'.repeat(64) },
  });
  const { prunes, untrusted } = await (await logOf(sample)).readAll(ORGANIZATION);
  assert.deepEqual(
    untrusted,
    [unchained, wrong, unmarked].map((name) => ({
      name,
      why: `${name} is damaged: it does not follow the record before it.`,
    })),
  );
  assert.deepEqual(
    prunes.map(({ records }) => records.length),
    [4, 1],
  );
});

test('swept is what a sweep names and nobody withdrew from it', async () => {
  const sample = await createSampleVault();
  await put(sample, '000001/000000-mark', { step: mark });
  await put(sample, '000001/000001-step', { step: sweep });
  await put(sample, '000001/000002-step', { step: withdrawn });
  await put(sample, '000001/000003-step', { step: swept });
  const later = '2026-05-20T00:00:00.000Z';
  await put(sample, '000002/000001-step', {
    step: { ...sweep, points: [{ point: 'p9', name: 'n9', hash: 'h9' }] },
    at: later,
  });
  await put(sample, '000003/000001-step', { step: { ...withdrawn, names: ['n9'] } });
  const { swept: found, untrusted } = await (await logOf(sample)).readSwept(ORGANIZATION);
  const { keyring } = await sample.context([]);
  const signer = `pruner ${keyring.signers.find(({ role }) => role === 'pruner')?.fingerprint}`;
  assert.deepEqual(untrusted, []);
  assert.deepEqual(found, [
    { point: 'p2', name: 'n2', prune: 1, sweptAt: AT, signer, isGivenUp: true },
    // Withdrawn in another prune: that says nothing of this one.
    { point: 'p9', name: 'n9', prune: 2, sweptAt: later, signer, isGivenUp: false },
  ]);
});

test('marks are read only where all is asked for, and each record once', async () => {
  const sample = await createSampleVault();
  await put(sample, '000001/000000-mark', { step: mark });
  await put(sample, '000001/000001-step', { step: sweep });
  const read: string[] = [];
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => void (operation === 'get' && name.startsWith(PREFIX) && read.push(name)),
  });
  const log = new PruneLog(await sample.context(['reader'], { store }));
  await log.readSwept(ORGANIZATION);
  assert.deepEqual(read, [`${PREFIX}000001/000001-step`]);
  await log.readAll(ORGANIZATION);
  await log.readAll(ORGANIZATION);
  assert.deepEqual(read.slice(1), [`${PREFIX}000001/000000-mark`]);
});

test('blobs of other names are no records', async () => {
  const sample = await createSampleVault();
  for (const place of [
    '1/000000-mark',
    '0000001/000000-mark',
    'a000001/000000-mark',
    '000001/000001-mark',
    '000001/000000-marks',
    '000001/x000000-mark',
    '000001/000001-step2',
    '000001/00001-step',
    '000001/a000001-step',
    '000001/notes',
    '000001/000001-step/more',
    '000001',
  ])
    await sample.store.put(`${PREFIX}${place}`, Buffer.from('x'));
  const log = await logOf(sample);
  assert.deepEqual(await log.readAll(ORGANIZATION), { prunes: [], untrusted: [] });
  assert.deepEqual(await log.readSwept(ORGANIZATION), { swept: [], untrusted: [] });
});

test('what the pruner signed and is no prune, and what is damaged, is named with the reason', async () => {
  const header = 'its header is not that of a prune';
  const body = (step: string): string => `its body is not that of a ${step}`;
  const object = (...fields: readonly unknown[]) => ({ points: [], objects: [fields] });
  const left = { name: 'pack', bytes: 1, created, why: 'held' };
  const cases: readonly (readonly [string, Draft, string])[] = [
    ['000001/000000-mark', { step: sweep }, header],
    ['000001/000001-step', { step: mark }, header],
    ['000001/000001-step', { step: { step: 'undone' }, body: {} }, header],
    ['000001/000001-step', { step: sweep, at: 7 }, header],
    ['000001/000000-mark', { step: mark, body: { ...encodeStep(mark), policy: { ...policy, zone: 7 } } }, body('mark')],
    ['000001/000000-mark', { step: mark, body: { ...encodeStep(mark), kept: [{ point: 'p3' }] } }, body('mark')],
    ['000001/000000-mark', { step: mark, body: { ...encodeStep(mark), points: sweep.points } }, body('mark')],
    ['000001/000001-step', { step: sweep, body: object('pack', 9, 'yesterday') }, body('sweep')],
    ['000001/000001-step', { step: sweep, body: object('pack', 9) }, body('sweep')],
    ['000001/000001-step', { step: sweep, body: object('pack', '9', created) }, body('sweep')],
    ['000001/000001-step', { step: sweep, body: { points: [{ point: 'p1' }], objects: [] } }, body('sweep')],
    ['000001/000001-step', { step: withdrawn, body: { names: ['n1'] } }, body('withdrawn')],
    ['000001/000001-step', { step: withdrawn, body: { names: 'n1', why: '' } }, body('withdrawn')],
    ['000001/000001-step', { step: swept, body: { deleted: { objects: 1 }, left: [] } }, body('swept')],
    [
      '000001/000001-step',
      { step: swept, body: { deleted: swept.deleted, left: [{ ...left, created: 'x' }] } },
      body('swept'),
    ],
    [
      '000001/000001-step',
      { step: swept, body: { deleted: swept.deleted, left: [{ ...left, until: 7 }] } },
      body('swept'),
    ],
  ];
  const sample = await createSampleVault();
  for (const [place, draft, reason] of cases) {
    const name = await put(sample, place, draft);
    const { prunes, untrusted } = await (await logOf(sample)).readAll(ORGANIZATION);
    assert.deepEqual(prunes, [], name);
    assert.deepEqual(untrusted, [{ name, why: `${name} is damaged: ${reason}.` }]);
    await sample.store.delete(name);
  }
  const name = await put(sample, '000001/000001-step', { step: sweep });
  const bytes = await sample.store.get(name);
  await sample.store.delete(name);
  await sample.store.put(name, flipped(bytes));
  const { swept: found, untrusted } = await (await logOf(sample)).readSwept(ORGANIZATION);
  assert.deepEqual([found, untrusted.map((record) => record.name)], [[], [name]]);
});

test('what cannot be trusted is told with the prune whose number it took', async () => {
  const sample = await createSampleVault();
  await put(sample, '000001/000000-mark', { step: mark });
  await put(sample, '000002/000000-mark', { step: mark });
  const junk = [1, 2, 3].map((prune) => `${PREFIX}00000${prune}/000001-step`);
  for (const name of junk) await sample.store.put(name, Buffer.from('junk'));
  const { prunes, untrusted } = await (await logOf(sample)).readAll(ORGANIZATION);
  assert.deepEqual(
    prunes.map(({ prune, strange }) => [prune, strange]),
    [
      [1, junk.slice(0, 1)],
      [2, junk.slice(1, 2)],
    ],
  );
  assert.deepEqual(
    untrusted.map(({ name }) => name),
    junk,
  );
});

test('however many records there are, all are read', async () => {
  const sample = await createSampleVault();
  const step: PruneStep = { step: 'withdrawn', names: [], why: '' };
  for (let number = 1; number <= 17; number += 1)
    await put(sample, `${String(number).padStart(6, '0')}/000001-step`, { step });
  const { prunes } = await (await logOf(sample)).readAll(ORGANIZATION);
  assert.deepEqual(
    prunes.map(({ prune }) => prune),
    Array.from({ length: 17 }, (_, index) => index + 1),
  );
});

test('where the store attests time a sweep is dated by it, and it says what a revoked pruner may have signed', async () => {
  for (const attestsTime of [false, true]) {
    const clock = createManualClock(Date.parse(AT));
    const sample = await createSampleVault({ clock, attestsTime });
    await clock.advance(1000);
    const storeTime = clock.now();
    await put(sample, '000001/000001-step', { step: sweep });
    await clock.advance(1000);
    const after = await put(sample, '000002/000001-step', { step: sweep, at: attestsTime ? AT : clock.now() });
    await revoke(sample, 'pruner', clock.now());
    const { swept: found, untrusted } = await (await logOf(sample)).readSwept(ORGANIZATION);
    assert.deepEqual(
      found.map(({ prune, sweptAt }) => [prune, sweptAt]),
      [
        [1, attestsTime ? storeTime : AT],
        [1, attestsTime ? storeTime : AT],
      ],
    );
    assert.deepEqual(
      untrusted.map(({ name }) => name),
      [after],
    );
    const [prune] = (await (await logOf(sample)).readAll(ORGANIZATION)).prunes;
    assert.equal(prune?.records[0]?.createdAt, attestsTime ? storeTime : undefined);
  }
});

test('a store that fails is an error', async () => {
  const sample = await createSampleVault();
  await put(sample, '000001/000001-step', { step: sweep });
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'get' && name.startsWith(PREFIX))
        throw storeFailed({ operation: 'read a prune', place: 'memory', cause: undefined });
    },
  });
  const log = new PruneLog(await sample.context(['reader'], { store }));
  await assert.rejects(log.readSwept(ORGANIZATION), { code: 'STORE_FAILED' });
});
