import assert from 'node:assert/strict';
import { applyPlan } from '../../src/app/apply.ts';
import { capture, type CaptureRequest } from '../../src/app/capture.ts';
import { planRestore } from '../../src/app/plan.ts';
import type { PointReader, Vault } from '../../src/app/ports/vault.ts';
import { type IgnoreRules, noIgnoreRules } from '../../src/core/ignore-rules.ts';
import type { Plan, RunReport } from '../../src/core/plan.ts';
import { everything, type Selection } from '../../src/core/selection.ts';
import {
  createSampleVault,
  memorySorter,
  ORGANIZATION,
  type SampleVault,
} from '../../src/vault/sample-vault.fixture.ts';
import { MemoryOrganization } from '../harness/memory-organization.ts';

const nothing = (): void => undefined;
const progress = { phase: nothing, advance: nothing, note: nothing, warn: nothing };

/** An organization in memory and a vault in memory, with the use cases on them. */
export class MemoryStage {
  readonly live: MemoryOrganization;
  readonly vault: Vault;
  readonly sample: SampleVault;

  constructor(sample: SampleVault, vault: Vault) {
    this.sample = sample;
    this.vault = vault;
    this.live = new MemoryOrganization(vault.hasher);
  }

  /** Takes a point and opens it. */
  async capture(request: Partial<CaptureRequest> = {}): Promise<PointReader> {
    const { live, vault, sample } = this;
    const whole: CaptureRequest = {
      organization: ORGANIZATION,
      selection: everything,
      revisions: { newest: 5 },
      acceptedGaps: [],
      tool: 'holdfast test',
      identity: 'a test',
      ...request,
    };
    await sample.clock.advance(60_000);
    const { details } = await capture({ live, vault, clock: sample.clock, progress }, whole);
    return await vault.openPoint(ORGANIZATION, details.id);
  }

  async plan(
    point: PointReader,
    options: {
      readonly selection?: Partial<Selection>;
      readonly deleteExtra?: boolean;
      readonly ignore?: IgnoreRules;
    } = {},
  ): Promise<Plan> {
    const { live, vault, sample } = this;
    return await planRestore(
      { live, vault, clock: sample.clock, sorters: memorySorter, progress },
      {
        organization: ORGANIZATION,
        point,
        selection: { ...everything, ...options.selection },
        deleteExtra: options.deleteExtra ?? false,
        revisions: { newest: 5 },
        tool: 'holdfast test',
        ignore: options.ignore ?? noIgnoreRules,
      },
    );
  }

  async apply(plan: Plan): Promise<RunReport> {
    const { live, vault, sample } = this;
    const lease = { isSafeToSend: () => true, release: async () => undefined };
    return await applyPlan(
      { live, vault, clock: sample.clock, progress, leases: { acquire: async () => lease } },
      { plan, holder: 'a test', tool: 'holdfast test', identity: 'a test' },
    );
  }
}

async function createMemoryStage(): Promise<MemoryStage> {
  const sample = await createSampleVault();
  return new MemoryStage(sample, await sample.open('writer', 'restorer'));
}

/** An organization of a developer with an app and a key, a product, an environment with a target server, a deployed proxy. */
export async function createFurnishedStage(): Promise<MemoryStage & { readonly revision: string }> {
  const stage = await createMemoryStage();
  const { live } = stage;
  live.put('environments/test', { name: 'test' });
  live.put('environments/test/targetservers/core', { name: 'core', host: 'a', port: 1 });
  live.put('apis/orders', { name: 'orders', revision: ['1'] });
  const revision = live.putRevision('apis/orders', '1', '<one/>', { targetServers: ['core'] });
  live.put('environments/test/apis/orders/deployment', { environment: 'test', apiProxy: 'orders', revision: '1' });
  live.put('apiproducts/gold', { name: 'gold', proxies: ['orders'], environments: ['test'] });
  live.put('developers/d@x', { email: 'd@x', developerId: 'd', status: 'active' });
  live.put('developers/d@x/apps/a', { name: 'a', developerId: 'd', status: 'approved' });
  live.put(keyId(stage), {
    consumerKey: 'K',
    consumerSecret: 'S',
    status: 'approved',
    apiProducts: [{ apiproduct: 'gold', status: 'approved' }],
  });
  return Object.assign(stage, { revision });
}

export function keyId({ live }: MemoryStage): string {
  return `developers/d@x/apps/a/keys/~${live.hasher.idTag('K')}`;
}

export const callsOf = (plan: Plan): string[] => plan.calls.map(({ id }) => id);

export const shownIn = (plan: Plan): string[] =>
  plan.resources.filter(({ change }) => change === 'shown').map(({ id }) => id);

export function resultOf(report: RunReport, id: string): string {
  return report.resources.find((resource) => resource.id === id)?.result ?? assert.fail(`${id} is not in the report`);
}
