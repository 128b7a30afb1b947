import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { CredentialOrigin } from '../app/ports/organization.ts';

/** What a token says of itself; nothing of it lets anybody in. Not verified: it only explains a refusal. */
export interface TokenClaims {
  readonly algorithm: string | undefined;
  readonly keyId: string | undefined;
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly audiences: readonly string[];
  readonly beginsAtMs: number | undefined;
  readonly expiresAtMs: number | undefined;
  /** Others that conditions are about, as far as it has them. */
  readonly told: { readonly [name: string]: string };
}

const TOLD = [
  'tid',
  'appid',
  'azp',
  'repository',
  'repository_id',
  'repository_owner_id',
  'ref',
  'environment',
  'event_name',
];

/** Undefined for what is no JWT. */
export function readClaims(token: string): TokenClaims | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    const { iss, sub, aud = [], iat, nbf, exp, ...others } = decodeJwt(token);
    const told = TOLD.flatMap((name) => {
      const value = others[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    return {
      algorithm: alg,
      keyId: kid,
      issuer: iss,
      subject: sub,
      audiences: [aud].flat(),
      beginsAtMs: iat === undefined ? undefined : Math.max(iat, nbf ?? 0) * 1000,
      expiresAtMs: exp === undefined ? undefined : exp * 1000,
      told: Object.fromEntries(told),
    };
  } catch {
    return undefined;
  }
}

/** Who issued a token and to whom, as it says itself; of an opaque one nothing. */
export function originOf(claims: TokenClaims | undefined): CredentialOrigin {
  return {
    ...(claims?.issuer === undefined ? {} : { issuer: claims.issuer }),
    ...(claims?.subject === undefined ? {} : { subject: claims.subject }),
  };
}
