import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyPoints } from '../../src/app/verify.ts';
import { markPrune } from '../../src/app/prune/mark-prune.ts';
import { previewPrune } from '../../src/app/prune/preview-prune.ts';
import { sweepPrunes } from '../../src/app/prune/sweep-prune.ts';
import { IntegrityError } from '../../src/core/errors.ts';
import { capture, openWith, ORGANIZATION } from '../../src/vault/sample-vault.fixture.ts';
import { type FalsePoint, forgePoint, forgeRecord } from './forgeries.ts';
import {
  captureDays,
  createPrunableVault,
  DAY_MS,
  prefix,
  type PrunableVault,
  prove,
  pruneRequest,
  readConfig,
} from './prunable-vault.ts';

const nothing = (): void => undefined;
const progress = { phase: nothing, advance: nothing, note: nothing, warn: nothing };

const plain: FalsePoint = {
  into: 0,
  id: 'own',
  victim: 0,
  hoursOff: 0,
  table: 'none',
  wrote: 'nothing',
  previous: 'none',
  liesOf: 'nothing',
  closesAll: false,
};

async function forge(vault: PrunableVault, over: Partial<FalsePoint>): Promise<string> {
  await vault.clock.advance(1000);
  const name = await forgePoint(vault, { ...plain, ...over });
  assert.ok(name !== undefined);
  return name;
}

test('a manifest that takes the id of an older point is damage: the point opens, is proven good and goes on counting', async () => {
  for (const id of ['taken', 'taken-earlier'] as const) {
    for (const into of [0, 1]) {
      const vault = await createPrunableVault();
      const [first] = await captureDays(vault, 2, 'january');
      await captureDays(vault, 1, 'february');
      const point = first?.id ?? '';
      await prove(vault, [point]);
      const forged = await forge(vault, { id, into, table: 'of-victim', wrote: 'epoch' });
      assert.deepEqual(await readConfig(vault, point), first?.expected);
      const { points, damaged } = await vault.writer.listPoints(ORGANIZATION);
      assert.equal(points.filter((one) => one.id === point).length, 1);
      assert.deepEqual(
        damaged.map(({ name }) => name),
        [forged],
      );
      assert.match(damaged[0]?.error.message ?? '', /the id p\w+ is that of orgs\/.*which was there before/);
      const checked = await verifyPoints(
        { vault: vault.verifier, clock: vault.clock, progress },
        { organization: ORGANIZATION, allData: true, record: true },
      );
      assert.equal(checked.result, 'damaged', 'it is said');
      const { points: ground } = await vault.pruner.prunes.readPruneGround(ORGANIZATION);
      assert.deepEqual(
        ground.map(({ proof }) => proof),
        ['verified', 'verified', 'verified'],
        'and no true point is taken for damaged',
      );
    }
  }
});

test('a store that does not attest time cannot tell which of two is false: neither opens, and both are named', async () => {
  const vault = await createPrunableVault({ attestsTime: false });
  const [first] = await captureDays(vault, 1, 'january');
  const forged = await forge(vault, { id: 'taken' });
  const { points, damaged } = await vault.writer.listPoints(ORGANIZATION);
  assert.deepEqual([points.length, damaged.length], [0, 2]);
  await assert.rejects(readConfig(vault, first?.id ?? ''), IntegrityError);
  await vault.store.delete(forged);
  assert.deepEqual(await readConfig(vault, first?.id ?? ''), first?.expected);
});

test('a manifest that speaks of another epoch or organization, or of what has no name, is damaged', async () => {
  const lies: readonly Partial<FalsePoint>[] = [
    { liesOf: 'epoch' },
    { liesOf: 'organization' },
    { wrote: 'outside' },
    { wrote: 'manifests' },
    { table: 'no-name' },
  ];
  const vault = await createPrunableVault();
  await captureDays(vault, 1, 'january');
  const names: string[] = [];
  for (const lie of lies) names.push(await forge(vault, lie));
  const { points, damaged } = await vault.writer.listPoints(ORGANIZATION);
  assert.equal(points.length, 1);
  assert.deepEqual(damaged.map(({ name }) => name).sort(), names.sort());
});

test('a point that follows another which it changed is false itself, where the store had the other before', async () => {
  const vault = await createPrunableVault();
  const [first] = await captureDays(vault, 1, 'january');
  const forged = await forge(vault, { previous: 'victim-changed' });
  const findings = await Array.fromAsync(vault.verifier.verify({ organization: ORGANIZATION, allData: false }));
  const hurt = findings.flatMap((finding) => (finding.type === 'damaged' ? finding.points : []));
  assert.deepEqual(hurt, [forged.slice(forged.lastIndexOf('-') + 1)]);
  assert.ok(!hurt.includes(first?.id ?? ''));
});

