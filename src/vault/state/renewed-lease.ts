import { HoldfastError, RemoteError, UserError } from '../../core/errors.ts';
import type { Lease } from '../../app/ports/runs.ts';
import type { Clock } from '../../platform/clock.ts';

/** What a store of leases does for one lease that it gave out. */
export interface LeaseHold {
  /** Makes the lease last for another minute. Throws `LEASE_LOST` when somebody else may have it, anything else otherwise. */
  renew(): Promise<void>;
  /** Gives the lease back if it is still ours, and lets go of what it held. Called once. */
  release(): Promise<void>;
}

/** How long others leave a lease alone that is not renewed. */
export const LEASE_LASTS_MS = 60_000;
/** From this age of the last good renewal no call may be sent: it must have ended before the lease does. */
const SAFE_TO_SEND_MS = 40_000;
/** How often a lease is renewed; two attempts may fail before it becomes unsafe. */
export const RENEW_EVERY_MS = 12_000;

/**
 * A lease that renews itself until it is released or lost. Its age is counted on the monotonic clock from the moment
 * before the renewal was sent, so a process that was stopped for a while notices by itself.
 */
export function createRenewedLease(hold: LeaseHold, { clock, startedMs }: { clock: Clock; startedMs: number }): Lease {
  const stop = new AbortController();
  let renewedMs = startedMs;
  let isLost = false;
  const renewing = (async () => {
    while (!isLost) {
      await clock.sleep(RENEW_EVERY_MS, stop.signal);
      const attemptMs = clock.monotonicMs();
      try {
        await hold.renew();
        renewedMs = attemptMs;
      } catch (error) {
        // Any other failure may pass; if it does not, the age alone makes the lease unsafe.
        isLost = error instanceof HoldfastError && error.code === 'LEASE_LOST';
      }
    }
  })().catch(() => undefined); // The pause ends by the abort of `release`.

  let releasing: Promise<void> | undefined;
  return {
    isSafeToSend: () => !isLost && !stop.signal.aborted && clock.monotonicMs() - renewedMs < SAFE_TO_SEND_MS,
    release() {
      releasing ??= (async () => {
        stop.abort();
        await renewing;
        await hold.release();
      })();
      return releasing;
    },
  };
}

/** The refusal of a second run: who runs, since when. */
export function runActive(organization: string, running: { holder: string; since: string } | undefined): UserError {
  const who = running === undefined ? 'somebody' : `${running.holder} since ${running.since}`;
  return new UserError({
    code: 'RUN_ACTIVE',
    message: `Another run is changing ${organization}: ${who}.`,
    resource: organization,
    next: 'Wait until it ends. If it was killed, try again after a minute: the lease then runs out.',
  });
}

/** The lease is not ours any more. */
export function leaseLost(organization: string, cause?: unknown): RemoteError {
  return new RemoteError({
    code: 'LEASE_LOST',
    message: `The lease on ${organization} was lost: another run may have taken over.`,
    operation: 'renew the lease',
    resource: organization,
    next: 'Look at the active runs, then plan again.',
    cause,
  });
}
