import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backUp, createStage, differencesOf, dumpOf } from './stage.ts';

const guild = ['appgroups', 'partner-guild'];
const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--yes'];

test('AppGroups are repaired in place: what was changed, deleted and added', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  const target = simulator.target();
  const { grade } = await backUp(stage);
  assert.equal(grade, 'complete');
  const whole = dumpOf(simulator);
  target.delete([...guild, 'apps', 'Guild checkout']);
  target.put(guild, { displayName: 'overwritten', attributes: [{ name: 'tier', value: 'iron' }] });
  target.setStatus(guild, 'inactive');
  target.setStatus([...guild, 'apps', 'Retired till'], 'approve');
  target.setStatus(['appgroups', 'closed-chain'], 'active');
  target.delete(['appgroups', 'closed-chain', 'apps', 'Retired till']);
  target.delete(['appgroups', 'no-apps.yet_2']);
  target.post(['appgroups'], { name: 'stray' });
  target.post(['appgroups', 'stray', 'apps'], { name: 'stray app', apiProducts: ['payments-standard'] });
  target.post([...guild, 'apps'], { name: 'stray app' });
  target.settle();
  const { exit, stderr, document } = await stage.json('restore', RESTORE);
  assert.equal(exit, 0, stderr);
  assert.deepEqual(document.cannotRestore, []);
  target.settle();
  assert.deepEqual(differencesOf(whole, dumpOf(simulator)), []);
  const again = await stage.json('restore', RESTORE);
  assert.deepEqual([again.exit, again.document.calls.planned], [0, 0]);
});

test('an AppGroup that is restored alone takes along the developers who are its members', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  const target = simulator.target();
  await backUp(stage);
  const whole = dumpOf(simulator);
  target.delete(guild);
  target.delete(['developers', 'jun.tanaka@noodle-bar.example']);
  target.settle();
  const only = ['restore', '--point', 'latest', '--yes', '--only', 'appgroups/partner-guild'];
  const { exit, stderr } = await stage.json('restore', only);
  assert.equal(exit, 0, stderr);
  const missing = differencesOf(whole, dumpOf(simulator));
  assert.ok(missing.length > 0);
  // Her apps were not chosen; money was not named, and what has ended stays so.
  const left = /^only left: (?:(?:app|key) jun\.tanaka@noodle-bar\.example|(?:wallet|subscription) partner-guild)\//;
  for (const line of missing) assert.match(line, left);
});
