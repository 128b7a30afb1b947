/**
 * How the simulator answers where nobody outside knows what the service does, or where it differs by setting. Each is a
 * question a client must survive both ways.
 */
export interface SimulatorSwitches {
  /** By what the policy of a deployment is found: the name of what is deployed, or an id that is written nowhere (404 for the name). */
  readonly deploymentIds: 'name' | 'other';
  /** After the newest revision is deleted: count on from the highest ever given, or reuse numbers above the highest left. */
  readonly revisionCounter: 'never-reused' | 'highest-plus-one';
  /** Order of the `revision` array of a proxy: the documentation gives none. */
  readonly revisionOrder: 'numeric' | 'lexical' | 'descending';
  /** Org-level app list: `status` and `keyStatus` filter and default to approved, or the documented default is dead text. */
  readonly appListFilters: 'honoured-default-approved' | 'ignored';
  /** Credentials in an expanded org-level app list: always, or only with `includeCred=true`. */
  readonly expandedAppCredentials: 'always' | 'with-includeCred';
  /** Creating an app without products mints a key, or only an app with products gets one. */
  readonly keyOnAppCreate: 'always' | 'with-products';
  /** Who may own a consumer key: it is unique in the organization, or in everything this simulator holds. */
  readonly consumerKeyScope: 'organization' | 'global';
  /** Zip time stamps change with every download, or are fixed. */
  readonly bundleTimestamps: 'changing' | 'fixed';
  /** GET of the deployments of a revision that is not deployed: 404, or an empty object. */
  readonly undeployedRevision: 'not-found' | 'empty';
  /** Creating a product checks that named environments exist. */
  readonly productEnvironments: 'checked' | 'unchecked';
  /** Deploying a proxy whose targets name a target server that is absent: refused, or accepted. */
  readonly missingTargetServer: 'refused' | 'accepted';
  /** Whether the keystores and references that a target server names have to exist when it is written. */
  readonly targetServerKeystores: 'checked' | 'unchecked';
  /** Deleting a product that a key uses. */
  readonly productDeleteWhileUsed: 'refused' | 'allowed';
  /** Replacing (override=true) the deployed revision of a shared flow that deployed proxies call. */
  readonly sharedFlowReplacement: 'allowed' | 'refused';
  /** Publishing a rate plan whose start lies in the past. */
  readonly pastRatePlanStart: 'accepted' | 'refused';
  /** Subscribing a developer from a moment on that lies in the past. */
  readonly pastSubscriptionStart: 'accepted' | 'refused';
  /** Retry-After on a 429 of the quota. */
  readonly retryAfterOnQuota: 'absent' | 'present';
  /** Developer ids in a path: decoded a second time as a form value (plus becomes a blank) and on until stable, or until stable with plus kept. */
  readonly developerIdDecoding: 'form' | 'plus-kept';
  /** App names in a path are decoded once, or twice as developer ids are. */
  readonly appNameDecoding: 'once' | 'as-developer-ids';
  /** Least `expiresInSeconds` a key may be created with. */
  readonly leastKeyLifetimeSeconds: number;
  /** Empty lists in an object: the field is left out (`{}`), or present as `[]`. */
  readonly emptyLists: 'omitted' | 'present';
  /** `nextPageToken` on the last page: left out, or an empty string. */
  readonly lastPageToken: 'omitted' | 'empty-string';
  /** The same of the entries of a key value map, where an empty string was seen. */
  readonly lastEntriesToken: 'empty-string' | 'omitted';
  /** A masked value of a key value map reads as a fixed mask, or is left out. */
  readonly maskedValues: 'mask' | 'omitted';
  /** PUT of a map that masks its values with `maskedValues` false: refused, or the values can be read from then on. */
  readonly unmaskingMaps: 'refused' | 'allowed';
  /** Developer list with `expand=true` and `count`: expanded, or names only (the documentation calls the pair invalid). */
  readonly developerListExpandWithCount: 'honoured' | 'names-only';
  /** Creating a key, an app or a status on a developer who is inactive. */
  readonly writesUnderInactiveDeveloper: 'allowed' | 'refused';
  /** Entries of a key value map with a `pageSize` over 100, the page that is given unasked: 100 of them, refused, or up to 1,000. */
  readonly largeEntryPages: 'cut' | 'refused' | 'given';
  /** Creating what is there already, a consumer key that is taken among it: 409 ALREADY_EXISTS, or 400 FAILED_PRECONDITION. */
  readonly nameClash: 'conflict' | 'failed-precondition';
  /** Whether the shared flow that a flow hook names has to be deployed in the environment. */
  readonly flowHookFlows: 'checked' | 'unchecked';
  /** Lists of proxies, shared flows and products for who may not see spaces: what is in one is left out in silence, or listed. */
  readonly spacesInLists: 'left-out' | 'listed';
}

