import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backUp, createStage, differencesOf, dumpOf, openVault, planInto } from './stage.ts';

const pins = ['environments', 'prod', 'keyvaluemaps', 'hsm-pins'];
const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--yes'];

test('values that are masked are named in the ledger, and no backup has them', async (t) => {
  const stage = await createStage(t);
  const { ledger, grade } = await backUp(stage);
  assert.equal(grade, 'complete');
  const row = ledger.find(({ kind }) => kind === 'environment-kvm-entry');
  assert.deepEqual([row?.unreadable, row?.notApplicable], [2, 1]);
  assert.deepEqual(row?.exceptions.map(({ at, state }) => `${state} ${at}`).sort(), [
    'notApplicable environments/dev',
    'unreadable environments/prod/keyvaluemaps/hsm-pins/entries/slot%201',
    'unreadable environments/prod/keyvaluemaps/hsm-pins/entries/slot%202',
  ]);
});

test('a masked map that is gone comes back empty, the plan says so, and no placeholder is written', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  await backUp(stage);
  const whole = dumpOf(simulator);
  simulator.target().delete(pins);
  const plan = await planInto(stage, await openVault(t, stage), []);
  assert.deepEqual(
    plan.cannotRestore.map(({ id, code }) => [id, code]),
    ['', '/entries/slot%201', '/entries/slot%202'].map((below) => [`${pins.join('/')}${below}`, 'UNREADABLE']),
  );
  assert.deepEqual(
    plan.calls.map(({ id }) => id),
    [`${pins.join('/')}#create`],
  );
  const applied = await stage.run(['apply', 'plan.json', '--yes']);
  assert.ok(applied.exit === 0 || applied.exit === 3, applied.stderr);
  assert.deepEqual(differencesOf(whole, dumpOf(simulator)), [
    'only left: key value map entry environments/prod/hsm-pins/slot 1',
    'only left: key value map entry environments/prod/hsm-pins/slot 2',
  ]);

  // The map is there now; that its values are not is said again, by name.
  const { exit, document, stderr } = await stage.json('restore', RESTORE);
  assert.equal(exit, 0, stderr);
  assert.deepEqual(
    document.cannotRestore.map(({ id, code }) => [id, code]),
    ['slot%201', 'slot%202'].map((slot) => [`${pins.join('/')}/entries/${slot}`, 'UNREADABLE']),
  );
});

test('live masked values are left alone, whatever happened to them', async (t) => {
  const stage = await createStage(t);
  const target = stage.simulator.target();
  await backUp(stage);
  target.put([...pins, 'entries', 'slot 1'], { name: 'slot 1', value: 'moved on' });
  target.post([...pins, 'entries'], { name: 'slot 3', value: 'new' });
  const now = dumpOf(stage.simulator);
  const { exit, document } = await stage.json('restore', RESTORE);
  assert.equal(exit, 0);
  assert.equal(document.calls.planned, 0);
  assert.deepEqual(dumpOf(stage.simulator), now);
});

test('an extra environment goes after its maps, and these after their entries, so that it can be made again', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  const target = simulator.target();
  await backUp(stage);
  const whole = dumpOf(simulator);
  const scratch = ['environments', 'scratch'];
  const make = (): void => {
    target.post(['environments'], { name: 'scratch' });
    target.settle();
    target.post([...scratch, 'keyvaluemaps'], { name: 'a/b', encrypted: true });
    target.post([...scratch, 'keyvaluemaps', 'a/b', 'entries'], { name: '100% x', value: 'v' });
  };
  make();
  simulator.log.reset();
  const { exit, stderr } = await stage.json('restore', RESTORE);
  assert.equal(exit, 0, stderr);
  assert.deepEqual(
    simulator.log.mutations.map(({ path }) => path.slice(path.indexOf('/environments'))),
    [
      '/environments/scratch/keyvaluemaps/a%2Fb/entries/100%25%20x',
      '/environments/scratch/keyvaluemaps/a%2Fb',
      '/environments/scratch',
    ],
  );
  assert.deepEqual(differencesOf(whole, dumpOf(simulator)), []);
  assert.doesNotThrow(make);
});
