import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffBundles } from '../../src/core/bundle-diff.ts';
import { maxShownLines } from '../../src/core/text-diff.ts';
import { diffTextLines } from '../../src/platform/line-diff.ts';
import { parseXml } from '../../src/platform/xml.ts';

const tools = {
  parseXml,
  diffLines: diffTextLines,
  digest: (bytes: Uint8Array) => `d${bytes.length}`,
};

type Files = { readonly [path: string]: string | Uint8Array };

function files(content: Files) {
  return Object.entries(content).map(([path, bytes]) => ({
    path,
    bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes,
  }));
}

const diff = (before: Files, after: Files) => diffBundles(files(before), files(after), tools);

const policyPath = 'apiproxy/policies/VA-Key.xml';
const policy = (ref: string) => `<VerifyAPIKey name="VA-Key"><APIKey ref="${ref}"/></VerifyAPIKey>`;

test('a changed policy is shown as that policy', () => {
  assert.deepEqual(diff({ [policyPath]: policy('a') }, { [policyPath]: policy('b') }), [
    {
      path: policyPath,
      change: 'changed',
      what: 'policy VerifyAPIKey "VA-Key"',
      lines: ['/VerifyAPIKey/APIKey/@ref: "a" → "b"'],
    },
  ]);
});

test('formatting is labelled as such', () => {
  const reformatted = `<?xml version="1.0"?>\n${policy('a').replaceAll('><', '>\n    <')}\n`;
  assert.deepEqual(diff({ [policyPath]: policy('a') }, { [policyPath]: reformatted }), [
    { path: policyPath, change: 'formatting', what: 'policy VerifyAPIKey "VA-Key"', lines: [] },
  ]);
});

test('files that came and went, in order of paths, in the words of Apigee', () => {
  const before = { 'apiproxy/proxies/default.xml': '<ProxyEndpoint name="default"/>', 'apiproxy/b.txt': 'x' };
  const after = {
    'apiproxy/targets/east.xml': '<TargetEndpoint name="east"/>',
    'sharedflowbundle/sharedflows/default.xml': '<SharedFlow name="default"/>',
    'apiproxy/resources/jsc/lib/a.js': 'a',
    'apiproxy/orders.xml': '<APIProxy name="orders"/>',
    'apiproxy/policies/broken.xml': '<A>',
  };
  assert.deepEqual(
    diff(before, after).map(({ change, what, lines }) => `${change} ${what}: ${lines.join()}`),
    [
      'removed file: 1 byte',
      'added proxy descriptor: 25 bytes',
      'added policy file broken.xml: 3 bytes',
      'removed proxy endpoint default: 31 bytes',
      'added resource jsc://lib/a.js: 1 byte',
      'added target endpoint east: 29 bytes',
      'added shared flow default: 28 bytes',
    ],
  );
});

test('what the server writes into a bundle is no difference', () => {
  const descriptor = (revision: number, policies: string, more = '') =>
    `<APIProxy revision="${revision}" name="o"><CreatedAt>${revision}</CreatedAt>${more}<Policies>${policies}</Policies></APIProxy>`;
  const path = 'apiproxy/o.xml';
  const manifest = 'apiproxy/manifests/manifest.xml';
  const before = { [path]: descriptor(1, '<Policy>a</Policy><Policy>b</Policy>'), [manifest]: '<M/>' };
  const after = { [path]: descriptor(2, '<Policy>b</Policy><Policy>a</Policy>'), [manifest]: '<N/>' };
  assert.deepEqual(diff(before, after), []);
  const described = { ...after, [path]: descriptor(2, '<Policy>b</Policy>', '<Description>d</Description>') };
  assert.deepEqual(diff(before, described), [
    {
      path,
      change: 'changed',
      what: 'proxy descriptor',
      lines: [
        '/APIProxy/Description: added <Description>d</Description>',
        '/APIProxy/Policies/Policy[1]: removed <Policy>a</Policy>',
      ],
    },
  ]);
});

test('text is shown line by line, credentials masked', () => {
  const path = 'apiproxy/resources/jsc/a.js';
  const [change] = diff({ [path]: 'var a = 1;\nvar b;\n' }, { [path]: 'var apiKey = "hunter2";\nvar b;\n' });
  assert.deepEqual(change, {
    path,
    change: 'changed',
    what: 'resource jsc://a.js',
    lines: ['@@ -1,2 +1,2 @@', '-var a = 1;', '+var apiKey = "***";', ' var b;'],
  });
  const [hidden] = diff({ [path]: 'password = "one1"' }, { [path]: 'password = "two2"' });
  assert.deepEqual(hidden?.lines, ['(only masked credentials differ)']);
});

test('text that differs in white space only says so', () => {
  const path = 'apiproxy/resources/py/a.py';
  const change = (before: string, after: string) => diff({ [path]: before }, { [path]: after })[0];
  const [crlf, ends, indent] = [
    change('a\nb\n', 'a\r\nb\r\n'),
    change('a  \nb', 'a\nb\n\n'),
    change('if x:\n  y\n', 'if x:\n    y\n'),
  ];
  assert.deepEqual([crlf?.change, crlf?.lines], ['formatting', ['(only line breaks differ: LF → CRLF)']]);
  assert.deepEqual([ends?.change, ends?.lines], ['formatting', ['(only white space at the end of lines differs)']]);
  // To Python an indentation means something.
  assert.deepEqual([indent?.change, indent?.lines[0]], ['changed', '(only white space differs)']);
  assert.ok(indent?.lines.includes('+    y'));
});

test('XML that is broken on one side is compared as text', () => {
  const [change] = diff({ [policyPath]: '<A>\n</A>\n' }, { [policyPath]: '<A>\n' });
  assert.deepEqual(change?.lines, ['@@ -1,2 +1,1 @@', ' <A>', '-</A>']);
});

test('binary files are told by size and digest', () => {
  const path = 'apiproxy/resources/java/a.jar';
  const [change] = diff({ [path]: Uint8Array.of(0, 1) }, { [path]: Uint8Array.of(255, 1, 2) });
  assert.deepEqual(change?.lines, ['2 bytes, digest d2 → 3 bytes, digest d3']);
});

test('long lists of lines are cut, and say how many are missing', () => {
  const path = 'apiproxy/resources/jsc/a.js';
  const text = (prefix: string) => Array.from({ length: 400 }, (_, index) => `${prefix}${index}\n`).join('');
  const [change] = diff({ [path]: text('a') }, { [path]: text('b') });
  assert.equal(change?.lines.length, maxShownLines + 1);
  assert.equal(change?.lines.at(-1), '(601 more lines are not shown)');
});

test('equal bundles have no differences', () => {
  assert.deepEqual(diff({ [policyPath]: policy('a') }, { [policyPath]: policy('a') }), []);
});
