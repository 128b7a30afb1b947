import { invalidArgument } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import { documentIn, documentsIn, textIn, withoutUnset } from '../document.ts';
import { type Answer, type Call, ok, type Route } from '../route.ts';
import {
  addCredential,
  deleteCredential,
  getCredential,
  productNames,
  removeProduct,
  setProductStatus,
  statusOf,
  writeCredential,
} from './app-credentials.ts';
import { getGroupApp } from './app-group-app.ts';
import { assertAttributes } from './attributes.ts';
import { associations } from './credential.ts';

const keys = 'organizations.appgroups.apps.keys';

/** Keys of AppGroup apps: one update request has the status action, products to add, and what replaces scopes and attributes. */
export const appGroupAppKeyRoutes: readonly Route[] = [
  {
    id: `${keys}.get`,
    handle: (call) => ok(getCredential(getGroupApp(call.organization, call.path), call.path['keysId'] ?? '')),
  },
  {
    id: `${keys}.create`,
    handle: ({ organization, path, body }) =>
      ok(addCredential(organization, getGroupApp(organization, path), checkedBody('AppGroupAppKey', body))),
  },
  { id: `${keys}.updateAppGroupAppKey`, handle: updateKey },
  { id: `${keys}.delete`, handle: (call) => deleteCredential(call, getGroupApp(call.organization, call.path)) },
  {
    id: `${keys}.apiproducts.updateAppGroupAppKeyApiProduct`,
    handle: (call) => {
      setProductStatus(call, getGroupApp(call.organization, call.path));
      return ok({});
    },
  },
  {
    id: `${keys}.apiproducts.delete`,
    handle: (call) => removeProduct(call, getGroupApp(call.organization, call.path)),
  },
];

function updateKey({ organization, path, body }: Call): Answer {
  const app = getGroupApp(organization, path);
  const before = getCredential(app, path['keysId'] ?? '');
  const checked = checkedBody('UpdateAppGroupAppKeyRequest', body);
  const action = textIn(checked, 'action');
  const replaced = documentIn(checked, 'appGroupAppKey');
  for (const field of ['consumerKey', 'consumerSecret', 'expiresInSeconds']) {
    if (replaced[field] === undefined) continue;
    throw invalidArgument(`${field} is immutable`, [{ field, description: `${field} is immutable` }]);
  }
  assertAttributes(replaced);
  const isReplaced = checked['appGroupAppKey'] !== undefined;
  const { scopes, attributes } = isReplaced ? replaced : before;
  const after = withoutUnset({
    ...before,
    ...(action === '' ? {} : { status: statusOf(action) }),
    apiProducts: associations(organization, documentsIn(before, 'apiProducts'), productNames(checked)),
    scopes,
    attributes,
  });
  return ok(writeCredential(organization, app, { before, after }));
}
