import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanBundle, scanJson } from './credential-scan.ts';

function file(text: string): { readonly path: string; readonly bytes: Uint8Array } {
  return { path: 'apiproxy/policies/A.xml', bytes: new TextEncoder().encode(text) };
}

test('what looks like a credential is found by file and line, never with its value', () => {
  const pem = ['-----BEGIN RSA ', 'PRIVATE KEY-----'].join('');
  const findings = scanBundle([
    file(`<A>\n<Value>AKIAIOSFODNN7EXAMPLE</Value>\n<Password>s3cr3t-value</Password>\n${pem}</A>`),
  ]);
  assert.deepEqual(findings, [
    { place: 'apiproxy/policies/A.xml line 4', what: 'a private key (PEM)' },
    { place: 'apiproxy/policies/A.xml line 2', what: 'an AWS access key id' },
    { place: 'apiproxy/policies/A.xml line 3', what: 'a password' },
  ]);
  assert.doesNotMatch(JSON.stringify(findings), /AKIA|s3cr3t/);
});

test('references, templates and plain words are no findings', () => {
  const texts = [
    '<Password>{request.header.p}</Password>',
    '<Password ref="x"/>',
    'password: ${env}',
    'the password is checked',
    '<ClientSecret>  </ClientSecret>',
  ];
  for (const text of texts) assert.deepEqual(scanBundle([file(text)]), [], text);
});

test('in JSON a finding stands at its field', () => {
  const text = JSON.stringify({
    a: [{ name: 'x', note: 'password=hunter2hunter2' }],
    clientSecret: 'abcdefghij',
    password: 'short',
  });
  assert.deepEqual(
    scanJson(text).toSorted((a, b) => (a.place < b.place ? -1 : 1)),
    [
      { place: 'a[0].note', what: 'a password' },
      { place: 'clientSecret', what: 'a secret' },
    ],
  );
  assert.deepEqual(scanJson('{"name":"password reset"}'), []);
});
