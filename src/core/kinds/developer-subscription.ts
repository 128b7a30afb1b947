import { apiPath } from './api-path.ts';
import { billedDevelopers } from './monetization-owner.ts';
import { subscriptionKind } from './subscription-kind.ts';

export const developerSubscription = subscriptionKind(billedDevelopers, {
  collection: {
    style: 'next-start-key',
    list: (parent) => apiPath(parent, 'subscriptions'),
    query: {},
    items: 'developerSubscriptions',
    pageSize: 1000,
    // A list for each developer.
    unmarked: true,
  },
  listShape: 'P4',
  times: 'settable',
});
