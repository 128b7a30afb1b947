import { failedPrecondition } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import { textIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import { getActiveEnvironment, getEnvironment } from './environment.ts';
import { assertAddon } from './organization.ts';

/** The add-ons of an environment: analytics, not in environments of type BASE, and security where the organization has it. */
export const environmentAddonsRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.getAddonsConfig',
    handle: ({ organization, path }) => {
      const environment = path['environmentsId'] ?? '';
      getEnvironment(organization, environment);
      return ok(organization.store.find('envaddons', environment, '') ?? {});
    },
  },
  { id: 'organizations.environments.addonsConfig.setAddonEnablement', handle: setEnablement },
];

function setEnablement({ organization, path, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  const { type } = getActiveEnvironment(organization, environment);
  const checked = checkedBody('SetAddonEnablementRequest', body);
  if (checked['apiSecurityEnabled'] === true) assertAddon(organization, 'apiSecurityConfig');
  if (checked['analyticsEnabled'] === true && type === 'BASE') {
    throw failedPrecondition(
      `analytics: operation not supported for environment ${textIn({ environment }, 'environment')} of type BASE`,
    );
  }
  organization.operations.assertUnlocked();
  const operation = organization.operations.start({
    type: 'UPDATE',
    target: `organizations/${organization.name}/environments/${environment}`,
    doing: `add-ons of environment ${environment} are currently being set`,
    finish: () => {
      const analytics = checked['analyticsEnabled'] === true ? { enabled: true, state: 'ENABLED' } : {};
      const apiSecurityConfig = checked['apiSecurityEnabled'] === true ? { enabled: true } : {};
      const stored = { analyticsConfig: analytics, apiSecurityConfig };
      organization.store.put('envaddons', environment, '', stored);
      return { '@type': 'type.googleapis.com/google.cloud.apigee.v1.AddonsConfig', ...stored };
    },
  });
  return ok(operation);
}
