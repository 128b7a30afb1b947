import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseObjects, findObstacle, keepProtected, type PruneObject } from './plan-prune.ts';
import {
  decideRetention,
  isEmptyPolicy,
  judgeEpochs,
  neededProtectionDays,
  readLongerKeeps,
  type RetainedPoint,
  type RetentionPolicy,
  type RetentionRequest,
} from './retention.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const nothing: RetentionPolicy = {
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  yearly: 0,
  minimumVerified: 0,
  guaranteedDays: 0,
};

/** Spans of equal length; what a calendar is, is not core's affair. */
function spansOf(timeMs: number): RetainedPoint['spans'] {
  const span = (days: number): string => `${days}d#${Math.floor(timeMs / (days * DAY_MS))}`;
  return { hourly: span(1 / 24), daily: span(1), weekly: span(7), monthly: span(30), yearly: span(360) };
}

function pointAt(timeMs: number, over: Partial<RetainedPoint> = {}): RetainedPoint {
  return {
    id: `p${timeMs}`,
    epoch: '000001',
    timeMs,
    spans: spansOf(timeMs),
    grade: 'complete',
    scope: 'full',
    standing: 'sound',
    proof: 'none',
    whole: [],
    excused: [],
    holds: [],
    ...over,
  };
}

function decide(
  points: readonly RetainedPoint[],
  policy: Partial<RetentionPolicy>,
  over: Partial<RetentionRequest> = {},
) {
  return decideRetention({
    policy: { ...nothing, ...policy },
    points,
    epochs: ['000001', '000002'],
    blocked: [],
    nowMs: 1000 * DAY_MS,
    ...over,
  });
}

/** Of the newest epoch; it agrees to whatever else there is, so that the one before it is closed. */
const closing = pointAt(999 * DAY_MS, { id: 'pclosing', epoch: '000002', excused: ['proxy', 'developer'] });

/** Ids that stay, each with its rules. */
function kept(decision: ReturnType<typeof decideRetention>): Record<string, string[]> {
  return Object.fromEntries(
    decision.points
      .filter(({ keeps }) => keeps.length > 0)
      .map(({ point, keeps }) => [point.id, keeps.map(({ rule }) => rule)]),
  );
}

test('the newest hours and days that have a point keep one each, and say which', () => {
  const points = [0, 1, 2, 30, 31, 100].map((hours) => pointAt(hours * HOUR_MS));
  const decision = decide(points, { hourly: 2, daily: 3 });
  assert.deepEqual(kept(decision), {
    [`p${2 * HOUR_MS}`]: ['daily'],
    [`p${31 * HOUR_MS}`]: ['hourly', 'daily'],
    [`p${100 * HOUR_MS}`]: ['hourly', 'daily'],
  });
  const why = decision.points.at(-1)?.keeps.map((reason) => reason.why);
  assert.deepEqual(why, [
    'hourly 1 of 2: the newest complete of 0.041666666666666664d#100',
    'daily 1 of 3: the newest complete of 1d#4',
  ]);
});

test('of a day the newest verified point stays, then the newest complete one, then the newest', () => {
  const partial = pointAt(23 * HOUR_MS, { grade: 'partial' });
  const complete = pointAt(20 * HOUR_MS);
  const verified = pointAt(2 * HOUR_MS, { proof: 'verified' });
  assert.deepEqual(kept(decide([verified, complete, partial], { daily: 9 })), { [verified.id]: ['daily'] });
  assert.deepEqual(kept(decide([complete, partial], { daily: 9 })), { [complete.id]: ['daily'] });
  assert.deepEqual(kept(decide([partial], { daily: 9 })), { [partial.id]: ['daily'] });
});

test('what is not a finished point of the whole organization fills no day', () => {
  const points = [
    pointAt(1 * HOUR_MS),
    pointAt(2 * HOUR_MS, { scope: 'part' }),
    pointAt(3 * HOUR_MS, { scope: 'run' }),
    pointAt(4 * HOUR_MS, { grade: 'interrupted' }),
  ];
  assert.deepEqual(kept(decide(points, { daily: 9 })), { [`p${HOUR_MS}`]: ['daily'] });
});

