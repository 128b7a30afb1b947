import { bundleOwnerKind } from './bundle-owner-kind.ts';
import { sharedFlowFlavour } from './bundle-flavour.ts';
import type { Kind } from './kind.ts';

export const sharedFlow: Kind = bundleOwnerKind(sharedFlowFlavour);
