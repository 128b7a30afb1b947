import type { Kind } from './kind.ts';
import type { KindName } from './kind-name.ts';
import { appGroupAppKey } from './app-group-app-key.ts';
import { appGroupApp } from './app-group-app.ts';
import { appGroup } from './app-group.ts';
import { archiveDeployment } from './archive-deployment.ts';
import { apiProduct } from './api-product.ts';
import { appKey } from './app-key.ts';
import { developerMonetizationConfig } from './developer-monetization-config.ts';
import { developerSubscription } from './developer-subscription.ts';
import { developerBalance } from './developer-balance.ts';
import { appGroupMonetizationConfig } from './app-group-monetization-config.ts';
import { appGroupSubscription } from './app-group-subscription.ts';
import { appGroupBalance } from './app-group-balance.ts';
import { customReport } from './custom-report.ts';
import { datastore } from './datastore.ts';
import { controlPlaneAccess } from './control-plane-access.ts';
import { dataCollector } from './data-collector.ts';
import { debugMask } from './debug-mask.ts';
import { proxyDeploymentIamPolicy, sharedFlowDeploymentIamPolicy } from './deployment-iam-policy.ts';
import { developerApp } from './developer-app.ts';
import { developer } from './developer.ts';
import { environmentIamPolicy } from './environment-iam-policy.ts';
import { environmentKvmEntry } from './environment-kvm-entry.ts';
import { environmentKvm } from './environment-kvm.ts';
import { environmentGroupAttachment } from './environment-group-attachment.ts';
import { environmentGroup } from './environment-group.ts';
import { environmentAddons } from './environment-addons.ts';
import { environment } from './environment.ts';
import { apimServiceExtension } from './apim-service-extension.ts';
import { dnsZone } from './dns-zone.ts';
import { endpointAttachment } from './endpoint-attachment.ts';
import { flowHook } from './flow-hook.ts';
import { instanceAttachment } from './instance-attachment.ts';
import { instance } from './instance.ts';
import { natAddress } from './nat-address.ts';
import { organization } from './organization.ts';
import { organizationKvmEntry } from './organization-kvm-entry.ts';
import { organizationKvm } from './organization-kvm.ts';
import { keystoreAlias } from './keystore-alias.ts';
import { keystore } from './keystore.ts';
import { portalSite } from './portal-site.ts';
import { portalCategory } from './portal-category.ts';
import { portalItem } from './portal-item.ts';
import { portalItemDocumentation } from './portal-item-documentation.ts';
import { proxyDeployment } from './proxy-deployment.ts';
import { proxyKvmEntry } from './proxy-kvm-entry.ts';
import { proxyKvm } from './proxy-kvm.ts';
import { proxyRevision } from './proxy-revision.ts';
import { proxy } from './proxy.ts';
import { ratePlan } from './rate-plan.ts';
import { reference } from './reference.ts';
import { resourceFile } from './resource-file.ts';
import { securitySettings } from './security-settings.ts';
import { securityProfile } from './security-profile.ts';
import { securityProfileRevision } from './security-profile-revision.ts';
import { securityProfileEnvironment } from './security-profile-environment.ts';
import { securityProfileV2 } from './security-profile-v2.ts';
import { securityMonitoringCondition } from './security-monitoring-condition.ts';
import { securityAction } from './security-action.ts';
import { securityActionsConfig } from './security-actions-config.ts';
import { securityFeedback } from './security-feedback.ts';
import { sharedFlowDeployment } from './shared-flow-deployment.ts';
import { sharedFlowRevision } from './shared-flow-revision.ts';
import { sharedFlow } from './shared-flow.ts';
import { spaceIamPolicy } from './space-iam-policy.ts';
import { space } from './space.ts';
import { syncAuthorization } from './sync-authorization.ts';
import { targetServer } from './target-server.ts';
import { traceConfig } from './trace-config.ts';
import { traceOverride } from './trace-override.ts';

/** The registry. A kind that is missing or misnamed does not compile. */
export const kinds: Readonly<Record<KindName, Kind>> = {
  organization,
  'security-settings': securitySettings,
  'sync-authorization': syncAuthorization,
  'control-plane-access': controlPlaneAccess,
  space,
  environment,
  'environment-addons': environmentAddons,
  'environment-group': environmentGroup,
  'dns-zone': dnsZone,
  'endpoint-attachment': endpointAttachment,
  instance,
  'instance-attachment': instanceAttachment,
  'nat-address': natAddress,
  keystore,
  'keystore-alias': keystoreAlias,
  reference,
  'target-server': targetServer,
  'resource-file': resourceFile,
  'archive-deployment': archiveDeployment,
  'debug-mask': debugMask,
  'trace-config': traceConfig,
  'organization-kvm': organizationKvm,
  'organization-kvm-entry': organizationKvmEntry,
  'environment-kvm': environmentKvm,
  'environment-kvm-entry': environmentKvmEntry,
  'data-collector': dataCollector,
  'custom-report': customReport,
  datastore,
  'shared-flow': sharedFlow,
  'shared-flow-revision': sharedFlowRevision,
  'shared-flow-deployment': sharedFlowDeployment,
  'flow-hook': flowHook,
  proxy,
  'proxy-revision': proxyRevision,
  'proxy-kvm': proxyKvm,
  'proxy-kvm-entry': proxyKvmEntry,
  'proxy-deployment': proxyDeployment,
  'apim-service-extension': apimServiceExtension,
  'trace-override': traceOverride,
  'environment-group-attachment': environmentGroupAttachment,
  'api-product': apiProduct,
  'rate-plan': ratePlan,
  developer,
  'developer-app': developerApp,
  'app-key': appKey,
  'app-group': appGroup,
  'app-group-app': appGroupApp,
  'app-group-app-key': appGroupAppKey,
  'developer-monetization-config': developerMonetizationConfig,
  'developer-subscription': developerSubscription,
  'developer-balance': developerBalance,
  'app-group-monetization-config': appGroupMonetizationConfig,
  'app-group-subscription': appGroupSubscription,
  'app-group-balance': appGroupBalance,
  'portal-site': portalSite,
  'portal-category': portalCategory,
  'portal-item': portalItem,
  'portal-item-documentation': portalItemDocumentation,
  'security-profile': securityProfile,
  'security-profile-revision': securityProfileRevision,
  'security-profile-environment': securityProfileEnvironment,
  'security-profile-v2': securityProfileV2,
  'security-monitoring-condition': securityMonitoringCondition,
  'security-action': securityAction,
  'security-actions-config': securityActionsConfig,
  'security-feedback': securityFeedback,
  'environment-iam-policy': environmentIamPolicy,
  'space-iam-policy': spaceIamPolicy,
  'proxy-deployment-iam-policy': proxyDeploymentIamPolicy,
  'shared-flow-deployment-iam-policy': sharedFlowDeploymentIamPolicy,
};

export { isKindName, kindNames } from './kind-name.ts';
export type { KindName } from './kind-name.ts';
