import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backUp, createStage, differencesOf, dumpOf } from './stage.ts';

test('the medium organization is backed up twice, wrecked and restored without any difference', async (t) => {
  const stage = await createStage(t, { seed: 'medium' });
  const { simulator } = stage;
  const first = await backUp(stage);
  const second = await backUp(stage);
  const told = ({ calls, floor, bytesWritten }: typeof first): string =>
    `${calls} calls (floor ${floor}), ${bytesWritten} bytes written`;
  t.diagnostic(`first backup: ${told(first)}`);
  t.diagnostic(`second backup: ${told(second)}`);
  const bundles = first.ledger.filter(({ kind }) => kind.endsWith('-revision')).map(({ captured }) => captured);
  const saved = bundles.reduce((sum, count) => sum + count, 0);
  assert.ok(saved > 500);
  assert.ok(second.calls <= first.calls - saved, 'what did not change is not read again');
  const whole = dumpOf(simulator);
  const done = simulator.wreck();
  const broken = differencesOf(whole, dumpOf(simulator)).length;
  simulator.log.reset();
  const restored = await stage.json('restore', ['restore', '--point', 'latest', '--delete-extra', '--yes']);
  assert.equal(restored.exit, 0, restored.stderr + JSON.stringify(restored.document.resources));
  const { calls } = restored.document;
  assert.equal(simulator.log.mutations.length, calls.done);
  t.diagnostic(`${done.length} damages, ${broken} resources differ, ${calls.done} changing calls`);
  assert.deepEqual(differencesOf(whole, dumpOf(simulator)), []);
  const diff = await stage.run(['diff', 'latest', 'live']);
  assert.equal(diff.exit, 0, diff.stdout + diff.stderr);
});
