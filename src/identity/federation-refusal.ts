import { UserError } from '../core/errors.ts';
import type { TokenClaims } from './token-claims.ts';

/** What was tried: said in the messages, so that nobody has to guess which setting is meant. */
export interface FederationAttempt {
  readonly audience: string;
  readonly serviceAccount: string | undefined;
  /** Where the token came from: "managed identity of this machine". */
  readonly who: string;
  /** Of the token that was exchanged; undefined when it is no JWT. */
  readonly claims: TokenClaims | undefined;
  /** The subject that the configuration expects, where it says so. */
  readonly expectedSubject: string | undefined;
  readonly nowMs: number;
}

interface Reading {
  readonly message: string;
  readonly next: string;
}

interface Said {
  readonly error: string;
  readonly description: string;
}

type Reader = (said: Said, attempt: FederationAttempt) => Reading | undefined;

/** Each refusal of the token service that is known, with what it means here. The first that fits counts. */
const readers: readonly Reader[] = [
  wrongPool,
  wrongAudienceName,
  unreadable,
  wrongIssuer,
  wrongAudience,
  wrongTime,
  unverified,
  unknownKey,
  wrongCondition,
];

/** What the token service's refusal means, with what to mend; never with the token. */
export function federationRefusal(said: Said, attempt: FederationAttempt, cause: unknown): UserError {
  let reading: Reading | undefined;
  for (const read of readers) reading ??= read(said, attempt);
  const { message, next } = reading ?? {
    message: `Google's token service refused the token of the ${attempt.who}: ${said.error}: ${said.description}`,
    next: 'Compare the token with the provider: holdfast doctor --identity.',
  };
  return new UserError({
    code: 'FEDERATION_REFUSED',
    message,
    next,
    resource: attempt.audience,
    cause,
  });
}

function wrongPool({ error }: Said, { audience }: FederationAttempt): Reading | undefined {
  if (error !== 'invalid_target') return undefined;
  return {
    message: `Google knows no workload identity provider ${audience}, or it or its pool is disabled or deleted.`,
    next: 'Correct the audience in identity.google (project number, pool and provider), or make the provider: holdfast init identity.',
  };
}

function wrongAudienceName({ error, description }: Said, { audience }: FederationAttempt): Reading | undefined {
  if (error !== 'invalid_request' || !description.includes('"audience"')) return undefined;
  return {
    message: `Google takes ${audience} for no name of a workload identity provider.`,
    next: 'Write it in identity.google as //iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER.',
  };
}

function unreadable({ error }: Said, { who, claims }: FederationAttempt): Reading | undefined {
  if (claims !== undefined || error !== 'invalid_request') return undefined;
  return {
    message: `What the ${who} gave is no signed token (JWT) that Google could read.`,
    next: 'Ask for the token of an application that is registered in your tenant: check appIdUri in identity.google.',
  };
}

const V1 = /^https:\/\/sts\.windows\.net\/([^/]+)\/$/;
const V2 = /^https:\/\/login\.microsoftonline\.com\/([^/]+)\/v2\.0$/;

function wrongIssuer({ description }: Said, { claims }: FederationAttempt): Reading | undefined {
  if (!description.startsWith('The issuer in ID Token')) return undefined;
  const [, expected = 'another one'] =
    /does not match the expected ones?(?: in config)?: (.+?)\.?$/.exec(description) ?? [];
  const issuer = claims?.issuer;
  if (issuer === undefined)
    return { message: 'The token does not say who issued it (iss).', next: 'Use a token of an OpenID Connect issuer.' };
  const [given, wanted] = [versionOf(issuer), versionOf(expected)];
  if (given !== undefined && wanted !== undefined && given.tenant === wanted.tenant) {
    const set = wanted.version === 2 ? '2' : '1 (or null)';
    return {
      message: `The token is of version ${given.version} of Entra ID (issuer ${issuer}), and the provider trusts version ${wanted.version} (${expected}).`,
      next: `Set requestedAccessTokenVersion of the application to ${set}, or make ${issuer} the issuer of the provider.`,
    };
  }
  if (given !== undefined && wanted !== undefined) {
    return {
      message: `The token is of the tenant ${given.tenant}, and the provider trusts the tenant ${wanted.tenant}.`,
      next: 'Run where the identity is of the right tenant, or correct the issuer of the provider.',
    };
  }
  return {
    message: `The token was issued by ${issuer}, and the provider trusts ${expected}.`,
    next: 'Correct the issuer of the provider, or name the provider of this issuer as audience in identity.google.',
  };
}

