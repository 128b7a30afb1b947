import { kvmEntryKind } from './kvm-kind.ts';
import { proxyMaps } from './kvm-place.ts';

export const proxyKvmEntry = kvmEntryKind(proxyMaps);
