import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemoteError } from '../core/errors.ts';
import { HttpTransportError } from '../platform/http-transport-error.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import { createSeededRandom } from '../platform/random.ts';
import { createScriptedHttp, type ScriptedAnswer, type ScriptedHttp } from './scripted-http.ts';
import { checkSignedUrl, createSignedStorage, type SignedStorage } from './signed-storage.ts';

const GOOGLE = 'https://apigee.googleapis.com';
const HERE = 'http://127.0.0.1:8080';
const url = 'https://storage.googleapis.com/bucket/archive.zip?X-Goog-Signature=deadbeef';
const archive = 'environments/bench/archiveDeployment';

function open(http: ScriptedHttp): SignedStorage {
  const still = createManualClock();
  const clock = { ...still, sleep: () => still.advance(1000) };
  const policy = { attempts: 3, firstPauseMs: 10, longestPauseMs: 100, longestAskedPauseMs: 5000 };
  return createSignedStorage({ endpoint: GOOGLE, http, clock, random: createSeededRandom(7), policy });
}

function script(...answers: readonly (ScriptedAnswer | Error)[]): ScriptedHttp {
  let next = 0;
  return createScriptedHttp(() => answers[Math.min(next++, answers.length - 1)] ?? {});
}

test("addresses are Google's storage over https, or this machine where the API is on it", () => {
  assert.equal(checkSignedUrl(url, GOOGLE), url);
  assert.equal(checkSignedUrl('http://localhost:99/x?y', HERE), 'http://localhost:99/x?y');
  assert.equal(checkSignedUrl(url, HERE), url);
  for (const bad of [
    'http://storage.googleapis.com/bucket/a.zip',
    'https://storage.googleapis.com.evil.example/bucket/a.zip',
    'https://evil.example/storage.googleapis.com',
    'https://storage.googleapis.com:8443/bucket/a.zip',
    'https://me:secret@storage.googleapis.com/bucket/a.zip',
    'http://127.0.0.1:8080/a.zip',
    'https://169.254.169.254/computeMetadata/v1/',
    'file:///etc/passwd',
    'nonsense',
  ])
    assert.throws(
      () => checkSignedUrl(bad, GOOGLE),
      (error: unknown) =>
        error instanceof RemoteError && error.code === 'REMOTE_ANSWER_INVALID' && !error.message.includes('secret'),
      bad,
    );
  assert.throws(() => checkSignedUrl('ftp://127.0.0.1/a.zip', HERE), RemoteError);
});

test('no token goes there, an upload carries the two headers that were signed, and failures of a moment are waited out', async () => {
  const http = script(
    new HttpTransportError('reset', 'cut', { mayHaveArrived: true }),
    { status: 503 },
    { text: 'zip' },
  );
  assert.equal(Buffer.from(await open(http).read(url, archive)).toString(), 'zip');
  assert.equal(http.requests.length, 3);
  await open(http).write(url, Buffer.from('zip'), archive);
  const put = http.requests.at(-1);
  assert.equal(put?.method, 'PUT');
  assert.deepEqual(put?.headers, {
    'content-type': 'application/zip',
    'x-goog-content-length-range': '0,1073741824',
  });
  for (const { headers = {} } of http.requests) assert.equal('authorization' in headers, false);
});

test('a refusal says its code and the resource, and nothing of the address', async () => {
  const xml = '<Error><Code>ExpiredToken</Code><Details>X-Goog-Signature=deadbeef</Details></Error>';
  const http = script({ status: 400, text: xml });
  await assert.rejects(open(http).read(url, archive), (error: unknown) => {
    assert.ok(error instanceof RemoteError);
    assert.deepEqual([error.status, error.retryable], [400, false]);
    assert.match(error.message, /400 ExpiredToken/);
    assert.match(error.message, /environments\/bench/);
    assert.doesNotMatch(JSON.stringify([error.message, error.next, error.operation]), /deadbeef/);
    return true;
  });
  assert.equal(http.requests.length, 1);
});

test('a zip over the limit is told from an answer that is out of order', async () => {
  const http = script(
    new HttpTransportError('tooLarge', 'the answer is larger than 9 bytes', { mayHaveArrived: true }),
  );
  await assert.rejects(open(http).read(url, archive), { code: 'BUNDLE_TOO_LARGE' });
});
