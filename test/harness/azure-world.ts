import type { TestContext } from 'node:test';
import type { AzureManagement } from '../../src/app/ports/azure.ts';
import { createAzureManagement } from '../../src/azure/azure-management.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { createSeededRandom } from '../../src/platform/random.ts';
import {
  addAccount,
  MemoryBlobPlane,
  type ResourceManagerSimulator,
  startResourceManagerSimulator,
} from '../../src/sim/azure/resource-manager/index.ts';
import { virtualClock } from '../../src/sim/control/clock.ts';

export const SUBSCRIPTION = '11111111-2222-4333-8444-555555555555';
const GROUP = 'rg-backup';
export const GROUP_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}`;
export const ACCOUNT_ID = `${GROUP_ID}/providers/Microsoft.Storage/storageAccounts/apigeebackup`;
export const DRILL_ID = `${GROUP_ID}/providers/Microsoft.Storage/storageAccounts/apigeedrill`;
export const VAULT_ID = `${GROUP_ID}/providers/Microsoft.DataProtection/backupVaults/holdfast-vault`;

export interface AzureWorld {
  readonly simulator: ResourceManagerSimulator;
  readonly url: string;
  /** The simulator's time; to wait by it lets what happens meanwhile happen. */
  readonly clock: Clock;
  readonly source: MemoryBlobPlane;
  readonly drill: MemoryBlobPlane;
  /** The client, signed in as somebody. */
  client(caller?: string): AzureManagement;
}

/** A subscription with a storage account that holds a container `apigee`, and another account for drills. */
export async function createAzureWorld(t: TestContext, startMs?: number): Promise<AzureWorld> {
  const { simulator, url, close } = await startResourceManagerSimulator({ clock: virtualClock(startMs) });
  t.after(close);
  const source = new MemoryBlobPlane();
  const drill = new MemoryBlobPlane();
  await source.writeContainer('apigee', []);
  addAccount(simulator.world, {
    subscription: SUBSCRIPTION,
    group: GROUP,
    name: 'apigeebackup',
    containers: ['apigee'],
    blobs: source,
  });
  addAccount(simulator.world, { subscription: SUBSCRIPTION, group: GROUP, name: 'apigeedrill', blobs: drill });
  const clock = simulatedTime(simulator);
  return { simulator, url, clock, source, drill, client: (caller) => connect(url, clock, caller) };
}

function simulatedTime(simulator: ResourceManagerSimulator): Clock {
  const { clock } = simulator.world;
  return {
    epochMs: () => clock.nowMs(),
    now: () => new Date(clock.nowMs()).toISOString(),
    monotonicMs: () => clock.nowMs(),
    sleep: async (durationMs, signal) => {
      signal?.throwIfAborted();
      await simulator.pass(durationMs);
    },
  };
}

function connect(address: string, clock: Clock, caller = 'backup-admin'): AzureManagement {
  return createAzureManagement({
    address,
    clock,
    random: createSeededRandom(1),
    identity: caller,
    credential: { getToken: () => Promise.resolve({ token: caller, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
  });
}
