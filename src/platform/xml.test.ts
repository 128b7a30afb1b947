import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseXml } from './xml.ts';

test('order, comments, CDATA and white space are kept', () => {
  const parsed = parseXml('<?xml version="1.0"?>\n<!-- top --><A b="1"> x <!-- in --><C/><![CDATA[<y&amp;>]]></A>');
  assert.deepEqual(parsed?.nodes, [
    { type: 'comment', text: ' top ' },
    {
      type: 'element',
      name: 'A',
      attributes: { b: '1' },
      children: [
        { type: 'text', text: ' x ' },
        { type: 'comment', text: ' in ' },
        { type: 'element', name: 'C', attributes: {}, children: [] },
        { type: 'cdata', text: '<y&amp;>' },
      ],
    },
  ]);
  assert.equal(parsed?.root.name, 'A');
});

test('values stay the strings they are', () => {
  for (const value of ['00123', '1.10', '0x1F', 'true', '1e3', '  ']) {
    assert.deepEqual(parseXml(`<A v="${value}">${value}</A>`)?.root, {
      type: 'element',
      name: 'A',
      attributes: { v: value },
      children: [{ type: 'text', text: value }],
    });
  }
});

test("XML's own entities and character references are resolved, others are text", () => {
  const root = parseXml('<A v="&lt;&#65;&quot;">&amp;lt; &#x42; &own; &apos;</A>')?.root;
  assert.deepEqual(root?.attributes, { v: '<A"' });
  assert.deepEqual(root?.children, [{ type: 'text', text: "&lt; B &own; '" }]);
});

test('what is not well-formed, or has a document type or instructions, is not parsed', () => {
  for (const text of [
    '',
    'plain text',
    '<A>',
    '<A></B>',
    '<A b=1/>',
    '<A b="1" b="2"/>',
    '<A/><B/>',
    '<A/> text',
    '<!DOCTYPE A [<!ENTITY x "y">]><A>&x;</A>',
    '<?pi data?><A/>',
    '<A><?pi data?></A>',
  ]) {
    assert.equal(parseXml(text), undefined, text);
  }
});

test('a document type in a comment or CDATA is only text', () => {
  assert.ok(parseXml('<A><!-- <!DOCTYPE x> --><![CDATA[<?pi?>]]></A>'));
});

test('names that objects already have are names', () => {
  assert.equal(parseXml('<A toString="x"><valueOf>1</valueOf></A>')?.root.attributes['toString'], 'x');
});
