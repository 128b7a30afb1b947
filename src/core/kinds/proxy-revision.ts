import { bundleRevisionKind } from './bundle-revision-kind.ts';
import { proxyFlavour } from './bundle-flavour.ts';
import type { Kind } from './kind.ts';

export const proxyRevision: Kind = bundleRevisionKind(proxyFlavour);
