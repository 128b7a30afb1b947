import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalDocument } from '../../src/core/xml-canonical.ts';
import { diffXml } from '../../src/core/xml-diff.ts';
import { parseXml } from '../../src/platform/xml.ts';

function parsed(text: string) {
  const document = parseXml(text);
  assert.ok(document, text);
  return document;
}

const diff = (before: string, after: string) => diffXml(parsed(before), parsed(after));
const sameXml = (a: string, b: string) => canonicalDocument(parsed(a)) === canonicalDocument(parsed(b));

test('white space between elements, order and quotes of attributes, and self-closing form are formatting', () => {
  const before = '<?xml version="1.0"?>\n<A x="1" y=\'2\'>\n  <B></B>\n  <C>\n  </C>\n  <D>t</D>\n</A>\n';
  const after = '<A y="2"\n  x="1"><B/><C/><D>t</D></A>';
  assert.ok(sameXml(before, after));
  assert.deepEqual(diff(before, after), []);
});

test('comments, texts, blanks inside texts, CDATA and the order of elements are content', () => {
  for (const [before, after] of [
    ['<A><!-- one --><B/></A>', '<A><B/></A>'],
    ['<A><!-- one --></A>', '<A><!-- two --></A>'],
    ['<A>t</A>', '<A>t </A>'],
    ['<A> </A>', '<A/>'],
    ['<A>t</A>', '<A><![CDATA[t]]></A>'],
    ['<A><![CDATA[]]></A>', '<A/>'],
    ['<A><B/><C/></A>', '<A><C/><B/></A>'],
    ['<A>x <B/> y</A>', '<A>x<B/>y</A>'],
    ['<A xml:space="preserve">\n</A>', '<A xml:space="preserve"></A>'],
    ['<A b=""/>', '<A/>'],
  ] as const) {
    assert.ok(!sameXml(before, after), before);
    assert.notDeepEqual(diff(before, after), [], before);
  }
});

test('a changed attribute and a changed text by path', () => {
  const policy = (ref: string, name: string) =>
    `<VerifyAPIKey name="VA-Key">\n<DisplayName>${name}</DisplayName><APIKey ref="${ref}"/></VerifyAPIKey>`;
  assert.deepEqual(diff(policy('a', 'VA'), policy('b', 'VB')), [
    '/VerifyAPIKey/DisplayName: "VA" → "VB"',
    '/VerifyAPIKey/APIKey/@ref: "a" → "b"',
  ]);
  assert.deepEqual(diff('<A x="1" y="2"/>', '<A y="2" z="3"/>'), ['/A/@x: removed "1"', '/A/@z: added "3"']);
});

test('steps in another order are told as that, and one that moved between other changes is told once', () => {
  const steps = (...names: string[]) =>
    `<Flow>${names.map((name) => `<Step><Name>${name}</Name></Step>`).join('')}</Flow>`;
  assert.deepEqual(diff(steps('a', 'b', 'c'), steps('b', 'c', 'a')), [
    '/Flow: only the order changed: "a", "b", "c" → "b", "c", "a"',
  ]);
  assert.deepEqual(diff(steps('a', 'a', 'b'), steps('a', 'b', 'a')), [
    '/Flow: only the order changed: "a", "a", "b" → "a", "b", "a"',
  ]);
  assert.deepEqual(diff(steps('a', 'b', 'c'), steps('b', 'c', 'a', 'new')), [
    '/Flow/Step[3]: moved from Step[1]',
    '/Flow/Step[4]: added <Step><Name>new</Name></Step>',
  ]);
  assert.deepEqual(diff('<A><B/>text</A>', '<A>text<B/></A>'), ['/A: only the order changed: B, text → text, B']);
});

test('an inserted step leaves the steps after it alone', () => {
  const steps = (...names: string[]) =>
    `<Flow>${names.map((name) => `<Step><Name>${name}</Name></Step>`).join('')}</Flow>`;
  assert.deepEqual(diff(steps('a', 'b', 'c'), steps('new', 'a', 'b', 'c')), [
    '/Flow/Step[1]: added <Step><Name>new</Name></Step>',
  ]);
  assert.deepEqual(diff(steps('a', 'b', 'c'), steps('a', 'c')), ['/Flow/Step[2]: removed <Step><Name>b</Name></Step>']);
  assert.deepEqual(diff(steps('a', 'b', 'c'), steps('a', 'x', 'c')), ['/Flow/Step[2]/Name: "b" → "x"']);
});

