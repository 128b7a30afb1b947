import type { TokenSource } from '../app/ports/organization.ts';
import type { GoogleIam, IamBinding, IamProvider } from '../app/ports/identity.ts';
import { type ErrorCode, RemoteError } from '../core/errors.ts';
import { arrayField, isJsonObject, type JsonObject, type JsonValue, stringField } from '../core/json.ts';
import type { HttpClient } from '../platform/http.ts';
import type { GoogleEndpoints } from './google-endpoints.ts';

const TIMEOUT_MS = 20_000;
const MOST_BYTES = 4 * 1024 * 1024;
/** As many as are asked for at once. */
const PERMISSIONS_AT_ONCE = 100;

export interface GoogleIamOptions {
  readonly tokens: TokenSource;
  readonly http: HttpClient;
  readonly endpoints: GoogleEndpoints;
}

/** Looks at Google's access control as one identity; changes nothing. Refusals are RemoteErrors by their status. */
export function createGoogleIam({ tokens, http, endpoints }: GoogleIamOptions): GoogleIam {
  const call = async (method: 'GET' | 'POST', url: string, body?: object): Promise<JsonObject> => {
    const { token } = await tokens.get();
    const operation = `${method} ${new URL(url).pathname}`;
    const request = {
      method,
      url,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MOST_BYTES,
      ...(body === undefined ? {} : { body: new TextEncoder().encode(JSON.stringify(body)) }),
    };
    const answer = await http.send(request).catch((error: unknown) => {
      throw failure(operation, undefined, 'no answer came', error);
    });
    const json = parse(new TextDecoder().decode(answer.body));
    if (answer.status === 200) return json;
    const { error } = json;
    const said = isJsonObject(error) ? stringField(error, 'message') : undefined;
    throw failure(operation, answer.status, said ?? 'no reason was given');
  };
  return {
    async ownPermissions(project, asked) {
      const owned: string[] = [];
      for (let at = 0; at < asked.length; at += PERMISSIONS_AT_ONCE) {
        const permissions = asked.slice(at, at + PERMISSIONS_AT_ONCE);
        const url = `${endpoints.resourceManager}/v3/projects/${encodeURIComponent(project)}:testIamPermissions`;
        owned.push(...textsOf(await call('POST', url, { permissions }), 'permissions'));
      }
      return owned;
    },
    async readProvider(name) {
      return providerOf(await call('GET', `${endpoints.iam}/v1/${name}`));
    },
    async listProviders(pool) {
      const names: string[] = [];
      let page = '';
      do {
        const query = page === '' ? '' : `?pageToken=${encodeURIComponent(page)}`;
        const answer = await call('GET', `${endpoints.iam}/v1/${pool}/providers${query}`);
        for (const provider of arrayField(answer, 'workloadIdentityPoolProviders'))
          names.push(
            (isJsonObject(provider) ? stringField(provider, 'name') : undefined) ?? 'a provider without a name',
          );
        page = stringField(answer, 'nextPageToken') ?? '';
      } while (page !== '');
      return names;
    },
    async readAccountBindings(project, email) {
      const account = `projects/${encodeURIComponent(project)}/serviceAccounts/${encodeURIComponent(email)}`;
      return bindingsOf(await call('POST', `${endpoints.iam}/v1/${account}:getIamPolicy`, {}));
    },
    async readRole(name) {
      return textsOf(await call('GET', `${endpoints.iam}/v1/${name}`), 'includedPermissions');
    },
    async readProjectBindings(project) {
      const url = `${endpoints.resourceManager}/v3/projects/${encodeURIComponent(project)}:getIamPolicy`;
      return bindingsOf(await call('POST', url, { options: { requestedPolicyVersion: 3 } }));
    },
  };
}

function parse(text: string): JsonObject {
  try {
    // What JSON.parse gives is JSON.
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function textsOf(json: JsonObject, field: string): string[] {
  return arrayField(json, field).filter((value) => typeof value === 'string');
}

function providerOf(json: JsonObject): IamProvider {
  const { oidc = null, attributeMapping = null, disabled, state } = json;
  const mapping = isJsonObject(attributeMapping) ? Object.entries(attributeMapping) : [];
  return {
    issuer: isJsonObject(oidc) ? stringField(oidc, 'issuerUri') : undefined,
    allowedAudiences: isJsonObject(oidc) ? textsOf(oidc, 'allowedAudiences') : [],
    mapping: Object.fromEntries(mapping.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    condition: stringField(json, 'attributeCondition'),
    isActive: disabled !== true && (state === undefined || state === 'ACTIVE'),
  };
}

function bindingsOf(json: JsonObject): IamBinding[] {
  return arrayField(json, 'bindings').flatMap((binding) => {
    if (!isJsonObject(binding)) return [];
    return [{ role: stringField(binding, 'role') ?? '', members: textsOf(binding, 'members') }];
  });
}

const codes: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'REMOTE_DENIED',
  404: 'REMOTE_NOT_FOUND',
};

function failure(operation: string, status: number | undefined, said: string, cause?: unknown): RemoteError {
  return new RemoteError({
    code: (status === undefined ? 'REMOTE_UNREACHABLE' : codes[status]) ?? 'REMOTE_FAILED',
    message: `${operation} ${status === undefined ? 'failed' : `was answered ${status}`}: ${said}`,
    operation,
    retryable: status === undefined || status >= 500,
    ...(status === undefined ? {} : { status }),
    ...(cause === undefined ? {} : { cause }),
  });
}
