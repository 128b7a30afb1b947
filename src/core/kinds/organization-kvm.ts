import { kvmKind } from './kvm-kind.ts';
import { organizationMaps } from './kvm-place.ts';

export const organizationKvm = kvmKind(organizationMaps);
