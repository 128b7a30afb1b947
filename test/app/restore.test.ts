import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemoteError } from '../../src/core/errors.ts';
import { callsOf, createFurnishedStage, keyId, type MemoryStage, resultOf, shownIn } from './stage.ts';

const denied = (): RemoteError =>
  new RemoteError({ code: 'REMOTE_DENIED', message: 'denied', operation: 'GET', status: 403 });

// ------------------------------------------------------------------ what is planned

test('where nothing differs there is nothing to do', async () => {
  const stage = await createFurnishedStage();
  const plan = await stage.plan(await stage.capture(), { deleteExtra: true });
  assert.deepEqual([plan.calls, plan.resources, plan.unknown], [[], [], []]);
  const report = await stage.apply(plan);
  assert.deepEqual([report.status, report.run, stage.live.sent], ['done', 0, []]);
});

test('what the chosen need is taken where it is absent, with all that makes it come into being', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  stage.live.held.clear();
  const plan = await stage.plan(point, { selection: { only: ['developers/*/apps/**'] } });
  assert.deepEqual(callsOf(plan), [
    'environments/test#create',
    `${stage.revision}#import`,
    'apiproducts/gold#create',
    'developers/d@x#create',
    'developers/d@x/apps/a#create',
    'developers/d@x/apps/a#delete-minted-key',
    `${keyId(stage)}#import-key`,
    `${keyId(stage)}#link-products`,
    `${keyId(stage)}#product-status-gold`,
  ]);
  assert.ok(plan.resources.every(({ change }) => change === 'create'));
});

test('what the chosen need and is there but different is shown and left', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  stage.live.held.delete(keyId(stage));
  stage.live.put('apiproducts/gold', { name: 'gold', description: 'changed' });
  const plan = await stage.plan(point, { selection: { only: ['developers/**'] } });
  assert.deepEqual(shownIn(plan), ['apiproducts/gold']);
  assert.ok(plan.calls.every(({ resource }) => resource === keyId(stage)));
});

test('what is needed and nobody has is reported for each that needs it', async () => {
  const stage = await createFurnishedStage();
  stage.live.put('apiproducts/other', { name: 'other', proxies: ['ghost'] });
  stage.live.put('apiproducts/third', { name: 'third', proxies: ['ghost'] });
  const point = await stage.capture();
  for (const id of ['apiproducts/other', 'apiproducts/third']) stage.live.held.delete(id);
  const plan = await stage.plan(point);
  assert.deepEqual(
    plan.cannotRestore.map(({ id, code }) => `${id} ${code}`),
    ['apiproducts/other NEED_MISSING', 'apiproducts/third NEED_MISSING'],
  );
  // The service would refuse them.
  assert.deepEqual(plan.calls, []);
});

test('a need that may not be read is unknown, and the rest is planned', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  stage.live.held.delete(keyId(stage));
  stage.live.refused = { id: 'apiproducts/gold', error: denied() };
  const plan = await stage.plan(point, { selection: { only: ['developers/**'] } });
  assert.deepEqual(
    plan.unknown.map(({ id }) => id),
    ['apiproducts/gold'],
  );
  assert.equal(plan.calls.length, 3);
});

test('only what was chosen is touched', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  stage.live.put('environments/test/targetservers/core', { name: 'core', host: 'wrong' });
  stage.live.put('apiproducts/gold', { name: 'gold' });
  stage.live.put('apiproducts/extra', { name: 'extra' });
  const plan = await stage.plan(point, { selection: { kinds: ['target-server'] }, deleteExtra: true });
  assert.deepEqual(callsOf(plan), ['environments/test/targetservers/core#update']);
});

test('a proxy chosen without its revisions takes those of the point where it is absent', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  for (const id of stage.live.held.keys()) if (id.includes('apis/')) stage.live.held.delete(id);
  const plan = await stage.plan(point, { selection: { kinds: ['proxy'] } });
  assert.deepEqual(callsOf(plan), [`${stage.revision}#import`]);
});

test('a deployment follows a revision that is live although revisions were not chosen', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  stage.live.held.delete('environments/test/apis/orders/deployment');
  const plan = await stage.plan(point, { selection: { kinds: ['proxy-deployment'] } });
  assert.deepEqual(
    plan.calls.map(({ path }) => path),
    [['environments/test/apis/orders/revisions/', '1', '/deployments']],
  );
});

// ------------------------------------------------------------------ what is deleted

