import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markPrune } from '../../src/app/prune/mark-prune.ts';
import { previewPrune } from '../../src/app/prune/preview-prune.ts';
import { sweepPrunes } from '../../src/app/prune/sweep-prune.ts';
import { createManualClock } from '../../src/platform/manual-clock.ts';
import { openWith, ORGANIZATION } from '../../src/vault/sample-vault.fixture.ts';
import { captureDays, createPrunableVault, DAY_MS, namesIn, prefix, prove, pruneRequest } from './prunable-vault.ts';

const refused = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error && 'code' in error && 'exit' in error);
  assert.deepEqual([error.code, error.exit], ['PRUNE_REFUSED', 4]);
  assert.match(error.message, pattern);
  return true;
};

test('a store that does not attest time is shown, and nothing is marked or swept there', async () => {
  const vault = await createPrunableVault({ attestsTime: false });
  await captureDays(vault, 2, 'january');
  await captureDays(vault, 1, 'february');
  const deps = await vault.deps();
  const preview = await previewPrune(deps, pruneRequest());
  assert.match(preview.judged.refusals.join(), /does not attest/);
  const before = await namesIn(vault.store);
  await assert.rejects(markPrune(deps, pruneRequest(), preview), refused(/does not attest/));
  await assert.rejects(sweepPrunes(deps, pruneRequest()), refused(/does not attest/));
  assert.deepEqual(await namesIn(vault.store), before);
});

test('clocks that differ by more than five minutes delete nothing, and void what was marked under them', async () => {
  const vault = await createPrunableVault();
  await captureDays(vault, 3, 'january');
  await captureDays(vault, 1, 'february');
  const request = pruneRequest({ daily: 1 });
  const ahead = await vault.deps({ clock: createManualClock(vault.clock.epochMs() + 6 * 60_000) });
  await assert.rejects(
    previewPrune(ahead, request).then((preview) => markPrune(ahead, request, preview)),
    refused(/clock/i),
  );
  const deps = await vault.deps();
  await markPrune(deps, request, await previewPrune(deps, request));
  await vault.clock.advance(DAY_MS);
  const late = await vault.deps({ clock: createManualClock(vault.clock.epochMs() + 6 * 60_000) });
  const manifests = (await namesIn(vault.store)).filter((name) => name.includes('/points/'));
  await assert.rejects(sweepPrunes(late, request), refused(/clock/i));
  assert.deepEqual(
    (await namesIn(vault.store)).filter((name) => name.includes('/points/')),
    manifests,
  );
  const near = await vault.deps({ clock: createManualClock(vault.clock.epochMs() + 4 * 60_000) });
  assert.equal((await sweepPrunes(near, request)).length, 1);
});

test('too few verified points refuse all; verified by who did not write them, at full depth', async () => {
  const vault = await createPrunableVault();
  const [first] = await captureDays(vault, 3, 'january');
  await captureDays(vault, 1, 'february');
  const request = pruneRequest({ daily: 1, minimumVerified: 1 });
  const deps = await vault.deps();
  assert.match((await previewPrune(deps, request)).judged.refusals.join(), /Only 0 of the points are verified/);
  const at = vault.clock.now();
  const proof = { point: first?.id ?? '', result: 'good', checkedObjects: 1, checkedBytes: 1, at } as const;
  await vault.verifier.recordVerification(ORGANIZATION, { ...proof, depth: 'structure' });
  assert.equal((await previewPrune(deps, request)).judged.refusals.length, 1, 'the structure alone verifies nothing');
  await prove(vault, [first?.id ?? '']);
  const preview = await previewPrune(deps, request);
  assert.deepEqual(preview.judged.refusals, []);
  const kept = preview.judged.decision.points.find(({ point }) => point.id === first?.id);
  assert.deepEqual(
    kept?.keeps.map(({ rule }) => rule),
    ['newest-copy'],
  );
});

