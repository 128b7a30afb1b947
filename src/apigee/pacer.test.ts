import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock, type ManualClock } from '../platform/manual-clock.ts';
import { createPacer, type Pacer } from './pacer.ts';

interface Load {
  readonly startedAtMs: number[];
  most: number;
}

/** Hands `count` calls of `latencyMs` to the pacer at once. */
function load(pacer: Pacer, clock: ManualClock, call: { readonly count: number; readonly latencyMs: number }): Load {
  const seen: Load = { startedAtMs: [], most: 0 };
  let running = 0;
  for (let index = 0; index < call.count; index += 1) {
    void pacer.run(async () => {
      seen.startedAtMs.push(clock.monotonicMs());
      running += 1;
      seen.most = Math.max(seen.most, running);
      await clock.sleep(call.latencyMs);
      running -= 1;
    });
  }
  return seen;
}

async function pass(clock: ManualClock, durationMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += 10) await clock.advance(10);
}

test('bound by the quota it uses at least 90 % of its share and never more, in any minute', async () => {
  const clock = createManualClock();
  const pacer = createPacer({ quotaPerMinute: 6000, share: 0.5 }, clock);
  const seen = load(pacer, clock, { count: 10_000, latencyMs: 40 });
  await pass(clock, 120_000);
  const inWindow = (fromMs: number) => seen.startedAtMs.filter((at) => at >= fromMs && at < fromMs + 60_000).length;
  for (let fromMs = 0; fromMs <= 60_000; fromMs += 1000) {
    assert.ok(inWindow(fromMs) <= 3000, `${inWindow(fromMs)} calls in the minute from ${fromMs}`);
    assert.ok(inWindow(fromMs) >= 2700, `${inWindow(fromMs)} calls in the minute from ${fromMs}`);
  }
  const firstSecond = seen.startedAtMs.filter((at) => at < 1000).length;
  assert.ok(firstSecond <= 75, `${firstSecond} calls in the first second`);
});

test('without a quota it keeps far more than eight calls under way, but not without bound', async () => {
  const clock = createManualClock();
  const pacer = createPacer({ quotaPerMinute: 'unlimited', share: 1 }, clock);
  const seen = load(pacer, clock, { count: 5000, latencyMs: 40 });
  await pass(clock, 4000);
  const sequential = 4000 / 40;
  assert.ok(seen.startedAtMs.length >= 8 * sequential, `${seen.startedAtMs.length} calls`);
  assert.ok(seen.most <= 64, `${seen.most} at once`);
});

test('nothing is sent before Retry-After is over, and then slower', async () => {
  const clock = createManualClock();
  const pacer = createPacer({ quotaPerMinute: 6000, share: 1 }, clock);
  const before = pacer.limits;
  const seen = load(pacer, clock, { count: 4000, latencyMs: 40 });
  await pass(clock, 1000);
  const sent = seen.startedAtMs.length;
  pacer.throttled(7000);
  await pass(clock, 6990);
  assert.equal(seen.startedAtMs.length, sent);
  assert.ok(pacer.limits.ratePerSecond < before.ratePerSecond * 0.75);
  assert.ok(pacer.limits.concurrency < before.concurrency);
  await pass(clock, 1000);
  const after = seen.startedAtMs.length - sent;
  assert.ok(after > 40 && after < 85, `${after} calls in the first second after the pause`);
});

test('refusals of calls under way together cut once, and the rate climbs back to the share', async () => {
  const clock = createManualClock();
  const pacer = createPacer({ quotaPerMinute: 6000, share: 1 }, clock);
  load(pacer, clock, { count: 20_000, latencyMs: 40 });
  await pass(clock, 500);
  for (let index = 0; index < 10; index += 1) pacer.throttled();
  const cut = pacer.limits.ratePerSecond;
  assert.ok(cut > 60 && cut < 75, `${cut} a second`);
  await pass(clock, 25_000);
  assert.ok(pacer.limits.ratePerSecond > 98, `${pacer.limits.ratePerSecond} a second`);
});

test('without a quota a refusal finds the rate, which then grows again', async () => {
  const clock = createManualClock();
  const pacer = createPacer({ quotaPerMinute: 'unlimited', share: 1 }, clock);
  load(pacer, clock, { count: 20_000, latencyMs: 40 });
  await pass(clock, 1000);
  pacer.throttled();
  const cut = pacer.limits.ratePerSecond;
  assert.ok(cut > 100 && cut < 1200, `${cut} a second`);
  await pass(clock, 20_000);
  assert.ok(pacer.limits.ratePerSecond > cut * 1.5);
});

test('first come, first served, a burst of one caller included', async () => {
  const clock = createManualClock();
  const pacer = createPacer({ quotaPerMinute: 600, share: 1 }, clock);
  const order: string[] = [];
  const call = (name: string) => void pacer.run(async () => void order.push(name));
  for (let index = 0; index < 30; index += 1) call('many');
  call('one');
  for (let index = 0; index < 30; index += 1) call('more');
  await pass(clock, 10_000);
  assert.equal(order.indexOf('one'), 30);
  assert.equal(order.length, 61);
});

test('an aborted call leaves the queue and takes nobody’s place', async () => {
  const clock = createManualClock();
  const pacer = createPacer({ quotaPerMinute: 60, share: 1 }, clock);
  const order: number[] = [];
  const stop = new AbortController();
  const calls = [0, 1, 2].map((index) =>
    pacer.run(async () => void order.push(index), index === 1 ? stop.signal : undefined),
  );
  stop.abort(new Error('enough'));
  await assert.rejects(Promise.resolve(calls[1]), /enough/);
  await assert.rejects(
    pacer.run(async () => undefined, stop.signal),
    /enough/,
  );
  await pass(clock, 2100);
  assert.deepEqual(order, [0, 2]);
});

test('a call that fails frees its place', async () => {
  const clock = createManualClock();
  const pacer = createPacer({ quotaPerMinute: 'unlimited', share: 1 }, clock);
  for (let index = 0; index < 200; index += 1) {
    await assert.rejects(
      pacer.run(() => Promise.reject(new Error('no'))),
      /no/,
    );
  }
  assert.equal(await pacer.run(async () => 7), 7);
});
