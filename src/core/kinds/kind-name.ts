/** In reading order: what others resolve against comes first. */
export const kindNames = [
  'organization',
  'security-settings',
  'sync-authorization',
  'control-plane-access',
  'environment',
  'environment-addons',
  'environment-group',
  'keystore',
  'keystore-alias',
  'reference',
  'target-server',
  'resource-file',
  'debug-mask',
  'trace-config',
  'organization-kvm',
  'organization-kvm-entry',
  'environment-kvm',
  'environment-kvm-entry',
  'data-collector',
  'custom-report',
  'datastore',
  'shared-flow',
  'shared-flow-revision',
  'shared-flow-deployment',
  'flow-hook',
  'proxy',
  'proxy-revision',
  'proxy-kvm',
  'proxy-kvm-entry',
  'proxy-deployment',
  'trace-override',
  'environment-group-attachment',
  'api-product',
  'developer',
  'developer-app',
  'app-key',
  'app-group',
  'app-group-app',
  'app-group-app-key',
] as const;

export type KindName = (typeof kindNames)[number];

export function isKindName(name: string): name is KindName {
  return kindNames.some((kindName) => kindName === name);
}
