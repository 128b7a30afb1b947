import { RemoteError } from '../core/errors.ts';
import { HttpTransportError } from '../platform/http-transport-error.ts';
import type { RefusedCall } from './answer-error.ts';

/** Translates the failure of an exchange that brought no whole answer; anything else comes back as it is. */
export function translateExchangeFailure(error: unknown, call: RefusedCall): unknown {
  if (!(error instanceof HttpTransportError)) return error;
  const { operation } = call;
  if (error.fault === 'tooLarge') {
    return new RemoteError({
      code: 'REMOTE_ANSWER_INVALID',
      message: `The answer to ${operation} is larger than any answer of the Apigee API: ${error.message}.`,
      next: 'Check the endpoint (HOLDFAST_APIGEE_ENDPOINT).',
      operation,
      cause: error,
      ambiguous: call.access === 'write',
    });
  }
  return new RemoteError({
    code: 'REMOTE_UNREACHABLE',
    message: `${operation} got no whole answer: ${error.message}.`,
    next: nextOf(error),
    operation,
    cause: error,
    retryable: error.isTransient,
    ambiguous: call.access === 'write' && error.mayHaveArrived,
  });
}

function nextOf(error: HttpTransportError): string {
  switch (error.fault) {
    case 'tls':
      return 'Check the certificate authorities: NODE_EXTRA_CA_CERTS names private ones.';
    case 'proxy':
      return 'Check HTTPS_PROXY and NO_PROXY.';
    case 'refused':
    case 'unresolved':
      return 'Check the endpoint (HOLDFAST_APIGEE_ENDPOINT) and the network.';
    default:
      return 'Run again later.';
  }
}
