import { ownerKind, sharedFlowFlavour } from './bundle-owner.ts';
import type { Kind } from './kind.ts';

export const sharedFlow: Kind = ownerKind(sharedFlowFlavour);
