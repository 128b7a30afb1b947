import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutServerFields } from '../../src/sim/apigee/seeds/restorable.ts';
import type { ResourcePath } from '../../src/sim/apigee/wreck-target.ts';
import { assertSentExactly } from './sent-calls.ts';
import { backUp, createStage, differencesOf, dumpOf, openVault, planInto, type Stage } from './stage.ts';

const ONLY_APPS = ['--only', 'developers/*/apps/**'];

function change(stage: Stage, path: ResourcePath, fields: Readonly<Record<string, unknown>>): void {
  const target = stage.simulator.target();
  target.put(path, { ...withoutServerFields(target.get(path)), ...fields });
}

/** Damage to what the apps are, to what they need, and to what they have nothing to do with. */
function damage(stage: Stage): void {
  const target = stage.simulator.target();
  // Chosen, and the developer they stand under is gone too.
  target.delete(['developers', 'orders@bakery.example']);
  // Chosen; the developer is there but different, and so is a product of its key.
  target.delete(['developers', 'jun.tanaka@noodle-bar.example', 'apps', 'refund desk 2']);
  change(stage, ['developers', 'jun.tanaka@noodle-bar.example'], { firstName: 'Changed' });
  change(stage, ['apiproducts', 'refunds-partner'], { displayName: 'Changed' });
  // Chosen; the product of their keys is gone.
  target.delete(['developers', 'ops+alerts@bike-shop.example', 'apps', 'alert+router']);
  target.delete(['developers', 'ops+alerts+eu@bike-shop.example', 'apps', 'alert+router']);
  target.settle();
  target.delete(['apiproducts', 'webhooks']);
  // Nobody chose or needs these.
  change(stage, ['apiproducts', 'fx-rates-free'], { displayName: 'Changed' });
  change(stage, ['environments', 'test', 'targetservers', 'core-banking'], { host: 'changed.acme-pay.test' });
  target.post(['developers', "pia.o'neil@bike-shop.example", 'apps'], { name: 'stray' });
  target.settle();
}

test('--only restores what is chosen, takes needs only where they are absent, and touches nothing else', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  await backUp(stage);
  const whole = dumpOf(simulator);
  damage(stage);
  const before = dumpOf(simulator);

  const vault = await openVault(t, stage);
  const plan = await planInto(stage, vault, ONLY_APPS);
  const ids = (role: 'shown' | 'need'): readonly string[] =>
    plan.resources
      .filter(({ change: kind, id }) => (role === 'shown') === (kind === 'shown') && !id.includes('/apps/'))
      .map(({ id }) => id)
      .sort();
  assert.deepEqual(ids('shown'), ['apiproducts/refunds-partner', 'developers/jun.tanaka@noodle-bar.example']);
  assert.deepEqual(ids('need'), ['apiproducts/webhooks', 'developers/orders@bakery.example']);
  const stray = plan.resources.filter(({ id }) => id.includes('/apps/stray'));
  assert.ok(stray.length > 0 && stray.every(({ change: kind }) => kind === 'shown'));

  simulator.log.reset();
  simulator.log.keepBodies = true;
  const { exit, document, stderr } = await stage.json('apply', ['apply', 'plan.json', '--yes']);
  assert.equal(exit, 0, stderr);
  await assertSentExactly({ vault, plan, run: document.run, before, log: simulator.log.mutations });
  const elsewhere = simulator.log.mutations.filter(({ path }) => !/\/developers\/[^/]+\/apps(\/|$)/.test(path));
  const lines = elsewhere.map(({ http, route, body }) => `${http} ${route.split('/').at(-1)} ${String(nameOf(body))}`);
  assert.deepEqual(lines.sort(), ['POST apiproducts webhooks', 'POST developers orders@bakery.example']);

  const left = differencesOf(whole, dumpOf(simulator)).filter((line) => !line.startsWith('only right: key '));
  assert.deepEqual([...left].sort(), [
    'differs: developer jun.tanaka@noodle-bar.example',
    'differs: product fx-rates-free',
    'differs: product refunds-partner',
    'differs: target server test/core-banking',
    // What the developer is billed was not chosen.
    'only left: billing type orders@bakery.example',
    'only left: subscription orders@bakery.example/payments-standard@1743552000000',
    "only right: app pia.o'neil@bike-shop.example/stray",
  ]);
  const again = await stage.json('restore', ['restore', '--point', 'latest', ...ONLY_APPS, '--yes']);
  assert.deepEqual([again.exit, again.document.calls.planned], [0, 0], again.stderr);
});

function nameOf(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return undefined;
  return 'email' in body ? body.email : 'name' in body ? body.name : undefined;
}
