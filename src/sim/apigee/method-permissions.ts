/**
 * The permissions that a method takes, by the method's id: the noun of its collection and its verb, and what does not follow
 * that rule. Written from the permissions of the predefined role apigee.admin (304 of them, August 2026).
 */

/** Collections whose permissions have another noun than their own last word. */
const nouns: { readonly [collection: string]: string } = {
  apis: 'proxies',
  'apiproducts.attributes': 'apiproductattributes',
  'apis.revisions': 'proxyrevisions',
  'sharedflows.revisions': 'sharedflowrevisions',
  'apis.keyvaluemaps.entries': 'keyvaluemapentries',
  'keyvaluemaps.entries': 'keyvaluemapentries',
  'appgroups.apps': 'appgroupapps',
  'appgroups.apps.keys': 'appkeys',
  'appgroups.apps.keys.apiproducts': 'appkeys',
  'appgroups.balance': 'appgroupbalances',
  'appgroups.subscriptions': 'appgroupsubscriptions',
  'developers.apps': 'developerapps',
  'developers.apps.attributes': 'developerappattributes',
  'developers.apps.keys': 'appkeys',
  'developers.apps.keys.apiproducts': 'appkeys',
  'developers.apps.keys.create': 'appkeys',
  'developers.attributes': 'developerattributes',
  'developers.balance': 'developerbalances',
  'developers.subscriptions': 'developersubscriptions',
  archiveDeployments: 'archivedeployments',
  endpointAttachments: 'endpointattachments',
  'envgroups.attachments': 'envgroupattachments',
  'instances.attachments': 'instanceattachments',
  'instances.natAddresses': 'nataddresses',
  'keystores.aliases': 'keystorealiases',
  'securityProfiles.environments': 'securityProfileEnvironments',
  'traceConfig.overrides': 'traceconfigoverrides',
};

/** Verbs of method ids that permissions have another word for. */
const verbs: { readonly [verb: string]: string } = {
  patch: 'update',
  expire: 'update',
  credit: 'update',
  disable: 'update',
  enable: 'update',
  listRevisions: 'list',
  attributes: 'createOrUpdateAll',
  updateAppGroupAppKey: 'manage',
  updateAppGroupAppKeyApiProduct: 'manage',
  updateDeveloperAppKey: 'manage',
  updateDeveloperAppKeyApiProduct: 'manage',
  replaceDeveloperAppKey: 'manage',
  updateApiProxyRevision: 'update',
  updateSharedFlowRevision: 'update',
  updateApiProductAttribute: 'update',
  updateDeveloperAttribute: 'update',
  updateDeveloperAppAttribute: 'update',
};

/** Methods that follow no rule; ids without `organizations.` and `environments.`. */
const exceptions: { readonly [methodId: string]: string } = {
  'apiproducts.attributes': 'apiproductattributes.createOrUpdateAll',
  'developers.attributes': 'developerattributes.createOrUpdateAll',
  'developers.apps.attributes': 'developerappattributes.createOrUpdateAll',
  'addonsConfig.setAddonEnablement': 'addonsconfig.update',
  'archiveDeployments.generateDownloadUrl': 'archivedeployments.download',
  'archiveDeployments.generateUploadUrl': 'archivedeployments.upload',
  'analytics.datastores.test': 'datastores.create',
  'apiproducts.move': 'apiproducts.update',
  'apis.move': 'proxies.update',
  'apis.revisions.deploy': 'deployments.create,proxyrevisions.deploy',
  'apis.revisions.undeploy': 'deployments.delete,proxyrevisions.undeploy',
  'apis.revisions.getDeployments': 'deployments.get',
  'sharedflows.revisions.deploy': 'deployments.create,sharedflowrevisions.deploy',
  'sharedflows.revisions.undeploy': 'deployments.delete,sharedflowrevisions.undeploy',
  'sharedflows.revisions.getDeployments': 'deployments.get',
  'appgroups.apps.update': 'appgroupapps.manage',
  'appgroups.getBalance': 'appgroupbalances.get',
  'appgroups.getMonetizationConfig': 'appgroupmonetizationconfigs.get',
  'appgroups.updateMonetizationConfig': 'appgroupmonetizationconfigs.update',
  'developers.apps.update': 'developerapps.manage',
  'developers.apps.generateKeyPairOrUpdateDeveloperAppStatus': 'developerapps.manage',
  'developers.getBalance': 'developerbalances.get',
  'developers.getMonetizationConfig': 'developermonetizationconfigs.get',
  'developers.setDeveloperStatus': 'developers.update',
  'developers.updateMonetizationConfig': 'developermonetizationconfigs.update',
  'flowhooks.get': 'flowhooks.getSharedFlow',
  'flowhooks.attachSharedFlowToFlowHook': 'flowhooks.attachSharedFlow',
  'flowhooks.detachSharedFlowFromFlowHook': 'flowhooks.detachSharedFlow',
  getAddonsConfig: 'addonsconfig.get',
  getDebugmask: 'maskconfigs.get',
  updateDebugmask: 'maskconfigs.update',
  getTraceConfig: 'traceconfig.get',
  updateTraceConfig: 'traceconfig.update',
  getSecurityActionsConfig: 'securityActionsConfig.get',
  updateSecurityActionsConfig: 'securityActionsConfig.update',
  getSecuritySettings: 'securitySettings.get',
  updateSecuritySettings: 'securitySettings.update',
  'keystores.aliases.getCertificate': 'keystorealiases.exportCertificate',
  'resourcefiles.listEnvironmentResources': 'resourcefiles.list',
  'securityActions.delete': 'securityActions.update',
  setAddons: 'organizations.update',
  updateEnvironment: 'environments.update',
  modifyEnvironment: 'environments.update',
};

/** Methods of which no permission is known: whoever may read or change the organization may do this too (DIVERGENCES.md). */
const unknown = [
  /^apimServiceExtensions\./,
  /^sharedflows\.move$/,
  /^(get|update)ControlPlaneAccess$/,
  /^(get|set)SyncAuthorization$/,
];

/** Without `apigee.` before them. */
export function permissionsOf(methodId: string, isMutating: boolean): readonly string[] {
  const isOfEnvironment = methodId.startsWith('organizations.environments.');
  const own = methodId.replace(/^organizations\.(environments\.)?/, '');
  const exception = exceptions[own];
  if (exception !== undefined) return exception.split(',');
  if (unknown.some((pattern) => pattern.test(own))) return [isMutating ? 'organizations.update' : 'organizations.get'];
  // Reading a portal is a matter of the whole portal.
  if (own.startsWith('sites.'))
    return [own === 'sites.list' ? 'portals.list' : isMutating ? 'portals.update' : 'portals.get'];
  const words = own.split('.');
  const verb = words.at(-1) ?? '';
  const collection = words.slice(0, -1).join('.');
  const above = isOfEnvironment ? 'environments' : 'organizations';
  const noun = collection === '' ? above : (nouns[collection] ?? words.at(-2) ?? above);
  return [`${noun}.${verbs[verb] ?? verb}`];
}
