import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { createSeededRandom, type RandomSource } from './random.ts';
import { choosePauseMs, findRetryAfterMs, retry, type RetryJudgement, type RetryPolicy } from './retry.ts';

const policy: RetryPolicy = { attempts: 4, firstPauseMs: 100, longestPauseMs: 1000, longestAskedPauseMs: 60_000 };
const latestJitter: RandomSource = { ...createSeededRandom(1), fraction: () => 1 };

class Flaky extends Error {}

/** Runs an action that fails `failures` times, moving the clock whenever it pauses. */
async function runFlaky(failures: number, judgement: RetryJudgement, clock: ManualClock): Promise<number[]> {
  const attempts: number[] = [];
  let done = false;
  const running = retry(
    async (attempt) => {
      attempts.push(clock.monotonicMs());
      if (attempt <= failures) throw new Flaky(`failure ${attempt}`);
    },
    { policy, clock, random: latestJitter, judge: () => judgement },
  ).finally(() => {
    done = true;
  });
  const moving = (async () => {
    while (!done) {
      await Promise.race([clock.whenSleeping(1), running.catch(() => undefined)]);
      await clock.advance(1);
    }
  })();
  try {
    await running;
  } finally {
    await moving;
  }
  return attempts;
}

test('an action that recovers is tried with growing pauses', async () => {
  assert.deepEqual(await runFlaky(3, { retryable: true }, createManualClock()), [0, 100, 300, 700]);
});

test('after the last attempt the last failure comes out as it was', async () => {
  const clock = createManualClock();
  await assert.rejects(runFlaky(4, { retryable: true }, clock), (error) => {
    return error instanceof Flaky && error.message === 'failure 4';
  });
});

test('a failure that will not pass is not tried again', async () => {
  const clock = createManualClock();
  await assert.rejects(runFlaky(1, { retryable: false }, clock), /failure 1/);
  assert.ok(clock.monotonicMs() <= 1);
});

test('the pause that the other side asks for is kept, unless it is unreasonable', async () => {
  const times = await runFlaky(1, { retryable: true, retryAfterMs: 5000 }, createManualClock());
  assert.deepEqual(times, [0, 5100]);
  await assert.rejects(runFlaky(1, { retryable: true, retryAfterMs: 60_001 }, createManualClock()), /failure 1/);
});

test('an abort ends the pause with the reason of the signal', async () => {
  const clock = createManualClock();
  const controller = new AbortController();
  const reason = new Error('stopped by the user');
  const running = retry(
    async () => {
      throw new Flaky('always');
    },
    { policy, clock, random: latestJitter, signal: controller.signal, judge: () => ({ retryable: true }) },
  );
  const refused = assert.rejects(running, reason);
  await clock.whenSleeping(1);
  controller.abort(reason);
  await refused;
});

test('pauses stay within their bounds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, fraction) => {
      const pauseMs = choosePauseMs({ policy, attempt, fraction });
      assert.ok(pauseMs >= 0 && pauseMs <= policy.longestPauseMs);
      assert.ok(choosePauseMs({ policy, attempt, fraction, retryAfterMs: 2500 }) >= 2500);
    }),
  );
  assert.equal(choosePauseMs({ policy, attempt: 1, fraction: 0 }), 0);
});

test('Retry-After is read as seconds or as a date', () => {
  const nowMs = Date.UTC(2026, 0, 1, 12);
  assert.equal(findRetryAfterMs('7', nowMs), 7000);
  assert.equal(findRetryAfterMs('Thu, 01 Jan 2026 12:00:30 GMT', nowMs), 30_000);
  assert.equal(findRetryAfterMs('Thu, 01 Jan 2026 11:00:00 GMT', nowMs), 0);
  for (const nothing of [null, undefined, '', 'soon', '-1', 'Thu, 99 Foo']) {
    assert.equal(findRetryAfterMs(nothing, nowMs), undefined, String(nothing));
  }
});
