import type { Route } from '../route.ts';
import { proxyKind } from './bundled.ts';
import { bundledRoutes, patchLabels } from './bundled-routes.ts';

/** API proxies and their revisions. */
export const proxyRoutes: readonly Route[] = [
  ...bundledRoutes(proxyKind),
  { id: 'organizations.apis.patch', handle: (call) => patchLabels(proxyKind, call) },
];
