/**
 * A whole organization as plain data: what a seed hands to the simulator. Documents are in the API's own *read* form
 * (what a GET would answer), so that a seed can say things no create call can: an expired key, a revision number with gaps.
 * Big collections are `Rows`: either an array or a lazily generated, key-ordered sequence.
 */
export interface OrganizationSeed {
  readonly organization: SeedDocument;
  /** Kept only where the add-on is on. */
  readonly securitySettings: SeedDocument;
  /** `etag` is given by the seed. Of hybrid organizations only, as is `controlPlaneAccess`. */
  readonly syncAuthorization: SeedDocument;
  readonly controlPlaneAccess: SeedDocument;
  /** `name` is the bare id. */
  readonly spaces: readonly SeedDocument[];
  /** `resource` is the path of what it is of: `environments/prod`, `spaces/team`, `environments/prod/deployments/orders`. */
  readonly iamPolicies: readonly { readonly resource: string; readonly policy: SeedDocument }[];
  readonly environments: readonly SeedDocument[];
  readonly environmentAddons: readonly { readonly environment: string; readonly addons: SeedDocument }[];
  readonly environmentGroups: readonly { readonly group: SeedDocument; readonly environments: readonly string[] }[];
  readonly keystores: readonly { readonly environment: string; readonly keystore: SeedDocument }[];
  /** `alias` has `certificate` (PEM) beside `alias` and `type`. */
  readonly aliases: readonly {
    readonly environment: string;
    readonly keystore: string;
    readonly alias: SeedDocument;
  }[];
  readonly references: readonly { readonly environment: string; readonly reference: SeedDocument }[];
  readonly targetServers: readonly { readonly environment: string; readonly targetServer: SeedDocument }[];
  /** `owner` is the path of what the map stands under: `environments/prod`, `apis/orders`, '' for the organization. */
  readonly keyValueMaps: readonly {
    readonly owner: string;
    readonly map: SeedDocument;
    readonly entries: readonly SeedDocument[];
  }[];
  readonly debugMasks: readonly { readonly environment: string; readonly mask: SeedDocument }[];
  readonly dataCollectors: readonly SeedDocument[];
  readonly analytics: { readonly reports: readonly SeedDocument[]; readonly datastores: readonly SeedDocument[] };
  /** What needs no more than to be there, as the routes of its kind keep it: resource files, trace configurations and overrides, infrastructure, rate plans, what developers and AppGroups are billed. */
  readonly documents: readonly StoredSeed[];
  readonly security: SecuritySeed;
  /** One portal; items in read form, but for `siteId`. */
  readonly portal: {
    readonly site: string;
    readonly categories: readonly { readonly id: string; readonly name: string }[];
    readonly items: readonly { readonly item: SeedDocument; readonly documentation?: SeedDocument }[];
  };
  readonly proxies: Rows<BundledSeed>;
  readonly sharedFlows: Rows<BundledSeed>;
  /** `revision` is the number as in `BundledSeed.revisions`. `serviceAccount` is the bare e-mail. */
  readonly deployments: readonly {
    readonly environment: string;
    readonly flavour: 'proxy' | 'sharedflow';
    readonly name: string;
    readonly revision: number;
    readonly serviceAccount?: string;
  }[];
  /** Flow hooks with a shared flow, `flowHookPoint` included. */
  readonly flowHooks: readonly { readonly environment: string; readonly flowHook: SeedDocument }[];
  readonly products: Rows<SeedDocument>;
  /** Developer documents without `apps`; the simulator computes that list. */
  readonly developers: Rows<SeedDocument>;
  /** Developer apps in read form with `credentials`; `developerId` names the owner, `appId` is given by the seed. */
  readonly apps: Rows<SeedDocument>;
  /** AppGroups; developers that their membership names are those of the seed. */
  readonly appGroups: readonly SeedDocument[];
  /** Apps of AppGroups in read form with `credentials`; `appGroup` names the owner, `appId` is given by the seed. */
  readonly appGroupApps: readonly SeedDocument[];
  /** Present where the relations of a seed too big for memory are arithmetic; absent, the simulator reads the rows. */
  readonly relations?: SeedRelations;
}

/** Advanced API Security. Documents without `name`, which the simulator makes of the short one. */
export interface SecuritySeed {
  /** Without `profile` it is one of Google's, which is there anyway. */
  readonly profiles: readonly {
    readonly name: string;
    readonly environments: readonly string[];
    readonly profile?: SeedDocument;
    /** The revisions before the one that `profile` has, oldest first. */
    readonly earlier?: readonly SeedDocument[];
  }[];
  readonly riskProfiles: readonly { readonly name: string; readonly profile: SeedDocument }[];
  readonly monitoringConditions: readonly { readonly name: string; readonly condition: SeedDocument }[];
  readonly actions: readonly { readonly environment: string; readonly name: string; readonly action: SeedDocument }[];
  readonly actionsConfigs: readonly { readonly environment: string; readonly config: SeedDocument }[];
  readonly feedback: readonly { readonly name: string; readonly feedback: SeedDocument }[];
}

/** How developers, apps and keys are found from each other without reading all rows. Indexes are those of the `Rows`. */
export interface SeedRelations {
  /** The developer with this `developerId`, or -1. */
  developerIndexOfId(developerId: string): number;
  /** The apps of a developer: `count` neighbouring rows from `first`. */
  appsOfDeveloper(developerIndex: number): { readonly first: number; readonly count: number };
  /** The app that owns this consumer key, or -1. */
  appIndexOfKey(consumerKey: string): number;
  /** Status of an app and of its keys, without making its document: what the filters of the app list look at. */
  appStatus?(appIndex: number): { readonly status: string; readonly keyStatuses: readonly string[] };
}

/** One document of the store. */
export interface StoredSeed {
  readonly kind: string;
  /** What it stands under, in the words of its kind; '' for the organization. */
  readonly owner: string;
  readonly name: string;
  readonly document: SeedDocument;
}

export type SeedDocument = { readonly [field: string]: unknown };

/** A proxy or shared flow with its revisions, numbers ascending, gaps allowed; `files` is path (with `apiproxy/` or `sharedflowbundle/`) to text. */
export interface BundledSeed {
  readonly name: string;
  readonly space?: string;
  readonly labels?: { readonly [name: string]: string };
  readonly createdAt: string;
  readonly lastModifiedAt: string;
  readonly revisions: readonly {
    readonly number: number;
    readonly createdAt: string;
    readonly files: { readonly [path: string]: string };
  }[];
}

/**
 * A sequence that need not be in memory. Rows stand in ascending order of `key` (code-unit order), keys unique.
 * `at(i)` is a pure function of `i`; `indexOf(key)` is its inverse or -1.
 */
export interface Rows<Row> {
  readonly count: number;
  key(index: number): string;
  at(index: number): Row;
  indexOf(key: string): number;
}

/** The proxy name, product name, developer e-mail or appId by which `Rows` of an array are ordered and found. */
export function rowsOf<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Rows<Row> {
  const sorted = [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
  const positions = new Map(sorted.map((row, index) => [keyOf(row), index]));
  if (positions.size !== sorted.length) throw new Error('two rows of a seed share a key');
  const at = (index: number): Row => {
    const row = sorted[index];
    if (row === undefined) throw new RangeError(`no row ${index} of ${sorted.length}`);
    return row;
  };
  return { count: sorted.length, at, key: (index) => keyOf(at(index)), indexOf: (key) => positions.get(key) ?? -1 };
}
