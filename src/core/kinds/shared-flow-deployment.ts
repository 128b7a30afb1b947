import { bundleDeploymentKind } from './bundle-deployment-kind.ts';
import { sharedFlowFlavour } from './bundle-flavour.ts';
import type { Kind } from './kind.ts';

export const sharedFlowDeployment: Kind = bundleDeploymentKind(sharedFlowFlavour);
