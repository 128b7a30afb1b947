import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCredentials, isCredentialName, maskCredentials } from './credential-patterns.ts';

// Put together here, so that no scanner takes this file for a leak.
const jwt = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiIxMjM0In0', 'c2lnbmF0dXJl'].join('.');
const awsKey = `AKIA${'ABCDEFGHIJKLMNOP'}`;
const pem = (words: string) => `-----BEGIN ${words}PRIVATE KEY-----\nMIIB\nAAAA\n-----END ${words}PRIVATE KEY-----`;

test('well-known shapes are found wherever they stand', () => {
  const samples: readonly [string, string, string][] = [
    ['private key', pem('RSA '), '\nMIIB\nAAAA\n'],
    ['JSON web token', `x = ${jwt};`, jwt],
    ['AWS access key', `id: ${awsKey}`, awsKey],
    ['Google API key', `?k=AIza${'b'.repeat(35)}&x=1`, `AIza${'b'.repeat(35)}`],
    ['credentials in a URL', 'see https://bob:hunter2@db.example/x', 'hunter2'],
    ['authorization header', 'Authorization: Basic Ym9iOmh1bnRlcjI=', 'Ym9iOmh1bnRlcjI='],
    ['value named as a credential', '<Password>hunter2</Password>', 'hunter2'],
    ['value named as a credential', '<ClientSecret><![CDATA[hunter2]]></ClientSecret>', 'hunter2'],
    ['value named as a credential', '<Header name="x-api-key">hunter2</Header>', 'hunter2'],
    ['value named as a credential', 'var dbPassword = "hun ter2";', 'hun ter2'],
    ['value named as a credential', "{'client_secret': 'hunter2'}", 'hunter2'],
    ['value named as a credential', '"apiKey": "hunter2"', 'hunter2'],
    ['value named as a credential', 'my.token=hunter2\nx=1', 'hunter2'],
  ];
  for (const [what, text, secret] of samples) {
    const [finding, ...others] = findCredentials(text);
    assert.deepEqual(others, [], text);
    assert.ok(finding, text);
    assert.equal(finding.what, what, text);
    assert.equal(text.slice(finding.start, finding.end), secret);
    assert.ok(!maskCredentials(text).includes(secret.trim()), text);
  }
});

test('references, variables and words that only look alike stay readable', () => {
  for (const text of [
    '<APIKey ref="request.header.x-api-key"/>',
    '<Password>{private.password}</Password>',
    '<AccessTokenPrefix>Bearer</AccessTokenPrefix>',
    '<Password ref="private.password"/>',
    '<Operation>VerifyAccessToken</Operation>',
    'var secret = context.getVariable("private.secret");',
    'token = private.token',
    'function tokenize(text) { return text.split(" "); }',
    'token: true',
    'token = getToken()',
    '<Secret></Secret>',
  ]) {
    assert.deepEqual(findCredentials(text), [], text);
    assert.equal(maskCredentials(text), text);
  }
});

test('masking keeps the number of lines', () => {
  const text = `a\n${pem('')}\nb`;
  const masked = maskCredentials(text);
  assert.equal(masked.split('\n').length, text.split('\n').length);
  assert.ok(!/MIIB|AAAA/.test(masked));
  assert.ok(masked.endsWith('\nb'));
});

test('a private key that is cut off is masked to the end', () => {
  assert.ok(!maskCredentials('-----BEGIN PRIVATE KEY-----\nMIIB\nAA').includes('MIIB'));
});

test('names that say credential', () => {
  for (const name of ['password', 'Password', 'dbPassword', 'client_secret', 'x-api-key', 'apiKey', 'AUTH_TOKEN']) {
    assert.ok(isCredentialName(name), name);
  }
  for (const name of ['name', 'keyStore', 'tokens', 'passwords_file', 'secretary', 'APIKeyRef']) {
    assert.ok(!isCredentialName(name), name);
  }
});

test('no text makes the search slow', () => {
  for (const part of [
    'a.',
    'password ',
    '<password> ',
    'a-',
    'token:',
    '-----BEGIN PRIVATE KEY-----',
    'eyJ',
    ' ',
    'a',
  ]) {
    const startedAt = process.hrtime.bigint();
    findCredentials(part.repeat(100_000 / part.length));
    findCredentials(`<password>${part.repeat(100_000 / part.length)}{`);
    assert.ok(process.hrtime.bigint() - startedAt < 2_000_000_000n, JSON.stringify(part));
  }
});
