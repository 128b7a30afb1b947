import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const TYPO = ['--only', 'developers/orders@bakery.exmaple/**'];

test('a selection that matches nothing is no success, and nobody says that nothing differs', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  workplace.simulator.wreck();
  workplace.simulator.log.reset();
  for (const argv of [
    ['restore', ...TYPO, '--yes'],
    ['plan', ...TYPO],
    ['export', 'latest', 'dir', ...TYPO],
  ]) {
    const { exit, stdout, stderr } = await workplace.run(argv);
    assert.equal(exit, 1, stdout + stderr);
    assert.match(stderr, /RESOURCE_NOT_FOUND/);
    assert.match(stderr, /The selection matches no resource,/);
  }
  await assert.rejects(stat(join(workplace.folder, 'dir')), { code: 'ENOENT' });
  const told = await workplace.run(['drift', ...TYPO]);
  assert.equal(told.exit, 0, told.stderr);
  assert.match(told.stdout, /The selection matches no resource, neither in the point nor live\./);
  assert.doesNotMatch(told.stdout, /No difference/);
  const diff = await workplace.json('diff', ['diff', 'latest', 'latest', ...TYPO]);
  assert.deepEqual([diff.exit, diff.document.selectionIsEmpty], [0, true]);
  const some = await workplace.json('diff', ['diff', 'latest', 'latest', '--kinds', 'developer']);
  assert.deepEqual([some.exit, some.document.selectionIsEmpty], [0, false]);
  assert.deepEqual(workplace.simulator.log.mutations, []);
});

test('filters that no kind passes together are refused by name before anything is opened', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { simulator } = workplace;
  simulator.log.reset();
  const disjoint = ['--kinds', 'developer', '--preset', 'gateway'];
  for (const verb of [['backup'], ['drift'], ['plan'], ['restore', '--yes'], ['export', 'latest', 'dir']]) {
    const { exit, stderr } = await workplace.run([...verb, ...disjoint]);
    assert.equal(exit, 64, stderr);
    assert.match(stderr, /--kinds "developer" and --preset "gateway"/);
  }
  const environment = { HOLDFAST_ONLY: 'developers/**', HOLDFAST_PRESET: 'gateway' };
  const named = await workplace.run(['backup'], { environment });
  assert.equal(named.exit, 64);
  assert.match(named.stderr, /HOLDFAST_ONLY "developers\/\*\*" and\s+HOLDFAST_PRESET "gateway"/);
  for (const only of ['apis/**,developers/**', 'a/**,b/**']) {
    const joined = await workplace.run(['backup'], { environment: { HOLDFAST_ONLY: only } });
    assert.equal(joined.exit, 64);
    assert.match(joined.stderr, /blanks between them in HOLDFAST_ONLY/);
  }
  assert.equal(simulator.log.mutations.length, 0);
});
