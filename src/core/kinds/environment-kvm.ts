import { kvmKind } from './kvm-kind.ts';
import { environmentMaps } from './kvm-place.ts';

export const environmentKvm = kvmKind(environmentMaps);
