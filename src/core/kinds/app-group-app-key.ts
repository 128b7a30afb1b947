import { appKeyKind } from './app-key-kind.ts';
import { appGroupApps } from './app-owner.ts';

export const appGroupAppKey = appKeyKind(appGroupApps);
