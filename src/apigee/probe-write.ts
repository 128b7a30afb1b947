import type { TokenSource } from '../app/ports/organization.ts';
import { arrayField, isJsonObject, type JsonObject, stringField } from '../core/json.ts';
import type { HttpClient } from '../platform/http.ts';
import type { RandomSource } from '../platform/random.ts';
import { errorIn, type RefusedAnswer, type RefusedCall, translateRefusal } from './answer-error.ts';
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

/** The permission that the probed call takes. */
const PERMISSION = 'apigee.apiproducts.delete';

interface Asked {
  readonly method: 'GET' | 'DELETE';
  /** Below the organization. */
  readonly path: string;
  readonly call: RefusedCall;
}

/**
 * Whether an identity may write, without writing: it asks that an API product be deleted whose name nobody has. Refused for
 * want of the permission in an organization that the identity sees, it may not; told that there is no product of this name,
 * it may. Any other answer, also a 403 or 404 for another reason or from somebody between, proves nothing and is thrown.
 */
export async function probeWrite(probe: WriteProbe): Promise<'refused' | 'allowed'> {
  const name = `holdfast-doctor-${probe.random.uuid()}`;
  const call = { operation: 'DELETE apiproducts/holdfast-doctor-…', access: 'write' } as const;
  const answer = await ask(probe, { method: 'DELETE', path: `/apiproducts/${name}`, call });
  const error = errorIn(answer.text);
  if (error !== undefined && answer.status === 404 && stringField(error, 'status') === 'NOT_FOUND') {
    if (stringField(error, 'message')?.includes(name) === true) return 'allowed';
  }
  if (error !== undefined && answer.status === 403 && lacksPermission(error)) {
    // The same words are said of an organization that does not exist.
    const seen = { operation: 'GET the organization', access: 'read' } as const;
    const organization = await ask(probe, { method: 'GET', path: '', call: seen });
    if (organization.status === 200) return 'refused';
    throw translateRefusal(organization, seen);
  }
  throw translateRefusal(answer, call);
}

async function ask(
  { endpoint, organization, tokens, http }: WriteProbe,
  { method, path, call }: Asked,
): Promise<RefusedAnswer> {
  const { token } = await tokens.get();
  const answer = await http
    .send({
      method,
      url: `${checkEndpoint(endpoint)}/v1/organizations/${encodeURIComponent(organization)}${path}`,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MOST_ANSWER_BYTES,
    })
    .catch((error: unknown) => {
      throw translateExchangeFailure(error, call);
    });
  const text = new TextDecoder().decode(answer.body);
  return {
    status: answer.status,
    contentType: answer.headers.get('content-type') ?? '',
    text,
    retryAfterMs: undefined,
  };
}

/** Refused for want of the probed permission; a disabled API, a perimeter or a policy refuse for reasons of their own. */
function lacksPermission(error: JsonObject): boolean {
  if (stringField(error, 'status') !== 'PERMISSION_DENIED') return false;
  const details = arrayField(error, 'details').filter((detail) => isJsonObject(detail));
  const reasons = details.map((detail) => stringField(detail, 'reason')).filter((reason) => reason !== undefined);
  if (reasons.some((reason) => reason !== 'IAM_PERMISSION_DENIED')) return false;
  const named = details.some(({ metadata = null }) => isJsonObject(metadata) && metadata['permission'] === PERMISSION);
  return named || stringField(error, 'message')?.includes(PERMISSION) === true;
}
