import { resourceNotFound } from './arm-fault.ts';
import { type ArmRoute, GROUP, versions } from './route.ts';

const TYPE = 'Microsoft.RecoveryServices/vaults';

/** Only what tells that a vault is of the other kind. */
export const recoveryServicesRoutes: readonly ArmRoute[] = [
  {
    method: 'GET',
    template: `${GROUP}/providers/${TYPE}/{vault}`,
    apiVersions: versions.recoveryServices,
    action: `${TYPE}/read`,
    answer: 'RecoveryServicesVault',
    handle: ({ world, names }) => {
      const { sub, group = '', vault = '' } = names;
      const found = world.find(`/subscriptions/${sub}/resourceGroups/${group}/providers/${TYPE}/${vault}`);
      if (found === undefined) throw resourceNotFound(TYPE, vault, group);
      return { status: 200, body: found };
    },
  },
];
