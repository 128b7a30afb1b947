/**
 * What proxies and shared flows have in common: an owner that comes into being with its first import, revisions told apart
 * by the digest of their bundles, and deployments that refer to those digests.
 */
export interface BundleFlavour {
  readonly owner: 'proxy' | 'shared-flow';
  readonly revision: 'proxy-revision' | 'shared-flow-revision';
  readonly deployment: 'proxy-deployment' | 'shared-flow-deployment';
  /** `API proxy`, `shared flow`. */
  readonly title: string;
  readonly titleMany: string;
  /** Collection path: `apis`, `sharedflows`. */
  readonly path: 'apis' | 'sharedflows';
  /** Array field of the list answer. */
  readonly items: 'proxies' | 'sharedFlows';
  readonly hasLabels: boolean;
  readonly deploymentsQuery: { readonly [name: string]: string };
}

export const proxyFlavour: BundleFlavour = {
  owner: 'proxy',
  revision: 'proxy-revision',
  deployment: 'proxy-deployment',
  title: 'API proxy',
  titleMany: 'API proxies',
  path: 'apis',
  items: 'proxies',
  hasLabels: true,
  deploymentsQuery: {},
};

export const sharedFlowFlavour: BundleFlavour = {
  owner: 'shared-flow',
  revision: 'shared-flow-revision',
  deployment: 'shared-flow-deployment',
  title: 'shared flow',
  titleMany: 'shared flows',
  path: 'sharedflows',
  items: 'sharedFlows',
  hasLabels: false,
  // Without it the list has proxies only.
  deploymentsQuery: { sharedFlows: 'true' },
};
