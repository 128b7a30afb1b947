import { deploymentKind, proxyFlavour } from './bundle-owner.ts';
import type { Kind } from './kind.ts';

export const proxyDeployment: Kind = deploymentKind(proxyFlavour);
