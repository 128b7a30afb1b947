import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backUp, createStage, dumpOf, openVault, planInto } from './stage.ts';

const kinds = ['key value map', 'key value map entry', 'keystore', 'keystore alias'];

test('a map that a deployment needs comes back with its entries, a keystore with its certificates', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  // All of the organization is gone; what is chosen is one target server and the deployments.
  stage.simulator.addOrganization('acme-prod', 'empty');
  const vault = await openVault(t, stage);
  const only = ['--only', 'environments/*/apis/*/deployment', '--only', 'environments/*/targetservers/*'];
  const plan = await planInto(stage, vault, only);
  const made = new Set(plan.resources.filter(({ change }) => change === 'create').map(({ id }) => id));
  const maps = [...made].filter((id) => /\/keyvaluemaps\/[^/]+$/.test(id));
  const keystores = [...made].filter((id) => /\/keystores\/[^/]+$/.test(id));
  assert.ok(maps.length > 0 && keystores.length > 0, [...made].join('\n'));
  const applied = await stage.json('apply', ['apply', 'plan.json', '--yes']);
  assert.equal(applied.exit, 0, applied.stderr);
  // What came back of these kinds came back whole, but for what no backup can read.
  const now = new Map(dumpOf(stage.simulator).map((line) => [`${line.kind} ${line.key}`, line.value]));
  const owners = [...now.keys()].filter((name) => /^(key value map|keystore) /.test(name));
  const told = plan.cannotRestore.map(({ id }) => decodeURIComponent(id));
  let below = 0;
  for (const { kind, key } of whole) {
    const isBelow = owners.some((owner) => `${kind} ${key}`.replace(/ (entry|alias) /, ' ').startsWith(`${owner}/`));
    if (!kinds.includes(kind) || !isBelow) continue;
    below += 1;
    const isTold = told.some(
      (id) => key.endsWith(id.slice(id.lastIndexOf('/'))) || id.split('/').at(-1) === key.split('/').at(-2),
    );
    assert.ok(now.has(`${kind} ${key}`) || isTold, `${kind} ${key} did not come along`);
  }
  assert.ok(below > 5, String(below));
});
