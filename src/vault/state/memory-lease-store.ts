import type { Lease, LeaseStore } from '../../app/ports/runs.ts';
import type { Clock } from '../../platform/clock.ts';
import { createRenewedLease, LEASE_LASTS_MS, leaseLost, runActive } from './renewed-lease.ts';

interface HeldLease {
  readonly holder: string;
  readonly since: string;
  renewedMs: number;
}

/** Leases within one process; several stores share them by sharing the map. */
export type MemoryLeases = Map<string, HeldLease>;

/** A store of leases in memory, for tests and simulated runs. */
export function createMemoryLeaseStore({
  clock,
  leases = new Map(),
}: {
  clock: Clock;
  leases?: MemoryLeases;
}): LeaseStore {
  return {
    async acquire({ organization, holder }): Promise<Lease> {
      const startedMs = clock.monotonicMs();
      const running = leases.get(organization);
      if (running !== undefined && startedMs - running.renewedMs < LEASE_LASTS_MS)
        throw runActive(organization, running);
      const held: HeldLease = { holder, since: clock.now(), renewedMs: startedMs };
      leases.set(organization, held);
      const hold = {
        async renew(): Promise<void> {
          if (leases.get(organization) !== held) throw leaseLost(organization);
          held.renewedMs = clock.monotonicMs();
        },
        async release(): Promise<void> {
          if (leases.get(organization) === held) leases.delete(organization);
        },
      };
      return createRenewedLease(hold, { clock, startedMs });
    },
  };
}
