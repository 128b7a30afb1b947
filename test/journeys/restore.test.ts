import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { dumpDifferences } from '../../src/sim/apigee/index.ts';
import { findWorkingClients } from '../../src/sim/apigee/working-clients.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

test('a wreck shows as drift, is planned and undone; a second restore sends nothing', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { simulator } = workplace;
  await workplace.run(['backup']);
  const before = [...simulator.dump()];
  const clients = findWorkingClients(simulator, 1_000);
  simulator.wreck();
  assert.ok(clients.some((client) => !simulator.checkRuntime(client).allowed));

  const drift = await workplace.json('drift', ['drift']);
  assert.equal(drift.exit, 2);
  assert.ok(drift.document.differences.length > 20);

  const planned = await workplace.json('plan', ['plan', '--delete-extra', '--out', 'plan.json', '--exit-code']);
  assert.equal(planned.exit, 2);
  const file = join(workplace.folder, 'plan.json');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), planned.document);

  const applied = await workplace.json('apply', ['apply', 'plan.json', '--yes']);
  assert.equal(applied.exit, 0, applied.stdout + applied.stderr);
  assert.equal(applied.document.status, 'done');
  assert.ok(applied.document.safetyPoint.startsWith('p'));
  assert.deepEqual(dumpDifferences(before, simulator.dump(), 120_000), []);
  assert.ok(clients.every((client) => simulator.checkRuntime(client).allowed));
  const diff = await workplace.json('diff', ['diff', 'latest', 'live']);
  assert.equal(diff.exit, 0);

  simulator.log.reset();
  const again = await workplace.json('restore', ['restore', '--delete-extra', '--yes']);
  assert.deepEqual([again.exit, again.document.calls.planned], [0, 0]);
  const stale = await workplace.run(['apply', 'plan.json', '--yes']);
  assert.equal(stale.exit, 5);
  assert.match(stale.stderr, /PLAN_STALE/);
  assert.deepEqual(simulator.log.mutations, []);
});

test('restore --only restores what is chosen and what it needs, and nothing else', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { simulator } = workplace;
  await workplace.run(['backup']);
  simulator.wreck();
  const only = ['--only', 'developers/*/apps/**'];
  const restored = await workplace.json('restore', ['restore', ...only, '--yes']);
  assert.equal(restored.exit, 0, restored.stderr);
  const { resources } = restored.document;
  assert.ok(resources.length > 5);
  const outside = resources.filter(({ id }) => !/^developers\/[^/]+\/apps\//.test(id));
  // The developer that the wreck deleted is what its apps need.
  assert.deepEqual(
    outside.map(({ id, result }) => [id, result]),
    [['developers/orders@bakery.example', 'created']],
  );
  const left = await workplace.json('drift', ['drift', ...only]);
  const missing = left.document.differences.filter(({ change }) => change !== 'added');
  assert.deepEqual(missing, []);
  const elsewhere = await workplace.json('drift', ['drift', '--preset', 'gateway']);
  assert.equal(elsewhere.exit, 2);
});

test('a restore asks for the name of the organization and takes nothing else', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { simulator } = workplace;
  await workplace.run(['backup']);
  simulator.wreck();
  simulator.log.reset();
  const nobody = await workplace.run(['restore']);
  assert.equal(nobody.exit, 64);
  assert.match(nobody.stderr, /CONFIRMATION_NEEDED/);
  const interrupted = await workplace.run(['restore'], { typed: '\u0003' });
  assert.equal(interrupted.exit, 130);
  for (const typed of ['acme-test\r', 'yes\r', '\r']) {
    const refused = await workplace.run(['restore'], { typed });
    assert.equal(refused.exit, 1, refused.stderr);
    assert.match(refused.stderr, /CONFIRMATION_REFUSED/);
  }
  assert.deepEqual(simulator.log.mutations, []);
  const agreed = await workplace.run(['restore'], { typed: 'acme-prod\r' });
  assert.equal(agreed.exit, 0, agreed.stderr);
  // What is agreed to was shown before.
  assert.match(agreed.stderr, /to create, .* to update/);
  assert.ok(simulator.log.mutations.length > 0);
});

