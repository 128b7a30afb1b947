import { balanceKind } from './balance-kind.ts';
import { billedDevelopers } from './monetization-owner.ts';

export const developerBalance = balanceKind(billedDevelopers);
