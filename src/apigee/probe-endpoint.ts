import type { EndpointFacts } from '../app/ports/organization.ts';
import { isJsonObject, type JsonValue } from '../core/json.ts';
import type { HttpClient } from '../platform/http.ts';
import { isLoopbackHost } from '../platform/loopback.ts';
import { checkEndpoint } from './check-endpoint.ts';
import { translateExchangeFailure } from './unreachable-error.ts';

const TIMEOUT_MS = 15_000;
const MOST_ANSWER_BYTES = 1024 * 1024;
/** No organization has this name (one begins with a letter), and the call carries no token: nothing can be found. */
const NOBODY = '-';

/**
 * Asks the endpoint one thing without a token, which the Apigee API refuses in its own words. UserError `ENDPOINT_REFUSED`
 * for an address that no token may be sent to, RemoteError `REMOTE_UNREACHABLE` when no answer came.
 */
export async function probeEndpoint(endpoint: string, http: HttpClient): Promise<EndpointFacts> {
  const checked = checkEndpoint(endpoint);
  const url = new URL(checked);
  try {
    const answer = await http.send({
      method: 'GET',
      url: `${checked}/v1/organizations/${NOBODY}`,
      headers: { accept: 'application/json' },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MOST_ANSWER_BYTES,
    });
    const date = Date.parse(answer.headers.get('date') ?? '');
    return {
      url: checked,
      isEncrypted: url.protocol === 'https:',
      isThisMachine: isLoopbackHost(url.hostname),
      status: answer.status,
      isApigee: hasGoogleError(new TextDecoder().decode(answer.body)),
      ...(Number.isNaN(date) ? {} : { dateMs: date }),
    };
  } catch (error) {
    throw translateExchangeFailure(error, { operation: 'GET the endpoint', access: 'read' });
  }
}

/** Every refusal of the API is a JSON object with `error.code` and `error.status`. */
function hasGoogleError(text: string): boolean {
  try {
    // JSON.parse answers JSON, whatever it is.
    const body = JSON.parse(text) as JsonValue;
    const error = isJsonObject(body) ? body['error'] : undefined;
    return isJsonObject(error) && typeof error['code'] === 'number';
  } catch {
    return false;
  }
}
