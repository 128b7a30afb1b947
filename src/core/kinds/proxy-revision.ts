import { revisionKind, proxyFlavour } from './bundle-owner.ts';
import type { Kind } from './kind.ts';

export const proxyRevision: Kind = revisionKind(proxyFlavour);
