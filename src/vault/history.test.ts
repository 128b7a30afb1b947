import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PointReader, Vault } from '../app/ports/vault.ts';
import type { ManualClock } from '../platform/manual-clock.ts';
import {
  commitDetails,
  contentFor,
  createSampleVault,
  entryFor,
  ORGANIZATION,
  type SampleResource,
  sampleKind,
} from './sample-vault.fixture.ts';

interface Change {
  readonly id: number;
  readonly value: number | null;
  readonly mark: number;
}

/** One capture of a history: what changed in the organization before it, and what went wrong during it. */
interface Step {
  readonly changes: readonly Change[];
  readonly keepUnchanged: boolean;
  /** Ids whose number has this remainder of 5 are under a gap. */
  readonly gapRemainder: number | null;
  /** Checkpoint after this many resources, then the capture dies. */
  readonly diesAfter: number | null;
  readonly forgets: readonly number[];
  readonly newEpoch: boolean;
}

const IDS = 120;

function rarely(value: fc.Arbitrary<number>): fc.Arbitrary<number | null> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: value });
}

const change = fc.record({
  id: fc.nat(IDS - 1),
  value: fc.oneof({ weight: 3, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.constant(null) }),
  mark: fc.nat(3),
});
const step: fc.Arbitrary<Step> = fc.record({
  changes: fc.array(change, { minLength: 1, maxLength: 5 }),
  keepUnchanged: fc.boolean(),
  gapRemainder: rarely(fc.nat(4)),
  diesAfter: rarely(fc.nat(IDS)),
  forgets: fc.array(fc.nat(IDS - 1), { maxLength: 1 }),
  newEpoch: fc.boolean(),
});

function idOf(number: number): string {
  return `group-${number % 5}/item-${String(number).padStart(2, '0')}`;
}

function resourceOf(number: number, [value, mark]: readonly [number, number]): SampleResource {
  const even = value % 2 === 0;
  return {
    id: idOf(number),
    text: `value ${value}`,
    marks: { mark },
    ...(even && { secret: `secret ${value}` }),
    ...(value === 3 && { tolerant: { expiresAt: mark } }),
  };
}

type World = Map<number, readonly [number, number]>;

async function captureStep(
  vault: Vault,
  clock: ManualClock,
  world: World,
  current: Step,
): Promise<{ readonly id: string; readonly expected: Map<string, SampleResource> } | undefined> {
  await clock.advance(60_000);
  const writer = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'all' },
    signer: 'writer',
    newEpoch: current.newEpoch,
  });
  const known = new Map((await Array.fromAsync(writer.known(sampleKind.name))).map((entry) => [entry.id, entry]));
  const collection = writer.collection(sampleKind);
  const expected = new Map<string, SampleResource>();
  const forgotten = new Set(current.forgets);
  let count = 0;
  // Arrival is not in the order of ids.
  const numbers = [...world.keys()].sort((a, b) => ((a * 77) % 121) - ((b * 77) % 121));
  for (const number of [...numbers, ...current.forgets.filter((forget) => forget % 2 === 0)]) {
    const state = world.get(number);
    if (state === undefined || number % 5 === current.gapRemainder) continue;
    const resource = resourceOf(number, state);
    const entry = entryFor(vault, resource);
    const before = known.get(entry.id);
    const isKept =
      current.keepUnchanged &&
      before?.configHash === entry.configHash &&
      before.secretHash === entry.secretHash &&
      JSON.stringify([before.marks, before.tolerant]) === JSON.stringify([entry.marks, entry.tolerant]);
    if (isKept) await collection.keep(entry.id);
    else await collection.add(entry, contentFor(resource));
    expected.set(entry.id, resource);
    count += 1;
    if (forgotten.delete(number)) {
      await collection.forget(entry.id);
      expected.delete(entry.id);
    }
    if (count === current.diesAfter) {
      await writer.checkpoint(clock.now());
      return undefined;
    }
  }
  if (current.gapRemainder !== null)
    collection.gap({ at: `group-${current.gapRemainder}`, state: 'denied', reason: '403' });
  const counts = await collection.finish();
  assert.equal(counts.count, expected.size);
  const { id } = await writer.commit(commitDetails(clock.now()));
  return { id, expected };
}

