import { bundleRevisionKind } from './bundle-revision-kind.ts';
import { sharedFlowFlavour } from './bundle-flavour.ts';
import type { Kind } from './kind.ts';

export const sharedFlowRevision: Kind = bundleRevisionKind(sharedFlowFlavour);
