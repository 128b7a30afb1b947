import { monetizationConfigKind } from './monetization-config-kind.ts';
import { billedDevelopers } from './monetization-owner.ts';

export const developerMonetizationConfig = monetizationConfigKind(billedDevelopers);
