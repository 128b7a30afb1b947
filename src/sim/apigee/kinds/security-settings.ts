import { invalidArgument } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import type { Document } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertAddon } from './organization.ts';

/** The organization's security settings: one boolean, there as long as the add-on is on. */
export const securitySettingsRoutes: readonly Route[] = [
  {
    id: 'organizations.getSecuritySettings',
    handle: ({ organization }) => {
      assertAddon(organization, 'apiSecurityConfig');
      return ok(readSettings(organization));
    },
  },
  { id: 'organizations.updateSecuritySettings', handle: patchSettings },
];

function readSettings(organization: SimulatedOrganization): Document {
  const name = `organizations/${organization.name}/securitySettings`;
  return { name, ...organization.store.find('securitysettings', '', '') };
}

function patchSettings({ organization, query, body }: Call) {
  assertAddon(organization, 'apiSecurityConfig');
  const checked = checkedBody('SecuritySettings', body);
  const mask = query['updateMask']?.split(',').filter((field) => field !== '');
  const foreign = mask?.find(
    (field) => !['ml_retraining_feedback_enabled', 'mlRetrainingFeedbackEnabled'].includes(field),
  );
  if (foreign !== undefined) throw invalidArgument(`updateMask names ${foreign}`);
  const isOn = checked['mlRetrainingFeedbackEnabled'] === true;
  organization.store.put('securitysettings', '', '', isOn ? { mlRetrainingFeedbackEnabled: true } : {});
  return ok(readSettings(organization));
}