test('what nobody could sign takes a number of a prune, and once it is given up the prune goes on behind it', async () => {
  for (const what of ['squat', 'sweep', 'withdrawn'] as const) {
    const vault = await createPrunableVault();
    const first = await captureDays(vault, 2, 'january');
    await captureDays(vault, 1, 'february');
    const request = pruneRequest({ daily: 1 });
    await markPrune(await vault.deps(), request, await previewPrune(await vault.deps(), request));
    await vault.clock.advance(DAY_MS);
    const name = await forgeRecord(vault, { what, pick: 0 });
    assert.equal(name, `${prefix}prunes/000001/000001-step`);
    await assert.rejects(sweepPrunes(await vault.deps(), request), { code: 'PRUNE_REFUSED' });
    assert.equal((await vault.writer.listPoints(ORGANIZATION)).points.length, 3);
    const [sweep] = await sweepPrunes(await vault.deps(), { ...request, giveUp: [name] });
    assert.deepEqual([...(sweep?.points ?? [])].sort(), first.map(({ id }) => id).sort());
    const { swept } = await vault.writer.listPoints(ORGANIZATION);
    assert.equal(swept.length, 2);
  }
});

test('a given up manifest that the store protects is left, and no delete is tried', async () => {
  const vault = await createPrunableVault();
  await captureDays(vault, 1, 'january');
  await captureDays(vault, 1, 'february');
  const forged = await forge(vault, { liesOf: 'epoch' });
  vault.store.setLegalHold(forged, true);
  const request = pruneRequest({ daily: 1, giveUp: [forged] });
  const preview = await previewPrune(await vault.deps(), request);
  assert.deepEqual(preview.givenUp, []);
  assert.deepEqual(
    preview.left.map(({ name, why }) => [name, why]),
    [[forged, 'a legal hold']],
  );
  vault.store.setLegalHold(forged, false);
  assert.equal((await previewPrune(await vault.deps(), request)).givenUp.length, 1);
});

test('an epoch behind which there is no number stops backups loudly instead of hiding what they write', async () => {
  const vault = await createPrunableVault();
  await captureDays(vault, 1, 'january');
  await vault.store.put(`${prefix}epochs/999999/epoch`, new Uint8Array(99));
  const writer = await openWith(vault.store, vault.clock, { writer: vault.keyFiles.writer });
  await assert.rejects(capture(writer, vault.clock, [{ id: 'apps/1', text: 'a' }]), (error: unknown) => {
    assert.ok(error instanceof IntegrityError);
    assert.match(error.message, /No epoch can follow orgs\/acme-prod\/epochs\/999999/);
    return true;
  });
});

test('the id of a point that was swept stays taken, and that of one given up does not take it from its point', async () => {
  const vault = await createPrunableVault();
  const [first] = await captureDays(vault, 1, 'january');
  await captureDays(vault, 1, 'february');
  const forged = await forge(vault, { id: 'taken-earlier', into: 1 });
  const request = pruneRequest({ daily: 1, giveUp: [forged] });
  await markPrune(await vault.deps(), request, await previewPrune(await vault.deps(), request));
  await vault.clock.advance(DAY_MS);
  const [sweep] = await sweepPrunes(await vault.deps(), request);
  assert.deepEqual(sweep?.points, [first?.id], 'its epoch is open, and what is false in it waits');
  const { points, damaged } = await vault.writer.listPoints(ORGANIZATION);
  assert.equal(points.length, 1);
  assert.deepEqual(
    damaged.map(({ name }) => name),
    [forged],
  );
  await assert.rejects(readConfig(vault, first?.id ?? ''), { code: 'POINT_SWEPT' });
  const [march] = await captureDays(vault, 1, 'march');
  const other = await forge(vault, { id: 'taken', victim: 2, into: 1 });
  const [, february] = (await vault.writer.listPoints(ORGANIZATION)).points;
  assert.equal(february?.id, march?.id);
  const both = pruneRequest({ daily: 2, giveUp: [forged, other] });
  await markPrune(await vault.deps(), both, await previewPrune(await vault.deps(), both));
  await vault.clock.advance(DAY_MS);
  await sweepPrunes(await vault.deps(), both);
  assert.deepEqual((await vault.writer.listPoints(ORGANIZATION)).damaged, []);
  assert.deepEqual(await readConfig(vault, march?.id ?? ''), march?.expected);
});
