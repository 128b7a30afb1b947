import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemoteError, UserError } from '../../core/errors.ts';
import { findAzureCode, findAzureStatus, findAzureTime, translateAzureError } from './azure-error.ts';

const read = { operation: 'read a', place: 'Azure container acme/vault' };

/** An error as the libraries throw it. */
function azureError(
  facts: {
    readonly name?: string;
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Error {
  const { headers, ...rest } = facts;
  const response = headers === undefined ? {} : { response: { headers: { get: (name: string) => headers[name] } } };
  return Object.assign(new Error('no'), rest, response);
}

function translated(error: unknown, during: Parameters<typeof translateAzureError>[1] = read): Record<string, unknown> {
  const result = translateAzureError(error, during);
  assert.ok(result instanceof RemoteError || result instanceof UserError);
  const { code, message, next } = result;
  assert.equal(result.cause, error);
  if (!(result instanceof RemoteError)) return { code, message, next };
  const { retryable, ambiguous, status, reason, retryAfterMs, operation } = result;
  return { code, message, next, retryable, ambiguous, status, reason, retryAfterMs, operation };
}

test('status, code and time are read where they are of the form that they have', () => {
  const date = 'Sun, 10 May 2026 00:00:00 GMT';
  assert.equal(findAzureStatus(azureError({ statusCode: 404 })), 404);
  assert.equal(findAzureCode(azureError({ code: 'BlobNotFound' })), 'BlobNotFound');
  assert.equal(findAzureTime(azureError({ headers: { date } })), Date.UTC(2026, 4, 10));
  const headers = { 'x-ms-error-code': 'ContainerNotFound' };
  assert.equal(findAzureCode(azureError({ headers })), 'ContainerNotFound', 'of an answer without a body');
  assert.equal(findAzureCode(azureError({ code: 'BlobNotFound', headers })), 'BlobNotFound');
  for (const error of [
    azureError(),
    azureError({ statusCode: '404', code: 404, headers: {} }),
    azureError({ headers: { date: 'yesterday' } }),
    Object.assign(new Error('no'), { response: null }),
    Object.assign(new Error('no'), { response: { headers: {} } }),
    { statusCode: 404, code: 'BlobNotFound', response: { headers: { get: () => date } } },
    undefined,
  ]) {
    assert.deepEqual(
      [findAzureStatus(error), findAzureCode(error), findAzureTime(error)],
      [undefined, undefined, undefined],
    );
  }
});

test('what is ours comes back as it is', () => {
  const ours = new UserError({ code: 'USAGE', message: 'x' });
  assert.equal(translateAzureError(ours, read), ours);
});

test('each answer of the service becomes what the port promises', () => {
  const cases = [
    [{ statusCode: 404, code: 'ContainerNotFound' }, 'VAULT_NOT_FOUND'],
    [{ statusCode: 401 }, 'UNAUTHENTICATED'],
    [{ statusCode: 401, code: 'InvalidAuthenticationInfo' }, 'UNAUTHENTICATED'],
    [{ name: 'AuthenticationError', statusCode: 400 }, 'UNAUTHENTICATED'],
    [{ name: 'AuthenticationRequiredError' }, 'UNAUTHENTICATED'],
    [{ name: 'CredentialUnavailableError' }, 'NO_CREDENTIALS'],
    [{ name: 'AggregateAuthenticationError', statusCode: 401 }, 'NO_CREDENTIALS'],
    [{ statusCode: 403 }, 'STORE_DENIED'],
    [{ statusCode: 403, code: 'AuthenticationFailed' }, 'STORE_DENIED'],
    [{ statusCode: 507 }, 'STORE_FULL'],
    [{ statusCode: 409, code: 'AccountLimitExceeded' }, 'STORE_FULL'],
    [{ statusCode: 408 }, 'STORE_UNREACHABLE'],
    [{ statusCode: 429 }, 'STORE_UNREACHABLE'],
    [{ statusCode: 499 }, 'STORE_FAILED'],
    [{ statusCode: 500 }, 'STORE_UNREACHABLE'],
    [{ statusCode: 503, code: 'ServerBusy' }, 'STORE_UNREACHABLE'],
    [{ statusCode: 409, code: 'ContainerBeingDeleted' }, 'STORE_UNREACHABLE'],
    [{ statusCode: 409 }, 'STORE_FAILED'],
    [{ statusCode: 404, code: 'BlobNotFound' }, 'STORE_FAILED'],
    [{ name: 'RestError', statusCode: 400 }, 'STORE_FAILED'],
    [{ name: 'RestError', code: 'PARSE_ERROR' }, 'STORE_UNREACHABLE'],
    [{ name: 'AbortError' }, 'STORE_UNREACHABLE'],
    [{ name: 'TimeoutError' }, 'STORE_UNREACHABLE'],
    [{ code: 'ECONNRESET' }, 'STORE_UNREACHABLE'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'STORE_FAILED'],
    [{}, 'STORE_FAILED'],
  ] as const;
  for (const [facts, code] of cases) assert.equal(translated(azureError(facts)).code, code, JSON.stringify(facts));
});

test('an error says what was done where, with the status and the reason of the service', () => {
  assert.deepEqual(translated(azureError({ statusCode: 409, code: 'BlobArchived' })), {
    code: 'STORE_FAILED',
    message: 'The Azure container acme/vault failed to read a (409 BlobArchived).',
    next: 'Look at the cause; if the place cannot hold a vault, choose another one in HOLDFAST_VAULT.',
    operation: 'read a',
    status: 409,
    reason: 'BlobArchived',
    retryable: false,
    ambiguous: false,
    retryAfterMs: undefined,
  });
  assert.match(String(translated(azureError({ statusCode: 404, code: 'ContainerNotFound' })).message), /acme\/vault/);
});

test('only what may have changed something is left open', () => {
  const busy = azureError({ statusCode: 503 });
  assert.deepEqual([translated(busy).retryable, translated(busy).ambiguous], [true, false]);
  assert.equal(translated(busy, { ...read, writes: true }).ambiguous, true);
  assert.equal(translated(busy, { ...read, writes: false }).ambiguous, false);
});

test('how long the service asks to be left alone is milliseconds in two headers, and seconds in another', () => {
  const wait = (headers: Readonly<Record<string, string>>) =>
    translated(azureError({ statusCode: 503, headers })).retryAfterMs;
  assert.equal(wait({ 'x-ms-retry-after-ms': '1500', 'retry-after-ms': '2000', 'retry-after': '3' }), 1500);
  assert.equal(wait({ 'retry-after-ms': '2000', 'retry-after': '3' }), 2000);
  assert.equal(wait({ 'retry-after': '3' }), 3000);
  assert.equal(wait({ 'x-ms-retry-after-ms': '0', 'retry-after': '3' }), 3000);
  assert.equal(wait({ 'retry-after': '0' }), undefined);
  assert.equal(wait({ 'retry-after': 'Sun, 10 May 2026 00:00:00 GMT' }), undefined);
  assert.equal(wait({}), undefined);
});

test('a signature that has ended by the clock of the service is named with its end', () => {
  const signatureEnd = '2026-05-10T00:00:00.000Z';
  const refused = (at: string, code = 'AuthenticationFailed') =>
    azureError({ statusCode: 403, code, headers: { date: `Sun, ${at} GMT` } });
  const ended = refused('10 May 2026 00:00:00');
  assert.deepEqual(translated(ended, { ...read, signatureEnd }), {
    code: 'UNAUTHENTICATED',
    message: `The shared access signature with which to read a in Azure container acme/vault expired at ${signatureEnd}.`,
    next: 'Make a new one and set HOLDFAST_AZURE_SAS_URL (or the connection string) to it; an identity needs none.',
    operation: 'read a',
    status: 403,
    reason: undefined,
    retryable: false,
    ambiguous: false,
    retryAfterMs: undefined,
  });
  assert.equal(translated(refused('09 May 2026 23:59:59'), { ...read, signatureEnd }).code, 'STORE_DENIED');
  assert.equal(translated(ended).code, 'STORE_DENIED');
  assert.equal(
    translated(refused('11 May 2026 00:00:00', 'AuthorizationFailure'), { ...read, signatureEnd }).code,
    'STORE_DENIED',
  );
  const undated = azureError({ statusCode: 403, code: 'AuthenticationFailed' });
  assert.equal(translated(undated, { ...read, signatureEnd }).code, 'STORE_DENIED');
});

test('a missing credential and one that is not accepted say what to do', () => {
  assert.deepEqual(translated(azureError({ name: 'CredentialUnavailableError' })), {
    code: 'NO_CREDENTIALS',
    message: 'There is no Azure credential with which to read a in Azure container acme/vault.',
    next: 'Sign in with a managed identity or az login, or set HOLDFAST_AZURE_CONNECTION_STRING.',
  });
  const { code, message, next, operation, status } = translated(azureError({ name: 'AuthenticationError' }));
  assert.deepEqual([code, operation, status], ['UNAUTHENTICATED', 'read a', 401]);
  assert.equal(message, 'Azure did not accept the credential with which to read a in Azure container acme/vault.');
  assert.equal(
    next,
    'Check that the identity exists in the tenant of the storage account and that its secret has not expired.',
  );
});
