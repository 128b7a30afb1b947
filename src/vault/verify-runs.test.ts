import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunJournal } from '../app/ports/runs.ts';
import type { Vault, VerifyFinding } from '../app/ports/vault.ts';
import type { Plan, RunReport } from '../core/plan.ts';
import { createMemoryBlobStore } from './blob/memory-blob-store.ts';
import {
  capture,
  commitDetails,
  createSampleVault,
  ORGANIZATION,
  openWith,
  type SampleVault,
} from './sample-vault.fixture.ts';

// Signed by the restorer and sealed: of a plan the journal looks at its hash and its calls, of a report at run, plan and status.
const plan = {
  hash: 'h1',
  organization: ORGANIZATION,
  calls: ['a', 'b', 'c'].map((id) => ({ id, kind: 'api-product', resource: id })),
} as unknown as Plan;
const report = { planHash: 'h1', status: 'done', endedAt: '2026-05-10T00:01:00.000Z' } as unknown as RunReport;

async function beginRun(vault: Vault, sample: SampleVault): Promise<RunJournal> {
  return vault.beginRun({ organization: ORGANIZATION, plan, startedAt: sample.clock.now(), holder: 'me' });
}

/** A point, two runs that ended, one that did not, and the blobs of it all. */
async function createScene() {
  const sample = await createSampleVault();
  await capture(await sample.open('writer'), sample.clock, [{ id: 'one', text: 'x' }]);
  const vault = await sample.open('restorer');
  for (const isEnded of [true, true, false]) {
    const journal = await beginRun(vault, sample);
    await journal.intent(['a', 'b']);
    await journal.outcome({ call: 'a', status: 'done' }, 'now');
    await journal.outcome({ call: 'b', status: 'failed' }, 'now');
    await journal.outcome({ call: 'c', status: 'skipped' }, 'now');
    if (isEnded) await journal.report({ ...report, run: journal.run });
  }
  const blobs = new Map<string, Uint8Array>();
  for await (const { name } of sample.store.list('')) blobs.set(name, await sample.store.get(name));
  return { sample, blobs, runs: [...blobs.keys()].filter((name) => name.includes('/runs/')).sort() };
}

type Scene = Awaited<ReturnType<typeof createScene>>;

async function verify(
  { sample }: Scene,
  blobs: ReadonlyMap<string, Uint8Array>,
  { role = 'restorer', allData = true }: { readonly role?: 'restorer' | 'reader'; readonly allData?: boolean } = {},
): Promise<readonly VerifyFinding[]> {
  const store = createMemoryBlobStore({ clock: sample.clock });
  for (const [name, bytes] of blobs) await store.put(name, bytes);
  const vault = await openWith(store, sample.clock, { [role]: sample.keyFiles[role] });
  return Array.fromAsync(vault.verify({ organization: ORGANIZATION, allData }));
}

const damagedIn = (findings: readonly VerifyFinding[]): readonly string[] =>
  findings.flatMap((finding) => (finding.type === 'damaged' ? [finding.object] : []));

