import type { ArchiveObject } from './archives.ts';
import type { SeedDocument } from './organization-seed.ts';

/** Segments below the organization, not encoded: `['developers', 'a+b@x.com', 'apps', 'My app']`. */
export type ResourcePath = readonly string[];

/** `proxy` stands for `apis`, `sharedflow` for `sharedflows`. */
export type BundleFlavour = 'proxy' | 'sharedflow';

/** One revision of a proxy or shared flow. */
export interface RevisionAddress {
  readonly flavour: BundleFlavour;
  readonly name: string;
  readonly revision: string;
}

/**
 * What a wreck and a random mutation may do to a simulated organization, in process. Everything goes through the same
 * rules as a request does: a refusal is thrown as `ApiError` (its `httpStatus` and `message` are the answer's). The calls
 * are neither logged as requests, nor counted against the quota, nor hit by faults or latency. All of it is synchronous.
 */
export interface WreckTarget {
  readonly organizationName: string;
  /**
   * The last path segments of a collection's members in list order, read lazily; the collection must not be changed while
   * it is read (copy it first: `[...target.list(path)]`). Collections: `environments`, `envgroups`,
   * `envgroups/{g}/attachments` (ids), `environments/{e}/targetservers`, `environments/{e}/resourcefiles` (`type/name`), `environments/{e}/archiveDeployments` (names that the server gave), `environments/{e}/traceConfig/overrides` (ids), `apis`, `sharedflows`,
   * `{apis|sharedflows}/{name}/revisions` (revision numbers), `keyvaluemaps`, `{environments|apis}/{name}/keyvaluemaps`,
   * `{map path}/entries`, `datacollectors`, `dnsZones`, `instances`, `instances/{i}/attachments` (ids), `reports`, `analytics/datastores`,
   * `securityProfiles`, `securityProfiles/{p}/environments`, `securityProfilesV2` and `securityMonitoringConditions` (of type APIGEE),
   * `environments/{e}/securityActions`, `securityFeedback`, `sites`, `sites/{s}/apicategories`, `sites/{s}/apidocs` (ids), `apiproducts`,
   * `apiproducts/{p}/rateplans` (names that the server gave), `developers` (e-mails), `developers/{d}/apps` (app names), `appgroups`,
   * `appgroups/{g}/apps` (app names), `{developers|appgroups}/{x}/subscriptions` (names that the server gave), `apps` (appIds, for reading only).
   */
  list(collection: ResourcePath): Iterable<string>;
  /** The member at about `fraction` (0 <= fraction < 1) of a top-level collection, cheap on huge ones; undefined when it is empty. */
  sample(collection: ResourcePath, fraction: number): string | undefined;
  /** What GET answers. `['apps', appId]` gives `developerId` and `name` of an app, with which its own path is built. */
  get(resource: ResourcePath): SeedDocument;
  /** POST, for creating (`['developers']`), adding keys (`[..., 'keys']`) and `action` calls (body undefined, query `{action: 'revoke'}`). */
  post(resource: ResourcePath, body?: SeedDocument, query?: Readonly<Record<string, string>>): SeedDocument;
  put(resource: ResourcePath, body: SeedDocument): SeedDocument;
  /** PUT with an action and no body: statuses of AppGroups and their apps. */
  setStatus(resource: ResourcePath, action: string): void;
  patch(resource: ResourcePath, body: SeedDocument, query: Readonly<Record<string, string>>): SeedDocument;
  delete(resource: ResourcePath): SeedDocument;
  /** POST of a custom verb of the resource, `[]` the organization (`act([], 'setAddons', body)`); an operation has ended when it answers. */
  act(resource: ResourcePath, verb: string, body: SeedDocument): SeedDocument;
  /** Imports the files as a new revision and answers its number. Paths carry `apiproxy/` or `sharedflowbundle/`. */
  importBundle(bundle: {
    readonly flavour: BundleFlavour;
    readonly name: string;
    readonly files: Readonly<Record<string, string>>;
  }): string;
  /** The files of a revision as they were imported. */
  bundleFiles(address: RevisionAddress): Readonly<Record<string, string>>;
  /** The deployments of an environment, proxies and shared flows. `serviceAccount` is the bare e-mail. */
  deployments(environment: string): readonly (RevisionAddress & { readonly serviceAccount?: string })[];
  /** Deploys with `override=true` unless told otherwise; the deployment is READY at once. */
  deploy(
    address: RevisionAddress & {
      readonly environment: string;
      readonly override?: boolean;
      readonly serviceAccount?: string;
    },
  ): void;
  /** Deploys an archive as if it had been uploaded; it takes until the next `settle`. */
  deployArchive(archive: {
    readonly environment: string;
    readonly uploaded: ArchiveObject;
    readonly labels: SeedDocument;
  }): void;
  undeploy(address: RevisionAddress & { readonly environment: string }): void;
  /** Ends every operation and delayed deletion that is under way. */
  settle(): void;
}
