import { revisionKind, sharedFlowFlavour } from './bundle-owner.ts';
import type { Kind } from './kind.ts';

export const sharedFlowRevision: Kind = revisionKind(sharedFlowFlavour);
