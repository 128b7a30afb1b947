import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EntryComparison, Gaps } from './compare.ts';
import type { EntryCore } from './entry.ts';
import type { Kind } from './kinds/kind.ts';
import type { Gap } from './ledger.ts';
import { compareEntries, joinEntries, sameState, summarise } from './compare.ts';
import { followRenames } from './follow-renames.ts';
import { compareIds } from './resource.ts';
import { sampleKind } from './sample-kind.fixture.ts';

const entry = (id: string, more: Partial<EntryCore> = {}): EntryCore => ({
  id,
  kind: 'app-key',
  configHash: 'c',
  ...more,
});

async function* stream<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function compare(
  before: readonly EntryCore[],
  after: readonly EntryCore[],
  gaps: Partial<Gaps> = {},
  kind: Kind = sampleKind,
): Promise<EntryComparison[]> {
  const sides = { before: stream(before), after: stream(after) };
  return Array.fromAsync(compareEntries(kind, sides, { before: [], after: [], ...gaps }));
}

const words = (comparisons: readonly EntryComparison[]) => comparisons.map(({ id, change }) => `${change} ${id}`);
const gap = (at: string, state: Gap['state'], reason: string = state): Gap => ({ at, state, reason });

test('what only one side has, what differs, and what is the same', async () => {
  const before = [entry('a'), entry('b'), entry('d', { secretHash: 's1' })];
  const after = [entry('b'), entry('c'), entry('d', { secretHash: 's2' }), entry('e')];
  const found = await compare(before, after);
  assert.deepEqual(words(found), ['removed a', 'same b', 'added c', 'changed d', 'added e']);
  assert.deepEqual(
    found.map(({ secretChanged }) => secretChanged),
    [false, false, false, true, false],
  );
  assert.deepEqual(summarise(sampleKind, found), {
    kind: 'app-key',
    added: 2,
    removed: 1,
    changed: 1,
    unknown: 0,
    same: 1,
    informational: 0,
    ignored: 0,
  });
});

test('instants are compared with the tolerance of the kind', () => {
  const at = (expiresAt: number) => entry('a', { tolerant: { expiresAt } });
  assert.ok(sameState(sampleKind, at(1_000_000), at(1_060_000)));
  assert.ok(sameState(sampleKind, at(1_000_000), at(1_120_000)));
  assert.ok(!sameState(sampleKind, at(1_000_000), at(1_120_001)));
  assert.ok(!sameState(sampleKind, at(1_120_001), at(1_000_000)));
  assert.ok(!sameState(sampleKind, at(1_000_000), entry('a')));
});

test('a gap at or above a resource makes it unknown, never removed or added', async () => {
  const all = [entry('e/prod/t/a'), entry('e/test/t/a'), entry('e/test/t/b')];
  const gone = await compare(all, [], { after: [gap('e/test', 'denied', '403')] });
  assert.deepEqual(words(gone), ['removed e/prod/t/a', 'unknown e/test/t/a', 'unknown e/test/t/b']);
  assert.match(gone[1]?.note ?? '', /newer side does not tell: 403/);
  const come = await compare([], all, { before: [gap('', 'failed')] });
  assert.deepEqual(words(come), ['unknown e/prod/t/a', 'unknown e/test/t/a', 'unknown e/test/t/b']);
  const one = await compare(all, [], { after: [gap('e/test/t/b', 'vanished')] });
  assert.deepEqual(words(one), ['removed e/prod/t/a', 'removed e/test/t/a', 'unknown e/test/t/b']);
});

test('a gap beside a resource, or on its own side, explains nothing', async () => {
  const found = await compare([entry('e/test2/t/a')], [], {
    before: [gap('e/test2', 'notSelected')],
    after: [gap('e/test', 'notSelected')],
  });
  assert.deepEqual(words(found), ['removed e/test2/t/a']);
});

test('a gap does not hide a difference between what both sides have', async () => {
  const found = await compare([entry('e/test/t/a')], [entry('e/test/t/a', { configHash: 'd' })], {
    after: [gap('e/test', 'failed')],
  });
  assert.deepEqual(words(found), ['changed e/test/t/a', 'unknown e/test']);
});

test('what could not be read is told even where nobody listed anything, once', async () => {
  const denied = [gap('e/test', 'denied')];
  assert.deepEqual(words(await compare([], [], { before: denied, after: denied })), ['unknown e/test']);
  const agreed = [
    gap('e/a', 'notApplicable'),
    gap('e/b', 'accepted'),
    gap('e/c', 'notSelected'),
    gap('e/d', 'unreadable'),
  ];
  assert.deepEqual(await compare([], [], { after: agreed }), []);
});

test('an extra of a kind whose extras hurt nobody is informational, a missing one is a difference', async () => {
  const kind = { ...sampleKind, extraIsDifference: false };
  const found = await compare([entry('a')], [entry('b'), entry('c/1')], { before: [gap('c', 'notSelected')] }, kind);
  assert.deepEqual(words(found), ['removed a', 'added b', 'unknown c/1']);
  assert.deepEqual(
    found.map(({ informational }) => informational),
    [false, true, true],
  );
  assert.deepEqual(summarise(kind, found), {
    kind: 'app-key',
    added: 0,
    removed: 1,
    changed: 0,
    unknown: 0,
    same: 0,
    informational: 2,
    ignored: 0,
  });
});

