import { monetizationConfigKind } from './monetization-config-kind.ts';
import { billedAppGroups } from './monetization-owner.ts';

export const appGroupMonetizationConfig = monetizationConfigKind(billedAppGroups);
