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
    { place: 'apiproxy/policies/A.xml line 2', what: 'AWS access key' },
    { place: 'apiproxy/policies/A.xml line 3', what: 'value named as a credential' },
    { place: 'apiproxy/policies/A.xml line 4', what: 'private key' },
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

test('each line of a file counts, and a file that is full of them is told in short', () => {
  const line = '<Password>s3cr3t-value</Password>';
  assert.deepEqual(
    scanBundle([file(`${line}\n\n${line}${line}`)]).map(({ place }) => place),
    ['apiproxy/policies/A.xml line 1', 'apiproxy/policies/A.xml line 3'],
  );
  const many = scanBundle([file(Array.from({ length: 120 }, () => line).join('\n'))]);
  assert.equal(many.length, 50);
  assert.deepEqual(many.at(-1), {
    place: 'apiproxy/policies/A.xml line 50',
    what: 'value named as a credential (and 70 more below)',
  });
});

test('an attribute is called by its name, a label by its key, a line of a property set by its number', () => {
  const body = {
    name: 'AKIAIOSFODNN7EXAMPLE',
    attributes: [
      { name: 'tier', value: 'gold-plan' },
      { name: 'backend_password', value: 'hunter2hunter2' },
    ],
    labels: { 'api-key': 'abcdefghij' },
    contents: 'host=backend\npassword=hunter2hunter2\n',
  };
  assert.deepEqual(
    scanJson(JSON.stringify(body))
      .map(({ place, what }) => `${place}: ${what}`)
      .sort(),
    [
      'attributes[1].value: value named as a credential',
      'contents line 2: value named as a credential',
      'labels.api-key: value named as a credential',
      'name: AWS access key',
    ],
  );
});

test('in JSON a finding stands at its field', () => {
  const text = JSON.stringify({
    a: [{ name: 'x', note: 'password=hunter2hunter2' }],
    clientSecret: 'abcdefghij',
    password: 'short',
    username: 'short',
  });
  assert.deepEqual(
    scanJson(text).toSorted((a, b) => (a.place < b.place ? -1 : 1)),
    [
      { place: 'a[0].note', what: 'value named as a credential' },
      { place: 'clientSecret', what: 'value named as a credential' },
      { place: 'password', what: 'value named as a credential' },
    ],
  );
  assert.deepEqual(scanJson('{"name":"password reset"}'), []);
});
