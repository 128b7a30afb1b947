import assert from 'node:assert/strict';
import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import {
  accountOf,
  APP_ID_URI,
  captureIdentity,
  type Federation,
  ISSUER,
  principalOf,
  providerName,
  strangeIdentity,
  TENANT,
} from '../harness/federation.ts';

const HOUR = 3600;

/** Seconds since the epoch. */
function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** What a token of the capture identity says. */
export function goodClaims(): JWTPayload {
  const at = now();
  return {
    iss: ISSUER,
    sub: captureIdentity.objectId,
    aud: APP_ID_URI,
    tid: TENANT,
    iat: at - 10,
    nbf: at - 10,
    exp: at + HOUR,
  };
}

/** A token that is refused, or a good one where the set-up is wrong. */
export interface BadToken {
  readonly name: string;
  readonly prepare?: (scene: Federation) => void;
  readonly make?: (scene: Federation) => Promise<string>;
  readonly claims?: (scene: Federation) => JWTPayload;
  /** Instead of what the capture identity is set up with. */
  readonly tried?: { readonly audience?: string; readonly serviceAccount?: string; readonly expectedSubject?: string };
  readonly code?: string;
  readonly message: RegExp;
  readonly next: RegExp;
}

const otherTenant = '99999999-2222-3333-4444-555555555555';

