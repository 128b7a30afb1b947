import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { managedIdentityApp } from '../../src/sim/azure/managed-identity.ts';
import { listen } from '../../src/sim/control/listen.ts';
import { type Clock, formatInstant, systemClock } from '../../src/platform/clock.ts';
import type { ApigeeSimulator, SimulatorOptions } from '../../src/sim/apigee/index.ts';
import { type AzureWorld, createAzureWorld, SUBSCRIPTION } from './azure-world.ts';
import { useIdentityEnvironment } from './identity-environment.ts';
import { createBackedWorkplace, type RunOptions, type Workplace } from './run-holdfast.ts';

/** Nothing but Azure is waited for as long as this. */
const LONG_MS = 5000;

export interface AzureWorkplace extends Workplace {
  readonly world: AzureWorld;
  /** The simulated organization. */
  readonly simulator: ApigeeSimulator;
}

/** The section `protect` for the accounts of the world. */
export const protectSection: Readonly<Record<string, unknown>> = {
  subscription: SUBSCRIPTION,
  resourceGroup: 'rg-backup',
  storageAccount: 'apigeebackup',
  containers: ['apigee'],
  vault: { name: 'holdfast-vault' },
  drill: { storageAccount: 'apigeedrill' },
};

export interface AzureWorkplaceOptions extends Pick<SimulatorOptions, 'seedFunction'> {
  /** When the simulated time begins. */
  readonly startMs?: number;
  /** Stands in the tokens that Azure gives, and in what they are asked for with. */
  readonly mark?: string;
}

/** The token of this machine for a resource of Azure. */
export function tokenFor(resource: string, mark = ''): string {
  return `for ${resource}${mark}`;
}

/**
 * A workplace with a simulated organization, a vault in a folder, and simulated Azure, signed in to by a managed identity.
 * What speaks to Azure runs in its simulated time, and waits by moving that; the rest begins at that time and waits really.
 */
export async function createAzureWorkplace(
  t: TestContext,
  protect: Readonly<Record<string, unknown>> = protectSection,
  { mark = '', startMs, ...simulated }: AzureWorkplaceOptions = {},
): Promise<AzureWorkplace> {
  const world = await createAzureWorld(t, startMs);
  const expiresAtMs = Date.now() + 3_600_000;
  const identityHeader = `of-this-machine${mark}`;
  const identity = managedIdentityApp({
    identityHeader,
    mint: ({ resource }) => Promise.resolve({ token: tokenFor(resource, mark), expiresAtMs }),
  });
  const { url, close } = await listen(identity);
  t.after(close);
  useIdentityEnvironment(t, { IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: identityHeader });
  const workplace = await createBackedWorkplace(t, simulated);
  await configure(workplace, protect);
  const withAzure = (argv: readonly string[], options: RunOptions): RunOptions => ({
    clock: argv[0] === 'protect' ? world.clock : timeOf(world),
    ...options,
    environment: { HOLDFAST_AZURE_MANAGEMENT_ENDPOINT: world.url, ...options.environment },
  });
  return {
    ...workplace,
    world,
    run: (argv, options = {}) => workplace.run(argv, withAzure(argv, options)),
    json: (name, argv, options = {}) => workplace.json(name, argv, withAzure(argv, options)),
  };
}

/** Time that begins at the simulated one: what waits for Azure moves that, what waits for anything else waits really. */
function timeOf({ clock }: AzureWorld): Clock {
  const realStartMs = systemClock.monotonicMs();
  const now = (): number => clock.epochMs() + systemClock.monotonicMs() - realStartMs;
  return {
    epochMs: now,
    now: () => formatInstant(now()),
    monotonicMs: now,
    sleep: (durationMs, signal) => (durationMs < LONG_MS ? systemClock : clock).sleep(durationMs, signal),
  };
}

/** Writes holdfast.yaml anew. JSON is YAML. */
export async function configure(
  { folder }: Workplace,
  protect: Readonly<Record<string, unknown>>,
  others: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const identity = { azure: { kind: 'managed' } };
  await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ identity, protect, ...others }));
}
