import { ownerKind, proxyFlavour } from './bundle-owner.ts';
import type { Kind } from './kind.ts';

export const proxy: Kind = ownerKind(proxyFlavour);
