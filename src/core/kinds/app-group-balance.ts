import { balanceKind } from './balance-kind.ts';
import { billedAppGroups } from './monetization-owner.ts';

export const appGroupBalance = balanceKind(billedAppGroups);
