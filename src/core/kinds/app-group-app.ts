import { stringField } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import { appKind } from './app-kind.ts';
import { appGroupApps } from './app-owner.ts';

export const appGroupApp = appKind(appGroupApps, {
  collection: {
    style: 'page-token',
    list: (parent) => apiPath(parent, 'apps'),
    query: {},
    items: 'appGroupApps',
    // Sent with every page: without a size the answer has no token, and the list ends unseen (apigee-client-php issue 351).
    pageSize: 1000,
  },
  idOf: (body, parent) => {
    const name = stringField(body, 'name');
    return name === undefined ? undefined : joinId(parent, 'apps', encodeSegment(name));
  },
  defaults: { status: 'approved' },
});
