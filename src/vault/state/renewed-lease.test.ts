import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lease } from '../../app/ports/runs.ts';
import { createManualClock, type ManualClock } from '../../platform/manual-clock.ts';
import { createRenewedLease, leaseLost, RENEW_EVERY_MS } from './renewed-lease.ts';

function open(renew: (count: number) => Promise<void>): { lease: Lease; clock: ManualClock; released: () => number } {
  const clock = createManualClock();
  let renewals = 0;
  let releases = 0;
  const hold = {
    renew: () => {
      renewals += 1;
      return renew(renewals);
    },
    release: async () => void (releases += 1),
  };
  return {
    lease: createRenewedLease(hold, { clock, startedMs: clock.monotonicMs() }),
    clock,
    released: () => releases,
  };
}

test('a lease that is lost is unsafe at once and is not renewed any more', async () => {
  let renewals = 0;
  const { lease, clock } = open(async () => {
    renewals += 1;
    throw leaseLost('acme');
  });
  await clock.advance(RENEW_EVERY_MS);
  assert.equal(lease.isSafeToSend(), false);
  await clock.advance(5 * RENEW_EVERY_MS);
  assert.equal(renewals, 1);
});

test('renewals that fail for a while do no harm, and for too long they do', async () => {
  const { lease, clock } = open(async (count) => {
    if (count <= 2 || count >= 4) throw new Error('no network');
  });
  await clock.advance(2 * RENEW_EVERY_MS);
  assert.equal(lease.isSafeToSend(), true);
  await clock.advance(RENEW_EVERY_MS);
  await clock.advance(39_000);
  assert.equal(lease.isSafeToSend(), true);
  await clock.advance(1000);
  assert.equal(lease.isSafeToSend(), false);
});

test('the age counts from before a renewal was sent', async () => {
  const clock = createManualClock();
  const slow = { renew: () => clock.advance(30_000), release: async () => undefined };
  const lease = createRenewedLease(slow, { clock, startedMs: 0 });
  await clock.advance(RENEW_EVERY_MS);
  await clock.advance(10_000);
  assert.equal(lease.isSafeToSend(), false);
});

test('a release happens once and ends the renewing', async () => {
  let renewals = 0;
  const { lease, clock, released } = open(async () => {
    renewals += 1;
  });
  await Promise.all([lease.release(), lease.release()]);
  await clock.advance(10 * RENEW_EVERY_MS);
  assert.deepEqual([released(), renewals, lease.isSafeToSend()], [1, 0, false]);
});
