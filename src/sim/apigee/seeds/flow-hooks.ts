import type { OrganizationSeed } from '../organization-seed.ts';
import type { SeededRandom } from './random.ts';

/** Shared flows that run for every proxy of an environment; each of them is deployed there. */
export const flowHooks: OrganizationSeed['flowHooks'] = [
  {
    environment: 'prod',
    flowHook: {
      flowHookPoint: 'PreProxyFlowHook',
      sharedFlow: 'traffic-guard',
      description: 'Everybody\u2019s limit \u2013 "do not detach"',
      continueOnError: false,
    },
  },
  {
    environment: 'prod',
    flowHook: { flowHookPoint: 'PostProxyFlowHook', sharedFlow: 'error-envelope', continueOnError: true },
  },
  {
    environment: 'test',
    flowHook: { flowHookPoint: 'PreTargetFlowHook', sharedFlow: 'caller-identity', continueOnError: false },
  },
];

/** Some hook points of each environment with one of the shared flows that are deployed there. */
export function generateFlowHooks(
  random: SeededRandom,
  deployments: OrganizationSeed['deployments'],
): OrganizationSeed['flowHooks'] {
  const environments = [...new Set(deployments.map(({ environment }) => environment))];
  return environments.flatMap((environment) => {
    const flows = deployments.filter((row) => row.environment === environment && row.flavour === 'sharedflow');
    if (flows.length === 0) return [];
    return random.some(['PreProxyFlowHook', 'PostTargetFlowHook'], random.integer(0, 2)).map((flowHookPoint) => ({
      environment,
      flowHook: {
        flowHookPoint,
        sharedFlow: random.pick(flows).name,
        continueOnError: random.chance(0.5),
        ...(random.chance(0.5) ? { description: 'generated' } : {}),
      },
    }));
  });
}
