import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose';
import { TokenRefusal } from './google-error.ts';
import { type GoogleIdentities, mapAttributes, type SimulatedProvider } from './google-identities.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';
const KNOWN = new Set([
  'grant_type',
  'audience',
  'scope',
  'requested_token_type',
  'subject_token',
  'subject_token_type',
]);
const SKEW_SECONDS = 60;
const LONGEST_SECONDS = 3600;

/** `POST /v1/token`: exchanges the token of a foreign issuer for a federated one, in the words of the service. */
export async function exchangeToken(identities: GoogleIdentities, form: URLSearchParams): Promise<object> {
  const unknown = [...form.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw new TokenRefusal('invalid_request', `${unknown} is not modelled`);
  for (const [name, wanted] of [
    ['grant_type', GRANT],
    ['requested_token_type', ACCESS_TOKEN],
    ['subject_token_type', JWT],
    ['scope', CLOUD_PLATFORM],
  ] as const) {
    if (form.get(name) !== wanted) throw new TokenRefusal('invalid_request', `Invalid value for "${name}".`);
  }
  const provider = providerOf(identities, form.get('audience') ?? '');
  const token = form.get('subject_token') ?? '';
  const claims = claimsOf(token);
  checkClaims(claims, provider, identities.clock.nowMs());
  await checkSignature(identities, provider, token);
  const mapped = mapAttributes(provider, claims);
  if (mapped === undefined)
    throw new TokenRefusal('unauthorized_client', 'The given credential is rejected by the attribute condition.');
  const nowMs = identities.clock.nowMs();
  const seconds = Math.min(Math.floor((claims.exp ?? 0) - nowMs / 1000), LONGEST_SECONDS);
  const pool = provider.name.slice(0, provider.name.indexOf('/providers/'));
  const issued = identities.issue({
    type: 'federated',
    principal: `principal://iam.googleapis.com/${pool}/subject/${mapped.subject}`,
    attributes: mapped.attributes,
    expiresAtMs: nowMs + seconds * 1000,
  });
  return { access_token: issued, issued_token_type: ACCESS_TOKEN, token_type: 'Bearer', expires_in: seconds };
}

function providerOf(identities: GoogleIdentities, audience: string): SimulatedProvider {
  const [, name] = /^\/\/iam\.googleapis\.com\/(projects\/[^/]+\/locations\/global\/.+)$/.exec(audience) ?? [];
  if (name === undefined) {
    throw new TokenRefusal(
      'invalid_request',
      'Invalid value for "audience". This value should be the full resource name of the Identity Provider.',
    );
  }
  const provider = identities.findProvider(name);
  if (provider !== undefined && provider.disabled !== true) return provider;
  throw new TokenRefusal(
    'invalid_target',
    'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
  );
}

function claimsOf(token: string): JWTPayload {
  try {
    decodeProtectedHeader(token);
    return decodeJwt(token);
  } catch {
    throw new TokenRefusal('invalid_request', 'Unable to parse the ID Token.');
  }
}

function checkClaims(claims: JWTPayload, provider: SimulatedProvider, nowMs: number): void {
  const { iss = null, aud = [], iat = null, exp, nbf } = claims;
  if (iss !== provider.issuerUri) {
    throw new TokenRefusal(
      'invalid_grant',
      `The issuer in ID Token ${iss ?? 'null'} does not match the expected ones: ${provider.issuerUri}`,
    );
  }
  const audiences = [aud].flat();
  const own = `https://iam.googleapis.com/${provider.name}`;
  const allowed = provider.allowedAudiences.length === 0 ? [own] : provider.allowedAudiences;
  if (!audiences.some((one) => allowed.includes(one))) {
    throw new TokenRefusal(
      'invalid_grant',
      `The audience in ID Token [${audiences.join(', ')}] does not match the expected audience.`,
    );
  }
  const nowSeconds = nowMs / 1000;
  const begins = Math.max(iat ?? Number.POSITIVE_INFINITY, nbf ?? 0);
  const ends = exp ?? Number.NEGATIVE_INFINITY;
  if (nowSeconds + SKEW_SECONDS < begins || nowSeconds - SKEW_SECONDS > ends)
    throw new TokenRefusal('invalid_grant', `ID Token issued at ${iat ?? 'null'} is stale to sign-in.`);
}

async function checkSignature(identities: GoogleIdentities, provider: SimulatedProvider, token: string): Promise<void> {
  // A token that says it has no signature has none that could be verified.
  if (decodeProtectedHeader(token).alg === 'none') throw unverified();
  try {
    const keys = createLocalJWKSet(await identities.keysOf(provider.issuerUri));
    await compactVerify(token, keys, { algorithms: ['RS256', 'ES256', 'PS256'] });
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed)
      throw unverified();
    // A key that the issuer does not show is told in the same words as an issuer that cannot be reached.
    throw new TokenRefusal('invalid_grant', "Error connecting to the given credential's issuer.");
  }
}

function unverified(): TokenRefusal {
  return new TokenRefusal('invalid_grant', 'Unable to verify the ID Token signature.');
}
