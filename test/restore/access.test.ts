import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { backUp, createStage, differencesOf, dumpOf, openVault, planInto, startSimulator } from './stage.ts';

const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--yes'];
const user = (name: string): string => `user:${name}@acme-pay.example`;
const role = 'roles/apigee.environmentAdmin';

test('policies and spaces come back in place, the policies last of all', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  await backUp(stage);
  const whole = dumpOf(simulator);
  const target = simulator.target();
  const policy = { version: 3, bindings: [{ role, members: [user('intruder')] }] };
  target.act(['environments', 'prod'], 'setIamPolicy', { policy });
  target.act(['environments', 'dev'], 'setIamPolicy', { policy });
  target.act(['environments', 'test'], 'setIamPolicy', { policy: {} });
  target.act(['environments', 'prod', 'deployments', 'payments-v2'], 'setIamPolicy', { policy });
  target.act(['apis', 'payments-v2'], 'move', { space: 'platform' });
  target.act(['apiproducts', 'payments-premium'], 'move', { space: 'platform' });
  target.act(['sharedflows', 'error-envelope'], 'move', { space: 'payments-team' });
  target.patch(['spaces', 'platform'], { displayName: 'Renamed' }, { updateMask: 'display_name' });
  target.post(['spaces'], { displayName: 'stray' }, { spaceId: 'stray' });
  target.act(['spaces', 'stray'], 'setIamPolicy', { policy });
  assert.equal(differencesOf(whole, dumpOf(simulator)).length, 10);

  const plan = await planInto(stage, await openVault(t, stage), ['--delete-extra']);
  assert.ok(plan.calls.some(({ phase }) => phase === 'permit'));
  const permits = plan.calls.map(({ phase }) => phase === 'permit');
  assert.ok(!permits.includes(false, permits.indexOf(true)), 'last of all');
  const left = plan.risks.filter(({ risk }) => risk.includes('deleted:user:left@acme-pay.example'));
  assert.deepEqual(
    left.map(({ id }) => id),
    ['environments/prod/iamPolicy'],
  );
  assert.deepEqual(
    plan.calls.filter(({ resource }) => resource.startsWith('spaces/stray')).map(({ id }) => id),
    ['spaces/stray#delete'],
  );
  const { exit, document, stderr } = await stage.json('restore', RESTORE);
  assert.equal(exit, 0, `${stderr}${JSON.stringify(document.resources)}`);
  assert.deepEqual(differencesOf(whole, dumpOf(simulator)), []);
  const again = await stage.json('restore', RESTORE);
  assert.deepEqual([again.exit, again.document.calls.planned], [0, 0]);
});

test('what belongs to a space is made in it, and the ledger says that lists may hide some', async (t) => {
  const stage = await createStage(t);
  const { ledger } = await backUp(stage);
  for (const name of ['proxy', 'shared-flow', 'api-product']) {
    assert.match(ledger.find(({ kind }) => kind === name)?.notes.join() ?? '', /spaces that the identity may not see/);
  }
  const { url, simulator } = await startSimulator(t, { seed: 'empty' });
  const environment = { HOLDFAST_APIGEE_ENDPOINT: url };
  const argv = [
    'restore',
    '--point',
    'latest',
    '--only',
    'apis/payments-v2',
    '--only',
    'sharedflows/error-envelope',
    '--yes',
  ];
  const { exit, stderr, document } = await stage.json('restore', argv, { environment });
  assert.equal(exit, 0, `${stderr}${JSON.stringify(document.resources)}`);
  assert.equal(simulator.target().get(['apis', 'payments-v2'])['space'], 'payments-team');
  assert.equal(simulator.target().get(['sharedflows', 'error-envelope'])['space'], 'platform');
  const moves = simulator.log.mutations.filter(({ path }) => path.includes(':move'));
  assert.deepEqual(moves, []);
});

test('what came into a space is not taken out of all, and that is told', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  stage.simulator.target().act(['apis', 'payments-v1'], 'move', { space: 'platform' });
  stage.simulator.target().act(['apiproducts', 'payments-standard'], 'move', { space: 'platform' });
  const plan = await planInto(stage, await openVault(t, stage), []);
  assert.deepEqual(plan.calls, []);
  assert.deepEqual(
    plan.cannotRestore.map(({ id, code }) => [id, code]),
    [
      ['apiproducts/payments-standard', 'NOT_SETTABLE'],
      ['apis/payments-v1', 'NOT_SETTABLE'],
    ],
  );
});

test('a policy is set under the tag of the target: whoever was faster is not overwritten', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  await backUp(stage);
  const set = (name: string) =>
    simulator.target().act(['environments', 'test'], 'setIamPolicy', {
      policy: { bindings: [{ role, members: [user(name)] }] },
    });
  set('a');
  await planInto(stage, await openVault(t, stage), []);
  set('b');
  set('a');
  const { exit } = await stage.run(['apply', 'plan.json', '--yes']);
  assert.equal(exit, 3, 'the tag has moved, although the policy reads as it was');
  simulator.setFaults([
    { fault: { kind: 'drop', when: 'after-commit' }, route: 'organizations.environments.setIamPolicy', nth: 1 },
  ]);
  const restored = await stage.json('restore', RESTORE);
  assert.equal(restored.exit, 0, restored.stderr);
});

test('where a deployment is known by another id, its policy is a gap that is named', async (t) => {
  const seedFunction = (name: string) => createSeed('small', name);
  const stage = await createStage(t, { seedFunction, switches: { deploymentIds: 'other' } });
  const { ledger, grade } = await backUp(stage);
  assert.equal(grade, 'complete');
  const row = ledger.find(({ kind }) => kind === 'proxy-deployment-iam-policy');
  const deployed = ledger.find(({ kind }) => kind === 'proxy-deployment')?.captured;
  assert.deepEqual([row?.captured, row?.unreadable], [0, deployed]);

  const whole = dumpOf(stage.simulator);
  stage.simulator.target().post(['environments', 'dev', 'apis', 'kyc_checks-v1', 'revisions', '1', 'deployments'], {});
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), ['only right: deployment dev/proxy/kyc_checks-v1']);
  const plan = await planInto(stage, await openVault(t, stage), ['--delete-extra']);
  assert.match(plan.risks.map(({ risk }) => risk).join(), /under what other id it may have a policy.* it goes along/);
  const { exit, stderr } = await stage.run(RESTORE);
  assert.equal(exit, 0, stderr);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
});
