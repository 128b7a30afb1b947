import { checkedBody } from '../body-check.ts';
import { documentsIn, withoutUnset } from '../document.ts';
import { type Answer, type Call, noContent, ok, type Route } from '../route.ts';
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
import { getApp } from './app.ts';
import { assertAttributes } from './attributes.ts';
import { associations } from './credential.ts';
import { assertWritable, getDeveloper } from './developer.ts';

const keys = 'organizations.developers.apps.keys';

/** Keys of developer apps: given values, statuses only through `action`, products added after creation. */
export const appKeyRoutes: readonly Route[] = [
  {
    id: `${keys}.get`,
    handle: (call) => ok(getCredential(getApp(call.organization, call.path), call.path['keysId'] ?? '')),
  },
  { id: `${keys}.create`, handle: createKey },
  { id: `${keys}.create.create`, handle: createKey },
  { id: `${keys}.replaceDeveloperAppKey`, handle: replaceKey },
  { id: `${keys}.updateDeveloperAppKey`, handle: updateKey },
  {
    id: `${keys}.delete`,
    handle: (call) => deleteCredential(call, getApp(call.organization, call.path)),
  },
  {
    id: `${keys}.apiproducts.updateDeveloperAppKeyApiProduct`,
    handle: (call) => setProductStatus(call, getApp(call.organization, call.path)),
  },
  { id: `${keys}.apiproducts.delete`, handle: (call) => removeProduct(call, getApp(call.organization, call.path)) },
];

function createKey({ organization, path, body }: Call): Answer {
  const app = getApp(organization, path);
  assertWritable(organization, getDeveloper(organization, path['developersId'] ?? ''));
  return ok(addCredential(organization, app, checkedBody('DeveloperAppKey', body)));
}

/** PUT: scopes and attributes are replaced; nothing else of a key can be. */
function replaceKey({ organization, path, body }: Call): Answer {
  const app = getApp(organization, path);
  const before = getCredential(app, path['keysId'] ?? '');
  const checked = checkedBody('DeveloperAppKey', body);
  assertAttributes(checked);
  const { scopes, attributes = before['attributes'] } = checked;
  return ok(writeCredential(organization, app, { before, after: withoutUnset({ ...before, scopes, attributes }) }));
}

/** POST on a key: with `action` a status change (204), with a body products are added and scopes and attributes set. */
function updateKey({ organization, path, query, body }: Call): Answer {
  const app = getApp(organization, path);
  const before = getCredential(app, path['keysId'] ?? '');
  const action = query['action'] ?? '';
  if (action !== '') {
    writeCredential(organization, app, { before, after: { ...before, status: statusOf(action) } });
    return noContent();
  }
  const checked = checkedBody('DeveloperAppKey', body);
  assertAttributes(checked);
  const { scopes = before['scopes'], attributes = before['attributes'] } = checked;
  const apiProducts = associations(organization, documentsIn(before, 'apiProducts'), productNames(checked));
  const after = withoutUnset({ ...before, apiProducts, scopes, attributes });
  return ok(writeCredential(organization, app, { before, after }));
}
