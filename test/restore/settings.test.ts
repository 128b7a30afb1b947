import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrganizationSeed, SeedDocument } from '../../src/sim/apigee/organization-seed.ts';
import { documentIn } from '../../src/sim/apigee/document.ts';
import { createHybridSeed, createSeed } from '../../src/sim/apigee/seeds/index.ts';
import {
  backUp,
  createStage,
  differencesOf,
  dumpOf,
  openVault,
  planInto,
  type Stage,
  startSimulator,
} from './stage.ts';

const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--yes'];

/** Restores with extras deleted; what stands afterwards is what stood when the point was taken. */
async function assertRepaired(stage: Stage, whole: ReturnType<typeof dumpOf>): Promise<void> {
  const { exit, document, stderr } = await stage.json('restore', RESTORE);
  assert.equal(exit, 0, `${stderr}${JSON.stringify(document.resources)}`);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
  const again = await stage.json('restore', RESTORE);
  assert.deepEqual([again.exit, again.document.calls.planned], [0, 0]);
}

const addonsOf = (stage: Stage) => documentIn({ ...stage.simulator.target().get([]) }, 'addonsConfig');

const property = (name: string, value: string) => ({ name, value });

test('properties, add-ons and security settings come back in place', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  const target = stage.simulator.target();
  target.patch(['securitySettings'], {}, { updateMask: 'ml_retraining_feedback_enabled' });
  target.put([], { properties: { property: [property('features.hybrid.enabled', 'true'), property('stray', 'x')] } });
  const { monetizationConfig, apiSecurityConfig } = addonsOf(stage);
  target.act([], 'setAddons', { addonsConfig: { monetizationConfig, apiSecurityConfig } });
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), [
    'differs: organization',
    'only left: security settings',
  ]);
  await assertRepaired(stage, whole);
});

test('an add-on that was off is turned off after what only it has, and what is behind it is no hole', async (t) => {
  const seedFunction = (name: string): OrganizationSeed => ({
    ...createSeed('small', name),
    organization: createSeed('empty', name).organization,
    securitySettings: {},
    security: createSeed('empty', name).security,
  });
  const stage = await createStage(t, { seedFunction });
  const { ledger } = await backUp(stage);
  const row = ledger.find(({ kind }) => kind === 'security-settings');
  assert.deepEqual([row?.captured, row?.notApplicable, row?.exceptions[0]?.at], [0, 1, '']);
  assert.match(row?.exceptions[0]?.reason ?? '', /apiSecurityConfig is off/);
  const whole = dumpOf(stage.simulator);
  const target = stage.simulator.target();
  const on = { enabled: true };
  target.act([], 'setAddons', { addonsConfig: { analyticsConfig: on, apiSecurityConfig: on } });
  target.patch(['securitySettings'], { mlRetrainingFeedbackEnabled: true }, {});
  const plan = await planInto(stage, await openVault(t, stage), ['--delete-extra']);
  assert.deepEqual(
    plan.calls.map(({ id }) => id),
    ['securitySettings#reset', 'organization#add-ons-off'],
  );
  assert.ok(plan.risks.some(({ id }) => id === 'organization'));
  await assertRepaired(stage, whole);
});

test('what an add-on still holds when it is on again is told as a conflict, and the next restore finds it', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  const { monetizationConfig, analyticsConfig, advancedApiOpsConfig } = addonsOf(stage);
  const addonsConfig = { monetizationConfig, analyticsConfig, advancedApiOpsConfig };
  stage.simulator.target().act([], 'setAddons', { addonsConfig });
  const first = await stage.json('restore', RESTORE);
  assert.equal(first.exit, 3, first.stderr);
  assert.match(first.stderr, /409 ALREADY_EXISTS/);
  const { exit, stderr } = await stage.json('restore', RESTORE);
  assert.equal(exit, 0, stderr);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
});

test('what is fixed when an organization is made is compared, told and left', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const other = (name: string): OrganizationSeed => {
    const seed = createSeed('small', name);
    const organization: SeedDocument = { ...seed.organization, runtimeType: 'HYBRID', displayName: 'Another' };
    return { ...seed, organization };
  };
  const { url } = await startSimulator(t, { seedFunction: other });
  const environment = { HOLDFAST_APIGEE_ENDPOINT: url };
  const plan = await planInto(stage, await openVault(t, stage), ['--kinds', 'organization'], { environment });
  assert.deepEqual(plan.calls, []);
  assert.deepEqual(
    plan.cannotRestore.map(({ id, code, why }) => [id, code, why.split(' ')[0]]),
    [
      ['organization', 'IMMUTABLE_FIELD', 'displayName'],
      ['organization', 'IMMUTABLE_FIELD', 'runtimeType'],
    ],
  );
  const diff = await stage.run(['diff', 'latest', 'live', '--kinds', 'organization'], { environment });
  assert.equal(diff.exit, 2, diff.stdout + diff.stderr);
});

test('add-ons of environments come back in place, and into an organization that has none', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  const target = stage.simulator.target();
  target.act(['environments', 'prod', 'addonsConfig'], 'setAddonEnablement', { analyticsEnabled: true });
  target.act(['environments', 'dev', 'addonsConfig'], 'setAddonEnablement', {});
  target.act(['environments', 'test', 'addonsConfig'], 'setAddonEnablement', { apiSecurityEnabled: true });
  assert.equal(differencesOf(whole, dumpOf(stage.simulator)).length, 3);
  await assertRepaired(stage, whole);
});

test('a hybrid organization gets back who may reach it, under the tag of the target', async (t) => {
  const stage = await createStage(t, { seedFunction: (name) => createHybridSeed('small', name) });
  const { ledger } = await backUp(stage);
  assert.deepEqual(
    ['sync-authorization', 'control-plane-access'].map((name) => ledger.find(({ kind }) => kind === name)?.captured),
    [1, 1],
  );
  const whole = dumpOf(stage.simulator);
  const target = stage.simulator.target();
  target.act([], 'setSyncAuthorization', {
    identities: ['serviceAccount:stray@acme-pay-prod.iam.gserviceaccount.com'],
  });
  target.patch(['controlPlaneAccess'], {}, { updateMask: 'watcher_identities,synchronizerIdentities' });
  target.settle();
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), [
    'differs: synchronizer authorization',
    'differs: control plane access',
  ]);
  await assertRepaired(stage, whole);
});

test('a write under a tag whose answer is lost is looked up, not repeated', async (t) => {
  const stage = await createStage(t, { seedFunction: (name) => createHybridSeed('small', name) });
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  stage.simulator.target().act([], 'setSyncAuthorization', { identities: [] });
  for (const when of ['before-commit', 'after-commit'] as const) {
    stage.simulator.setFaults([{ fault: { kind: 'drop', when }, route: 'organizations.setSyncAuthorization', nth: 1 }]);
    stage.simulator.log.reset();
    const { exit, stderr } = await stage.json('restore', RESTORE);
    assert.equal(exit, 0, stderr);
    assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
    const sent = stage.simulator.log.mutations.filter(({ committed }) => committed);
    assert.equal(sent.length, 1, when);
    stage.simulator.target().act([], 'setSyncAuthorization', { identities: [] });
  }
});
