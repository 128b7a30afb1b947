import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultSwitches } from '../../src/sim/apigee/index.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import { readKeys } from '../kill/captured-vault.ts';
import { otherSwitchesOfWhole } from '../restore/switches-for.ts';
import { canarySeed, plantInBundles } from './canary-organization.ts';
import { searchingRun } from './canary-run.ts';
import { BUNDLE_MARK, createTraceSearch, everyMark, SEALED_MARK } from './canary-traces.ts';
import { openEverything } from './open-everything.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

test('backup, verify, diff, cat, find, export, plan, restore and apply show and leave no secret under the other answers of the service too', async (t) => {
  const workplace = await createBackedWorkplace(t, { seedFunction: canarySeed });
  const { folder, simulator } = workplace;
  await useTemporaryFolder(t, folder);
  await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ keyValueMaps: [{ at: '**', sealNames: true }] }));
  /** A shared flow that others use can only be replaced under the usual answer. */
  const plant = (note: string): void => {
    simulator.setSwitches(defaultSwitches);
    plantInBundles(simulator.target(), note);
    simulator.setSwitches(otherSwitchesOfWhole);
  };
  plant('first');
  const search = createTraceSearch();
  const runAllowing = searchingRun(workplace, search);
  const run = async (role: Parameters<typeof runAllowing>[0], ...argv: readonly string[]): Promise<number> => {
    const { exit, stderr } = await runAllowing(role, [], argv);
    assert.notEqual(exit, 64, `${argv.join(' ')}: ${stderr}`);
    return exit;
  };
  assert.equal(await run('writer', 'backup'), 0);
  const { document: listed } = await workplace.json('ls', ['ls', 'latest', 'developers/*/apps/*/keys/*']);
  const key = listed.resources[0]?.id ?? assert.fail('no app has a key');
  const { document: points } = await workplace.json('points', ['points']);
  const first = points.points[0]?.id ?? '';
  simulator.wreck();
  plant('second');
  assert.equal(await run('writer', 'backup', '-o', 'json'), 0);
  await run('writer', 'plan', '--point', first, '--out', 'writer-plan.json');
  for (const output of ['table', 'json']) {
    assert.equal(await run('reader', 'diff', first, 'latest', '-o', output), 2);
    assert.equal(await run('reader', 'diff', first, 'live', '-o', output), 2);
    assert.equal(await run('reader', 'cat', first, key, '-o', output), 0);
    await run('reader', 'find', first, 'consumerSecret~.', '-o', output);
    await run('writer', 'cat', first, key, '-o', output);
  }
  assert.equal(await run('reader', 'export', first, 'exports/reader'), 0);
  assert.equal(await run('reader', 'restore', '--point', first, '--yes'), 12);
  const restored = await run('restorer', 'restore', '--point', first, '--yes', '-o', 'json');
  assert.ok(restored === 0 || restored === 3, `restore ended with ${restored}`);
  simulator.wreck();
  await run('restorer', 'plan', '--point', first, '--delete-extra', '--out', 'plan.json');
  const applied = await run('restorer', 'apply', 'plan.json', '--yes');
  assert.ok(applied === 0 || applied === 3, `apply ended with ${applied}`);
  assert.equal(await run('restorer', 'verify', '--all-data'), 0);

  await search.assertNoneBelow(folder, { except: ['exports', 'plan.json'] });
  await search.assertNoneBelow(folder, { except: ['exports'], marks: [SEALED_MARK, BUNDLE_MARK] });
  await search.assertNoneBelow(join(folder, 'exports'), { marks: [SEALED_MARK] });
  for (const role of ['writer', 'reader'] as const) {
    const { readable } = await openEverything(join(folder, 'vault'), await readKeys(join(folder, 'keys'), role));
    const marks = role === 'reader' ? [SEALED_MARK] : everyMark;
    for (const bytes of readable) search.assertNone(bytes, `the vault, opened with ${role}.key,`, marks);
  }
  // The test would see them: the restorer's key does open them.
  const { readable } = await openEverything(join(folder, 'vault'), await readKeys(join(folder, 'keys'), 'restorer'));
  for (const mark of everyMark) assert.ok(readable.some((bytes) => Buffer.from(bytes).includes(mark)));
});
