import { defaultSwitches, type SimulatorSwitches } from '../../src/sim/apigee/index.ts';

/** The answer that is not the simulator's usual one, to each question about the service that nobody outside can settle. */
export const otherSwitches: { readonly [Name in keyof SimulatorSwitches]: SimulatorSwitches[Name] } = {
  revisionCounter: 'highest-plus-one',
  revisionOrder: 'lexical',
  appListFilters: 'ignored',
  expandedAppCredentials: 'with-includeCred',
  keyOnAppCreate: 'with-products',
  consumerKeyScope: 'global',
  bundleTimestamps: 'fixed',
  undeployedRevision: 'empty',
  productEnvironments: 'unchecked',
  missingTargetServer: 'accepted',
  targetServerKeystores: 'unchecked',
  productDeleteWhileUsed: 'allowed',
  sharedFlowReplacement: 'refused',
  retryAfterOnQuota: 'present',
  developerIdDecoding: 'plus-kept',
  appNameDecoding: 'as-developer-ids',
  leastKeyLifetimeSeconds: 60,
  emptyLists: 'present',
  lastPageToken: 'empty-string',
  lastEntriesToken: 'omitted',
  maskedValues: 'omitted',
  unmaskingMaps: 'allowed',
  developerListExpandWithCount: 'names-only',
  writesUnderInactiveDeveloper: 'refused',
  pastRatePlanStart: 'refused',
  deploymentIds: 'other',
  pastSubscriptionStart: 'refused',
  largeEntryPages: 'refused',
  nameClash: 'failed-precondition',
  flowHookFlows: 'unchecked',
  spacesInLists: 'listed',
};

/**
 * The same, but for the answers under which part of an organization cannot come back: rate plans and purchases that began in the past
 * are refused, and policies of deployments are found by nobody. Those have tests of their own, with the kinds they are about.
 */
export const otherSwitchesOfWhole: SimulatorSwitches = {
  ...otherSwitches,
  deploymentIds: defaultSwitches.deploymentIds,
  pastRatePlanStart: defaultSwitches.pastRatePlanStart,
  pastSubscriptionStart: defaultSwitches.pastSubscriptionStart,
};

/** Every switch stands both ways within eight neighbouring seeds, in different company. */
export function switchesFor(seed: number): SimulatorSwitches {
  const names = Object.keys(otherSwitches);
  const isOther = (name: string): boolean => {
    const index = names.indexOf(name);
    return ((seed >> (index % 3)) & 1) === (index >> 3) % 2;
  };
  const chosen = Object.entries(otherSwitches).filter(([name]) => isOther(name));
  return { ...defaultSwitches, ...Object.fromEntries(chosen) };
}

/** Where deployments have other ids than names, nobody knows whether they had policies: that is said of each that is gone. */
export function withoutUnknownPolicies<Item extends { readonly id: string; readonly code: string }>(
  items: readonly Item[],
  switches: Pick<SimulatorSwitches, 'deploymentIds'>,
): readonly Item[] {
  if (switches.deploymentIds === 'name') return items;
  return items.filter(({ id, code }) => code !== 'UNREADABLE' || !id.endsWith('/deployment/iamPolicy'));
}
