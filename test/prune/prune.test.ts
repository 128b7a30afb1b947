import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markPrune } from '../../src/app/prune/mark-prune.ts';
import { previewPrune } from '../../src/app/prune/preview-prune.ts';
import { sweepPrunes } from '../../src/app/prune/sweep-prune.ts';
import { ORGANIZATION } from '../../src/vault/sample-vault.fixture.ts';
import {
  captureDays,
  createPrunableVault,
  DAY_MS,
  namesIn,
  prefix,
  pruneRequest,
  readConfig,
} from './prunable-vault.ts';

test('what no rule keeps of a closed epoch is marked, waits, and is swept with what only it needs', async () => {
  const vault = await createPrunableVault();
  const first = await captureDays(vault, 5, 'january');
  const second = await captureDays(vault, 3, 'february');
  const before = await namesIn(vault.store);
  const request = pruneRequest({ daily: 2 });
  const preview = await previewPrune(await vault.deps(), request);
  assert.deepEqual(preview.judged.refusals, []);
  assert.deepEqual(
    preview.unmarked.points.map(({ summary }) => summary.id),
    first.map(({ id }) => id),
  );
  assert.deepEqual(await namesIn(vault.store), before, 'a preview writes nothing');

  const marked = await markPrune(await vault.deps(), request, preview);
  assert.equal(marked?.prune, 1);
  assert.deepEqual(await sweepPrunes(await vault.deps(), request), [], 'the grace has not ended');
  await vault.clock.advance(DAY_MS);
  const [swept] = await sweepPrunes(await vault.deps(), request);
  assert.deepEqual(
    swept?.points,
    first.map(({ id }) => id),
  );
  assert.deepEqual(swept.left, []);
  const after = await namesIn(vault.store);
  const inFirst = after.filter((name) => name.startsWith(`${prefix}epochs/000001/`));
  assert.deepEqual(
    inFirst.map((name) => name.split('/').at(-1)),
    ['epoch', 'keyring-1', 'vault.json'],
  );
  for (const { id, expected } of second) assert.deepEqual(await readConfig(vault, id), expected);

  const listed = await vault.writer.listPoints(ORGANIZATION);
  assert.deepEqual(
    listed.points.map(({ id }) => id),
    second.map(({ id }) => id),
  );
  assert.deepEqual(listed.damaged, []);
  assert.deepEqual(
    listed.swept.map(({ point, prune }) => [point, prune]),
    first.map(({ id }) => [id, 1]),
  );
  const findings = await Array.fromAsync(vault.verifier.verify({ organization: ORGANIZATION, allData: true }));
  assert.deepEqual(
    findings.filter(({ type }) => type === 'damaged'),
    [],
  );
  assert.equal(findings.filter(({ type }) => type === 'swept').length, 5);
  await assert.rejects(vault.writer.openPoint(ORGANIZATION, first[0]?.id ?? ''), { code: 'POINT_SWEPT' });
  assert.deepEqual(await sweepPrunes(await vault.deps(), request), [], 'a second sweep has nothing to do');
});

test('a point that stays keeps what it rests on, whoever wrote that', async () => {
  const vault = await createPrunableVault();
  const first = await captureDays(vault, 6, 'january');
  await captureDays(vault, 1, 'february');
  const held = first[3];
  assert.ok(held !== undefined);
  await vault.pruner.holds.addHold({
    organization: ORGANIZATION,
    points: [held.id],
    owner: 'legal',
    reason: 'case 7',
    at: vault.clock.now(),
  });
  const request = pruneRequest({ daily: 1 });
  await markPrune(await vault.deps(), request, await previewPrune(await vault.deps(), request));
  await vault.clock.advance(DAY_MS);
  const [swept] = await sweepPrunes(await vault.deps(), request);
  assert.deepEqual(
    swept?.points,
    first.filter(({ id }) => id !== held.id).map(({ id }) => id),
  );
  assert.deepEqual(await readConfig(vault, held.id), held.expected);
  const findings = await Array.fromAsync(vault.verifier.verify({ organization: ORGANIZATION, allData: true }));
  assert.deepEqual(
    findings.filter(({ type }) => type === 'damaged'),
    [],
  );
});