test('with --yes the plan is shown too, but not beside data for programs', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  workplace.simulator.wreck();
  const some = ['restore', '--only', 'apiproducts/**', '--yes'];
  const shown = await workplace.run(some);
  assert.equal(shown.exit, 0, shown.stderr);
  assert.match(shown.stderr, /to create, .* to update/);
  assert.match(shown.stdout, /^Done:/);
  const others = await workplace.json('restore', ['restore', '--kinds', 'developer', '--yes']);
  assert.equal(others.exit, 0, others.stderr);
  assert.doesNotMatch(others.stderr, /to create, .* to update/);
});

test('of two applies at once one is refused with 11 and told who runs', async (t) => {
  const workplace = await createBackedWorkplace(t, { latencyMs: 20 });
  await workplace.run(['backup']);
  workplace.simulator.wreck();
  await workplace.run(['plan', '--out', 'plan.json']);
  const apply = ['apply', 'plan.json', '--yes'];
  const outcomes = await Promise.all([workplace.run(apply), workplace.run(apply)]);
  assert.deepEqual(
    outcomes.map(({ exit }) => exit).sort((a, b) => a - b),
    [0, 11],
  );
  const refused = outcomes.find(({ exit }) => exit === 11);
  assert.match(refused?.stderr ?? '', /RUN_ACTIVE/);
  assert.match(refused?.stderr ?? '', /@.*process \d+/);
});

test('a plan that was edited, is no plan, or is for another organization is refused', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { simulator } = workplace;
  await workplace.run(['backup']);
  simulator.wreck();
  await workplace.run(['plan', '--out', 'plan.json']);
  simulator.log.reset();
  const file = join(workplace.folder, 'plan.json');
  const text = await readFile(file, 'utf8');
  const other = await workplace.run(['apply', 'plan.json', '--yes', '--org', 'acme-test']);
  assert.deepEqual([other.exit, /ORGANIZATION_MISMATCH/.test(other.stderr)], [1, true]);
  for (const broken of [text.replace('"deleteExtra": false', '"deleteExtra": true'), 'plan', '{}']) {
    await writeFile(file, broken);
    const refused = await workplace.run(['apply', 'plan.json', '--yes']);
    assert.deepEqual([refused.exit, /PLAN_INVALID/.test(refused.stderr)], [1, true], refused.stderr);
  }
  const absent = await workplace.run(['apply', 'absent.json', '--yes']);
  assert.equal(absent.exit, 64);
  const nowhere = await workplace.run(['plan', '--out', '.']);
  assert.equal(nowhere.exit, 64);
  assert.match(nowhere.stderr, /cannot be written/);
  assert.deepEqual(simulator.log.mutations, []);
});

test('without the restorer key nothing is sent', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  workplace.simulator.wreck();
  workplace.simulator.log.reset();
  const text = await readFile(join(workplace.folder, 'keys', 'reader.key'), 'utf8');
  const environment = { HOLDFAST_KEYS: './nowhere', HOLDFAST_READER_KEY: text };
  assert.equal((await workplace.run(['plan'], { environment })).exit, 0);
  const refused = await workplace.run(['restore', '--yes'], { environment });
  assert.equal(refused.exit, 12);
  assert.match(refused.stderr, /restorer\.key/);
  assert.deepEqual(workplace.simulator.log.mutations, []);
});

test('a plan holds no secret, and neither does anything that is said', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { simulator } = workplace;
  const secrets = [...simulator.dump()]
    .filter(({ kind }) => kind === 'key')
    .flatMap(({ value }) => [String(value['consumerKey']), String(value['consumerSecret'])]);
  assert.ok(secrets.length > 40);
  await workplace.run(['backup']);
  simulator.wreck();
  const outcomes = [
    await workplace.run(['drift']),
    await workplace.run(['plan', '--delete-extra', '--out', 'plan.json']),
    await workplace.run(['plan', '--delete-extra', '--out', '-']),
    await workplace.run(['restore', '--delete-extra', '--yes', '--log-level', 'debug']),
    await workplace.run(['show', 'latest']),
    await workplace.run(['ls', 'latest', '-o', 'ndjson']),
  ];
  const said = outcomes.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  const plan = await readFile(join(workplace.folder, 'plan.json'), 'utf8');
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      assert.ok(!said.includes(form) && !plan.includes(form));
    }
  }
});
