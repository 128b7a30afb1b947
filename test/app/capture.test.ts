import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AcceptedGap } from '../../src/app/tally.ts';
import type { PointReader } from '../../src/app/ports/vault.ts';
import { RemoteError, UserError } from '../../src/core/errors.ts';
import type { Gap } from '../../src/core/ledger.ts';
import { createFurnishedStage, keyId } from './stage.ts';

const gap = (state: Gap['state'], at = ''): Gap => ({ at, state, reason: 'the reason' });

const rowOf = (point: PointReader, kind: string) =>
  point.details.ledger.find((row) => row.kind === kind) ?? assert.fail(`no row of ${kind}`);

const failure = (code: 'REMOTE_FAILED' | 'UNAUTHENTICATED', status = 500): RemoteError =>
  new RemoteError({ code, message: 'it failed', operation: 'GET', status });

for (const [state, grade] of [
  ['denied', 'partial'],
  ['failed', 'partial'],
  ['vanished', 'partial'],
  ['notApplicable', 'complete'],
  ['unreadable', 'complete'],
] as const) {
  test(`a gap that is ${state} makes the point ${grade}, and stands in the ledger by name`, async () => {
    const stage = await createFurnishedStage();
    stage.live.gaps.set('api-product', [gap(state, 'apiproducts/gold')]);
    const point = await stage.capture();
    assert.equal(point.details.grade, grade);
    const row = rowOf(point, 'api-product');
    assert.deepEqual([row.listed, row.captured, row[state]], [1, 0, 1]);
    assert.deepEqual(row.exceptions, [gap(state, 'apiproducts/gold')]);
    assert.equal(rowOf(point, 'developer').captured, 1, 'other kinds do not suffer');
  });
}

const accepted: readonly (readonly [string, Partial<AcceptedGap>, 'complete' | 'partial'])[] = [
  ['named', { at: 'apiproducts/gold' }, 'complete'],
  ['of the whole kind', {}, 'complete'],
  ['of another kind', { kind: 'developer' }, 'partial'],
  ['of another resource', { at: 'apiproducts/silver' }, 'partial'],
  ['that ran out', { until: '2026-05-01T00:00:00Z' }, 'partial'],
  ['that ran out, in another offset', { until: '2026-05-10T02:00:30+02:00' }, 'partial'],
];

for (const [name, change, grade] of accepted) {
  test(`an accepted gap ${name} leaves the point ${grade}`, async () => {
    const stage = await createFurnishedStage();
    stage.live.gaps.set('api-product', [gap('denied', 'apiproducts/gold')]);
    const whole = { kind: 'api-product', reason: 'agreed', until: '2027-01-01', ...change };
    const point = await stage.capture({ acceptedGaps: [whole] });
    assert.equal(point.details.grade, grade);
    const row = rowOf(point, 'api-product');
    assert.equal(row.accepted, grade === 'complete' ? 1 : 0);
    assert.equal(row.exceptions[0]?.reason.includes('agreed'), grade === 'complete');
  });
}

test('every area that is not captured stands in the point', async () => {
  const stage = await createFurnishedStage();
  const { notCaptured } = (await stage.capture()).details;
  assert.ok(notCaptured.some(({ kind }) => kind === 'runtime-data'));
  assert.ok(notCaptured.some(({ kind }) => kind === 'api-hub'));
});

test('what only a second listing has, and no call reads, stands in the ledger and not in the point', async () => {
  const stage = await createFurnishedStage();
  const { live } = stage;
  live.onRelist = () => {
    live.onRelist = () => undefined;
    live.put('apiproducts/masked', { name: 'masked', description: '*****' });
    live.relisted.push({ id: 'apiproducts/masked', change: 'appeared', unreadable: 'It is masked.' });
  };
  const row = rowOf(await stage.capture(), 'api-product');
  assert.deepEqual([row.captured, row.unreadable], [1, 1]);
  assert.deepEqual(row.exceptions, [{ at: 'apiproducts/masked', state: 'unreadable', reason: 'It is masked.' }]);
});

test('what appeared, moved and went while the capture ran is read again, and the point says so', async () => {
  const stage = await createFurnishedStage();
  const { live } = stage;
  live.put('apiproducts/going', { name: 'going' });
  live.onRelist = () => {
    live.onRelist = () => undefined;
    live.put('apiproducts/gold', { name: 'gold', description: 'moved' });
    live.put('apiproducts/new', { name: 'new' });
    live.held.delete('apiproducts/going');
    live.relisted.push(
      { id: 'apiproducts/gold', change: 'moved' },
      { id: 'apiproducts/new', change: 'appeared' },
      { id: 'apiproducts/going', change: 'gone' },
    );
  };
  const point = await stage.capture();
  const products: string[] = [];
  for await (const { id } of point.entries('api-product')) products.push(id);
  assert.deepEqual(products, ['apiproducts/gold', 'apiproducts/new']);
  const entry = (await point.find('apiproducts/gold', 'api-product')) ?? assert.fail();
  const content = await point.readContent(entry);
  assert.ok(content.type === 'json' && content.text.includes('moved'));
  assert.deepEqual([point.details.consistent, point.details.grade], [false, 'complete']);
  assert.deepEqual(point.details.moved, [
    'apiproducts/going: gone while the capture ran',
    'apiproducts/gold: moved while the capture ran',
    'apiproducts/new: appeared while the capture ran',
  ]);
});

