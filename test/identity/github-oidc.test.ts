import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { HoldfastError } from '../../src/core/errors.ts';
import { githubSubjectTokens } from '../../src/identity/subject-token.ts';
import { createHttpClient } from '../../src/platform/http.ts';
import { listen } from '../../src/sim/control/listen.ts';

const AUDIENCE = 'https://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/github';

function refusal(code: string, message: RegExp, next: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof HoldfastError && error.code === code && message.test(error.message) && next.test(error.next ?? '');
}

test('a job of GitHub Actions asks for its token, for Google, with its own', async (t) => {
  let status: 200 | 403 | 500 = 200;
  const asked: object[] = [];
  const app = new Hono().get('/token', (context) => {
    asked.push({ ...context.req.query(), authorization: context.req.header('authorization') });
    return context.json(status === 200 ? { value: 'token-of-the-job' } : { message: 'no' }, status);
  });
  const github = await listen(app);
  const http = createHttpClient();
  t.after(async () => {
    http.close();
    await github.close();
  });
  const hidden: string[] = [];
  const environment = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner',
  };
  const open = (own: object, testOrigin?: string) =>
    githubSubjectTokens({
      environment: { ...environment, ...own },
      http,
      audience: AUDIENCE,
      conceal: (secret) => hidden.push(secret),
      endpoints: testOrigin === undefined ? {} : { testOrigin },
    });
  const supplier = open({}, github.url);
  assert.equal(await supplier.getSubjectToken(), 'token-of-the-job');
  assert.deepEqual(asked, [{ 'api-version': '2.0', audience: AUDIENCE, authorization: 'Bearer of-the-runner' }]);
  assert.deepEqual(hidden, ['of-the-runner']);
  status = 403;
  await assert.rejects(supplier.getSubjectToken(), refusal('NO_CREDENTIALS', /refused .*\(403\)/, /id-token: write/));
  status = 500;
  await assert.rejects(supplier.getSubjectToken(), refusal('REMOTE_UNREACHABLE', /\(500\)/, /Run the job again/));
  // The token of the runner is not sent where nobody would encrypt it.
  await assert.rejects(
    open({}).getSubjectToken(),
    refusal('NO_CREDENTIALS', /is not an https address/, /as GitHub sets it/),
  );
  const outside = open({ ACTIONS_ID_TOKEN_REQUEST_URL: undefined });
  await assert.rejects(outside.getSubjectToken(), refusal('NO_CREDENTIALS', /no job of GitHub/, /id-token: write/));
});
