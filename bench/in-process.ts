import { join } from 'node:path';
import { capture } from '../src/app/capture.ts';
import type { ApiUsage, Organization } from '../src/app/ports/organization.ts';
import type { Progress } from '../src/app/ports/surroundings.ts';
import type { House } from '../src/cli/house.ts';
import { compose } from '../src/compose.ts';
import type { PointDetails } from '../src/core/point.ts';
import { systemClock } from '../src/platform/clock.ts';
import type { BenchSimulator } from './simulator.ts';
import { benchOrganization, type Workplace } from './workplace.ts';

export const silence: Progress = {
  phase: () => undefined,
  advance: () => undefined,
  note: () => undefined,
  warn: () => undefined,
};

/** The adapters of the command line, put together in this process for a row's folder. */
export function openHouse(place: Workplace, simulator: BenchSimulator): House {
  return compose(
    {
      vault: 'file:./vault',
      state: undefined,
      keys: './keys',
      endpoint: simulator.url,
      quotaPerMinute: 'unlimited',
      quotaShare: 1,
    },
    {
      environment: { HOLDFAST_APIGEE_TOKEN: 'bench' },
      cwd: place.folder,
      clock: systemClock,
      signal: new AbortController().signal,
      progress: silence,
      conceal: () => undefined,
      logger: { log: () => undefined, flush: () => Promise.resolve() },
    },
  );
}

/** A capture, and how its calls fall on the two passes. */
export interface CountedCapture {
  readonly details: PointDetails;
  readonly usage: ApiUsage;
  readonly firstPassCalls: number;
  readonly secondPassCalls: number;
  readonly elapsedMs: number;
}

/** Takes a point of everything. */
export async function captureAll(house: House): Promise<CountedCapture> {
  const startedAtMs = performance.now();
  const vault = await house.openVault();
  const { live, identity } = await house.openOrganization(benchOrganization, 'read', vault.hasher);
  let firstPassCalls: number | undefined;
  const counted: Organization = {
    ...live,
    relist: (request) => {
      firstPassCalls ??= live.usage().calls;
      return live.relist(request);
    },
  };
  try {
    const { details, usage } = await capture(
      { live: counted, vault, clock: systemClock, progress: silence },
      {
        organization: benchOrganization,
        selection: { only: [], kinds: [] },
        revisions: { newest: 5 },
        acceptedGaps: [],
        tool: 'holdfast bench',
        identity,
      },
    );
    const first = firstPassCalls ?? usage.calls;
    const elapsedMs = performance.now() - startedAtMs;
    return { details, usage, firstPassCalls: first, secondPassCalls: usage.calls - first, elapsedMs };
  } finally {
    await house.close();
  }
}

/** Where the row's vault lies. */
export function vaultFolder(place: Workplace): string {
  return join(place.folder, 'vault');
}