test('a point whose time cannot be believed, or that is damaged, makes no other one go', () => {
  const real = pointAt(1 * HOUR_MS, { whole: ['proxy'], proof: 'verified' });
  const forged = pointAt(5 * HOUR_MS, { whole: ['proxy'], standing: 'suspect', proof: 'verified' });
  const damaged = pointAt(6 * HOUR_MS, { whole: ['proxy'], proof: 'damaged' });
  const decision = decide([real, forged, damaged, closing], { daily: 2, minimumVerified: 1 });
  assert.deepEqual(kept(decision), {
    [real.id]: ['daily', 'newest-copy'],
    [forged.id]: ['suspect-time'],
    [closing.id]: ['daily', 'open-epoch'],
  });
  assert.deepEqual(decide([forged, damaged], { daily: 1, minimumVerified: 1 }).refusals.length, 1);
});

test('holds, guaranteed days, and epochs that are open or in doubt keep their points', () => {
  const hold = { id: 'h', owner: 'legal', reason: 'case 7' };
  const points = [
    pointAt(1 * DAY_MS, { holds: [hold] }),
    pointAt(2 * DAY_MS, { epoch: '000002' }),
    pointAt(3 * DAY_MS, { epoch: '000003' }),
    pointAt(991 * DAY_MS),
    pointAt(989 * DAY_MS),
  ];
  const decision = decide(
    points,
    { guaranteedDays: 10 },
    {
      epochs: ['000001', '000002', '000003'],
      blocked: [{ epoch: '000002', why: 'the manifest x of its epoch is damaged' }],
    },
  );
  assert.deepEqual(kept(decision), {
    [`p${DAY_MS}`]: ['held'],
    [`p${2 * DAY_MS}`]: ['blocked-epoch'],
    [`p${3 * DAY_MS}`]: ['open-epoch'],
    [`p${991 * DAY_MS}`]: ['guaranteed'],
  });
  assert.equal(decision.points[0]?.keeps[0]?.why, 'held by legal until it is removed: case 7');
});

test('the newest good copy of a kind stays, and the newest verified one', () => {
  const old = pointAt(1 * DAY_MS, { whole: ['proxy', 'developer'], proof: 'verified' });
  const middle = pointAt(2 * DAY_MS, { whole: ['proxy'] });
  const newest = pointAt(3 * DAY_MS, { whole: ['proxy'] });
  const decision = decide([old, middle, newest, closing], {});
  assert.deepEqual(kept(decision), {
    [old.id]: ['newest-copy'],
    [newest.id]: ['newest-copy'],
    [closing.id]: ['open-epoch'],
  });
  assert.match(decision.points[0]?.keeps[0]?.why ?? '', /newest verified copy of proxy, developer$/);
});

test('verified points stay until there are as many as must be; where there are fewer, nothing may go', () => {
  const verified = [1, 2, 3, 4].map((day) => pointAt(day * DAY_MS, { proof: 'verified' }));
  const decision = decide([...verified, pointAt(9 * DAY_MS)], { yearly: 1, minimumVerified: 3 });
  assert.deepEqual(kept(decision), {
    [`p${2 * DAY_MS}`]: ['minimum-verified'],
    [`p${3 * DAY_MS}`]: ['minimum-verified'],
    [`p${4 * DAY_MS}`]: ['yearly'],
  });
  assert.deepEqual(decision.refusals, []);
  assert.match(
    decide(verified, { yearly: 1, minimumVerified: 5 }).refusals.join(),
    /Only 4 of the points are verified/,
  );
});

test('a policy without hours, days, weeks, months and years is refused', () => {
  assert.equal(isEmptyPolicy({ ...nothing, minimumVerified: 3, guaranteedDays: 30 }), true);
  assert.equal(isEmptyPolicy({ ...nothing, yearly: 1 }), false);
  assert.match(decide([], { guaranteedDays: 30 }).refusals.join(), /policy is empty/);
});

