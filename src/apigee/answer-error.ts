import { type ErrorCode, RemoteError } from '../core/errors.ts';
import { arrayField, isJsonObject, type JsonObject, type JsonValue, stringField } from '../core/json.ts';

/** An answer that is not a success, as far as its translation needs it. */
export interface RefusedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
}

export interface RefusedCall {
  /** Method and path, keys masked. */
  readonly operation: string;
  readonly access: 'read' | 'write';
}

/** Google's canonical status of this error is answered while another operation of the organization runs. */
export const LOCKED = 'LOCKED_BY_OPERATION';

/** The feature does not exist for this type of environment: no failure, and not an empty list. */
export const NOT_APPLICABLE = 'NOT_APPLICABLE';

/**
 * Translates an answer with an error status, by status and canonical reason. Message text decides in two documented cases
 * only, which the service does not tell apart otherwise: the lock of a running operation (`reason` is then `LOCKED`), and
 * what an environment's type does not have (`NOT_APPLICABLE`).
 */
export function translateRefusal(answer: RefusedAnswer, call: RefusedCall): RemoteError {
  if (looksLikeHtml(answer) && answer.status < 500)
    return notApigee(call.operation, `HTML with status ${answer.status}`);
  const error = errorIn(answer.text);
  const said = error === undefined ? '' : sentence(error);
  const reason = reasonOf(answer.status, error);
  const retryable = answer.status === 429 || answer.status >= 500 || reason === LOCKED;
  return new RemoteError({
    code: codeOf(answer.status),
    message: `${call.operation} was answered ${answer.status}${reason === undefined ? '' : ` ${reason}`}${said === '' ? '.' : `: ${said}`}`,
    next: nextOf(answer.status),
    operation: call.operation,
    status: answer.status,
    ...(reason === undefined ? {} : { reason }),
    // 501 says that it never will.
    retryable: retryable && answer.status !== 501,
    ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
    // After a server error nobody knows how far the call got.
    ambiguous: call.access === 'write' && answer.status >= 500 && answer.status !== 501,
  });
}

/** The error for an answer that is no JSON: most likely the endpoint is some other server. */
export function notApigee(operation: string, what: string): RemoteError {
  return new RemoteError({
    code: 'ENDPOINT_NOT_APIGEE',
    message: `The endpoint answers ${what} to ${operation}, so it is not the Apigee API.`,
    next: 'Check the endpoint (HOLDFAST_APIGEE_ENDPOINT) and what proxies stand before it.',
    operation,
  });
}

/** The error for a successful answer that is not what the path should answer. */
export function unexpectedAnswer(call: { readonly method: string; readonly path: string }, what: string): RemoteError {
  const operation = `${call.method} ${call.path || 'the organization'}`;
  return new RemoteError({
    code: 'REMOTE_ANSWER_INVALID',
    message: `${operation} answered ${what}, so it cannot be kept.`,
    next: 'Run again; if it stays, something between here and Apigee changes the answers.',
    operation,
  });
}

export function looksLikeHtml(answer: { readonly contentType: string; readonly text: string }): boolean {
  return /^\s*text\/html\b/i.test(answer.contentType) || /^\s*</.test(answer.text);
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'UNAUTHENTICATED';
    case 403:
      return 'REMOTE_DENIED';
    case 404:
      return 'REMOTE_NOT_FOUND';
    case 409:
      return 'REMOTE_CONFLICT';
    case 400:
    case 412:
    case 413:
    case 422:
      return 'REMOTE_INVALID';
    default:
      return 'REMOTE_FAILED';
  }
}

function nextOf(status: number): string {
  switch (status) {
    case 401:
      return 'Get a new token and run again; what was read until now is kept.';
    case 403:
      return 'Grant the identity the permission that the message names, or accept the gap in the configuration.';
    case 404:
      return 'Check the name; it may have been deleted meanwhile.';
    case 429:
      return 'Run again when less of the quota is used, or lower HOLDFAST_QUOTA_SHARE.';
    default:
      return status >= 500 ? 'Run again later.' : 'Correct what the message names.';
  }
}

// Both texts are the service's own (facts of the API: long-running operations; environment types).
const LOCK_TEXT = /locked by another operation/i;
const ENVIRONMENT_TYPE_TEXT =
  /\b(?:BASE|INTERMEDIATE|COMPREHENSIVE)\b.*\benvironment|\benvironment.*\b(?:BASE|INTERMEDIATE|COMPREHENSIVE)\b|operation (?:is )?not supported/is;

function reasonOf(status: number, error: JsonObject | undefined): string | undefined {
  if (error === undefined) return undefined;
  const canonical = stringField(error, 'status');
  const message = stringField(error, 'message') ?? '';
  if (status === 400 && LOCK_TEXT.test(message)) return LOCKED;
  if (status === 400 && ENVIRONMENT_TYPE_TEXT.test(message)) return NOT_APPLICABLE;
  return canonical;
}

/** Google's error in an answer, where it is one. */
export function errorIn(text: string): JsonObject | undefined {
  try {
    // JSON.parse answers JSON, whatever it is.
    const body = JSON.parse(text) as JsonValue;
    const error = isJsonObject(body) ? body['error'] : undefined;
    return isJsonObject(error) ? error : undefined;
  } catch {
    return undefined;
  }
}

const LONGEST_SENTENCE = 2000;

/** The message with the violations of all details: a refused bundle names its files only there. */
function sentence(error: JsonObject): string {
  const violations = arrayField(error, 'details').flatMap((detail) =>
    isJsonObject(detail) ? [...arrayField(detail, 'violations'), ...arrayField(detail, 'fieldViolations')] : [],
  );
  const message = stringField(error, 'message') ?? '';
  const named = violations.flatMap((violation) => {
    if (!isJsonObject(violation)) return [];
    const where =
      stringField(violation, 'filename') ?? stringField(violation, 'field') ?? stringField(violation, 'subject');
    const text = stringField(violation, 'description') ?? '';
    return text === '' || text === message ? [] : [where === undefined ? text : `${where}: ${text}`];
  });
  return [message, ...named]
    .filter((part) => part !== '')
    .join('; ')
    .slice(0, LONGEST_SENTENCE);
}
