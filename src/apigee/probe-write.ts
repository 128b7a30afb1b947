import type { TokenSource } from '../app/ports.ts';
import type { HttpClient } from '../platform/http.ts';
import type { RandomSource } from '../platform/random.ts';
import { translateRefusal } from './answer-error.ts';
import { checkEndpoint } from './check-endpoint.ts';
import { translateExchangeFailure } from './unreachable-error.ts';

const TIMEOUT_MS = 20_000;
const MOST_ANSWER_BYTES = 1024 * 1024;

export interface WriteProbe {
  readonly endpoint: string;
  readonly organization: string;
  readonly tokens: TokenSource;
  readonly http: HttpClient;
  readonly random: RandomSource;
}

/**
 * Whether an identity may write, without writing: it asks that an API product be deleted whose name nobody has. Refused (403)
 * before anybody looks for it, it may not; not found (404), it may. Any other answer is thrown as what it is.
 */
export async function probeWrite({
  endpoint,
  organization,
  tokens,
  http,
  random,
}: WriteProbe): Promise<'refused' | 'allowed'> {
  const { token } = await tokens.get();
  const name = `holdfast-doctor-${random.uuid()}`;
  const call = { operation: 'DELETE apiproducts/holdfast-doctor-…', access: 'write' } as const;
  const answer = await http
    .send({
      method: 'DELETE',
      url: `${checkEndpoint(endpoint)}/v1/organizations/${encodeURIComponent(organization)}/apiproducts/${name}`,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MOST_ANSWER_BYTES,
    })
    .catch((error: unknown) => {
      throw translateExchangeFailure(error, call);
    });
  if (answer.status === 403) return 'refused';
  if (answer.status === 404) return 'allowed';
  const text = new TextDecoder().decode(answer.body);
  const contentType = answer.headers.get('content-type') ?? '';
  throw translateRefusal({ status: answer.status, contentType, text, retryAfterMs: undefined }, call);
}