test('the same identity under another id is a rename', async () => {
  const kind: Kind = { ...sampleKind, identityMark: 'developerId' };
  const who = (id: string, developerId: string) => entry(id, { marks: { developerId } });
  const found = await compare([who('d/a', '1'), who('d/b', '2')], [who('d/b', '2'), who('d/z', '1')], {}, kind);
  assert.deepEqual(words(found), ['same d/b', 'renamed d/z']);
  assert.equal(found[1]?.note, 'was d/a');
  assert.equal(found[1]?.before?.id, 'd/a');
  assert.equal(summarise(kind, found).changed, 1);
});

test('no rename is claimed without a clear identity, or where a side was not read', async () => {
  const kind: Kind = { ...sampleKind, identityMark: 'developerId' };
  const who = (id: string, developerId: string) => entry(id, { marks: { developerId } });
  assert.deepEqual(words(await compare([who('a', '')], [who('b', '')], {}, kind)), ['removed a', 'added b']);
  assert.deepEqual(words(await compare([who('a', '1'), who('b', '1')], [who('c', '1')], {}, kind)), [
    'removed a',
    'removed b',
    'added c',
  ]);
  assert.deepEqual(words(await compare([who('a', '1')], [who('b', '1')], { after: [gap('a', 'failed')] }, kind)), [
    'unknown a',
    'added b',
  ]);
  assert.deepEqual(words(await compare([who('a', '1')], [who('b', '1')])), ['removed a', 'added b']);
});

test('what stands below a renamed resource is followed', async () => {
  const before = [entry('d/a/apps/gone'), entry('d/a/apps/x'), entry('d/a/apps/y'), entry('d/a2/apps/x')];
  const after = [
    entry('d/z/apps/come'),
    entry('d/z/apps/x'),
    entry('d/z/apps/y', { secretHash: 'other' }),
    entry('d/z2/apps/x'),
  ];
  const comparisons = stream(await compare(before, after));
  const followed = await Array.fromAsync(followRenames(sampleKind, comparisons, new Map([['d/a', 'd/z']])));
  assert.deepEqual(words(followed).sort(), [
    'added d/z/apps/come',
    'added d/z2/apps/x',
    'changed d/z/apps/y',
    'removed d/a/apps/gone',
    'removed d/a2/apps/x',
    'same d/z/apps/x',
  ]);
  assert.ok(followed.find(({ id }) => id === 'd/z/apps/y')?.secretChanged);
});

test('joining gives each id once, in order, with what each side has', async () => {
  const ids = fc.uniqueArray(fc.string({ maxLength: 3 })).map((list) => list.sort(compareIds).map((id) => entry(id)));
  await fc.assert(
    fc.asyncProperty(ids, ids, async (before, after) => {
      const pairs = await Array.fromAsync(joinEntries(stream(before), stream(after)));
      assert.deepEqual(
        pairs.flatMap((pair) => pair.before ?? []),
        before,
      );
      assert.deepEqual(
        pairs.flatMap((pair) => pair.after ?? []),
        after,
      );
      const joined = pairs.map((pair) => pair.before?.id ?? pair.after?.id ?? '');
      assert.deepEqual(joined, [...new Set(joined)].sort(compareIds));
    }),
  );
});

test('of two resources of one natural key the one that went is the one that is missing', async () => {
  const plans: Kind = { ...sampleKind, mayCollide: { serverName: 'name' } };
  const is = (id: string, configHash: string) => entry(id, { configHash });
  const two = [is('p', 'a'), is('p~2', 'b'), is('q', 'c')];
  const [first, second, other] = two;
  assert.ok(first !== undefined && second !== undefined && other !== undefined);
  assert.deepEqual(words(await compare(two, [is('p', 'b'), other], {}, plans)), ['same q', 'removed p', 'same p~2']);
  assert.deepEqual(words(await compare(two, [is('p', 'a'), other], {}, plans)), ['same p', 'same q', 'removed p~2']);
  assert.deepEqual(words(await compare([is('p', 'b')], [first, second], {}, plans)), ['same p', 'added p~2']);
  assert.deepEqual(words(await compare([first, second], [is('p', '0'), first], {}, plans)), ['same p', 'changed p~2']);
});

test('what both sides have is called as the newer side calls it, else as the older', async () => {
  const labels = async (before: Partial<EntryCore>, after: Partial<EntryCore>) =>
    (await compare([entry('a', before)], [entry('a', after)])).map((item) => ('label' in item ? item.label : 'none'));
  assert.deepEqual(await labels({ label: 'old' }, { label: 'new' }), ['new']);
  assert.deepEqual(await labels({ label: 'old' }, {}), ['old']);
  assert.deepEqual(await labels({}, { label: 'new' }), ['new']);
  assert.deepEqual(await labels({}, {}), ['none']);
});

test('a side that does not have a resource is not in its pair', async () => {
  const pairs = await Array.fromAsync(joinEntries(stream([entry('a'), entry('b')]), stream([entry('b'), entry('c')])));
  assert.deepEqual(pairs, [{ before: entry('a') }, { before: entry('b'), after: entry('b') }, { after: entry('c') }]);
});
