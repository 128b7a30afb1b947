import { bundleDeploymentKind } from './bundle-deployment-kind.ts';
import { proxyFlavour } from './bundle-flavour.ts';
import type { Kind } from './kind.ts';

export const proxyDeployment: Kind = bundleDeploymentKind(proxyFlavour);