test('extras stay unless asked for, and are shown', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  stage.live.put('apiproducts/extra', { name: 'extra' });
  const plan = await stage.plan(point);
  assert.deepEqual([plan.calls, shownIn(plan)], [[], ['apiproducts/extra']]);
  assert.deepEqual(callsOf(await stage.plan(point, { deleteExtra: true })), ['apiproducts/extra#delete']);
});

test('a revision that the point left out by choice is never deleted, one made since is', async () => {
  const stage = await createFurnishedStage();
  stage.live.put('apis/orders', { name: 'orders', revision: ['1', '2'] });
  const point = await stage.capture();
  const old = stage.live.putRevision('apis/orders', '2', '<two/>');
  const fresh = stage.live.putRevision('apis/orders', '3', '<three/>');
  const plan = await stage.plan(point, { deleteExtra: true });
  assert.deepEqual([callsOf(plan), shownIn(plan)], [[`${fresh}#delete-3`], [old]]);
});

test('what a point was not taken of is never extra to it', async () => {
  const stage = await createFurnishedStage();
  stage.live.put('apiproducts/other', { name: 'other' });
  const point = await stage.capture({ selection: { only: ['apiproducts/gold'], kinds: [] } });
  const plan = await stage.plan(point, { deleteExtra: true });
  assert.deepEqual(plan.calls, []);
  assert.match(
    plan.unknown.find(({ kind }) => kind === 'api-product')?.reason ?? '',
    /outside of what the point covers/,
  );
  assert.deepEqual((await stage.plan(point)).unknown, []);
});

test('what a safety point does not hold is never extra to it', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  stage.live.put('apiproducts/gold', { name: 'gold', description: 'changed' });
  stage.live.put('apiproducts/other', { name: 'other' });
  const { safetyPoint } = await stage.apply(await stage.plan(point));
  const plan = await stage.plan(await stage.vault.openPoint('acme-prod', safetyPoint), { deleteExtra: true });
  assert.deepEqual(callsOf(plan), ['apiproducts/gold#update']);
});

test('a hole in the point is never a deletion, and the restore is partial', async () => {
  const stage = await createFurnishedStage();
  stage.live.gaps.set('api-product', [{ at: 'apiproducts/gold', state: 'failed', reason: '500' }]);
  const point = await stage.capture();
  assert.equal(point.details.grade, 'partial');
  stage.live.gaps.clear();
  const plan = await stage.plan(point, { deleteExtra: true });
  assert.deepEqual([callsOf(plan), plan.unknown.map(({ id }) => id)], [[], ['apiproducts/gold']]);
  const report = await stage.apply(plan);
  assert.deepEqual([report.status, report.cannotRestore.map(({ id }) => id)], ['partial', ['apiproducts/gold']]);
});

test('what cannot be read live is neither created nor deleted', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  stage.live.gaps.set('api-product', [{ at: '', state: 'denied', reason: '403' }]);
  const plan = await stage.plan(point, { deleteExtra: true });
  assert.deepEqual([plan.calls, plan.unknown.map(({ id }) => id)], [[], ['apiproducts/gold']]);
});

test('nothing is deleted that would take along what was not chosen or not read', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  stage.live.put('developers/new@x', { email: 'new@x', developerId: 'n' });
  stage.live.put('developers/new@x/apps/b', { name: 'b', developerId: 'n' });
  const kinds = await stage.plan(point, { selection: { kinds: ['developer'] }, deleteExtra: true });
  assert.deepEqual([kinds.calls, shownIn(kinds)], [[], ['developers/new@x']]);
  assert.match(kinds.resources[0]?.reason ?? '', /were not chosen/);
  stage.live.gaps.set('app-key', [{ at: 'developers/new@x', state: 'failed', reason: '500' }]);
  const unread = await stage.plan(point, { deleteExtra: true });
  assert.deepEqual([unread.calls, shownIn(unread)], [[], ['developers/new@x', 'developers/new@x/apps/b']]);
  stage.live.gaps.clear();
  const whole = await stage.plan(point, { deleteExtra: true });
  assert.deepEqual(callsOf(whole), ['developers/new@x#delete']);
});