test('an epoch is closed when a later one has all it had, or that is agreed to be missing', () => {
  const first = pointAt(1, { whole: ['proxy', 'developer'] });
  const second = pointAt(2, { epoch: '000002', whole: ['proxy'] });
  const third = pointAt(3, { epoch: '000003', whole: ['developer'], excused: ['proxy'] });
  const epochs = ['000001', '000002', '000003'];
  const states = (points: readonly RetainedPoint[]): boolean[] =>
    judgeEpochs({ epochs, points }).map(({ isClosed }) => isClosed);
  assert.deepEqual(states([first, second]), [false, false, false]);
  assert.deepEqual(states([first, second, third]), [true, true, false]);
  assert.deepEqual(states([first, third]), [true, true, false]);
  assert.deepEqual(states([first, { ...second, whole: ['proxy', 'developer'], proof: 'damaged' }]), [
    false,
    true,
    false,
  ]);
  assert.deepEqual(states([first, second, { ...third, scope: 'part' }]), [true, false, false]);
  assert.deepEqual(judgeEpochs({ epochs, points: [first, second] })[0], {
    epoch: '000001',
    isClosed: false,
    why: 'no later epoch has developer whole',
  });
});

test('longer keeps are those that outlast the protection of what they may rest on', () => {
  const old = pointAt(20 * DAY_MS);
  const decision = decide([old, pointAt(30 * DAY_MS)], { yearly: 1, daily: 1, monthly: 2 });
  const openedMs = new Map([['000001', 1 * DAY_MS]]);
  const at = (days: number) => readLongerKeeps(decision, { days: 50, nowMs: days * DAY_MS, openedMs });
  assert.deepEqual(at(50), []);
  assert.deepEqual(
    at(51).map(({ point, protectedUntilMs }) => [point, protectedUntilMs / DAY_MS]),
    [
      [old.id, 51],
      [`p${30 * DAY_MS}`, 51],
    ],
  );
  assert.equal(neededProtectionDays(31, { guaranteedDays: 14 }), 45);
});

test('what a store says that protects a blob is an obstacle until it has passed', () => {
  const free = { immutableUntil: undefined, hasLegalHold: false, container: 'none' } as const;
  const at = (days: number, protectionDays?: number) => ({
    nowMs: days * DAY_MS,
    protectionDays,
    format: (epochMs: number) => new Date(epochMs).toISOString(),
  });
  const blob = { createdMs: 0 };
  const until = '1970-01-11T00:00:00.000Z';
  assert.equal(findObstacle(free, blob, at(0)), undefined);
  assert.deepEqual(findObstacle({ ...free, immutableUntil: until }, blob, at(9)), { why: 'immutable', until });
  assert.equal(findObstacle({ ...free, immutableUntil: until }, blob, at(10)), undefined);
  assert.equal(findObstacle({ ...free, hasLegalHold: true }, blob, at(999))?.why, 'a legal hold');
  assert.equal(findObstacle({ ...free, container: 'legal-hold' }, blob, at(999))?.why, 'a legal hold on the container');
  for (const container of ['policy', 'unknown'] as const) {
    assert.match(findObstacle({ ...free, container }, blob, at(999))?.why ?? '', /protectionDays does not say/);
    assert.deepEqual(findObstacle({ ...free, container }, blob, at(9, 10)), {
      why: 'immutable with its container',
      until,
    });
    assert.equal(findObstacle({ ...free, container }, blob, at(10, 10)), undefined);
  }
});

const history = fc
  .array(
    fc.record({
      // Clocks may go back between two captures.
      stepHours: fc.integer({ min: -30, max: 400 }),
      epoch: fc.integer({ min: 1, max: 3 }),
      grade: fc.constantFrom('complete' as const, 'complete' as const, 'partial' as const, 'interrupted' as const),
      scope: fc.constantFrom('full' as const, 'full' as const, 'full' as const, 'part' as const, 'run' as const),
      isForged: fc.boolean(),
      proof: fc.constantFrom('none' as const, 'verified' as const, 'damaged' as const),
      whole: fc.subarray(['proxy', 'developer', 'app']),
      excused: fc.subarray(['app']),
      isHeld: fc.boolean(),
      needs: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]),
      wrote: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]),
      isProtected: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  .map((steps) => {
    let timeMs = 100 * DAY_MS;
    return steps.map((step, index) => {
      timeMs += step.stepHours * HOUR_MS;
      return {
        ...step,
        point: pointAt(timeMs, {
          id: `p${index}`,
          epoch: `00000${step.epoch}`,
          grade: step.grade,
          scope: step.scope,
          standing: step.isForged ? 'suspect' : 'sound',
          proof: step.proof,
          whole: step.whole,
          excused: step.excused,
          holds: step.isHeld ? [{ id: 'h', owner: 'o', reason: 'r' }] : [],
        }),
      };
    });
  });

