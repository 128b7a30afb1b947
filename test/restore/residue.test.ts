import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutServerFields } from '../../src/sim/apigee/seeds/restorable.ts';
import type { ResourcePath } from '../../src/sim/apigee/wreck-target.ts';
import { backUp, createStage, differencesOf, dumpOf, type Stage } from './stage.ts';

const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--yes'];
const EXPIRED: ResourcePath = ['developers', "pia.o'neil@bike-shop.example", 'apps', 'Old loyalty'];
const PENDING: ResourcePath = ['developers', 'jun.tanaka@noodle-bar.example', 'apps', 'refund desk'];

/** Whoever counts the days finds these in the plan and in the report, and nothing else that is missing. */
async function assertNamed(stage: Stage, code: string, id: RegExp, exits: { readonly diff: number }): Promise<void> {
  const planned = await stage.json('plan', ['plan', '--point', 'latest', '--delete-extra']);
  assert.equal(planned.exit, 0, planned.stderr);
  const named = planned.document.cannotRestore;
  assert.deepEqual(
    named.map((one) => one.code),
    [code],
  );
  assert.match(named[0]?.id ?? '', id);
  const restored = await stage.json('restore', RESTORE);
  assert.equal(restored.exit, 0, restored.stderr + JSON.stringify(restored.document.resources));
  assert.equal(restored.document.status, 'done');
  assert.deepEqual(restored.document.cannotRestore, named);
  const table = await stage.run(RESTORE);
  assert.equal(table.exit, 0, table.stderr);
  assert.match(table.stdout, id);
  const diff = await stage.run(['diff', 'latest', 'live']);
  assert.equal(diff.exit, exits.diff, diff.stdout);
}

test('an expired key stays away: named in plan and report, everything else is back', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  stage.simulator.target().delete(EXPIRED);
  stage.simulator.settle();
  await assertNamed(stage, 'EXPIRED_KEY', /Old%20loyalty\/keys\/~/, { diff: 2 });
  const [left, ...others] = differencesOf(whole, dumpOf(stage.simulator));
  assert.match(left ?? '', /^only left: key pia\.o'neil@bike-shop\.example\/Old loyalty\//);
  assert.deepEqual(others, []);
});

test('a pending association that was approved since is named and left', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const target = stage.simulator.target();
  const [key = ''] = keysOf(stage, PENDING);
  target.post([...PENDING, 'keys', key, 'apiproducts', 'refunds-partner'], undefined, { action: 'approve' });
  await assertNamed(stage, 'NOT_SETTABLE', /refund%20desk\/keys\/~/, { diff: 2 });
});

test('a pending association whose product asks for no approval any more comes back approved, and is named', async (t) => {
  const stage = await createStage(t);
  const target = stage.simulator.target();
  const product = target.get(['apiproducts', 'refunds-partner']);
  target.put(['apiproducts', 'refunds-partner'], { ...withoutServerFields(product), approvalType: 'auto' });
  await backUp(stage);
  target.delete(PENDING);
  target.settle();
  const [key] = keysOf(stage, PENDING);
  assert.equal(key, undefined);
  await assertNamed(stage, 'NOT_SETTABLE', /refund%20desk\/keys\/~/, { diff: 2 });
});

function keysOf(stage: Stage, [, email = '', , app = '']: ResourcePath): readonly string[] {
  const lines = dumpOf(stage.simulator).filter(({ kind, key }) => kind === 'key' && key.startsWith(`${email}/${app}/`));
  return lines.map(({ value }) => String(value['consumerKey']));
}