test('what goes with its parent is in the safety point', async () => {
  const stage = await createFurnishedStage();
  const point = await emptied(stage);
  const report = await stage.apply(await stage.plan(point, { deleteExtra: true, selection: { preset: 'consumers' } }));
  assert.equal(report.status, 'done');
  assert.equal(resultOf(report, keyId(stage)), 'deleted');
  const safety = await stage.vault.openPoint('acme-prod', report.safetyPoint);
  const key = await safety.find(keyId(stage), 'app-key');
  assert.ok(key !== undefined);
  assert.equal((await safety.readSecrets(key)).get('consumerSecret'), 'S');
});

/** A full point of the stage without consumers; the consumers are put back. */
async function emptied(stage: MemoryStage) {
  const consumers = [...stage.live.held].filter(([id]) => id.startsWith('developers/'));
  for (const [id] of consumers) stage.live.held.delete(id);
  const point = await stage.capture();
  for (const [id, held] of consumers) stage.live.held.set(id, held);
  return point;
}

// ------------------------------------------------------------------ the ground

const moves: readonly (readonly [string, (stage: MemoryStage) => void])[] = [
  ['is not as it was', ({ live }) => live.put('apiproducts/gold', { name: 'gold', description: 'again' })],
  ['was there and is gone', ({ live }) => live.held.delete('apiproducts/gold')],
  [
    'was absent and is there now',
    (stage) => stage.live.put('developers/gone@x', { email: 'gone@x', developerId: 'g' }),
  ],
  [
    'is not as it was',
    (stage) => stage.live.put(keyId(stage), { ...stage.live.body(keyId(stage)), consumerSecret: 'third' }),
  ],
  [
    'is not as it was',
    (stage) => stage.live.put(keyId(stage), { ...stage.live.body(keyId(stage)), expiresAt: '1900000000000' }),
  ],
  ['has new or fewer revisions beside it', ({ live }) => void live.putRevision('apis/orders', '9', '<nine/>')],
];

for (const [index, [why, move]] of moves.entries()) {
  test(`a plan is refused by name when its ground moved (${index + 1}: ${why})`, async () => {
    const stage = await createFurnishedStage();
    const { live } = stage;
    live.put('developers/gone@x', { email: 'gone@x', developerId: 'g' });
    const second = live.putRevision('apis/orders', '2', '<two/>');
    const point = await stage.capture();
    live.put('apiproducts/gold', { name: 'gold', description: 'changed' });
    live.put(keyId(stage), { ...live.body(keyId(stage)), consumerSecret: 'other' });
    live.held.delete('developers/gone@x');
    live.held.delete(second);
    const plan = await stage.plan(point);
    move(stage);
    await assert.rejects(stage.apply(plan), { code: 'PLAN_STALE', message: new RegExp(why) });
    assert.deepEqual(live.sent, []);
  });
}

test('a plan of another vault is refused', async () => {
  const stage = await createFurnishedStage();
  const plan = await stage.plan(await stage.capture());
  await assert.rejects(stage.apply({ ...plan, vault: 'other' }), { code: 'PLAN_INVALID' });
});

// ------------------------------------------------------------------ the report

/** A stage with a changed product and a missing target server, and the plan that mends both. */
async function damaged() {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  stage.live.put('apiproducts/gold', { name: 'gold', description: 'changed' });
  stage.live.held.delete('environments/test/targetservers/core');
  return { stage, plan: await stage.plan(point) };
}

test('what was sent and reads back as planned is done, with the state before it in the safety point', async () => {
  const { stage, plan } = await damaged();
  const report = await stage.apply(plan);
  // The fake merges a PUT, so the product keeps what the point does not have; that is found.
  assert.equal(report.status, 'differs');
  assert.equal(resultOf(report, 'environments/test/targetservers/core'), 'created');
  assert.equal(resultOf(report, 'apiproducts/gold'), 'differs');
  const safety = await stage.vault.openPoint('acme-prod', report.safetyPoint);
  const entry = await safety.find('apiproducts/gold', 'api-product');
  assert.ok(entry !== undefined);
  const content = await safety.readContent(entry);
  assert.ok(content.type === 'json' && content.text.includes('changed'));
  assert.equal(await safety.find('environments/test/targetservers/core', 'target-server'), undefined);
  assert.deepEqual(safety.details.scope, { type: 'run', run: report.run });
});

