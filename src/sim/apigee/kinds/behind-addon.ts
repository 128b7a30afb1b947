import type { Route } from '../route.ts';
import { assertAddon } from './organization.ts';

/** The routes, refused where the organization's add-on is off. */
export function behindAddon(addon: Parameters<typeof assertAddon>[1], routes: readonly Route[]): readonly Route[] {
  return routes.map((route) => ({
    ...route,
    handle: (call) => {
      assertAddon(call.organization, addon);
      return route.handle(call);
    },
  }));
}
