import { type Context, Hono } from 'hono';
import { GoogleError, permissionDenied, TokenRefusal, unauthenticated } from './google-error.ts';
import type { GoogleIdentities, SimulatedProvider } from './google-identities.ts';
import { exchangeToken } from './token-exchange.ts';

const MOST_SECONDS = 3600;
const MOST_PERMISSIONS = 100;
const PROVIDERS_A_PAGE = 2;

interface Asked {
  readonly identities: GoogleIdentities;
  readonly token: string | undefined;
  readonly body: { readonly [name: string]: unknown };
  readonly query: URLSearchParams;
  /** What the parentheses of the route's pattern caught. */
  readonly parts: readonly string[];
}

interface Route {
  readonly http: 'GET' | 'POST';
  readonly path: RegExp;
  readonly handle: (asked: Asked) => object;
}

/** IAM credentials, IAM and the resource manager, as far as `doctor` and a sign-in go. Paths do not collide, so one port serves all. */
const routes: readonly Route[] = [
  { http: 'POST', path: /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/, handle: generateToken },
  {
    http: 'GET',
    path: /^\/v1\/(projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+\/providers\/[^/:]+)$/,
    handle: readProvider,
  },
  {
    http: 'GET',
    path: /^\/v1\/(projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/[^/]+)\/providers$/,
    handle: listProviders,
  },
  {
    http: 'POST',
    path: /^\/v1\/projects\/([^/]+)\/serviceAccounts\/([^/:]+):getIamPolicy$/,
    handle: readAccountPolicy,
  },
  { http: 'GET', path: /^\/v1\/projects\/([^/]+)\/serviceAccounts$/, handle: listAccounts },
  { http: 'GET', path: /^\/v1\/projects\/([^/]+)\/serviceAccounts\/([^/:]+)\/keys$/, handle: listAccountKeys },
  { http: 'GET', path: /^\/v1\/(projects\/([^/]+)\/roles\/[^/:]+)$/, handle: readRole },
  { http: 'POST', path: /^\/v3\/projects\/([^/:]+):testIamPermissions$/, handle: testPermissions },
  { http: 'POST', path: /^\/v3\/projects\/([^/:]+):getIamPolicy$/, handle: readProjectPolicy },
];

/** The HTTP face of Google's identity services: `sts`, `iamcredentials`, `iam` and `cloudresourcemanager` on one port. */
export function googleApp(identities: GoogleIdentities): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    if (error instanceof TokenRefusal)
      return context.json({ error: error.error, error_description: error.message }, 400);
    if (error instanceof GoogleError) return context.json(error.body(), error.httpStatus);
    return context.json({ error: { code: 500, message: error.message, status: 'INTERNAL' } }, 500);
  });
  app.post('/v1/token', async (context) => {
    const form = new URLSearchParams(await context.req.text());
    return context.json(await exchangeToken(identities, form));
  });
  app.all('*', async (context) => {
    const path = decodeURIComponent(context.req.path);
    for (const route of routes) {
      const found = route.http === context.req.method ? route.path.exec(path) : null;
      if (found === null) continue;
      const { token, body } = await read(context);
      const query = new URL(context.req.url).searchParams;
      return context.json(route.handle({ identities, token, body, query, parts: found.slice(1) }));
    }
    throw new GoogleError(404, 'NOT_FOUND', `${context.req.method} ${path} is not modelled`);
  });
  return app;
}

async function read(context: Context): Promise<Pick<Asked, 'token' | 'body'>> {
  const [, token] = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '') ?? [];
  const text = await context.req.text();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  return { token, body: typeof body === 'object' && body !== null ? { ...body } : {} };
}

function generateToken({ identities, token, body, parts: [email = ''] }: Asked): object {
  const holder = identities.findHolder(token);
  if (holder === undefined) throw unauthenticated();
  const bindings = identities.findAccount(email);
  if (bindings === undefined)
    throw new GoogleError(404, 'NOT_FOUND', `Not found; Gaia id not found for email ${email}`);
  const mayImpersonate =
    identities.hasRole(bindings, 'roles/iam.workloadIdentityUser', holder) ||
    identities.hasRole(bindings, 'roles/iam.serviceAccountTokenCreator', holder);
  if (!mayImpersonate) throw permissionDenied('iam.serviceAccounts.getAccessToken');
  const lifetime = body['lifetime'] ?? '3600s';
  const [, seconds] = /^(\d+)s$/.exec(typeof lifetime === 'string' ? lifetime : '') ?? [];
  if (seconds === undefined || Number(seconds) === 0 || Number(seconds) > MOST_SECONDS) {
    throw new GoogleError(
      400,
      'INVALID_ARGUMENT',
      'The access tokens can not have lifetimes of more than 1 hour, nor of none.',
    );
  }
  if (!Array.isArray(body['scope']) || body['scope'].length === 0)
    throw new GoogleError(400, 'INVALID_ARGUMENT', 'The scope is missing.');
  const expiresAtMs = identities.clock.nowMs() + Number(seconds) * 1000;
  const accessToken = identities.issue({ type: 'account', principal: email, attributes: {}, expiresAtMs });
  return { accessToken, expireTime: new Date(expiresAtMs).toISOString().replace(/\.\d+Z$/, 'Z') };
}