async function assertPoint(
  vault: Vault,
  reader: PointReader,
  expected: ReadonlyMap<string, SampleResource>,
): Promise<void> {
  const entries = await Array.fromAsync(reader.entries(sampleKind.name));
  assert.deepEqual(
    entries.map(({ id }) => id),
    [...expected.keys()].sort(),
  );
  for (const entry of entries) {
    const resource = expected.get(entry.id);
    assert.ok(resource !== undefined);
    const { location: _, ...core } = entry;
    assert.deepEqual(core, entryFor(vault, resource));
    const content = await reader.readContent(entry);
    assert.ok(content.type === 'json');
    assert.equal(JSON.parse(content.text).text, resource.text);
    assert.equal((await reader.readSecrets(entry)).get('consumerSecret'), resource.secret);
    assert.deepEqual(await reader.find(entry.id, sampleKind.name), entry);
  }
}

async function assertCompared(
  vault: Vault,
  [a, b]: readonly [PointReader, PointReader],
  [left, right]: readonly [ReadonlyMap<string, SampleResource>, ReadonlyMap<string, SampleResource>],
): Promise<void> {
  const stateOf = (resource: SampleResource | undefined): string | undefined => {
    return resource === undefined ? undefined : JSON.stringify([resource.text, resource.secret, resource.tolerant]);
  };
  const differing = [...new Set([...left.keys(), ...right.keys()])]
    .filter((id) => stateOf(left.get(id)) !== stateOf(right.get(id)))
    .sort();
  const pairs = await Array.fromAsync(a.compare(b, sampleKind.name));
  assert.deepEqual(
    pairs.map(({ before, after }) => before?.id ?? after?.id),
    differing,
  );
  for (const { before, after } of pairs) {
    const [was, is] = [left.get(before?.id ?? ''), right.get(after?.id ?? '')];
    assert.equal(before?.configHash, was === undefined ? undefined : entryFor(vault, was).configHash);
    if (before !== undefined && was !== undefined) {
      const content = await a.readContent(before);
      assert.equal(content.type === 'json' ? JSON.parse(content.text).text : '', was.text);
    }
    assert.equal(after?.configHash, is === undefined ? undefined : entryFor(vault, is).configHash);
  }
}

test('whatever the history, every point has what its capture saw, and any two compare as maps do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12, size: 'max' }), async (steps) => {
      const { open, clock } = await createSampleVault();
      const vault = await open('writer', 'restorer');
      const world: World = new Map(Array.from({ length: IDS - 20 }, (_, number) => [number, [number % 5, 0]] as const));
      const points: { readonly reader: PointReader; readonly expected: Map<string, SampleResource> }[] = [];
      for (const [index, current] of steps.entries()) {
        for (const { id, value, mark } of current.changes) {
          if (value === null) world.delete(id);
          else world.set(id, [value, mark]);
        }
        const captured = await captureStep(vault, clock, world, {
          ...current,
          newEpoch: current.newEpoch && index === 6,
        });
        if (captured === undefined) continue;
        points.push({ reader: await vault.openPoint(ORGANIZATION, captured.id), expected: captured.expected });
      }
      for (const [index, point] of points.entries()) {
        await assertPoint(vault, point.reader, point.expected);
        for (const other of [points[index - 1], points[0]]) {
          if (other === undefined) continue;
          await assertCompared(vault, [other.reader, point.reader], [other.expected, point.expected]);
          await assertCompared(vault, [point.reader, other.reader], [point.expected, other.expected]);
        }
      }
      for await (const finding of vault.verify({ organization: ORGANIZATION, allData: true }))
        assert.equal(finding.type, 'checked');
    }),
    { numRuns: 8 },
  );
});

test('many small changes pile up in levels and every point stays readable and comparable', async () => {
  const { open, clock } = await createSampleVault();
  const vault = await open('writer', 'restorer');
  const world: World = new Map(Array.from({ length: IDS }, (_, number) => [number, [1, 0]] as const));
  const plain = { changes: [], keepUnchanged: true, gapRemainder: null, diesAfter: null, forgets: [], newEpoch: false };
  const points: { readonly reader: PointReader; readonly expected: Map<string, SampleResource> }[] = [];
  for (let round = 0; round < 40; round += 1) {
    if (round % 10 === 9) world.delete(round);
    else world.set(round % 7, [round, round]);
    const captured = await captureStep(vault, clock, world, plain);
    assert.ok(captured !== undefined);
    points.push({ reader: await vault.openPoint(ORGANIZATION, captured.id), expected: captured.expected });
  }
  for (const index of [0, 1, 7, 8, 9, 17, 30, 39]) {
    const point = points[index];
    assert.ok(point !== undefined);
    await assertPoint(vault, point.reader, point.expected);
    for (const other of points) {
      await assertCompared(vault, [other.reader, point.reader], [other.expected, point.expected]);
    }
  }
});
