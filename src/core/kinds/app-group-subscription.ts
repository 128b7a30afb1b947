import { apiPath } from './api-path.ts';
import { billedAppGroups } from './monetization-owner.ts';
import { subscriptionKind } from './subscription-kind.ts';

export const appGroupSubscription = subscriptionKind(billedAppGroups, {
  collection: {
    style: 'page-token',
    list: (parent) => apiPath(parent, 'subscriptions'),
    query: {},
    items: 'appGroupSubscriptions',
    pageSize: 1000,
    // A list for each AppGroup.
    unmarked: true,
  },
  listShape: 'P2',
  times: 'assigned',
});
