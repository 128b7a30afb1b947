import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { JsonObject } from '../../src/core/json.ts';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { backUp, createStage, differencesOf, dumpOf, openVault, type Stage } from '../restore/stage.ts';

/** A plan in a file, which another release of the tool has made: `alter` says in what it is unlike ours. */
async function planOfAnother(
  t: TestContext,
  alter: (plan: JsonObject) => JsonObject,
): Promise<{ stage: Stage; whole: ReturnType<typeof dumpOf> }> {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  const target = stage.simulator.target();
  target.delete(['environments', 'test', 'targetservers', 'core-banking']);
  const planned = await stage.run(['plan', '--point', 'latest', '--out', 'plan.json']);
  assert.ok([0, 2].includes(planned.exit), planned.stderr);
  const path = join(stage.workplace.folder, 'plan.json');
  const { hash: _, ...plan } = alter(JSON.parse(await readFile(path, 'utf8')));
  const { hasher } = await openVault(t, stage);
  await writeFile(
    path,
    JSON.stringify({ ...plan, hash: hasher.digest(new TextEncoder().encode(canonicalJson(plan))) }),
  );
  stage.simulator.log.reset();
  return { stage, whole };
}

test('a plan that another version made is carried out as it stands, where its form is the same', async (t) => {
  const { stage, whole } = await planOfAnother(t, (plan) => ({ ...plan, tool: 'holdfast 0.0.1' }));
  const applied = await stage.run(['apply', 'plan.json', '--yes']);
  assert.equal(applied.exit, 0, applied.stderr);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
});

test('a plan of another form is refused before anything is sent, and says what to do', async (t) => {
  const { stage } = await planOfAnother(t, (plan) => ({ ...plan, schema: 'holdfast/plan/2' }));
  const refused = await stage.run(['apply', 'plan.json', '--yes']);
  assert.notEqual(refused.exit, 0);
  assert.match(refused.stderr, /PLAN_INVALID/);
  assert.match(refused.stderr, /next/);
  assert.deepEqual(stage.simulator.log.mutations, []);
});
