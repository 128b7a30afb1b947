import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRedactor } from './redact.ts';

test('a remembered secret is gone in every form, also in the middle of other text', () => {
  const secretText = fc
    .string({ unit: 'binary', minLength: 12, maxLength: 40 })
    .filter((text) => text.trim().length >= 10);
  fc.assert(
    fc.property(secretText, fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (secret, before, after) => {
      const { conceal, redact } = createRedactor();
      const core = secret.trim();
      conceal(secret);
      const base64 = Buffer.from(core).toString('base64');
      assert.equal(redact(`<${core}>`).includes(core), false);
      assert.equal(redact(`<${encodeURIComponent(core)}>`).includes(encodeURIComponent(core)), false);
      assert.equal(redact(JSON.stringify({ a: core })).includes(JSON.stringify(core)), false);
      assert.equal(redact(`<${base64}>`).includes(base64), false);
      const inner = Buffer.from(`${before}${core}${after}`).toString('base64');
      assert.notEqual(redact(`<${inner}>`), `<${inner}>`);
    }),
    { numRuns: 300 },
  );
});

test('a remembered secret inside basic credentials is not to be had back from what remains', () => {
  const { conceal, redact } = createRedactor();
  conceal('s3cr3t-value-of-client');
  for (const user of ['a', 'ab', 'abc']) {
    const line = `x-auth: ${Buffer.from(`${user}:s3cr3t-value-of-client`).toString('base64')}`;
    const rest = redact(line).replace('x-auth: ', '').replaceAll('[redacted]', '');
    assert.equal(Buffer.from(rest, 'base64').toString().includes('cr3t'), false);
  }
});

test('a secret that contains another one goes as a whole', () => {
  const { conceal, redact } = createRedactor();
  conceal('inner-secret');
  conceal('outer-inner-secret-outer');
  conceal('inner-secret-and-more');
  assert.equal(redact('x outer-inner-secret-outer y'), 'x [redacted] y');
  assert.equal(redact('x inner-secret-and-more y'), 'x [redacted] y');
});

test('short words are left alone', () => {
  const { conceal, redact } = createRedactor();
  conceal('true');
  conceal('  ');
  assert.equal(redact('it is true'), 'it is true');
});

const shaped: readonly [what: string, text: string, hidden: string, kept: string][] = [
  ['bearer token', 'authorization: Bearer abc.def-123', 'abc.def-123', 'authorization: Bearer '],
  ['basic credentials', 'Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz', 'Basic '],
  ['consumer secret in JSON', '{"consumerSecret": "Zx9-qq", "name": "app"}', 'Zx9-qq', '"name": "app"'],
  ['consumer secret in escaped JSON', String.raw`{"body":"{\"consumerSecret\":\"Zx9-qq\"}"}`, 'Zx9-qq', 'body'],
  ['consumer key in JSON', '{"consumerKey":"Kk12"}', 'Kk12', 'consumerKey'],
  ['client secret in a form', 'grant_type=x&client_secret=Zx9%2Fq&scope=y', 'Zx9%2Fq', '&scope=y'],
  ['shared access signature', 'https://a.blob.core.windows.net/c?sv=1&sig=aB%2F3&se=2', 'aB%2F3', '&se=2'],
  ['account key', 'AccountName=a;AccountKey=Eby8vdM0/2x==;BlobEndpoint=b', 'Eby8vdM0', ';BlobEndpoint=b'],
  ['age identity', 'key AGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L end', 'QPZRY9X8', ' end'],
  ['app key in a path', 'GET /developers/x/apps/y/keys/AbC123?x=1', 'AbC123', 'keys/'],
  ['web token', 'token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0abc.c2ln end', 'eyJpc3MiOiJhIn0', ' end'],
  ['Google token', 'ya29.a0AfH6SMBx-abcdefghij end', 'a0AfH6SMB', ' end'],
  ['private key', 'a -----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n-----END EC PRIVATE KEY----- b', 'MHcCAQ', ' b'],
  [
    'private key in JSON',
    String.raw`{"k":"-----BEGIN PRIVATE KEY-----\nMHcCAQ\n-----END PRIVATE KEY-----\n","n":1}`,
    'MHcCAQ',
    '"n":1',
  ],
  ['cut private key', '-----BEGIN PRIVATE KEY-----\nMHcCAQ', 'MHcCAQ', ''],
];

for (const [what, text, hidden, kept] of shaped) {
  test(`a ${what} is recognised by its shape`, () => {
    const redacted = createRedactor().redact(text);
    assert.equal(redacted.includes(hidden), false, redacted);
    assert.ok(redacted.includes('[redacted]') && redacted.includes(kept), redacted);
  });
}

test('ordinary messages stay as they are', () => {
  const { redact } = createRedactor();
  for (const text of [
    'developers/ada@example.com/apps/shop/keys/~4f2a differs',
    'The key file ./keys/writer.key is missing.',
    'environments/test/targetservers/backend: basic facts and bearer of news',
    'Set HOLDFAST_APIGEE_TOKEN, or sign in.',
    '{"password":""}',
  ]) {
    assert.equal(redact(text), text);
  }
});
