import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Lease, LeaseStore } from '../../app/ports/runs.ts';
import { UserError } from '../../core/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { createManualClock, type ManualClock } from '../../platform/manual-clock.ts';
import { RENEW_EVERY_MS } from './renewed-lease.ts';

export interface LeaseStoreContract {
  readonly name: string;
  /** A fresh state place. */
  createPlace(): Promise<LeasePlace>;
}

export interface LeasePlace {
  /** A store over the place, as another process would open it. */
  open(clock: Clock): LeaseStore;
  /** Makes leases that are not renewed run out, where that is not the taker's own clock's doing. */
  expire?(organization: string): Promise<void>;
}

const acme = { organization: 'acme-prod', holder: 'ada on ops-1' };

/** What every store of leases promises, run against each of them. */
export function describeLeaseStore({ name, createPlace }: LeaseStoreContract): void {
  describe(`the lease store ${name}`, () => {
    it('lets one run per organization go on and says who it is to the next', async () => {
      const place = await createPlace();
      const clock = createManualClock(Date.UTC(2026, 2, 1, 9, 30));
      const lease = await place.open(clock).acquire(acme);
      assert.equal(lease.isSafeToSend(), true);
      await clock.advance(5000);
      await assert.rejects(place.open(clock).acquire({ ...acme, holder: 'bob' }), (error) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.exit, 11);
        assert.equal(error.code, 'RUN_ACTIVE');
        assert.match(error.message, /acme-prod: ada on ops-1 since 2026-03-01T09:30:00\.000Z/);
        return true;
      });
      const other = await place.open(clock).acquire({ ...acme, organization: 'acme-test' });
      assert.equal(other.isSafeToSend(), true);
      await Promise.all([lease.release(), other.release()]);
    });

    it('is free again after the release, which may be repeated', async () => {
      const place = await createPlace();
      const clock = createManualClock();
      const lease = await place.open(clock).acquire(acme);
      await lease.release();
      await lease.release();
      assert.equal(lease.isSafeToSend(), false);
      const next = await place.open(clock).acquire({ ...acme, holder: 'bob' });
      assert.equal(next.isSafeToSend(), true);
      await next.release();
    });

    it('lets exactly one of many win', async () => {
      const place = await createPlace();
      const clock = createManualClock();
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) => place.open(clock).acquire({ ...acme, holder: `runner ${index}` })),
      );
      const won = results.filter((result) => result.status === 'fulfilled');
      assert.equal(won.length, 1);
      for (const result of results) {
        if (result.status === 'rejected') assert.equal(result.reason.code, 'RUN_ACTIVE');
      }
      await won[0]?.value.release();
    });

    it('renews itself for as long as the run takes', async () => {
      const place = await createPlace();
      const clock = createManualClock();
      const lease = await place.open(clock).acquire(acme);
      for (let round = 0; round < 12; round += 1) {
        await clock.whenSleeping(1);
        await clock.advance(RENEW_EVERY_MS);
        await clock.whenSleeping(1);
        assert.equal(lease.isSafeToSend(), true);
      }
      await assert.rejects(place.open(clock).acquire({ ...acme, holder: 'bob' }), { code: 'RUN_ACTIVE' });
      await lease.release();
    });

    it('fences a holder that could not renew from 40 seconds on', async () => {
      const place = await createPlace();
      const clock = createManualClock();
      const lease = await place.open(frozen(clock)).acquire(acme);
      await clock.advance(39_999);
      assert.equal(lease.isSafeToSend(), true);
      await clock.advance(1);
      assert.equal(lease.isSafeToSend(), false);
      await lease.release();
    });

    it('passes on the lease of a holder that died, and the holder learns it should it come back', async () => {
      const place = await createPlace();
      const clock = createManualClock();
      const holder = frozen(clock);
      const dead = await place.open(holder).acquire(acme);
      await clock.advance(61_000);
      await place.expire?.(acme.organization);
      const next = await drive(place.open(clock).acquire({ ...acme, holder: 'bob' }), clock);
      assert.equal(next.isSafeToSend(), true);
      const awake = holder.thaw();
      await awake.whenSleeping(1);
      await awake.advance(RENEW_EVERY_MS);
      assert.equal(dead.isSafeToSend(), false);
      await dead.release();
      assert.equal(next.isSafeToSend(), true);
      await assert.rejects(place.open(clock).acquire({ ...acme, holder: 'carol' }), { code: 'RUN_ACTIVE' });
      await next.release();
    });
  });
}

/** A clock on which time passes but nobody wakes up, as in a process that is stopped, until `thaw`. */
function frozen(clock: ManualClock): Clock & { thaw(): ManualClock } {
  const thawed = createManualClock();
  return {
    ...clock,
    sleep: (durationMs, signal) => thawed.sleep(durationMs, signal),
    thaw: () => thawed,
  };
}

/** Moves the clock whenever the acquiring waits. */
async function drive(acquiring: Promise<Lease>, clock: ManualClock): Promise<Lease> {
  let isSettled = false;
  const settled = acquiring.then(
    () => void (isSettled = true),
    () => void (isSettled = true),
  );
  while (!isSettled) {
    await Promise.race([clock.whenSleeping(1), settled]);
    if (!isSettled) await clock.advance(1000);
  }
  return acquiring;
}
