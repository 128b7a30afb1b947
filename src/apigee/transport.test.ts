import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TokenSource } from '../app/ports/organization.ts';
import { HttpTransportError } from '../platform/http-transport-error.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import { createSeededRandom } from '../platform/random.ts';
import { createPacer } from './pacer.ts';
import { createScriptedHttp, type ScriptedAnswer, type ScriptedHttp } from './scripted-http.ts';
import { type ApiCall, createTransport, type Transport } from './transport.ts';

const constantToken: TokenSource = { describe: () => 'test', get: async () => ({ token: 't0' }) };

/** A transport whose pauses take no time. */
function open(
  http: ScriptedHttp,
  options: { readonly tokens?: TokenSource; readonly writable?: boolean; readonly signal?: AbortSignal } = {},
): Transport {
  const still = createManualClock();
  const clock = { ...still, sleep: () => still.advance(1000) };
  return createTransport({
    organization: 'o',
    endpoint: 'https://apigee.example',
    tokens: options.tokens ?? constantToken,
    http,
    pacer: createPacer({ quotaPerMinute: 'unlimited', share: 1 }, clock),
    clock,
    random: createSeededRandom(7),
    writable: options.writable ?? true,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    policy: { attempts: 4, firstPauseMs: 10, longestPauseMs: 100, longestAskedPauseMs: 5000 },
  });
}

const read: ApiCall = { method: 'GET', path: 'apis/a', access: 'read' };
const create: ApiCall = { method: 'POST', path: 'apis', access: 'write', repeatable: false };
const replace: ApiCall = { method: 'PUT', path: 'apis/a', access: 'write', repeatable: true };

/** Answers one after the other, the last one for ever. */
function script(...answers: readonly (ScriptedAnswer | Error)[]): ScriptedHttp {
  let next = 0;
  return createScriptedHttp(() => {
    const answer = answers[Math.min(next, answers.length - 1)];
    next += 1;
    return answer ?? {};
  });
}

const refusal = (status: number, canonical: string, message: string, details: unknown[] = []): ScriptedAnswer => ({
  status,
  json: { error: { code: status, status: canonical, message, details } },
});

test('a call carries token, quota project and query, and answers text and JSON', async () => {
  const http = script({ json: { name: 'a' } });
  const tokens: TokenSource = {
    describe: () => 'x',
    get: async () => ({ token: 'secret-token', quotaProject: 'billing' }),
  };
  const transport = open(http, { tokens });
  const answer = await transport.call({ ...read, query: { expand: 'true', q: 'a b' } });
  assert.deepEqual(answer, { status: 200, text: '{"name":"a"}', json: { name: 'a' } });
  const [request] = http.requests;
  assert.equal(request?.url, 'https://apigee.example/v1/organizations/o/apis/a?expand=true&q=a+b');
  assert.equal(request?.headers?.['authorization'], 'Bearer secret-token');
  assert.equal(request?.headers?.['x-goog-user-project'], 'billing');
});

test('reads are repeated after what passes, and not after what stays', async () => {
  const passing: readonly (ScriptedAnswer | Error)[] = [
    refusal(429, 'RESOURCE_EXHAUSTED', 'slow down'),
    refusal(500, 'INTERNAL', 'oops'),
    refusal(503, 'UNAVAILABLE', 'later'),
    { status: 502, text: '<html>bad gateway</html>' },
    new HttpTransportError('reset', 'the connection broke', { mayHaveArrived: true }),
    new HttpTransportError('timeout', 'too slow', { mayHaveArrived: true }),
    new HttpTransportError('refused', 'nobody listens'),
    { text: '{"name": "a', headers: { 'content-type': 'application/json' } },
  ];
  for (const fault of passing) {
    const transport = open(script(fault, { json: { name: 'a' } }));
    assert.deepEqual((await transport.call(read)).json, { name: 'a' });
    assert.equal(transport.usage().retries, 1);
    assert.equal(transport.usage().reads, 2);
  }
  const staying: readonly [ScriptedAnswer | Error, object][] = [
    [refusal(403, 'PERMISSION_DENIED', 'no'), { code: 'REMOTE_DENIED', status: 403, reason: 'PERMISSION_DENIED' }],
    [refusal(404, 'NOT_FOUND', 'no'), { code: 'REMOTE_NOT_FOUND' }],
    [refusal(409, 'ALREADY_EXISTS', 'no'), { code: 'REMOTE_CONFLICT' }],
    [
      refusal(400, 'INVALID_ARGUMENT', 'the key 429 503 is wrong'),
      { code: 'REMOTE_INVALID', reason: 'INVALID_ARGUMENT' },
    ],
    [refusal(501, 'UNIMPLEMENTED', 'never'), { code: 'REMOTE_FAILED', retryable: false }],
    [new HttpTransportError('tls', 'bad certificate'), { code: 'REMOTE_UNREACHABLE' }],
  ];
  for (const [fault, expected] of staying) {
    const http = script(fault);
    await assert.rejects(open(http).call(read), expected);
    assert.equal(http.requests.length, 1);
  }
});

