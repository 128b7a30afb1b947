import type { Route } from '../route.ts';
import { sharedFlowKind } from './bundled.ts';
import { bundledRoutes } from './bundled-routes.ts';

/** Shared flows and their revisions. */
export const sharedFlowRoutes: readonly Route[] = bundledRoutes(sharedFlowKind);
