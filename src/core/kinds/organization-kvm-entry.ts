import { kvmEntryKind } from './kvm-kind.ts';
import { organizationMaps } from './kvm-place.ts';

export const organizationKvmEntry = kvmEntryKind(organizationMaps);
