import { appKeyKind } from './app-key-kind.ts';
import { developerApps } from './app-owner.ts';

export const appKey = appKeyKind(developerApps);
