import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findInstant, formatInstant, systemClock } from './clock.ts';
import { createManualClock } from './manual-clock.ts';

test('the system clock sleeps no shorter than asked and tells the same instant twice', async () => {
  const before = systemClock.monotonicMs();
  await systemClock.sleep(3);
  assert.ok(systemClock.monotonicMs() - before >= 3);
  assert.ok(Math.abs(Date.parse(systemClock.now()) - systemClock.epochMs()) < 1000);
});

test('a sleep that is aborted rejects with the reason of the signal', async () => {
  const reason = new Error('stopped by the user');
  for (const clock of [systemClock, createManualClock()]) {
    await assert.rejects(clock.sleep(60_000, AbortSignal.abort(reason)), reason);
    const controller = new AbortController();
    const sleeping = clock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await assert.rejects(sleeping, reason);
  }
});

test('the manual clock wakes sleepers in the order of their due times, each at its own time', async () => {
  const clock = createManualClock(Date.UTC(2026, 4, 1));
  const woken: string[] = [];
  const sleepers = [300, 100, 200].map(async (durationMs) => {
    await clock.sleep(durationMs);
    woken.push(`${durationMs} at ${clock.monotonicMs()}`);
  });
  await clock.advance(99);
  assert.deepEqual(woken, []);
  await clock.advance(1000);
  await Promise.all(sleepers);
  assert.deepEqual(woken, ['100 at 100', '200 at 200', '300 at 300']);
  assert.equal(clock.now(), '2026-05-01T00:00:01.099Z');
});

test('the wall clock can jump while the monotonic clock stays', () => {
  const clock = createManualClock(Date.UTC(2026, 4, 1));
  clock.shiftWallClock(-3_600_000);
  assert.equal(clock.now(), '2026-04-30T23:00:00.000Z');
  assert.equal(clock.monotonicMs(), 0);
});

test('whenSleeping resolves when the code under test waits', async () => {
  const clock = createManualClock();
  let done = false;
  const work = (async () => {
    await Promise.resolve();
    await clock.sleep(10);
    done = true;
  })();
  await clock.whenSleeping(1);
  assert.equal(done, false);
  await clock.advance(10);
  await work;
  assert.equal(done, true);
});

test('instants are read only when they state an offset and exist', () => {
  assert.equal(findInstant('2026-02-28T12:00:00Z'), Date.UTC(2026, 1, 28, 12));
  assert.equal(findInstant('2026-02-28T12:00:00.5+02:00'), Date.UTC(2026, 1, 28, 10, 0, 0, 500));
  for (const bad of [
    '2026-02-30T12:00:00Z',
    '2026-02-28T12:00:00',
    '2026-02-28',
    'yesterday',
    '2026-02-28T25:00:00Z',
  ]) {
    assert.equal(findInstant(bad), undefined, bad);
  }
  assert.equal(formatInstant(Date.UTC(2026, 1, 28)), '2026-02-28T00:00:00.000Z');
});