function numberOf(name: string): number {
  return Number(/\/runs\/(\d+)\//.exec(name)?.[1]);
}

test('journals as they were written are good, and are counted', async () => {
  const scene = await createScene();
  const findings = await verify(scene, scene.blobs);
  assert.deepEqual(damagedIn(findings), []);
  assert.ok(findings.some((finding) => finding.type === 'checked' && finding.objects === scene.runs.length));
  assert.equal(scene.runs.length, 17);
});

test('every record of a journal that is flipped, cut, or has the bytes of another is named, with its run', async () => {
  const scene = await createScene();
  const other = scene.runs.find((name) => name.endsWith('/000002/000003-outcomes')) ?? '';
  for (const name of scene.runs.filter((each) => each !== other)) {
    const bytes = scene.blobs.get(name) ?? new Uint8Array();
    const at = Math.floor(bytes.length / 2);
    const harmed = {
      flipped: bytes.map((byte, index) => (index === at ? byte ^ 4 : byte)),
      cut: bytes.subarray(0, -1),
      exchanged: scene.blobs.get(other) ?? bytes,
    };
    for (const [how, changed] of Object.entries(harmed)) {
      for (const allData of [true, false]) {
        const findings = await verify(scene, new Map([...scene.blobs, [name, changed]]), { allData });
        assert.deepEqual(damagedIn(findings), [name], `${name} ${how}`);
        const [finding] = findings.filter(({ type }) => type === 'damaged');
        assert.deepEqual(finding?.type === 'damaged' && [finding.run, finding.points], [numberOf(name), []]);
      }
    }
  }
});

test('a record that is missing before another is named; one that was last is a run that did not end', async () => {
  const scene = await createScene();
  for (const [index, name] of scene.runs.entries()) {
    const next = scene.runs[index + 1];
    const isLast = next === undefined || numberOf(next) !== numberOf(name);
    const left = new Map([...scene.blobs].filter(([each]) => each !== name));
    assert.deepEqual(damagedIn(await verify(scene, left)), isLast ? [] : [name]);
  }
});

test('a whole run that is missing is named where a later one, or its safety point, tells of it', async () => {
  const scene = await createScene();
  const without = (run: string) => new Map([...scene.blobs].filter(([name]) => !name.includes(`/runs/${run}/`)));
  const plans = (run: string): string => `orgs/${ORGANIZATION}/runs/${run}/000000-plan`;
  assert.deepEqual(damagedIn(await verify(scene, without('000002'))), [plans('000002')]);
  assert.deepEqual(damagedIn(await verify(scene, without('000003'))), [], 'nothing tells of the newest');

  const far = new Map([...scene.blobs, [`orgs/${ORGANIZATION}/runs/999999/x`, Buffer.from('x')]]);
  const [first, stray] = (await verify(scene, far)).filter(({ type }) => type === 'damaged');
  assert.ok(first?.type === 'damaged' && stray?.type === 'damaged');
  assert.deepEqual([first.object, stray.object], [plans('000004'), `orgs/${ORGANIZATION}/runs/999999/x`]);
  assert.match(first.reason, /it is missing, with the 999994 runs after it, and a later run is there/);

  const vault = await scene.sample.open('restorer');
  const startedAt = scene.sample.clock.now();
  const scope = { type: 'run', run: 3 } as const;
  const writer = await vault.beginPoint({ organization: ORGANIZATION, startedAt, scope, signer: 'restorer' });
  await writer.commit(commitDetails(startedAt));
  for await (const { name } of scene.sample.store.list('orgs/')) {
    if (!scene.blobs.has(name)) scene.blobs.set(name, await scene.sample.store.get(name));
  }
  assert.deepEqual(damagedIn(await verify(scene, without('000003'))), [plans('000003')]);
});

test('what is no record, and what a restorer wrote that does not go together, is named', async () => {
  const scene = await createScene();
  const { sample } = scene;
  const vault = await sample.open('restorer');
  const foreign = await beginRun(vault, sample);
  await foreign.outcome({ call: 'a', status: 'done' }, 'now');
  const unplanned = await beginRun(vault, sample);
  await unplanned.intent(['nobody']);
  const misreported = await beginRun(vault, sample);
  await misreported.report({ ...report, run: 1 });
  const blobs = new Map<string, Uint8Array>();
  for await (const { name } of sample.store.list('')) blobs.set(name, await sample.store.get(name));
  const stray = `orgs/${ORGANIZATION}/runs/000001/000009-notes`;
  blobs.set(stray, Buffer.from('x'));
  const found = damagedIn(await verify(scene, blobs));
  const at = (run: number, rest: string): string => `orgs/${ORGANIZATION}/runs/00000${run}/${rest}`;
  assert.deepEqual(found, [stray, at(4, '000001-outcomes'), at(5, '000001-intent'), at(6, '000001-report')]);
});

test('without restorer.key it is said that journals were not opened', async () => {
  const scene = await createScene();
  const findings = await verify(scene, scene.blobs, { role: 'reader' });
  assert.deepEqual(damagedIn(findings), []);
  const closed = findings.filter(({ type }) => type === 'notChecked');
  assert.equal(
    closed.filter((finding) => finding.type === 'notChecked' && finding.object.includes('/runs/')).length,
    3,
  );
  const structure = await verify(scene, scene.blobs, { role: 'reader', allData: false });
  assert.deepEqual(
    structure.filter(({ type }) => type !== 'checked'),
    [],
  );
});
