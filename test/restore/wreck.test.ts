import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { defaultSwitches, type SimulatorSwitches } from '../../src/sim/apigee/index.ts';
import { assertSentExactly } from './sent-calls.ts';
import { backUp, createGeneratedStage, createStage, differencesOf, dumpOf } from './stage.ts';
import { openVault, planInto, runsOf, type Stage } from './stage.ts';
import { switchesFor, withoutUnknownPolicies } from './switches-for.ts';

const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--yes'];

/**
 * What is restored beside things that stand meets refusals that no plan can get around: a developer who is
 * inactive, a flow that others call, a published rate plan that began long ago. They are told (see the tests of faults), not overcome.
 */
function switchesInPlace(seed: number): SimulatorSwitches {
  const { writesUnderInactiveDeveloper, sharedFlowReplacement, pastRatePlanStart } = defaultSwitches;
  return {
    ...switchesFor(seed),
    writesUnderInactiveDeveloper,
    sharedFlowReplacement,
    pastRatePlanStart,
  };
}

/** Backs up, damages, restores; what is sent, what stands afterwards and what a second run does are checked. */
async function assertUndone(t: TestContext, stage: Stage, damage: () => readonly unknown[]): Promise<void> {
  const { simulator } = stage;
  await backUp(stage);
  const whole = dumpOf(simulator);
  const done = damage();
  const broken = dumpOf(simulator);
  t.diagnostic(`${done.length} damages, ${differencesOf(whole, broken).length} resources differ`);

  const vault = await openVault(t, stage);
  const plan = await planInto(stage, vault, ['--delete-extra']);
  assert.deepEqual(withoutUnknownPolicies(plan.cannotRestore, simulator.switches), []);
  simulator.log.reset();
  simulator.log.keepBodies = true;
  const applied = await stage.json('apply', ['apply', 'plan.json', '--yes']);
  assert.equal(applied.exit, 0, `${applied.stderr}${JSON.stringify(applied.document.resources)}`);
  const { document } = applied;
  const log = simulator.log.mutations;
  const sent = await assertSentExactly({ vault, plan, run: document.run, before: broken, log });
  t.diagnostic(`${sent} calls`);

  assert.deepEqual(differencesOf(whole, dumpOf(simulator)), [], 'the simulator agrees that all is as before');
  const diff = await stage.run(['diff', 'latest', 'live']);
  assert.equal(diff.exit, 0, diff.stdout + diff.stderr);
  await assertNothingLeftToDo(stage, plan.calls.length);
}

/** The same plan is stale now, and a new one is empty. */
async function assertNothingLeftToDo(stage: Stage, calls: number): Promise<void> {
  stage.simulator.log.reset();
  const again = await stage.run(['apply', 'plan.json', '--yes']);
  assert.equal(again.exit, calls === 0 ? 0 : 5, again.stdout + again.stderr);
  const { exit, document } = await stage.json('restore', RESTORE);
  assert.equal(exit, 0);
  assert.deepEqual(document.resources, []);
  assert.equal(document.calls.planned, 0);
  assert.deepEqual(stage.simulator.log.mutations, []);
}

test('a wrecked organization comes back by exactly the calls of the plan', async (t) => {
  const stage = await createStage(t);
  await assertUndone(t, stage, () => {
    const sentences = stage.simulator.wreck();
    assert.ok(sentences.length > 10);
    return sentences;
  });
});

for (let seed = 1; seed <= runsOf(4); seed += 1) {
  test(`random changes of the small organization are undone (seed ${seed})`, async (t) => {
    const stage = await createStage(t);
    await assertUndone(t, stage, () => stage.simulator.mutate({ seed, count: 15 }));
  });

  test(`random changes of a generated organization are undone (seed ${seed})`, async (t) => {
    const stage = await createGeneratedStage(t, { seed, size: 2 }, { switches: switchesInPlace(seed) });
    await assertUndone(t, stage, () => stage.simulator.mutate({ seed, count: 12 }));
  });
}
