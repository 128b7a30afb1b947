import { arrayField, isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import { appKind } from './app-kind.ts';
import { developerApps } from './app-owner.ts';

/** An item that `status=approved&keyStatus=approved` hides: filters choose apps, and show all keys of those they let through. */
function isRevokedItem(item: JsonObject): boolean {
  const keys = arrayField(item, 'credentials');
  const isRevokedKey = (key: JsonValue): boolean => isJsonObject(key) && stringField(key, 'status') === 'revoked';
  return stringField(item, 'status') === 'revoked' || (keys.length > 0 && keys.every(isRevokedKey));
}

export const developerApp = appKind(developerApps, {
  collection: {
    style: 'page-token',
    list: () => 'apps',
    query: { expand: 'true', includeCred: 'true' },
    items: 'app',
    pageSize: 1000,
    // Both filters default to approved by their documentation, so revoked apps and keys have to be asked for.
    passes: {
      queries: [
        { status: 'approved', keyStatus: 'approved' },
        { status: 'approved', keyStatus: 'revoked' },
        { status: 'revoked', keyStatus: 'approved' },
        { status: 'revoked', keyStatus: 'revoked' },
      ],
      provesUnfiltered: isRevokedItem,
      merge: { field: 'credentials', by: 'consumerKey' },
    },
    crossCheck: {
      kind: 'developer',
      field: 'apps',
      capAt: 100,
      list: (parent) => apiPath(parent, 'apps'),
      query: { expand: 'true', count: '1000' },
      items: 'app',
      key: 'name',
      idOf: (parent, name) => joinId(parent, 'apps', encodeSegment(name)),
    },
  },
  // The organization's list holds AppGroup apps too; they are another kind.
  accepts: (item) => (stringField(item, 'appGroup') ?? '') === '' && (stringField(item, 'developerId') ?? '') !== '',
  idOf: (body, parent, context) => {
    const name = stringField(body, 'name');
    const developerId = stringField(body, 'developerId');
    const owner = parent === '' ? context.find('developer', developerId ?? '') : parent;
    return name === undefined || owner === undefined ? undefined : joinId(owner, 'apps', encodeSegment(name));
  },
  // The server writes this family into an app that was created without one.
  defaults: { status: 'approved', appFamily: 'default' },
});
