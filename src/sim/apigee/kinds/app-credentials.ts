import { alreadyExists, invalidArgument, notFound } from '../api-error.ts';
import { type Document, documentsIn, textIn, textsIn, withoutUnset } from '../document.ts';
import { type Answer, type Call, noContent, ok } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertAttributes } from './attributes.ts';
import { expiry, mintedKey, mintedSecret } from './credential.ts';

/** The key in the app, or 404. */
export function getCredential(app: Document, consumerKey: string): Document {
  const credential = documentsIn(app, 'credentials').find((candidate) => candidate['consumerKey'] === consumerKey);
  if (credential === undefined) {
    const message = `consumer key ${consumerKey} does not exist in app ${textIn(app, 'name')}`;
    throw notFound(message, 'keymanagement.service.InvalidClientIdForGivenApp');
  }
  return credential;
}

/**
 * A key of the app with the values that the body gives, the others minted. Status and products in the body are ignored: a key
 * is created approved and without products.
 */
export function addCredential(organization: SimulatedOrganization, app: Document, checked: Document): Document {
  const { attributes, scopes } = checked;
  assertAttributes(checked);
  const consumerKey = textIn(checked, 'consumerKey') || mintedKey(organization);
  const consumerSecret = textIn(checked, 'consumerSecret') || mintedSecret(organization);
  assertKeyText('consumerKey', consumerKey);
  assertKeyText('consumerSecret', consumerSecret);
  if (isTaken(organization, consumerKey)) throw alreadyExists(`consumer key ${consumerKey} already exists`);
  const credential = withoutUnset({
    consumerKey,
    consumerSecret,
    issuedAt: organization.now(),
    expiresAt: expiry(organization, lifetimeMs(organization, checked)),
    status: 'approved',
    attributes,
    scopes,
  });
  writeCredentials(organization, app, [...documentsIn(app, 'credentials'), credential]);
  return credential;
}

function isTaken(organization: SimulatedOrganization, consumerKey: string): boolean {
  if (organization.apps.findByKey(consumerKey) !== undefined) return true;
  if (organization.store.has('deleted-key', '', consumerKey)) return true;
  if (organization.world.switches.consumerKeyScope === 'organization') return false;
  return organization.world.consumerKeyElsewhere(organization.name, consumerKey);
}

function assertKeyText(field: string, text: string): void {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) {
    throw invalidArgument(`${field} may only have letters, digits, _ and -`, [
      { field, description: 'invalid character' },
    ]);
  }
  if (text.length > 2048) {
    throw invalidArgument(`${field} is longer than 2 KB`, [{ field, description: 'at most 2048 bytes' }]);
  }
}

function lifetimeMs(organization: SimulatedOrganization, checked: Document): number | undefined {
  const seconds = Number(checked['expiresInSeconds'] ?? -1);
  if (seconds === -1 || seconds === 0) return undefined;
  if (seconds < organization.world.switches.leastKeyLifetimeSeconds) {
    throw invalidArgument(`expiresInSeconds ${seconds} is too small`, [
      { field: 'expiresInSeconds', description: 'must be positive, or -1 for never' },
    ]);
  }
  return seconds * 1000;
}

/** `apiProducts` of a key is written as names; the read form (`{apiproduct}`) is refused. */
export function productNames(checked: Document): readonly string[] {
  const given = checked['apiProducts'];
  const names = textsIn(checked, 'apiProducts');
  if (Array.isArray(given) && given.length !== names.length) {
    throw invalidArgument('apiProducts must be a list of product names', [
      { field: 'apiProducts', description: 'names expected' },
    ]);
  }
  return names;
}

/** Removes the key that the path names. */
export function deleteCredential({ organization, path }: Call, app: Document): Answer {
  const credential = getCredential(app, path['keysId'] ?? '');
  const rest = documentsIn(app, 'credentials').filter((candidate) => candidate !== credential);
  writeCredentials(organization, app, rest);
  return ok(credential);
}

/** Approves or revokes a product of the key that the path names. */
export function setProductStatus({ organization, path, query }: Call, app: Document): Answer {
  const before = getCredential(app, path['keysId'] ?? '');
  const name = path['apiproductsId'] ?? '';
  const status = statusOf(query['action'] ?? '');
  const products = documentsIn(before, 'apiProducts');
  if (!products.some((association) => association['apiproduct'] === name)) throw notAssociated(name);
  const apiProducts = products.map((association) =>
    association['apiproduct'] === name ? { ...association, status } : association,
  );
  writeCredential(organization, app, { before, after: { ...before, apiProducts } });
  return noContent();
}

/** Takes a product from the key that the path names. */
export function removeProduct({ organization, path }: Call, app: Document): Answer {
  const before = getCredential(app, path['keysId'] ?? '');
  const name = path['apiproductsId'] ?? '';
  const products = documentsIn(before, 'apiProducts');
  const apiProducts = products.filter((association) => association['apiproduct'] !== name);
  if (apiProducts.length === products.length) throw notAssociated(name);
  return ok(writeCredential(organization, app, { before, after: withoutUnset({ ...before, apiProducts }) }));
}

function notAssociated(product: string) {
  return notFound(`ApiProduct ${product} is not associated with the consumer key`);
}

/** What an action on a key makes of its status. */
export function statusOf(action: string): string {
  if (action === 'approve') return 'approved';
  if (action === 'revoke') return 'revoked';
  throw invalidArgument(`action "${action}" is not supported: approve or revoke`);
}

/** Puts `after` in the place of `before`. */
export function writeCredential(
  organization: SimulatedOrganization,
  app: Document,
  change: { readonly before: Document; readonly after: Document },
): Document {
  const credentials = documentsIn(app, 'credentials');
  const at = credentials.indexOf(change.before);
  writeCredentials(organization, app, credentials.with(at, change.after));
  return change.after;
}

function writeCredentials(organization: SimulatedOrganization, app: Document, credentials: readonly Document[]): void {
  organization.apps.put(withoutUnset({ ...app, credentials, lastModifiedAt: organization.now() }));
}
