import { type Context, Hono } from 'hono';

/** A token as an issuer made it. */
export interface MintedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

/**
 * Makes the token of a managed identity for a resource: the system-assigned one without a client id. Undefined where there
 * is no such identity.
 */
export type MintToken = (request: {
  readonly resource: string;
  readonly clientId: string | undefined;
}) => Promise<MintedToken | undefined>;

export interface ManagedIdentityOptions {
  readonly mint: MintToken;
  /** The value of `IDENTITY_HEADER`: who does not send it is somebody else. */
  readonly identityHeader: string;
}

const APP_SERVICE_VERSION = '2019-08-01';
const IMDS_VERSION = '2018-02-01';

/**
 * What a workload on Azure finds on its own machine: the identity endpoint of App Service and Container Apps below `/msi/token`,
 * and the instance metadata service of a virtual machine below `/metadata/identity/oauth2/token`. Nothing else is answered.
 */
export function managedIdentityApp({ mint, identityHeader }: ManagedIdentityOptions): Hono {
  const app = new Hono();
  app.get('/msi/token', async (context) => {
    if (context.req.header('x-identity-header') !== identityHeader)
      return refusal(context, 401, 'unauthorized', 'The header X-IDENTITY-HEADER is missing or wrong.');
    return answer(context, APP_SERVICE_VERSION, mint);
  });
  // The library asks with a slash at the end.
  for (const path of ['/metadata/identity/oauth2/token', '/metadata/identity/oauth2/token/']) {
    app.get(path, async (context) => {
      if (context.req.header('metadata')?.toLowerCase() !== 'true')
        return refusal(context, 400, 'invalid_request', 'Required metadata header not specified');
      return answer(context, IMDS_VERSION, mint);
    });
  }
  app.notFound((context) => refusal(context, 404, 'not_found', `${context.req.path} is not modelled`));
  return app;
}

async function answer(context: Context, version: string, mint: MintToken): Promise<Response> {
  const { resource, client_id: clientId, ...rest } = context.req.query();
  if (rest['api-version'] !== version)
    return refusal(context, 400, 'invalid_request', `Required query parameter api-version is not ${version}`);
  const unknown = Object.keys(rest).find((name) => name !== 'api-version');
  if (unknown !== undefined) return refusal(context, 400, 'invalid_request', `${unknown} is not modelled`);
  if (resource === undefined || resource === '')
    return refusal(context, 400, 'invalid_request', 'Required audience parameter not specified');
  const minted = await mint({ resource, clientId });
  if (minted === undefined) return refusal(context, 400, 'invalid_request', 'Identity not found');
  // A number written as a text.
  const expiresOn = String(Math.floor(minted.expiresAtMs / 1000));
  return context.json({
    access_token: minted.token,
    ...(clientId === undefined ? {} : { client_id: clientId }),
    expires_on: expiresOn,
    resource,
    token_type: 'Bearer',
  });
}

function refusal(context: Context, status: 400 | 401 | 404, error: string, description: string): Response {
  return context.json({ error, error_description: description }, status);
}