test('a damaged manifest keeps its epoch until it is given up, and then goes with it', async () => {
  const vault = await createPrunableVault();
  const first = await captureDays(vault, 2, 'january');
  await captureDays(vault, 1, 'february');
  const junk = `${prefix}epochs/000001/points/20990101T000000000Z-p0000000000000001`;
  await vault.store.put(junk, new Uint8Array(80));
  const deps = await vault.deps();
  const preview = await previewPrune(deps, pruneRequest({ daily: 1 }));
  assert.deepEqual(preview.judged.going, []);
  assert.match(
    preview.judged.decision.points[0]?.keeps[0]?.why ?? '',
    /cannot be trusted, and what it needs is not known/,
  );
  await assert.rejects(previewPrune(deps, pruneRequest({ giveUp: ['nonsense'] })), { code: 'USAGE' });
  const request = pruneRequest({ daily: 1, giveUp: [junk] });
  await markPrune(deps, request, await previewPrune(deps, request));
  assert.equal(await markPrune(deps, request, await previewPrune(deps, request)), undefined, 'all is marked already');
  await vault.clock.advance(DAY_MS);
  const [sweep] = await sweepPrunes(await vault.deps(), request);
  assert.deepEqual([...(sweep?.points ?? [])].sort(), [...first.map(({ id }) => id), 'p0000000000000001'].sort());
  assert.deepEqual((await vault.writer.listPoints(ORGANIZATION)).damaged, []);
});

test('a record of a hold that is gone or damaged stops pruning, by name', async () => {
  const vault = await createPrunableVault();
  const [first] = await captureDays(vault, 2, 'january');
  await captureDays(vault, 1, 'february');
  for (const reason of ['one', 'two']) {
    const at = vault.clock.now();
    await vault.pruner.holds.addHold({ organization: ORGANIZATION, points: [first?.id ?? ''], owner: 'o', reason, at });
    await vault.clock.advance(1000);
  }
  const [name = ''] = (await namesIn(vault.store)).filter((one) => one.includes('/holds/'));
  await vault.store.delete(name);
  const deps = await vault.deps();
  const preview = await previewPrune(deps, pruneRequest({ daily: 1 }));
  assert.ok(preview.judged.refusals.join().includes(`${name} is damaged: it is missing`));
  const damage = await Array.fromAsync(vault.verifier.verify({ organization: ORGANIZATION, allData: false }));
  assert.ok(damage.some((finding) => finding.type === 'damaged' && finding.object === name));
  await assert.rejects(
    vault.pruner.holds.removeHold({
      organization: ORGANIZATION,
      hold: 'h',
      owner: 'o',
      reason: 'r',
      at: vault.clock.now(),
    }),
    { code: 'KEY_MISSING' },
  );
});

test('a damaged record of a hold is given up by the verifier alone, and the mark says so', async () => {
  const vault = await createPrunableVault();
  const [first] = await captureDays(vault, 2, 'january');
  await captureDays(vault, 1, 'february');
  const at = vault.clock.now();
  const hold = { organization: ORGANIZATION, points: [first?.id ?? ''], owner: 'o', at };
  await vault.pruner.holds.addHold({ ...hold, reason: 'one' });
  await vault.clock.advance(1000);
  await vault.pruner.holds.addHold({ ...hold, points: ['p0000000000000001'], reason: 'two', at: vault.clock.now() });
  const [name = ''] = (await namesIn(vault.store)).filter((one) => one.includes('/holds/'));
  await vault.store.delete(name);
  const request = pruneRequest({ daily: 1, giveUp: [name] });
  const deps = await vault.deps();
  await assert.rejects(previewPrune(deps, request), { code: 'KEY_MISSING', resource: 'verifier.key' });
  await assert.rejects(sweepPrunes(deps, request), { code: 'KEY_MISSING' });
  const { pruner, verifier } = vault.keyFiles;
  const both = { ...deps, vault: await openWith(vault.store, vault.clock, { pruner, verifier }) };
  const marked = await markPrune(both, request, await previewPrune(both, request));
  const [mark] = marked?.records ?? [];
  assert.ok(mark?.step === 'mark');
  assert.deepEqual(mark.giveUp, [name]);
});

test('a newer proof that cannot be trusted keeps an older one from counting, by name, until the point is verified again', async () => {
  const vault = await createPrunableVault();
  const [first] = await captureDays(vault, 2, 'january');
  await captureDays(vault, 1, 'february');
  const request = pruneRequest({ daily: 1, minimumVerified: 1 });
  await prove(vault, [first?.id ?? '']);
  const deps = await vault.deps();
  assert.deepEqual((await previewPrune(deps, request)).judged.refusals, []);
  await vault.clock.advance(1000);
  const junk = `${prefix}proofs/20990101T000000000Z-0000000000000001`;
  await vault.store.put(junk, new Uint8Array(80));
  const { judged } = await previewPrune(deps, request);
  assert.ok(judged.refusals.join().includes(junk));
  assert.equal(judged.ground.points.find(({ summary }) => summary.id === first?.id)?.proof, 'none');
  await vault.clock.advance(1000);
  await prove(vault, [first?.id ?? '']);
  assert.deepEqual((await previewPrune(deps, request)).judged.refusals, []);
});