test('after the last attempt the last failure is thrown, naming the call', async () => {
  const http = script(refusal(500, 'INTERNAL', 'oops'));
  await assert.rejects(open(http).call(read), {
    code: 'REMOTE_FAILED',
    message: 'GET apis/a was answered 500 INTERNAL: oops',
    ambiguous: false,
  });
  assert.equal(http.requests.length, 4);
});

test('a write whose answer was lost is not sent again unless that is harmless', async () => {
  const lost: readonly (ScriptedAnswer | Error)[] = [
    new HttpTransportError('reset', 'the connection broke', { mayHaveArrived: true }),
    new HttpTransportError('truncated', 'cut', { mayHaveArrived: true }),
    { text: '{"revi', headers: { 'content-type': 'application/json' } },
    refusal(500, 'INTERNAL', 'oops'),
    refusal(503, 'UNAVAILABLE', 'oops'),
  ];
  for (const fault of lost) {
    const http = script(fault, { json: {} });
    await assert.rejects(open(http).call(create), { ambiguous: true });
    assert.equal(http.requests.length, 1);
    const harmless = script(fault, { json: {} });
    await open(harmless).call(replace);
    assert.equal(harmless.requests.length, 2);
  }
  for (const fault of [refusal(429, 'RESOURCE_EXHAUSTED', 'slow'), new HttpTransportError('refused', 'nobody')]) {
    const http = script(fault, { json: {} });
    await open(http).call(create);
    assert.equal(http.requests.length, 2);
  }
});

test('the lock of a running operation and environment types are told by their documented texts', async () => {
  const lock = refusal(400, 'FAILED_PRECONDITION', 'the resource is locked by another operation "1234"');
  const locked = script(lock, { json: {} });
  await open(locked).call(create);
  assert.equal(locked.requests.length, 2);
  const types = [
    refusal(400, 'INVALID_ARGUMENT', 'operation not supported for environment type BASE'),
    refusal(400, 'FAILED_PRECONDITION', 'trace config is not available in INTERMEDIATE environments'),
  ];
  for (const fault of types) await assert.rejects(open(script(fault)).call(read), { reason: 'NOT_APPLICABLE' });
  await assert.rejects(open(script(refusal(400, 'FAILED_PRECONDITION', 'another'))).call(read), {
    reason: 'FAILED_PRECONDITION',
  });
});

test('violations are part of the message: a refused bundle names its files only there', async () => {
  const details = [
    { '@type': 'x.BadBundle', violations: [{ filename: 'apiproxy/a.xml', description: 'is broken' }] },
    { '@type': 'x.BadRequest', fieldViolations: [{ field: 'name', description: 'is odd' }] },
    { '@type': 'x.RequestInfo', requestId: '1' },
  ];
  await assert.rejects(open(script(refusal(400, 'INVALID_ARGUMENT', 'bundle contains errors', details))).call(create), {
    message:
      'POST apis was answered 400 INVALID_ARGUMENT: bundle contains errors; apiproxy/a.xml: is broken; name: is odd',
  });
});

test('Retry-After is kept: nothing is sent before, and too long a pause is given up at once', async () => {
  const late = script({ ...refusal(429, 'RESOURCE_EXHAUSTED', 'slow'), headers: { 'retry-after': '3' } }, { json: {} });
  const transport = open(late);
  await transport.call(read);
  assert.equal(transport.usage().throttled, 1);
  const never = script({ ...refusal(429, 'RESOURCE_EXHAUSTED', 'slow'), headers: { 'retry-after': '3600' } });
  await assert.rejects(open(never).call(read), { status: 429, retryAfterMs: 3_600_000 });
  assert.equal(never.requests.length, 1);
});

