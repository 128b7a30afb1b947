import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import type { MintedToken, MintToken } from '../../src/sim/azure/managed-identity.ts';

/** A managed identity, or whatever else an issuer gives tokens to. */
export interface IssuedIdentity {
  /** The subject of its tokens. */
  readonly objectId: string;
  readonly clientId: string;
  /** In its tokens besides. */
  readonly claims?: { readonly [name: string]: string };
}

export interface EntraIssuer {
  /** `https://sts.windows.net/TENANT/` */
  readonly issuer: string;
  /** A token of the provider for an identity; the first one without a client id. */
  readonly mint: MintToken;
  /** The keys that the issuer shows now. */
  readonly keys: () => Promise<JSONWebKeySet>;
  /** A token that the provider would never give, signed with its key. */
  readonly forge: (claims: JWTPayload) => Promise<string>;
  /** The issuer has new keys from now on, and shows the old one no more. */
  readonly rotate: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const CLIENT_SECRET = 'of-the-simulated-issuer';
const LIFE_SECONDS = 24 * 3600;

/** An issuer of tokens such as Entra ID's, made of a real OpenID provider on a port of this machine. */
export async function startEntraIssuer(issuer: string, identities: readonly IssuedIdentity[]): Promise<EntraIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = `key-of-${identities[0]?.objectId ?? 'nobody'}`;
  const privateJwk: JWK = { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  const provider = new Provider(issuer, configurationFor(identities, privateJwk));
  const server = createServer(provider.callback());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the issuer does not listen');
  const home = `http://127.0.0.1:${address.port}`;
  let rotated: JSONWebKeySet | undefined;
  return {
    issuer,
    rotate: async () => {
      const next = await generateKeyPair('RS256', { extractable: true });
      rotated = { keys: [{ ...(await exportJWK(next.publicKey)), kid: 'key-of-this-year', alg: 'RS256', use: 'sig' }] };
    },
    mint: ({ resource, clientId }) => {
      const identity = identities.find((one) => clientId === undefined || one.clientId === clientId);
      return identity === undefined ? Promise.resolve(undefined) : grant(home, identity, resource);
    },
    keys: async () => rotated ?? ((await (await fetch(`${home}/jwks`)).json()) as JSONWebKeySet),
    forge: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: publicJwk.kid ?? '', typ: 'JWT' }).sign(privateKey),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function grant(home: string, { objectId }: IssuedIdentity, resource: string): Promise<MintedToken> {
  const response = await fetch(`${home}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${objectId}:${CLIENT_SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
  });
  const answer = (await response.json()) as { access_token?: string; expires_in?: number };
  if (answer.access_token === undefined) throw new Error(`the issuer refused: ${JSON.stringify(answer)}`);
  return { token: answer.access_token, expiresAtMs: Date.now() + (answer.expires_in ?? 0) * 1000 };
}

/** Each identity is a client, so that the subject of its tokens, the client's id, is its object id. */
function configurationFor(identities: readonly IssuedIdentity[], key: JWK): object {
  return {
    clients: identities.map(({ objectId }) => ({
      client_id: objectId,
      client_secret: CLIENT_SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    jwks: { keys: [key] },
    ttl: { ClientCredentials: LIFE_SECONDS },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'api://unnamed',
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: '',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: LIFE_SECONDS,
        }),
      },
    },
    extraTokenClaims: (_context: unknown, token: { readonly clientId?: string }) => {
      const identity = identities.find(({ objectId }) => objectId === token.clientId);
      return identity === undefined ? {} : { oid: identity.objectId, appid: identity.clientId, ...identity.claims };
    },
  };
}