/** Each is told in its own words. */
export const badTokens: readonly BadToken[] = [
  {
    name: 'wrong audience',
    claims: () => ({ ...goodClaims(), aud: 'https://management.azure.com/' }),
    message: /^The token is for https:\/\/management\.azure\.com\/, which the provider does not allow/,
    next: /allowed audiences of the provider, or correct appIdUri/,
  },
  {
    name: 'no audience',
    claims: () => {
      const { aud: _aud, ...rest } = goodClaims();
      return rest;
    },
    message: /^The token does not say for whom it is \(aud\)/,
    next: /asked for an application/,
  },
  {
    name: 'issuer of another tenant',
    claims: () => ({ ...goodClaims(), iss: `https://sts.windows.net/${otherTenant}/` }),
    message: new RegExp(`^The token is of the tenant ${otherTenant}, and the provider trusts the tenant ${TENANT}`),
    next: /correct the issuer of the provider/,
  },
  {
    name: 'issuer that is not Entra ID',
    claims: () => ({ ...goodClaims(), iss: 'https://token.actions.githubusercontent.com' }),
    message: /^The token was issued by https:\/\/token\.actions\.githubusercontent\.com, and the provider trusts /,
    next: /name the provider of this issuer as audience/,
  },
  {
    name: 'version 2 of Entra ID where version 1 is trusted',
    claims: () => ({ ...goodClaims(), iss: `https://login.microsoftonline.com/${TENANT}/v2.0` }),
    message: /^The token is of version 2 of Entra ID .* and the provider trusts version 1/,
    next: /requestedAccessTokenVersion of the application to 1/,
  },
  {
    name: 'version 1 of Entra ID where version 2 is trusted',
    prepare: ({ google }) => {
      const provider = google.findProvider(providerName('capture'));
      assert.ok(provider !== undefined);
      google.putProvider({ ...provider, issuerUri: `https://login.microsoftonline.com/${TENANT}/v2.0` });
    },
    message: /^The token is of version 1 of Entra ID .* and the provider trusts version 2/,
    next: /requestedAccessTokenVersion of the application to 2/,
  },
  {
    name: 'a subject that may not',
    claims: () => ({ ...goodClaims(), sub: strangeIdentity.objectId }),
    tried: { expectedSubject: captureIdentity.objectId },
    message: /^The token is of the subject oid-stranger, and only oid-capture may sign in here/,
    next: /Run as the configured subject/,
  },
  {
    name: 'the condition is not met by another claim',
    claims: () => ({ ...goodClaims(), tid: otherTenant }),
    tried: { expectedSubject: captureIdentity.objectId },
    message: new RegExp(
      `^The condition of the provider refuses the token of oid-capture, as configured \\(tid ${otherTenant}\\)`,
    ),
    next: /attribute condition/,
  },
  {
    name: 'no subject',
    claims: () => {
      const { sub: _sub, ...rest } = goodClaims();
      return rest;
    },
    message: /^The token does not say whose it is \(sub\)/,
    next: /managed identity or a job/,
  },
  {
    name: 'alg none',
    make: async () => new UnsecuredJWT(goodClaims()).encode(),
    message: /^The token is not signed \(alg none\)/,
    next: /who hands out such tokens/,
  },
  {
    name: 'expired',
    claims: () => ({ ...goodClaims(), iat: now() - 2 * HOUR, nbf: now() - 2 * HOUR, exp: now() - HOUR }),
    message: /^The token ended at \d{4}-/,
    next: /Run again for a new one/,
  },
  {
    name: 'not yet valid',
    claims: () => ({ ...goodClaims(), nbf: now() + HOUR, exp: now() + 2 * HOUR }),
    message: /^The token counts only from \d{4}-.* on/,
    next: /clock/,
  },
  {
    name: 'without an end',
    claims: () => {
      const { exp: _exp, ...rest } = goodClaims();
      return rest;
    },
    message: /^The token does not say when it ends \(exp\)/,
    next: /OpenID Connect issuer/,
  },
  {
    name: 'another key under the name of a good one',
    make: async () => {
      const { privateKey } = await generateKeyPair('RS256');
      const header = { alg: 'RS256', kid: `key-of-${captureIdentity.objectId}` };
      return new SignJWT(goodClaims()).setProtectedHeader(header).sign(privateKey);
    },
    message: /^The signature of the token is not one of the key key-of-oid-capture that its issuer shows/,
    next: /somebody else than the issuer signed it/,
  },
  {
    name: 'a token from before a rotation of keys, replayed',
    make: async ({ issuer }) => {
      const old = await issuer.mint({ resource: APP_ID_URI, clientId: captureIdentity.clientId });
      await issuer.rotate();
      return old?.token ?? '';
    },
    message:
      /^Google does not find the key key-of-oid-capture at https:\/\/sts\.windows\.net\/.* changed its keys since/,
    next: /Run again for a token of the present key/,
  },
  {
    name: 'no token at all',
    make: async () => 'opaque-token-of-the-issuer',
    message: /^What the .+ gave is no signed token \(JWT\)/,
    next: /check appIdUri/,
  },
  {
    name: 'another pool',
    tried: {
      audience: '//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/other/providers/x',
    },
    message:
      /^Google knows no workload identity provider .*workloadIdentityPools\/other\/providers\/x, or it .*is disabled/,
    next: /holdfast init identity/,
  },
  {
    name: 'a provider that is disabled',
    prepare: ({ google }) => {
      const provider = google.findProvider(providerName('capture'));
      assert.ok(provider !== undefined);
      google.putProvider({ ...provider, disabled: true });
    },
    message: /^Google knows no workload identity provider .*azure-capture, or it or its pool is disabled/,
    next: /make the provider/,
  },
  {
    name: 'no name of a provider',
    tried: { audience: 'https://iam.googleapis.com/azure' },
    message: /^Google takes https:\/\/iam\.googleapis\.com\/azure for no name/,
    next: /^Write it in identity\.google as \/\/iam\.googleapis\.com/,
  },
  {
    name: 'missing impersonation grant',
    tried: { serviceAccount: accountOf('restore') },
    code: 'IMPERSONATION_REFUSED',
    message: new RegExp(`^${principalOf('oid-capture')} may not act as ${accountOf('restore')}`.replaceAll('.', '\\.')),
    next: /add-iam-policy-binding holdfast-restore@.* --role roles\/iam\.workloadIdentityUser --member 'principal:/,
  },
  {
    name: 'a service account that is not there',
    tried: { serviceAccount: 'nobody@acme-prod.iam.gserviceaccount.com' },
    code: 'IMPERSONATION_REFUSED',
    message: /^There is no service account nobody@acme-prod/,
    next: /Correct serviceAccount/,
  },
];

/** The token itself. */
export async function makeBadToken(bad: BadToken, scene: Federation): Promise<string> {
  return bad.make?.(scene) ?? scene.issuer.forge(bad.claims?.(scene) ?? goodClaims());
}
