import type { CallDraft } from '../call.ts';
import type { JsonValue } from '../json.ts';
import type { KindName } from './kind-name.ts';
import { emptyBody, jsonBody } from './write-body.ts';

/** What is written of a key after it was imported. */
export type KeyChange =
  /** Adds products and replaces attributes; scopes too, where there are some. */
  | {
      readonly type: 'link';
      readonly products: readonly string[];
      readonly attributes: readonly JsonValue[];
      readonly scopes: readonly JsonValue[];
    }
  | { readonly type: 'scopes'; readonly attributes: readonly JsonValue[]; readonly scopes: readonly JsonValue[] }
  | { readonly type: 'status'; readonly action: 'approve' | 'revoke' };

/** Who owns apps: developers and AppGroups have the same apps and keys, and other calls for some of what is written of them. */
export interface AppOwner {
  readonly owner: KindName;
  readonly app: KindName;
  readonly key: KindName;
  /** Shape of the owner's ids. */
  readonly above: string;
  readonly titles: { readonly app: string; readonly key: string };
  /** With which method `?action=` sets the status of an app. */
  readonly appStatusMethod: 'POST' | 'PUT';
  /** The call on a key's own path that makes the change. */
  readonly keyCall: (change: KeyChange) => Pick<CallDraft, 'method' | 'query' | 'body'>;
}

export const developerApps: AppOwner = {
  owner: 'developer',
  app: 'developer-app',
  key: 'app-key',
  above: 'developers/*',
  titles: { app: 'developer app', key: 'app key' },
  appStatusMethod: 'POST',
  keyCall: (change) => {
    switch (change.type) {
      case 'link': {
        const { products, attributes, scopes } = change;
        return {
          method: 'POST',
          body: jsonBody({ apiProducts: products, attributes, ...(scopes.length === 0 ? {} : { scopes }) }),
        };
      }
      case 'scopes':
        return { method: 'PUT', body: jsonBody({ scopes: change.scopes }) };
      case 'status':
        return { method: 'POST', query: { action: change.action }, body: emptyBody };
    }
  },
};

/** One request (UpdateAppGroupAppKeyRequest) has products to add, the status action, and a key whose scopes and attributes replace. */
export const appGroupApps: AppOwner = {
  owner: 'app-group',
  app: 'app-group-app',
  key: 'app-group-app-key',
  above: 'appgroups/*',
  titles: { app: 'AppGroup app', key: 'AppGroup app key' },
  appStatusMethod: 'PUT',
  keyCall: (change) => {
    if (change.type === 'status') return { method: 'POST', body: jsonBody({ action: change.action }) };
    const { attributes, scopes } = change;
    return {
      method: 'POST',
      body: jsonBody({
        ...(change.type === 'link' ? { apiProducts: change.products } : {}),
        appGroupAppKey: { attributes, scopes },
      }),
    };
  },
};