test('what the second listing left out is kept when it is still there', async () => {
  const stage = await createFurnishedStage();
  stage.live.relisted.push({ id: 'apiproducts/gold', change: 'gone' });
  const point = await stage.capture();
  assert.deepEqual([rowOf(point, 'api-product').captured, point.details.grade], [1, 'complete']);
  assert.ok(await point.find('apiproducts/gold', 'api-product'));
  assert.deepEqual(point.details.moved, ['apiproducts/gold: left out of the second listing, and still there']);
});

test('what moved and then went is a clean deletion', async () => {
  const stage = await createFurnishedStage();
  const { live } = stage;
  live.onRelist = () => void live.held.delete('apiproducts/gold');
  live.relisted.push({ id: 'apiproducts/gold', change: 'moved' });
  const point = await stage.capture();
  assert.deepEqual([rowOf(point, 'api-product').captured, point.details.grade], [0, 'complete']);
});

test('a gap of what is gone or was read after all does not stay', async () => {
  const stage = await createFurnishedStage();
  const { live } = stage;
  live.gaps.set('api-product', [gap('failed', 'apiproducts/gold')]);
  live.relisted.push({ id: 'apiproducts/gold', change: 'moved' });
  const point = await stage.capture();
  assert.deepEqual([rowOf(point, 'api-product').captured, point.details.grade], [1, 'complete']);
  assert.deepEqual([rowOf(point, 'api-product').exceptions, point.gaps('api-product')], [[], []]);
});

test('a second reading that fails is a hole, not the end of the capture', async () => {
  const stage = await createFurnishedStage();
  const { live } = stage;
  live.relisted.push({ id: 'developers/d@x/apps/a', change: 'moved' });
  live.onRelist = () => {
    live.refused = { id: 'developers/d@x/apps/a', error: failure('REMOTE_FAILED') };
  };
  const point = await stage.capture();
  assert.equal(point.details.grade, 'partial');
  assert.equal(rowOf(point, 'developer-app').failed, 1);
  assert.equal(rowOf(point, 'app-key').failed, 1, 'its keys are unknown too');
  assert.equal(await point.find(keyId(stage), 'app-key'), undefined);
});

test('a second listing that fails leaves the point inconsistent', async () => {
  const stage = await createFurnishedStage();
  stage.live.onRelist = () => {
    throw failure('REMOTE_FAILED');
  };
  const { consistent, moved, grade } = (await stage.capture()).details;
  assert.deepEqual([consistent, grade], [false, 'complete']);
  assert.match(moved[0] ?? '', /not listed a second time/);
});

for (const error of [failure('UNAUTHENTICATED', 401), new UserError({ code: 'INTERRUPTED', message: 'stop' })]) {
  test(`${error.code} ends the capture, and what was packed is kept as a checkpoint`, async () => {
    const stage = await createFurnishedStage();
    stage.live.onRelist = () => {
      throw error;
    };
    await assert.rejects(stage.capture(), { code: error.code });
    const { points } = await stage.vault.listPoints('acme-prod');
    assert.deepEqual(
      points.map(({ grade }) => grade),
      ['interrupted'],
    );
    stage.live.onRelist = () => undefined;
    assert.equal((await stage.capture()).details.grade, 'complete');
  });
}

test('a selection is the scope of the point, and nothing beyond it is stored', async () => {
  const stage = await createFurnishedStage();
  const selection = { only: ['developers/*/apps/**'], kinds: [] };
  const point = await stage.capture({ selection });
  assert.deepEqual(point.details.scope, { type: 'selection', selection });
  assert.deepEqual(
    point.details.ledger.map(({ kind, captured }) => `${kind} ${captured}`),
    ['developer-app 1', 'app-key 1'],
  );
  assert.equal(point.has('developer'), false);
});

test('a deployment whose revision could not be read is a hole of its own', async () => {
  const stage = await createFurnishedStage();
  stage.live.held.delete(stage.revision);
  const point = await stage.capture();
  const row = rowOf(point, 'proxy-deployment');
  assert.deepEqual([row.captured, row.failed, point.details.grade], [0, 1, 'partial']);
});
