import { failedPrecondition, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertProxyEnvironment, getActiveEnvironment, getEnvironment } from './environment.ts';

/** The hook points that every environment has. */
export const flowHookPoints = ['PostProxyFlowHook', 'PostTargetFlowHook', 'PreProxyFlowHook', 'PreTargetFlowHook'];

/** Flow hooks: four fixed points, each empty or with a shared flow that is deployed in the environment. */
export const flowHookRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.flowhooks.list',
    undocumented: 'GET ~/environments/{environmentsId}/flowhooks',
    handle: ({ organization, path }) => {
      getEnvironment(organization, path['environmentsId'] ?? '');
      return ok(flowHookPoints);
    },
  },
  {
    id: 'organizations.environments.flowhooks.get',
    handle: ({ organization, path }) => ok(readFlowHook(organization, path)),
  },
  { id: 'organizations.environments.flowhooks.attachSharedFlowToFlowHook', handle: attach },
  {
    id: 'organizations.environments.flowhooks.detachSharedFlowFromFlowHook',
    handle: ({ organization, path }) => {
      readFlowHook(organization, path);
      organization.store.delete('flowhook', path['environmentsId'] ?? '', path['flowhooksId'] ?? '');
      return ok(readFlowHook(organization, path));
    },
  },
];

/** What a GET answers: an empty point has no shared flow, and is no error. */
function readFlowHook(organization: SimulatedOrganization, path: Call['path']): Document {
  const environment = path['environmentsId'] ?? '';
  const flowHookPoint = path['flowhooksId'] ?? '';
  getEnvironment(organization, environment);
  if (!flowHookPoints.includes(flowHookPoint)) {
    throw notFound(`flow hook ${flowHookPoint} not found in environment ${environment}`);
  }
  return organization.store.find('flowhook', environment, flowHookPoint) ?? { flowHookPoint, continueOnError: true };
}

function attach({ organization, path, body }: Call) {
  const { flowHookPoint } = readFlowHook(organization, path);
  const environment = path['environmentsId'] ?? '';
  assertProxyEnvironment(getActiveEnvironment(organization, environment));
  const checked = checkedBody('FlowHook', body);
  assertPresent(checked, ['sharedFlow']);
  const flow = textIn(checked, 'sharedFlow');
  const isChecked = organization.world.switches.flowHookFlows === 'checked';
  if (isChecked && !organization.store.has('deployment', environment, `sharedflow:${flow}`)) {
    throw failedPrecondition(`shared flow ${flow} is not deployed in environment ${environment}`);
  }
  const hook = { continueOnError: true, ...checked, flowHookPoint };
  organization.store.put('flowhook', environment, String(flowHookPoint), hook);
  return ok(hook);
}
