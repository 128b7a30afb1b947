import { kvmKind } from './kvm-kind.ts';
import { proxyMaps } from './kvm-place.ts';

export const proxyKvm = kvmKind(proxyMaps);
