import { z } from 'zod';
import type { TokenSource } from '../app/ports/organization.ts';
import { RemoteError } from '../core/errors.ts';
import type { HttpClient } from '../platform/http.ts';
import { HttpTransportError } from '../platform/http-transport-error.ts';

export interface ServiceAccountKey {
  /** The account's e-mail address. */
  readonly account: string;
  /** Id of the key; never the key. */
  readonly id: string;
  readonly madeAt: string;
  readonly disabled: boolean;
}

export interface ServiceAccountKeyOptions {
  readonly project: string;
  /** `https://iam.googleapis.com` */
  readonly endpoint: string;
  readonly tokens: TokenSource;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 8 * 1024 * 1024;
const ACCOUNTS_PER_PAGE = 100;
const MOST_PAGES = 1000;

const accountsSchema = z.looseObject({
  accounts: z.optional(z.array(z.looseObject({ email: z.string() }))),
  nextPageToken: z.optional(z.string()),
});
const keysSchema = z.looseObject({
  keys: z.optional(
    z.array(z.looseObject({ name: z.string(), validAfterTime: z.string(), disabled: z.optional(z.boolean()) })),
  ),
});

/**
 * The keys that users made for the service accounts of a project; those that Google rotates itself are none. Complete, or
 * RemoteError: `REMOTE_DENIED` where the identity may not list them.
 */
export async function listServiceAccountKeys(options: ServiceAccountKeyOptions): Promise<readonly ServiceAccountKey[]> {
  const found: ServiceAccountKey[] = [];
  let pageToken = '';
  for (let page = 0; ; page += 1) {
    const query = new URLSearchParams({ pageSize: String(ACCOUNTS_PER_PAGE), ...(pageToken !== '' && { pageToken }) });
    const answer = await get(
      options,
      `/v1/projects/${encodeURIComponent(options.project)}/serviceAccounts?${query.toString()}`,
    );
    const { accounts = [], nextPageToken = '' } = parsed(answer, accountsSchema);
    for (const { email } of accounts) found.push(...(await keysOf(options, email)));
    if (nextPageToken === '') return found;
    if (nextPageToken === pageToken || page >= MOST_PAGES) throw invalid('the list of service accounts does not end');
    pageToken = nextPageToken;
  }
}

async function keysOf(options: ServiceAccountKeyOptions, account: string): Promise<readonly ServiceAccountKey[]> {
  const path = `/v1/projects/${encodeURIComponent(options.project)}/serviceAccounts/${encodeURIComponent(account)}/keys?keyTypes=USER_MANAGED`;
  const { keys = [] } = parsed(await get(options, path), keysSchema);
  return keys.map(({ name, validAfterTime, disabled }) => ({
    account,
    id: name.slice(name.lastIndexOf('/') + 1),
    madeAt: validAfterTime,
    disabled: disabled === true,
  }));
}

async function get(options: ServiceAccountKeyOptions, path: string): Promise<Uint8Array> {
  const { endpoint, http, tokens, signal, project } = options;
  const url = `${endpoint}${path}`;
  const common = { operation: 'list service account keys', resource: `projects/${project}` };
  try {
    const { token, quotaProject } = await tokens.get();
    const { status, body } = await http.send({
      method: 'GET',
      url,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(quotaProject !== undefined && { 'x-goog-user-project': quotaProject }),
      },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MOST_BYTES,
      signal,
    });
    if (status === 200) return body;
    const isDenied = status === 401 || status === 403;
    throw new RemoteError({
      ...common,
      status,
      code: isDenied ? 'REMOTE_DENIED' : status === 404 ? 'REMOTE_NOT_FOUND' : 'REMOTE_FAILED',
      message: `Google IAM answered ${status} when asked for the service account keys of the project ${project}.`,
      next: isDenied
        ? 'Grant the capture identity iam.serviceAccounts.list and iam.serviceAccountKeys.list (roles/iam.serviceAccountViewer has them).'
        : 'Check identity.trust.projectId; run it again later.',
    });
  } catch (error) {
    if (!(error instanceof HttpTransportError)) throw error;
    throw new RemoteError({
      ...common,
      code: 'REMOTE_UNREACHABLE',
      message: `Google IAM was not reached: ${error.message}`,
      next: 'Check the network and the proxy.',
      cause: error,
    });
  }
}

function parsed<Value>(body: Uint8Array, schema: z.ZodType<Value>): Value {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body).toString());
  } catch (cause) {
    throw invalid('the answer is no JSON', cause);
  }
  const result = schema.safeParse(json);
  if (!result.success) throw invalid('the answer has another form', result.error);
  return result.data;
}

function invalid(reason: string, cause?: unknown): RemoteError {
  return new RemoteError({
    operation: 'list service account keys',
    code: 'REMOTE_ANSWER_INVALID',
    message: `What Google IAM answered cannot be used: ${reason}.`,
    next: 'Run it again; if it stays, tell the maintainers.',
    cause,
  });
}