/** Throws unless the caller has the permission in the project. */
function allow({ identities, token }: Asked, projectId: string, permission: string): void {
  const holder = identities.findHolder(token);
  if (holder === undefined) throw unauthenticated();
  if (!identities.permissionsOf(holder, projectId).has(permission)) throw permissionDenied(permission);
}

function readProvider(asked: Asked): object {
  const { identities, parts } = asked;
  const [name = ''] = parts;
  const [, project = ''] = /^projects\/([^/]+)\//.exec(name) ?? [];
  allow(asked, project, 'iam.workloadIdentityPoolProviders.get');
  const provider = identities.findProvider(name);
  if (provider === undefined) throw new GoogleError(404, 'NOT_FOUND', 'Requested entity was not found.');
  return shown(provider);
}

/** Small pages. Deleted providers do not exist here. */
function listProviders(asked: Asked): object {
  const { identities, query, parts } = asked;
  const [pool = '', project = ''] = parts;
  allow(asked, project, 'iam.workloadIdentityPoolProviders.list');
  const all = identities.listProviders(pool);
  const start = Number(query.get('pageToken') ?? '0');
  const end = start + PROVIDERS_A_PAGE;
  const page = all.slice(start, end).map(shown);
  return {
    ...(page.length === 0 ? {} : { workloadIdentityPoolProviders: page }),
    ...(end < all.length ? { nextPageToken: String(end) } : {}),
  };
}

function shown(provider: SimulatedProvider): object {
  const { name, issuerUri, allowedAudiences, attributeMapping, attributeCondition, disabled } = provider;
  return {
    name,
    state: 'ACTIVE',
    ...(disabled === true ? { disabled } : {}),
    attributeMapping,
    ...(attributeCondition === undefined ? {} : { attributeCondition }),
    oidc: { issuerUri, ...(allowedAudiences.length === 0 ? {} : { allowedAudiences }) },
  };
}

function readAccountPolicy(asked: Asked): object {
  const { identities, parts } = asked;
  const [written = '', email = ''] = parts;
  const project = written === '-' ? (/@([^.]+)\./.exec(email)?.[1] ?? '') : written;
  allow(asked, project, 'iam.serviceAccounts.getIamPolicy');
  const bindings = identities.findAccount(email);
  if (bindings === undefined) throw new GoogleError(404, 'NOT_FOUND', `Unknown service account`);
  return { version: 1, etag: 'BwX=', bindings };
}

/** All on one page. */
function listAccounts(asked: Asked): object {
  const { identities, parts } = asked;
  const [project = ''] = parts;
  allow(asked, project, 'iam.serviceAccounts.list');
  const accounts = identities
    .listAccounts(project)
    .map((email) => ({ name: `projects/${project}/serviceAccounts/${email}`, email }));
  return accounts.length === 0 ? {} : { accounts };
}

/** Those that users made; Google's own are never shown here. */
function listAccountKeys(asked: Asked): object {
  const { identities, parts } = asked;
  const [project = '', email = ''] = parts;
  allow(asked, project, 'iam.serviceAccountKeys.list');
  if (identities.findAccount(email) === undefined) throw new GoogleError(404, 'NOT_FOUND', 'Unknown service account');
  const keys = identities.listKeys(email).map(({ id, madeAtMs, disabled }) => ({
    name: `projects/${project}/serviceAccounts/${email}/keys/${id}`,
    validAfterTime: new Date(madeAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    validBeforeTime: '9999-12-31T23:59:59Z',
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    keyOrigin: 'GOOGLE_PROVIDED',
    keyType: 'USER_MANAGED',
    ...(disabled ? { disabled } : {}),
  }));
  return keys.length === 0 ? {} : { keys };
}

function readRole(asked: Asked): object {
  const { identities, parts } = asked;
  const [name = '', project = ''] = parts;
  allow(asked, project, 'iam.roles.get');
  const permissions = identities.findRole(name);
  if (permissions === undefined) throw new GoogleError(404, 'NOT_FOUND', `The role named ${name} was not found.`);
  return { name, includedPermissions: permissions, stage: 'GA', etag: 'BwX=' };
}

/** Anybody who is signed in may ask what he himself may do. */
function testPermissions({ identities, token, body, parts: [project = ''] }: Asked): object {
  const holder = identities.findHolder(token);
  if (holder === undefined) throw unauthenticated();
  const asked = Array.isArray(body['permissions']) ? body['permissions'].map(String) : [];
  if (asked.length > MOST_PERMISSIONS)
    throw new GoogleError(400, 'INVALID_ARGUMENT', `No more than ${MOST_PERMISSIONS} permissions may be asked for.`);
  if (identities.findProject(project) === undefined)
    throw new GoogleError(403, 'PERMISSION_DENIED', 'The caller does not have permission');
  const owned = identities.permissionsOf(holder, project);
  const permissions = asked.filter((permission) => owned.has(permission));
  return permissions.length === 0 ? {} : { permissions };
}

function readProjectPolicy(asked: Asked): object {
  const { identities, parts } = asked;
  const [project = ''] = parts;
  allow(asked, project, 'resourcemanager.projects.getIamPolicy');
  return { version: 1, etag: 'BwX=', bindings: identities.findProject(project) ?? [] };
}
