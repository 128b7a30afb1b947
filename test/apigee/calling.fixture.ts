import { deriveBundleFacts } from '../../src/apigee/bundle-facts.ts';
import type { HoleFiller } from '../../src/app/ports/organization.ts';
import type { PlannedCall } from '../../src/core/plan.ts';
import { type LoggedRequest, type RunningApigeeSimulator, startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { openOrganization } from './live-organization.ts';

export const proxyFiles = [
  {
    path: 'apiproxy/fresh.xml',
    bytes: Buffer.from('<APIProxy name="fresh"><Description>Fresh</Description></APIProxy>'),
  },
  {
    path: 'apiproxy/proxies/default.xml',
    bytes: Buffer.from(
      '<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>/fresh</BasePath></HTTPProxyConnection><RouteRule name="none"/></ProxyEndpoint>',
    ),
  },
];

/** Fills no hole but that of a bundle. */
export const nothing: HoleFiller = {
  secret: () => Promise.reject(new Error('no secret')),
  live: () => {
    throw new Error('no live value');
  },
  assigned: () => {
    throw new Error('nothing assigned');
  },
  json: () => Promise.reject(new Error('no resource')),
  bundle: async () => ({ type: 'bundle', files: proxyFiles, facts: deriveBundleFacts(proxyFiles) }),
};

/** Does not care for the names of operations. */
export const silent = async (): Promise<void> => undefined;

/** A call of a plan that stands for itself. */
export function planned(call: Partial<PlannedCall> & Pick<PlannedCall, 'method' | 'path'>): PlannedCall {
  return {
    id: 'x#step',
    resource: 'x',
    kind: 'x',
    needs: [],
    after: [],
    stage: 0,
    step: 'step',
    action: 'create',
    phase: 'materialise',
    reason: 'the test wants it',
    lookup: { type: 'repeat' },
    ...call,
  };
}

type Options = Parameters<typeof openOrganization>[1];
type Live = ReturnType<typeof openOrganization>['live'];

export interface SendingSimulation {
  readonly sim: RunningApigeeSimulator;
  /** Every secret that was to be hidden, in all runs. */
  readonly hidden: readonly string[];
  /** A new run: nothing known, writes allowed. */
  inRun<T>(action: (live: Live) => Promise<T>, options?: Options): Promise<T>;
  mutations(): readonly LoggedRequest[];
}

/** A simulated organization to send planned calls to, with impatient waits. */
export async function startSendingSimulation(): Promise<SendingSimulation> {
  const hidden: string[] = [];
  const sim = await startApigeeSimulator({
    port: 0,
    seed: 'small',
    timings: { operationMs: 20, deploymentMs: 20, cascadeMs: 20 },
  });
  return {
    sim,
    hidden,
    async inRun(action, options = {}) {
      const { live, close } = openOrganization(sim.url, {
        writable: true,
        hide: (secret) => void hidden.push(secret),
        operationTimes: { firstPollMs: 5, longestPollMs: 20, limitMs: 5000 },
        readyTimes: { firstPollMs: 5, longestPollMs: 20, limitMs: 5000, unknownMs: 500 },
        ...options,
      });
      try {
        return await action(live);
      } finally {
        await close();
      }
    },
    mutations: () => sim.simulator.log.mutations,
  };
}
