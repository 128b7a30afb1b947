import type { Kind } from './kind.ts';
import type { KindName } from './kind-name.ts';

/** Where key value maps live: the same API below an environment, a proxy or the organization itself. */
export interface KvmPlace {
  readonly map: KindName;
  readonly entry: KindName;
  readonly scope: Kind['scope'];
  /** Shape of the ids of what the maps stand under, with a slash at the end; '' for the organization. */
  readonly above: string;
  /** `environment`, for titles. */
  readonly title: string;
}

export const environmentMaps: KvmPlace = {
  map: 'environment-kvm',
  entry: 'environment-kvm-entry',
  scope: 'environment',
  above: 'environments/*/',
  title: 'environment',
};

export const organizationMaps: KvmPlace = {
  map: 'organization-kvm',
  entry: 'organization-kvm-entry',
  scope: 'organization',
  above: '',
  title: 'organization',
};

export const proxyMaps: KvmPlace = {
  map: 'proxy-kvm',
  entry: 'proxy-kvm-entry',
  scope: 'proxy',
  above: 'apis/*/',
  title: 'proxy',
};