test('an answer that is cut off, or nested without end, is read by nobody', async () => {
  const headers = { 'content-type': 'application/json' };
  for (const text of ['{"a": [', `{"a": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`])
    await assert.rejects(open(script({ text, headers })).call(read), {
      code: 'REMOTE_ANSWER_INVALID',
      message: 'The answer to GET apis/a is no JSON that can be read.',
    });
});

test('a page of HTML, a redirect, or another API is no Apigee', async () => {
  const others: readonly ScriptedAnswer[] = [
    { text: '<!doctype html><title>Sign in</title>' },
    { status: 404, text: '<html>not here</html>' },
    { status: 302, headers: { location: 'https://login.example' } },
    { text: 'hello', headers: { 'content-type': 'text/plain' } },
  ];
  for (const answer of others) await assert.rejects(open(script(answer)).call(read), { code: 'ENDPOINT_NOT_APIGEE' });
});

test('401 refreshes the token once for all calls that were refused with it', async () => {
  let current = 'old';
  let refreshes = 0;
  const tokens: TokenSource = {
    describe: () => 'test',
    get: async (options) => {
      if (options?.refresh === true) {
        refreshes += 1;
        current = 'new';
      }
      return { token: current };
    },
  };
  const http = createScriptedHttp((request) =>
    request.headers?.['authorization'] === 'Bearer new' ? { json: {} } : refusal(401, 'UNAUTHENTICATED', 'expired'),
  );
  const transport = open(http, { tokens });
  await Promise.all(Array.from({ length: 10 }, () => transport.call(read)));
  assert.equal(refreshes, 1);
  const useless: TokenSource = { describe: () => 'test', get: async () => ({ token: 'old' }) };
  const refused = createScriptedHttp(() => refusal(401, 'UNAUTHENTICATED', 'expired'));
  await assert.rejects(open(refused, { tokens: useless }).call(read), { code: 'UNAUTHENTICATED' });
  assert.equal(refused.requests.length, 2);
});

test('calls that wait for their turn are foreseen until it comes or they are given up', async () => {
  const aborting = new AbortController();
  const answers: (() => void)[] = [];
  const http = createScriptedHttp(async () => {
    await new Promise<void>((resolve) => answers.push(resolve));
    return { json: {} };
  });
  const transport = open(http, { signal: aborting.signal });
  const calls = Array.from({ length: 200 }, () => transport.call(read));
  const ends = Promise.allSettled(calls);
  while (http.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const { calls: begun, foreseen } = transport.usage();
  assert.equal(begun + foreseen, 200);
  assert.ok(foreseen > 0);
  aborting.abort(new Error('enough'));
  for (const answer of answers) answer();
  await ends;
  assert.equal(transport.usage().foreseen, 0);
});

test('an organization opened for reading sends no write', async () => {
  const http = script({ json: {} });
  const transport = open(http, { writable: false });
  await assert.rejects(transport.call(create), { code: 'INTERNAL' });
  await transport.call({ method: 'POST', path: ':getSyncAuthorization', access: 'read' });
  assert.deepEqual(
    http.requests.map((request) => request.url),
    ['https://apigee.example/v1/organizations/o:getSyncAuthorization'],
  );
});

test('consumer keys in paths are in no message', async () => {
  const path = 'developers/d/apps/a/keys/SECRETKEY/apiproducts/p';
  const error: unknown = await open(script(refusal(404, 'NOT_FOUND', 'no')))
    .call({ ...read, path })
    .catch((caught: unknown) => caught);
  assert.ok(error instanceof Error);
  assert.match(error.message, /keys\/\*\*\*\/apiproducts\/p/);
  assert.doesNotMatch(JSON.stringify([error, error.message]), /SECRETKEY/);
});

test('a download is limited to what Apigee takes, and HTML is no bundle', async () => {
  const large = script(
    new HttpTransportError('tooLarge', 'the answer is larger than 15728640 bytes', { mayHaveArrived: true }),
  );
  await assert.rejects(open(large).download('apis/a/revisions/1', { format: 'bundle' }, 'apis/a@1'), {
    code: 'BUNDLE_TOO_LARGE',
    resource: 'apis/a@1',
  });
  await assert.rejects(open(script({ text: '<html></html>' })).download('apis/a/revisions/1', {}, 'apis/a@1'), {
    code: 'ENDPOINT_NOT_APIGEE',
  });
});