export const defaultSwitches: SimulatorSwitches = {
  deploymentIds: 'name',
  revisionCounter: 'never-reused',
  revisionOrder: 'numeric',
  appListFilters: 'honoured-default-approved',
  expandedAppCredentials: 'always',
  keyOnAppCreate: 'always',
  consumerKeyScope: 'organization',
  bundleTimestamps: 'changing',
  undeployedRevision: 'not-found',
  productEnvironments: 'checked',
  missingTargetServer: 'refused',
  targetServerKeystores: 'checked',
  productDeleteWhileUsed: 'refused',
  sharedFlowReplacement: 'allowed',
  pastRatePlanStart: 'accepted',
  pastSubscriptionStart: 'accepted',
  retryAfterOnQuota: 'absent',
  developerIdDecoding: 'form',
  appNameDecoding: 'once',
  leastKeyLifetimeSeconds: 1,
  emptyLists: 'omitted',
  lastPageToken: 'omitted',
  lastEntriesToken: 'empty-string',
  maskedValues: 'mask',
  unmaskingMaps: 'refused',
  developerListExpandWithCount: 'honoured',
  writesUnderInactiveDeveloper: 'allowed',
  largeEntryPages: 'cut',
  nameClash: 'conflict',
  flowHookFlows: 'checked',
  spacesInLists: 'left-out',
};

/** Every value that a switch has; a number may be any. */
export const switchValues: { readonly [Name in keyof SimulatorSwitches]: readonly SimulatorSwitches[Name][] } = {
  deploymentIds: ['name', 'other'],
  revisionCounter: ['never-reused', 'highest-plus-one'],
  revisionOrder: ['numeric', 'lexical', 'descending'],
  appListFilters: ['honoured-default-approved', 'ignored'],
  expandedAppCredentials: ['always', 'with-includeCred'],
  keyOnAppCreate: ['always', 'with-products'],
  consumerKeyScope: ['organization', 'global'],
  bundleTimestamps: ['changing', 'fixed'],
  undeployedRevision: ['not-found', 'empty'],
  productEnvironments: ['checked', 'unchecked'],
  missingTargetServer: ['refused', 'accepted'],
  targetServerKeystores: ['checked', 'unchecked'],
  productDeleteWhileUsed: ['refused', 'allowed'],
  sharedFlowReplacement: ['allowed', 'refused'],
  pastRatePlanStart: ['accepted', 'refused'],
  pastSubscriptionStart: ['accepted', 'refused'],
  retryAfterOnQuota: ['absent', 'present'],
  developerIdDecoding: ['form', 'plus-kept'],
  appNameDecoding: ['once', 'as-developer-ids'],
  leastKeyLifetimeSeconds: [1, 60],
  emptyLists: ['omitted', 'present'],
  lastPageToken: ['omitted', 'empty-string'],
  lastEntriesToken: ['empty-string', 'omitted'],
  maskedValues: ['mask', 'omitted'],
  unmaskingMaps: ['refused', 'allowed'],
  developerListExpandWithCount: ['honoured', 'names-only'],
  writesUnderInactiveDeveloper: ['allowed', 'refused'],
  largeEntryPages: ['cut', 'refused', 'given'],
  nameClash: ['conflict', 'failed-precondition'],
  flowHookFlows: ['checked', 'unchecked'],
  spacesInLists: ['left-out', 'listed'],
};
