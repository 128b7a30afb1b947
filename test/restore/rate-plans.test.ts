import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backUp, createStage, differencesOf, dumpOf, startSimulator } from './stage.ts';

const premium = ['apiproducts', 'payments-premium', 'rateplans'];
const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--yes'];

test('of two rate plans of one name the one that went is missed, and it alone comes back', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  const target = simulator.target();
  await backUp(stage);
  const whole = dumpOf(simulator);
  for (const state of ['DRAFT', 'PUBLISHED']) {
    const gone = [...target.list(premium)].find((name) => target.get([...premium, name])['state'] === state);
    target.delete([...premium, gone ?? '']);
    const diff = await stage.json('diff', ['diff', 'latest', 'live']);
    assert.deepEqual(
      diff.document.differences.map(({ change }) => change),
      ['removed'],
    );
    simulator.log.reset();
    const { exit, stderr } = await stage.json('restore', RESTORE);
    assert.equal(exit, 0, stderr);
    assert.equal(simulator.log.mutations.length, 1);
    assert.deepEqual(differencesOf(whole, dumpOf(simulator)), []);
  }
});

test('rate plans are repaired in place, extra ones go, also one of a name that the point has', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  const target = simulator.target();
  await backUp(stage);
  const whole = dumpOf(simulator);
  const [first = '', second = ''] = [...target.list(premium)];
  const draft = target.get([...premium, first])['state'] === 'DRAFT' ? first : second;
  target.put([...premium, draft], { ...target.get([...premium, draft]), description: 'changed', currencyCode: 'CHF' });
  target.post(premium, { displayName: 'Premium', state: 'DRAFT', description: 'a third one' });
  target.post(['apiproducts', 'payments-standard', 'rateplans'], { displayName: 'Premium~2', state: 'DRAFT' });
  const { exit, stderr } = await stage.json('restore', RESTORE);
  assert.equal(exit, 0, stderr);
  assert.deepEqual(differencesOf(whole, dumpOf(simulator)), []);
  const again = await stage.json('restore', RESTORE);
  assert.deepEqual([again.exit, again.document.calls.planned], [0, 0]);
});

test('where a start in the past is refused, the plans that have one are named as failed, and no others', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  const target = await startSimulator(t, { seed: 'empty', switches: { pastRatePlanStart: 'refused' } });
  const environment = { HOLDFAST_APIGEE_ENDPOINT: target.url };
  const { exit, document } = await stage.json('restore', ['restore', '--point', 'latest', '--yes'], { environment });
  assert.equal(exit, 3);
  const plans = document.resources.filter(({ kind }) => kind === 'rate-plan');
  const failed = plans.filter(({ result }) => result === 'failed').map(({ id }) => id);
  assert.equal(plans.length, 4);
  assert.equal(failed.length, 2);
  for (const id of failed) assert.match(id, /^apiproducts\/payments-(standard|premium)\/rateplans\//);
  const made = dumpOf(target.simulator).filter(({ kind }) => kind === 'rate plan');
  assert.equal(made.length, whole.filter(({ kind }) => kind === 'rate plan').length - failed.length);
});

test('without the add-on rate plans are not applicable, and nothing of them is asked', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  simulator.target().act([], 'setAddons', { addonsConfig: { apiSecurityConfig: { enabled: true } } });
  const { ledger, grade } = await backUp(stage);
  assert.equal(grade, 'complete');
  const row = ledger.find(({ kind }) => kind === 'rate-plan');
  assert.deepEqual([row?.captured, row?.notApplicable], [0, 1]);
  assert.ok(!simulator.log.entries.some(({ path }) => path.includes('rateplans')));
});
