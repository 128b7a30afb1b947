import type { CallDraft } from '../call.ts';
import { canonicalJson } from '../canonical-json.ts';
import { isJsonObject } from '../json.ts';
import type { JsonValue } from '../json.ts';
import type { AddonName, CannotRestore, Desired, Kind, Live, Writes } from './kind.ts';
import { differingFields, jsonBody } from './write-body.ts';

/** Names, times and states that the service gives, what it computes, and what is bought. */
const serverAssigned = [
  'name',
  'createdAt',
  'lastModifiedAt',
  'expiresAt',
  'environments',
  'state',
  'caCertificate',
  'caCertificates',
  'projectId',
  'apigeeProjectId',
  'subscriptionType',
  'subscriptionPlan',
  'type',
  'addonsConfig.analyticsConfig.state',
  'addonsConfig.analyticsConfig.updateTime',
  'addonsConfig.analyticsConfig.expireTimeMillis',
  'addonsConfig.apiSecurityConfig.expiresAt',
  'addonsConfig.connectorsPlatformConfig.expiresAt',
];

/** All add-ons that this version knows; those it does not know are sent as they were read. */
const knownAddons: readonly AddonName[] = [
  'advancedApiOpsConfig',
  'analyticsConfig',
  'apiSecurityConfig',
  'connectorsPlatformConfig',
  'integrationConfig',
  'monetizationConfig',
];

type Addons = { readonly [name: string]: JsonValue };

function addonsOf(state: Desired | Live): Addons {
  const addons = isJsonObject(state.canonical) ? state.canonical['addonsConfig'] : undefined;
  return isJsonObject(addons) ? addons : {};
}

function isOn(addon: JsonValue | undefined): boolean {
  return isJsonObject(addon) && addon['enabled'] === true;
}

/** The complete configuration: what is left out of it is turned off. */
function setAddons(addons: Addons, draft: Pick<CallDraft, 'step' | 'phase' | 'reason'>): CallDraft {
  const off = Object.fromEntries(knownAddons.map((name) => [name, { enabled: false }]));
  return {
    ...draft,
    // Without it nothing behind the add-on can be created.
    action: 'status',
    method: 'POST',
    path: [':setAddons'],
    body: jsonBody({ addonsConfig: { ...off, ...addons } }),
    longRunning: true,
    lookup: { type: 'repeat' },
    requires: [],
  };
}

/** Turned on before anything is made, turned off after all extras are gone. */
function addonCalls(desired: Desired, live: Live): CallDraft[] {
  const [wanted, found] = [addonsOf(desired), addonsOf(live)];
  if (canonicalJson(wanted) === canonicalJson(found)) return [];
  const lost = Object.keys(found).filter((name) => isOn(found[name]) && !isOn(wanted[name]));
  const kept = Object.fromEntries(lost.flatMap((name) => (found[name] === undefined ? [] : [[name, found[name]]])));
  const first = { ...wanted, ...kept };
  const calls =
    canonicalJson(first) === canonicalJson(found)
      ? []
      : [setAddons(first, { step: 'add-ons', phase: 'materialise', reason: 'other add-ons are on' })];
  if (lost.length === 0) return calls;
  const last = setAddons(wanted, {
    step: 'add-ons-off',
    phase: 'remove',
    reason: `${lost.join(', ')} ${lost.length === 1 ? 'was' : 'were'} off`,
  });
  return [...calls, { ...last, risk: `Turns off ${lost.join(', ')}, and with it whatever only that add-on has.` }];
}

function propertiesCall(desired: Desired): CallDraft {
  const properties = desired.body['properties'];
  return {
    step: 'properties',
    action: 'update',
    phase: 'materialise',
    method: 'PUT',
    path: [''],
    // Of all fields this call changes the properties only, and these as a whole list.
    body: jsonBody({ properties: isJsonObject(properties) ? properties : { property: [] } }),
    reason: 'properties differ',
    lookup: { type: 'repeat' },
    requires: [],
  };
}

function cannotSet(desired: Desired, field: string): CannotRestore {
  return {
    id: desired.id,
    code: 'IMMUTABLE_FIELD',
    why: `${field} of an organization is not changed by any call that a restore may make.`,
    next: 'Change it in the console if it can be changed there, or accept the difference.',
  };
}

function update(desired: Desired, live: Live): Writes {
  const changed = differingFields(desired, live);
  return {
    calls: [...(changed.includes('properties') ? [propertiesCall(desired)] : []), ...addonCalls(desired, live)],
    cannot: changed
      .filter((field) => field !== 'properties' && field !== 'addonsConfig')
      .map((field) => cannotSet(desired, field)),
  };
}

function neverMade(id: string): Writes {
  const why = 'Creating and deleting organizations is no part of a restore: it needs billing, networks and keys.';
  return {
    calls: [],
    cannot: [{ id, code: 'NO_WRITE', why, next: 'Provision the organization by hand, then restore into it.' }],
  };
}

/** `organization`: the profile itself, its properties and its add-ons. */
export const organization: Kind = {
  name: 'organization',
  title: { one: 'organization profile', many: 'organization profiles' },
  scope: 'organization',
  idPattern: 'organization',
  collection: { style: 'singleton' },
  content: 'json',
  canonicalVersion: 2,
  preset: 'gateway',
  idOf: () => 'organization',
  path: () => '',
  serverAssigned,
  sets: [{ path: 'properties.property', by: 'name' }, { path: 'attributes' }],
  defaults: {},
  unspecified: { billingType: 'BILLING_TYPE_UNSPECIFIED', runtimeType: 'RUNTIME_TYPE_UNSPECIFIED' },
  former: { 1: { unspecified: {} } },
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => neverMade(desired.id),
  update,
  remove: (live) => neverMade(live.id),
  listShape: 'P5',
  restore: 'part',
  limits: [
    'Only properties and add-ons are set. Runtime type, regions, network, encryption keys, billing, display name and description are compared, and a difference in them is reported: no call of a restore changes them.',
    'Organizations are neither created nor deleted.',
    'An add-on that the point has off is turned off last, after what is extra was deleted; what only the add-on holds may be lost with it.',
    'What stands behind an add-on that is off is not seen. Where the service has kept it, a restore that turns the add-on on meets it as a conflict, says so, and the next restore compares it.',
    'Paid add-ons need an entitlement that the API does not show.',
  ],
};
