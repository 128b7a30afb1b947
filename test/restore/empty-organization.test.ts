import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OrganizationSeed, rowsOf, type SeedDocument } from '../../src/sim/apigee/organization-seed.ts';
import { generateSeed } from '../../src/sim/apigee/seeds/generated.ts';
import type { SimulatorSwitches } from '../../src/sim/apigee/index.ts';
import { assertSentExactly } from './sent-calls.ts';
import { backUp, createStage, differencesOf, dumpOf, openVault, planInto, runsOf, startSimulator } from './stage.ts';
import { otherSwitches, switchesFor, withoutUnknownPolicies } from './switches-for.ts';

/** No encoding names an app with a plus sign both where names are decoded once and where they are decoded as a form value. */
function isAppNameable(name: string, switches: SimulatorSwitches): boolean {
  return switches.appNameDecoding === 'once' || !name.includes('+');
}

const seeds = Array.from({ length: runsOf(8) }, (_, index) => index + 1);

test('every switch stands both ways over the seeds', () => {
  for (const name of Object.keys(otherSwitches)) {
    const values = new Set(seeds.map((seed) => Object.entries(switchesFor(seed)).find(([key]) => key === name)?.[1]));
    assert.equal(values.size, 2, name);
  }
});

for (const seed of seeds) {
  test(`a generated organization is made again where nothing is (seed ${seed})`, async (t) => {
    const switches = switchesFor(seed);
    const isNameable = (app: SeedDocument): boolean => isAppNameable(String(app['name']), switches);
    const seedFunction = (name: string): OrganizationSeed => {
      const generated = generateSeed({ seed, organizationName: name });
      const apps = Array.from({ length: generated.apps.count }, (_, index) => generated.apps.at(index));
      return { ...generated, apps: rowsOf(apps.filter(isNameable), (app) => String(app['appId'])) };
    };
    const stage = await createStage(t, { switches, seedFunction });
    const first = await backUp(stage);
    const whole = dumpOf(stage.simulator);

    const target = await startSimulator(t, { seed: 'empty', switches, randomSeed: 1000 + seed });
    const environment = { HOLDFAST_APIGEE_ENDPOINT: target.url };
    const vault = await openVault(t, stage);
    const plan = await planInto(stage, vault, [], { environment });
    assert.deepEqual(withoutUnknownPolicies(plan.cannotRestore, switches), []);
    target.simulator.log.reset();
    target.simulator.log.keepBodies = true;
    const applied = await stage.json('apply', ['apply', 'plan.json', '--yes'], { environment });
    assert.equal(applied.exit, 0, `${applied.stderr}${JSON.stringify(applied.document)}`);
    if (plan.calls.length > 0) {
      const { run } = applied.document;
      const sent = await assertSentExactly({ vault, plan, run, before: [], log: target.simulator.log.mutations });
      t.diagnostic(`${whole.length} resources, ${sent} calls`);
    }

    const made = dumpOf(target.simulator);
    assert.deepEqual(differencesOf(whole, made, 'ordered'), [], 'the simulators agree');
    const second = await backUp(stage, { environment });
    const diff = await stage.run(['diff', first.point, second.point]);
    assert.equal(diff.exit, 0, diff.stdout + diff.stderr);
  });
}

test('where the service cannot be told the name of an app, what is missing is said exactly', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  const target = await startSimulator(t, { seed: 'empty', switches: { appNameDecoding: 'as-developer-ids' } });
  const environment = { HOLDFAST_APIGEE_ENDPOINT: target.url };
  const argv = ['restore', '--point', 'latest', '--yes'];
  const { exit, document, stderr } = await stage.json('restore', argv, { environment });
  assert.equal(exit, 3, stderr);
  assert.equal(document.status, 'partial');
  const undone = document.resources.filter(({ result }) => ['failed', 'notExecuted', 'differs'].includes(result));
  assert.ok(undone.length > 0);
  for (const { id } of undone) assert.match(id, /^developers\/[^/]+\/apps\/alert%2Brouter(\/|$)/);
  const missing = differencesOf(whole, dumpOf(target.simulator), 'ordered');
  for (const line of missing)
    assert.match(
      line,
      /(alert\+router|Old loyalty|environments\/prod\/hsm-pins\/|acme pay client|security action prod\/lapsed|^only left: (instance|NAT|endpoint|service|wallet|subscription (platform@|partner-guild\/)))/,
    );
});
