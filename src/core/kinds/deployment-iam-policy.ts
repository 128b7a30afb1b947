import { encodeSegment, idSegments, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { BundleFlavour } from './bundle-flavour.ts';
import { proxyFlavour, sharedFlowFlavour } from './bundle-flavour.ts';
import { iamPolicyKind } from './iam-policy-kind.ts';
import type { ApiPath, Kind } from './kind.ts';

/** By what id the API knows a deployment is written nowhere: it is taken to be the name of what is deployed. */
function deploymentPath(deployment: ResourceId): ApiPath {
  const [, environment = '', , name = ''] = idSegments(deployment);
  return apiPath(joinId('environments', encodeSegment(environment), 'deployments', encodeSegment(name)));
}

function deploymentPolicies(
  flavour: BundleFlavour,
  name: 'proxy-deployment-iam-policy' | 'shared-flow-deployment-iam-policy',
): Kind {
  return iamPolicyKind({
    name,
    scope: flavour.deployment,
    of: `a deployed ${flavour.title}`,
    ofMany: `deployed ${flavour.titleMany}`,
    pattern: `environments/*/${flavour.path}/*/deployment`,
    path: deploymentPath,
    notFoundMeans:
      'The service knows no deployment by this name, and under what other id it may have a policy is written nowhere.',
    limits: ['The policy of a deployment is asked for by the name of what is deployed.'],
  });
}

export const proxyDeploymentIamPolicy = deploymentPolicies(proxyFlavour, 'proxy-deployment-iam-policy');

export const sharedFlowDeploymentIamPolicy = deploymentPolicies(sharedFlowFlavour, 'shared-flow-deployment-iam-policy');
