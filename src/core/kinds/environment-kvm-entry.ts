import { kvmEntryKind } from './kvm-kind.ts';
import { environmentMaps } from './kvm-place.ts';

export const environmentKvmEntry = kvmEntryKind(environmentMaps);
