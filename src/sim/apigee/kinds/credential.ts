import { type Document, withoutUnset } from '../document.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getProduct } from './product.ts';

const keyAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A key as the service makes one: 48 characters, a secret of 64, never expiring unless a lifetime is given. */
export function mintedCredential(
  organization: SimulatedOrganization,
  products: readonly string[],
  lifetimeMs: number | undefined,
): Document {
  return withoutUnset({
    consumerKey: mintedKey(organization),
    consumerSecret: mintedSecret(organization),
    issuedAt: organization.now(),
    expiresAt: expiry(organization, lifetimeMs),
    status: 'approved',
    apiProducts: associations(organization, [], products),
  });
}

export function mintedKey(organization: SimulatedOrganization): string {
  return organization.world.random.text(48, keyAlphabet);
}

export function mintedSecret(organization: SimulatedOrganization): string {
  return organization.world.random.text(64, keyAlphabet);
}

/** Absolute time in milliseconds as text; `-1` for never. */
export function expiry(organization: SimulatedOrganization, lifetimeMs: number | undefined): string {
  return lifetimeMs === undefined ? '-1' : String(organization.world.clock.nowMs() + lifetimeMs);
}

/** The products of a key with more added: pending where the product is approved by hand. Every product must exist. */
export function associations(
  organization: SimulatedOrganization,
  before: readonly Document[],
  products: readonly string[],
): Document[] {
  const result = [...before];
  for (const name of products) {
    const product = getProduct(organization, name);
    if (result.some((association) => association['apiproduct'] === name)) continue;
    result.push({ apiproduct: name, status: product['approvalType'] === 'manual' ? 'pending' : 'approved' });
  }
  return result;
}