const policies = fc.record({
  hourly: fc.nat(3),
  daily: fc.nat(3),
  weekly: fc.nat(2),
  monthly: fc.nat(2),
  yearly: fc.nat(1),
  minimumVerified: fc.nat(3),
  guaranteedDays: fc.nat(20),
});

test('whatever the history: nothing goes that is needed, held, guaranteed or the last of its kind, and nothing for the word of a forger', () => {
  fc.assert(
    fc.property(history, policies, fc.nat(300), (steps, policy, ageDays) => {
      const points = steps.map(({ point }) => point);
      const nowMs = Math.max(0, ...points.map(({ timeMs }) => timeMs)) + ageDays * DAY_MS;
      const request = { policy, points, epochs: ['000001', '000002', '000003'], blocked: [], nowMs };
      const obstacles = new Map(
        steps.filter(({ isProtected }) => isProtected).map(({ point }) => [point.id, { why: 'immutable' }]),
      );
      const decision = keepProtected(decideRetention(request), obstacles);
      const stays = new Set(decision.points.filter(({ keeps }) => keeps.length > 0).map(({ point }) => point));
      const goes = points.filter((point) => !stays.has(point));
      for (const point of goes) {
        assert.equal(point.holds.length, 0);
        assert.ok(nowMs >= point.timeMs + policy.guaranteedDays * DAY_MS);
        assert.notEqual(point.epoch, '000003');
        assert.equal(point.standing, 'sound');
        assert.equal(obstacles.has(point.id), false);
      }
      const good = points.filter(({ standing, proof }) => standing === 'sound' && proof !== 'damaged');
      for (const kind of ['proxy', 'developer', 'app']) {
        for (const having of [
          good.filter(({ whole }) => whole.includes(kind)),
          good.filter(({ whole, proof }) => whole.includes(kind) && proof === 'verified'),
        ]) {
          const newestMs = Math.max(...having.map(({ timeMs }) => timeMs));
          assert.ok(having.length === 0 || having.some((point) => point.timeMs === newestMs && stays.has(point)));
        }
      }
      const verified = good.filter(({ proof }) => proof === 'verified');
      const left = verified.filter((point) => stays.has(point)).length;
      assert.ok(left >= Math.min(policy.minimumVerified, verified.length));
      assert.equal(
        decision.refusals.some((text) => /verified/.test(text)),
        verified.length < policy.minimumVerified,
      );

      // The objects that go and those that are needed have nothing in common.
      const objectsOf = (step: (typeof steps)[number], numbers: readonly number[]): PruneObject[] =>
        numbers.map((number) => ({ name: `${step.point.epoch}/${number}`, sizeBytes: 1, createdMs: 0 }));
      const needed = new Set(
        steps
          .filter(({ point }) => stays.has(point))
          .flatMap((step) => objectsOf(step, step.needs).map(({ name }) => name)),
      );
      const candidates = steps.filter(({ point }) => !stays.has(point)).flatMap((step) => objectsOf(step, step.wrote));
      const { objects } = chooseObjects({ candidates, needed, obstacles: new Map() });
      assert.ok(objects.every(({ name }) => !needed.has(name)));
      assert.deepEqual(
        new Set(objects.map(({ name }) => name)),
        new Set(candidates.map(({ name }) => name).filter((name) => !needed.has(name))),
      );

      // Who forges points decides nothing about the real ones.
      const honest = keepProtected(
        decideRetention({ ...request, points: points.filter(({ standing }) => standing === 'sound') }),
        obstacles,
      );
      assert.deepEqual(
        honest.points,
        decision.points.filter(({ point }) => point.standing === 'sound'),
      );
    }),
    { numRuns: 400 },
  );
});
