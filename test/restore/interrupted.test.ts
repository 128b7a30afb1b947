import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { UserError } from '../../src/core/errors.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Vault } from '../../src/app/ports/vault.ts';
import { sentCalls } from './sent-calls.ts';
import { backUp, createStage, differencesOf, dumpOf, openVault, ORGANIZATION, planInto, type Stage } from './stage.ts';
import { afterMutation } from './wire.ts';

interface Scene {
  readonly stage: Stage;
  readonly vault: Vault;
  readonly plan: Plan;
  readonly whole: ReturnType<typeof dumpOf>;
  readonly broken: ReturnType<typeof dumpOf>;
}

async function createScene(t: TestContext): Promise<Scene> {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  stage.simulator.wreck();
  const broken = dumpOf(stage.simulator);
  const vault = await openVault(t, stage);
  const plan = await planInto(stage, vault, ['--delete-extra']);
  stage.simulator.log.reset();
  stage.simulator.log.keepBodies = true;
  return { stage, vault, plan, whole, broken };
}

/** Every request the simulator saw was announced; what the report says is what the simulator has. */
async function assertAccounted({ stage, vault, plan, broken }: Scene): Promise<void> {
  const { simulator } = stage;
  const [run] = (await vault.listRuns(ORGANIZATION)).slice(-1);
  assert.ok(run !== undefined);
  const record = await vault.readRun(ORGANIZATION, run.run);
  const evidence = { vault, plan, run: run.run, before: broken, log: simulator.log.mutations };
  const sent = await sentCalls(evidence);
  const intended = new Set(record.intents.flat());
  for (const call of sent) assert.ok(intended.has(call), `${call} was sent without an intent`);

  const { report } = record;
  assert.ok(report, 'the run has a report');
  assert.equal(report.status, 'partial');
  const { planned, done, failed, skipped, notExecuted } = report.calls;
  assert.equal(planned, plan.calls.length);
  assert.equal(done + failed + skipped + notExecuted, planned);
  assert.ok(done > 0 && notExecuted > 0, JSON.stringify(report.calls));
  const statuses = new Map(record.outcomes.map(({ call, status }) => [call, status]));
  const committed = await sentCalls({ ...evidence, log: simulator.log.mutations.filter((one) => one.committed) });
  for (const { id } of plan.calls) {
    if (statuses.get(id) === 'done') assert.ok(committed.has(id), `${id} is called done and was not`);
  }
  const touched = new Set([...sent].map((id) => id.slice(0, id.indexOf('#'))));
  for (const { id, result } of report.resources) {
    if (!touched.has(id)) assert.ok(!['updated', 'deleted'].includes(result), `${id} ${result}, and nothing was sent`);
  }
}

async function assertFinishes({ stage, whole }: Scene): Promise<void> {
  stage.simulator.setFaults([]);
  const again = await stage.run(['restore', '--point', 'latest', '--delete-extra', '--yes']);
  assert.equal(again.exit, 0, again.stdout + again.stderr);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
}

for (const nth of [1, 12, 30]) {
  test(`a restore interrupted at its call ${nth} says what it did, and the next one ends it`, async (t) => {
    const scene = await createScene(t);
    const abort = new AbortController();
    afterMutation(scene.stage.simulator, nth, () => {
      abort.abort(new UserError({ code: 'INTERRUPTED', message: 'Interrupted.' }));
    });
    const { exit, stderr } = await scene.stage.run(['apply', 'plan.json', '--yes'], { signal: abort.signal });
    assert.equal(exit, 130, stderr);
    await assertAccounted(scene);
    await assertFinishes(scene);
  });
}

test('a restore whose endpoint falls silent says what it did, and the next one ends it', async (t) => {
  const scene = await createScene(t);
  const { simulator } = scene.stage;
  afterMutation(simulator, 9, () => simulator.setFaults([{ fault: { kind: 'drop', when: 'before-commit' } }]));
  const { exit, document, stderr } = await scene.stage.json('apply', ['apply', 'plan.json', '--yes']);
  assert.equal(exit, 3, stderr);
  assert.equal(document.status, 'partial');
  await assertAccounted(scene);
  await assertFinishes(scene);
});
