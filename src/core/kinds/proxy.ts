import { bundleOwnerKind } from './bundle-owner-kind.ts';
import { proxyFlavour } from './bundle-flavour.ts';
import type { Kind } from './kind.ts';

export const proxy: Kind = bundleOwnerKind(proxyFlavour);
