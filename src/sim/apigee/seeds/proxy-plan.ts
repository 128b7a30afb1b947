/** How a proxy of the seeds decides who may come in. */
export type Guard = 'api-key' | 'oauth' | 'jwt' | 'token-endpoint';

/** The three environments of the seeds to which proxies are deployed one by one. */
export type EnvironmentName = 'dev' | 'test' | 'prod';

/** What a proxy of the seeds is, before its files are written. */
export interface ProxyPlan {
  readonly name: string;
  readonly basePath: string;
  readonly displayName: string;
  readonly guard: Guard;
  readonly targetServers: readonly string[];
  readonly sharedFlows: readonly string[];
  /** Revision numbers, ascending, gaps allowed. */
  readonly revisions: readonly number[];
  /** For each environment the number of the deployed revision. */
  readonly deployed: Readonly<Partial<Record<EnvironmentName, number>>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  /** Key value maps of its environments that it reads. */
  readonly maps?: readonly string[];
  /** Files that every revision carries besides its own, path (with `apiproxy/`) to text. */
  readonly extraFiles?: Readonly<Record<string, string>>;
  /** How many days before the seeds' today the first revision was made. */
  readonly ageDays: number;
}

/** The environments a plan is deployed in, each with the revision number. */
export function deploymentsOf(plan: Pick<ProxyPlan, 'deployed'>): { environment: EnvironmentName; revision: number }[] {
  const names: readonly EnvironmentName[] = ['dev', 'test', 'prod'];
  return names.flatMap((environment) => {
    const revision = plan.deployed[environment];
    return revision === undefined ? [] : [{ environment, revision }];
  });
}
