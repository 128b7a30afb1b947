import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrganizationSeed } from '../../src/sim/apigee/organization-seed.ts';
import { generateSeed } from '../../src/sim/apigee/seeds/generated.ts';
import type { SimulatorSwitches } from '../../src/sim/apigee/index.ts';
import { assertSentExactly } from './sent-calls.ts';
import { backUp, createStage, differencesOf, dumpOf, openVault, planInto, runsOf, startSimulator } from './stage.ts';
import { otherSwitches, switchesFor, withoutUnknownPolicies } from './switches-for.ts';

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
    const seedFunction = (name: string): OrganizationSeed => generateSeed({ seed, organizationName: name });
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

for (const developerIdDecoding of ['form', 'plus-kept'] as const) {
  test(`apps with signs in their names come back where app names are decoded as developer ids are (${developerIdDecoding})`, async (t) => {
    const switches: Partial<SimulatorSwitches> = { appNameDecoding: 'as-developer-ids', developerIdDecoding };
    const stage = await createStage(t, { switches });
    await backUp(stage);
    const whole = dumpOf(stage.simulator);
    assert.ok(whole.some(({ kind, key }) => kind === 'app' && key.includes('alert+router')));
    const target = await startSimulator(t, { seed: 'empty', switches });
    const environment = { HOLDFAST_APIGEE_ENDPOINT: target.url };
    const argv = ['restore', '--point', 'latest', '--yes'];
    const { exit, document, stderr } = await stage.json('restore', argv, { environment });
    assert.equal(exit, 0, stderr);
    const undone = document.resources.filter(({ result }) => ['failed', 'notExecuted', 'differs'].includes(result));
    assert.deepEqual(undone, []);
    const missing = differencesOf(whole, dumpOf(target.simulator), 'ordered');
    assert.deepEqual(
      missing.filter((line) => line.includes('alert+router')),
      [],
    );
    const again = await stage.json('restore', argv, { environment });
    assert.equal(again.exit, 0, again.stderr);
    assert.equal(again.document.calls.planned, 0);
  });
}
