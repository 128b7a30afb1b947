import type { Route } from '../route.ts';
import { analyticsRoutes } from './analytics.ts';
import { archiveDeploymentRoutes } from './archive-deployment.ts';
import { appGroupAppKeyRoutes } from './app-group-app-key.ts';
import { appGroupAppRoutes } from './app-group-app.ts';
import { appGroupRoutes } from './app-group.ts';
import { appRoutes } from './app.ts';
import { appKeyRoutes } from './app-key.ts';
import { balanceRoutes } from './balance.ts';
import { behindAddon } from './behind-addon.ts';
import { dataCollectorRoutes } from './data-collector.ts';
import { debugMaskRoutes } from './debug-mask.ts';
import { deploymentRoutes } from './deployment.ts';
import { developerRoutes } from './developer.ts';
import { environmentAddonsRoutes } from './environment-addons.ts';
import { environmentRoutes } from './environment.ts';
import { environmentGroupRoutes } from './environment-group.ts';
import { flowHookRoutes } from './flow-hook.ts';
import { hybridAccessRoutes } from './hybrid-access.ts';
import { instanceRoutes } from './instance.ts';
import { iamPolicyRoutes } from './iam-policy.ts';
import { keyValueMapRoutes } from './key-value-map.ts';
import { keystoreAliasRoutes } from './keystore-alias.ts';
import { keystoreRoutes } from './keystore.ts';
import { monetizationConfigRoutes } from './monetization-config.ts';
import { networkingRoutes } from './networking.ts';
import { operationRoutes } from './operations.ts';
import { organizationRoutes } from './organization.ts';
import { organizationAppRoutes } from './organization-app.ts';
import { portalRoutes } from './portal.ts';
import { productRoutes } from './product.ts';
import { proxyRoutes } from './proxy.ts';
import { ratePlanRoutes } from './rate-plan.ts';
import { referenceRoutes } from './reference.ts';
import { resourceFileRoutes } from './resource-file.ts';
import { securitySettingsRoutes } from './security-settings.ts';
import { riskAssessmentRoutes } from './risk-assessment.ts';
import { securityActionRoutes } from './security-action.ts';
import { securityFeedbackRoutes } from './security-feedback.ts';
import { securityProfileRoutes } from './security-profile.ts';
import { sharedFlowRoutes } from './shared-flow.ts';
import { spaceRoutes } from './space.ts';
import { subscriptionRoutes } from './subscription.ts';
import { targetServerRoutes } from './target-server.ts';
import { traceConfigRoutes } from './trace-config.ts';
import { traceOverrideRoutes } from './trace-override.ts';

/** Every route the simulator models, kind by kind. */
export const modelledRoutes: readonly Route[] = [
  ...organizationRoutes,
  ...securitySettingsRoutes,
  ...hybridAccessRoutes,
  ...environmentAddonsRoutes,
  ...spaceRoutes,
  ...iamPolicyRoutes,
  ...operationRoutes,
  ...environmentRoutes,
  ...environmentGroupRoutes,
  ...instanceRoutes,
  ...networkingRoutes,
  ...keystoreRoutes,
  ...keystoreAliasRoutes,
  ...referenceRoutes,
  ...targetServerRoutes,
  ...resourceFileRoutes,
  ...archiveDeploymentRoutes,
  ...keyValueMapRoutes,
  ...dataCollectorRoutes,
  ...analyticsRoutes,
  ...portalRoutes,
  ...behindAddon('apiSecurityConfig', securityProfileRoutes),
  ...behindAddon('apiSecurityConfig', riskAssessmentRoutes),
  ...behindAddon('apiSecurityConfig', securityActionRoutes),
  ...behindAddon('apiSecurityConfig', securityFeedbackRoutes),
  ...debugMaskRoutes,
  ...traceConfigRoutes,
  ...traceOverrideRoutes,
  ...proxyRoutes,
  ...sharedFlowRoutes,
  ...deploymentRoutes,
  ...flowHookRoutes,
  ...productRoutes,
  ...ratePlanRoutes,
  ...developerRoutes,
  ...appRoutes,
  ...appKeyRoutes,
  ...organizationAppRoutes,
  ...appGroupRoutes,
  ...appGroupAppRoutes,
  ...appGroupAppKeyRoutes,
  ...behindAddon('monetizationConfig', monetizationConfigRoutes),
  ...behindAddon('monetizationConfig', subscriptionRoutes),
  ...behindAddon('monetizationConfig', balanceRoutes),
];
