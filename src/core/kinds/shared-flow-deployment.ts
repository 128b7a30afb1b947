import { deploymentKind, sharedFlowFlavour } from './bundle-owner.ts';
import type { Kind } from './kind.ts';

export const sharedFlowDeployment: Kind = deploymentKind(sharedFlowFlavour);