function versionOf(issuer: string): { readonly version: 1 | 2; readonly tenant: string } | undefined {
  const [, one] = V1.exec(issuer) ?? [];
  if (one !== undefined) return { version: 1, tenant: one };
  const [, two] = V2.exec(issuer) ?? [];
  return two === undefined ? undefined : { version: 2, tenant: two };
}

function wrongAudience({ description }: Said, { claims }: FederationAttempt): Reading | undefined {
  if (!description.startsWith('The audience in ID Token')) return undefined;
  const audiences = claims?.audiences ?? [];
  if (audiences.length === 0)
    return {
      message: 'The token does not say for whom it is (aud).',
      next: 'Use a token that was asked for an application.',
    };
  const shown = audiences.join(', ');
  return {
    message: `The token is for ${shown}, which the provider does not allow.`,
    next: `Add ${shown} to the allowed audiences of the provider, or correct appIdUri (tokenAudience for GitHub) in identity.google.`,
  };
}

const SKEW_MS = 60_000;

function wrongTime({ description }: Said, { claims, nowMs }: FederationAttempt): Reading | undefined {
  if (!/is stale to sign-in/.test(description)) return undefined;
  const { expiresAtMs, beginsAtMs } = claims ?? {};
  if (expiresAtMs === undefined || beginsAtMs === undefined) {
    const lacking = expiresAtMs === undefined ? 'when it ends (exp)' : 'when it was issued (iat)';
    return { message: `The token does not say ${lacking}.`, next: 'Use a token of an OpenID Connect issuer.' };
  }
  if (beginsAtMs > nowMs - SKEW_MS) {
    return {
      message: `The token counts only from ${instant(beginsAtMs)} on.`,
      next: 'Set the clock of the machine that issued it right, or that of this one: they are apart.',
    };
  }
  return {
    message: `The token ended at ${instant(expiresAtMs)}.`,
    next: 'Run again for a new one. If it stays, set the clock of this machine right; a token from a file has to be renewed by whoever writes it.',
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

function unverified({ description }: Said, { claims }: FederationAttempt): Reading | undefined {
  if (!/verify the ID Token signature/.test(description)) return undefined;
  if (claims?.algorithm === 'none') {
    return {
      message: 'The token is not signed (alg none): anybody could have written it.',
      next: 'Find out who hands out such tokens on this machine; no issuer of Azure or GitHub does.',
    };
  }
  const key = claims?.keyId === undefined ? 'a key' : `the key ${claims.keyId}`;
  return {
    message: `The signature of the token is not one of ${key} that its issuer shows.`,
    next: 'Find out where the token comes from: somebody else than the issuer signed it. Where keys were uploaded to the provider, upload those of the issuer again.',
  };
}

function unknownKey({ description }: Said, { claims }: FederationAttempt): Reading | undefined {
  if (!/Error connecting to the given credential's issuer/.test(description)) return undefined;
  const key = claims?.keyId === undefined ? 'the key of the token' : `the key ${claims.keyId}`;
  return {
    message: `Google does not find ${key} at ${claims?.issuer ?? 'its issuer'}: the issuer has changed its keys since, or Google cannot reach it.`,
    next: 'Run again for a token of the present key. If it stays, the discovery document of the issuer has to be reachable from the internet, or its present keys uploaded to the provider.',
  };
}

function wrongCondition({ description }: Said, attempt: FederationAttempt): Reading | undefined {
  if (!/rejected by the attribute condition/.test(description)) return undefined;
  const { claims, expectedSubject } = attempt;
  const subject = claims?.subject;
  if (subject === undefined)
    return {
      message: 'The token does not say whose it is (sub).',
      next: 'Use a token of a managed identity or a job.',
    };
  if (expectedSubject !== undefined && subject !== expectedSubject) {
    return {
      message: `The token is of the subject ${subject}, and only ${expectedSubject} may sign in here.`,
      next: 'Run as the configured subject (the right job, environment or managed identity), or correct identity.trust and the condition of the provider.',
    };
  }
  const others = Object.entries(claims?.told ?? {}).map(([name, value]) => `${name} ${value}`);
  const isExpected = expectedSubject === undefined ? '' : ', as configured';
  return {
    message: `The condition of the provider refuses the token of ${subject}${isExpected}${others.length === 0 ? '' : ` (${others.join(', ')})`}.`,
    next: 'Compare these claims with the attribute condition: gcloud iam workload-identity-pools providers describe, or holdfast doctor --identity.',
  };
}