test('siblings with names are told apart by them', () => {
  const headers = (...pairs: [string, string][]) =>
    `<H>${pairs.map(([name, value]) => `<Header name="${name}">${value}</Header>`).join('')}</H>`;
  assert.deepEqual(diff(headers(['a', '1'], ['b', '2'], ['c', '3']), headers(['a', '1'], ['c', '4'], ['d', '5'])), [
    '/H/Header[@name="c"]: "3" → "4"',
    '/H/Header[@name="d"]: added <Header name="d">5</Header>',
    '/H/Header[@name="b"]: removed <Header name="b">2</Header>',
  ]);
});

test('a credential is not shown, neither by shape nor by name', () => {
  const lines = [
    ...diff('<A><Password>one1</Password></A>', '<A><Password>two2</Password></A>'),
    ...diff('<A><Header name="x-api-key">one1</Header></A>', '<A><Header name="x-api-key">two2</Header></A>'),
    ...diff('<A secret="one1"/>', '<A secret="two2"/>'),
    ...diff('<A/>', '<A><B password="two2"><Secret>two2</Secret></B></A>'),
    ...diff('<A>https://u:one1@h/</A>', '<A>https://u:two2@h/</A>'),
    ...diff('<A><Token>one1<!-- c --></Token></A>', '<A><Token>two2<!-- c --></Token></A>'),
  ];
  assert.equal(lines.length, 6);
  assert.doesNotMatch(lines.join('\n'), /one1|two2/);
  assert.deepEqual(diff('<A><Password>{a}</Password></A>', '<A><Password>{b}</Password></A>'), [
    '/A/Password: "{a}" → "{b}"',
  ]);
});

test('a long text is cut, and says how long it was', () => {
  const [line = ''] = diff(`<A>${'x'.repeat(5_000)}</A>`, '<A>y</A>');
  assert.ok(line.length < 300);
  assert.match(line, /\(5000 characters\) → "y"$/);
});

test('a very long list is compared in reasonable time, and a difference in order is told', () => {
  const list = (numbers: readonly number[]) => `<A>${numbers.map((number) => `<B name="${number}"/>`).join('')}</A>`;
  const numbers = Array.from({ length: 3_000 }, (_, index) => index);
  assert.deepEqual(diff(list(numbers), list(numbers.toReversed())), [
    `/A: only the order changed: ${shown(numbers)}… (3000 in all) → ${shown(numbers.toReversed())}… (3000 in all)`,
  ]);
});

function shown(numbers: readonly number[]): string {
  return numbers
    .map((number) => `"${number}"`)
    .join(', ')
    .slice(0, 160);
}

const name = fc.constantFrom('A', 'B', 'C');
const { node } = fc.letrec<{ node: string; element: string }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, fc.constantFrom('t', 'u ', '<!--c-->', '<![CDATA[d]]>'), tie('element')),
  element: fc
    .tuple(
      name,
      fc.constantFrom('', ' x="1"', ' x="2"', ' name="n"', ' name="m"'),
      fc.array(tie('node'), { maxLength: 3 }),
    )
    .map(([tag, attributes, content]) => `<${tag}${attributes}>${content.join('')}</${tag}>`),
}));
const documents = fc.array(node, { maxLength: 4 }).map((content) => `<R>${content.join('')}</R>`);

test('there are lines exactly when the documents differ in more than formatting', () => {
  fc.assert(
    fc.property(documents, documents, (before, after) => {
      assert.equal(diff(before, after).length === 0, sameXml(before, after));
    }),
    { numRuns: 500 },
  );
});

test('another order of what stands beside the root is told as that of the document', () => {
  assert.deepEqual(
    diff('<!-- c --><A/>', '<A/><!-- c -->').map((line) => line.slice(0, 25)),
    ['/: only the order changed'],
  );
});
