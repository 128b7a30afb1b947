import assert from 'node:assert/strict';
import { hostname, userInfo } from 'node:os';
import { test } from 'node:test';
import { backUp, createStage, differencesOf, dumpOf, openVault, planInto } from './stage.ts';
import { gate } from './wire.ts';

test('of two applies at once the second is refused with 11, told who runs since when, and sends nothing', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  await backUp(stage);
  const whole = dumpOf(simulator);
  simulator.wreck();
  await planInto(stage, await openVault(t, stage), ['--delete-extra']);

  const held = gate(simulator, (request) => request.http !== 'GET' && request.token === 'first');
  const startedAt = Date.now();
  const first = stage.run(['apply', 'plan.json', '--yes'], { environment: { HOLDFAST_APIGEE_TOKEN: 'first' } });
  await held.reached;
  const second = await stage.run(['apply', 'plan.json', '--yes', '-o', 'json']);
  const sent = simulator.log.mutations.length;
  held.open();
  const { exit, stderr } = await first;

  assert.equal(second.exit, 11, second.stderr);
  assert.equal(sent, 0);
  const { error } = JSON.parse(second.stderr.trim().split('\n').at(-1) ?? '') as { error: { [field: string]: string } };
  assert.equal(error['code'], 'RUN_ACTIVE');
  assert.ok(
    error['message']?.includes(`${userInfo().username}@${hostname()}, process ${process.pid}`),
    error['message'],
  );
  const since = Date.parse(/since (\S+Z)/.exec(error['message'] ?? '')?.[1] ?? '');
  assert.ok(since >= startedAt && since <= Date.now(), error['message']);
  assert.equal(exit, 0, stderr);
  assert.deepEqual(differencesOf(whole, dumpOf(simulator)), []);
});