test('a refused call makes the run partial and leaves the others done', async () => {
  const { stage, plan } = await damaged();
  stage.live.onSend = ({ id }) =>
    id.startsWith('apiproducts') ? { call: id, status: 'failed', detail: 'REMOTE_INVALID: no' } : undefined;
  const report = await stage.apply(plan);
  assert.equal(report.status, 'partial');
  assert.deepEqual(report.calls, { planned: 2, done: 1, failed: 1, skipped: 0, notExecuted: 0 });
  assert.equal(resultOf(report, 'apiproducts/gold'), 'failed');
  assert.equal(resultOf(report, 'environments/test/targetservers/core'), 'created');
});

test('what reads back as it should be although its call failed is said to, and stays failed', async () => {
  const stage = await createFurnishedStage();
  const point = await stage.capture();
  const [server, product] = ['environments/test/targetservers/core', 'apiproducts/gold'] as const;
  const held = stage.live.held.get(server);
  stage.live.held.delete(server);
  stage.live.put(product, { name: 'gold', description: 'changed' });
  const plan = await stage.plan(point);
  stage.live.onSend = ({ id }) => {
    // Somebody else makes the one meanwhile.
    if (held !== undefined) stage.live.held.set(server, held);
    return { call: id, status: 'failed', detail: 'REMOTE_CONFLICT: no.' };
  };
  const report = await stage.apply(plan);
  assert.equal(report.status, 'partial');
  assert.deepEqual(
    new Map(report.resources.map(({ id, result, why }) => [id, [result, why]])),
    new Map([
      [server, ['failed', 'REMOTE_CONFLICT: no. What can be read of it is as it should be all the same.']],
      [product, ['failed', 'REMOTE_CONFLICT: no.']],
    ]),
  );
});

test('a read-back that fails does not lose the report, and is not success', async () => {
  const { stage, plan } = await damaged();
  stage.live.onSend = () => {
    stage.live.refused = { id: 'environments/test/targetservers/core', error: denied() };
    return undefined;
  };
  const report = await stage.apply(plan);
  assert.equal(report.status, 'partial');
  assert.match(report.resources[0]?.why ?? '', /could not be read back/);
  const [run] = await stage.vault.listRuns('acme-prod');
  assert.equal(run?.status, 'partial');
});

test('what should have gone with a parent that stayed is not called deleted', async () => {
  const stage = await createFurnishedStage();
  const point = await emptied(stage);
  stage.live.onSend = ({ id }) => ({ call: id, status: 'failed', detail: 'REMOTE_FAILED: no' });
  const report = await stage.apply(await stage.plan(point, { deleteExtra: true }));
  assert.deepEqual(new Set(report.resources.map(({ result }) => result)), new Set(['failed']));
});

test('a run that ends early writes its report before it fails', async () => {
  const { stage, plan } = await damaged();
  stage.live.onSend = ({ id }) => {
    if (id.startsWith('apiproducts')) throw new RemoteError({ code: 'UNAUTHENTICATED', message: 'no', operation: 'x' });
    return undefined;
  };
  await assert.rejects(stage.apply(plan), { code: 'UNAUTHENTICATED' });
  const [run] = await stage.vault.listRuns('acme-prod');
  assert.equal(run?.status, 'partial');
});

test('of a resource whose run ended halfway it is said how far it came', async () => {
  const { stage, plan } = await damaged();
  const [first, second] = plan.calls;
  assert.ok(first !== undefined && second !== undefined && first.resource !== second.resource);
  const rest = { ...first, id: `${first.id}-rest`, stage: 1001 };
  const longer: typeof plan = { ...plan, calls: [first, { ...second, stage: 1000 }, rest] };
  stage.live.onSend = ({ id }) => {
    if (id === second.id) throw new RemoteError({ code: 'UNAUTHENTICATED', message: 'no', operation: 'x' });
    return undefined;
  };
  await assert.rejects(stage.apply(longer), { code: 'UNAUTHENTICATED' });
  const { report } = await stage.vault.readRun('acme-prod', 1);
  const told = report?.resources.find(({ id }) => id === first.resource);
  assert.deepEqual(
    [told?.result, told?.why],
    ['notExecuted', '1 of its 2 calls was done; the run ended before the rest'],
  );
});

test('the safety point and the plan are written before the first call', async () => {
  const { stage, plan } = await damaged();
  const points: number[] = [];
  stage.live.onSend = async () => {
    points.push((await stage.vault.listPoints('acme-prod')).points.length);
    assert.equal((await stage.vault.readRun('acme-prod', 1)).plan.hash, plan.hash);
    return undefined;
  };
  await stage.apply(plan);
  assert.deepEqual(points, [2, 2]);
});
