import { isJsonObject } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { KindName } from './kind-name.ts';

/** Who is billed: developers and AppGroups have the same billing types, subscriptions and balances, listed in other shapes. */
export interface MonetizationOwner {
  readonly owner: KindName;
  readonly config: KindName;
  readonly subscription: KindName;
  readonly balance: KindName;
  /** Shape of the owner's ids. */
  readonly above: string;
  /** What people call one. */
  readonly title: string;
}

export const billedDevelopers: MonetizationOwner = {
  owner: 'developer',
  config: 'developer-monetization-config',
  subscription: 'developer-subscription',
  balance: 'developer-balance',
  above: 'developers/*',
  title: 'developer',
};

export const billedAppGroups: MonetizationOwner = {
  owner: 'app-group',
  config: 'app-group-monetization-config',
  subscription: 'app-group-subscription',
  balance: 'app-group-balance',
  above: 'appgroups/*',
  title: 'AppGroup',
};

/** An int64 as the API writes it: digits in a string, or a number; 0n where there is none. */
export function wholeNumber(value: JsonValue | undefined): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : 0n;
}

/** The object in a field, an empty one where there is none. */
export function objectField(body: JsonObject, field: string): JsonObject {
  const value = body[field];
  return isJsonObject(value) ? value : {};
}
