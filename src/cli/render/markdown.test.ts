import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeCell, codeSpan, fencedBlock, fitComment, markdownRows } from './markdown.ts';

test('foreign text is code, however many backticks it brings', () => {
  assert.equal(codeSpan('apis/orders'), '`apis/orders`');
  assert.equal(codeSpan('@everyone ![x](http://evil)'), '`@everyone ![x](http://evil)`');
  assert.equal(codeSpan('a``b'), '```a``b```');
  assert.equal(codeSpan('`a'), '`` `a ``');
  assert.equal(codeSpan(''), '–');
  assert.equal(codeCell('a|b'), '`a\\|b`');
  assert.equal(codeSpan('a\u001b[2J\nb'), '`a\\u{1b}[2J\\u{a}b`');
});

test('no text closes its own code span or block', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ', '\n', '~', '|') }), (text) => {
      const span = codeSpan(text);
      const fence = /^`+/.exec(span)?.[0] ?? '';
      const inside = span.slice(fence.length, span.length - fence.length);
      assert.ok([...inside.matchAll(/`+/g)].every(([run]) => run !== fence));
      assert.ok(!span.includes('\n'));
      const [opened = '', ...lines] = fencedBlock(text.split('\n'), '');
      assert.ok(lines.slice(0, -1).every((line) => !line.includes(opened)));
    }),
  );
});

test('a table has a line for each row', () => {
  assert.deepEqual(markdownRows(['a', 'b'], [['1', '2']]), ['| a | b |', '| --- | --- |', '| 1 | 2 |']);
});

test('what does not fit into a comment is left out with words', () => {
  const blocks = Array.from({ length: 100 }, () => ['x'.repeat(999)]);
  const lines = fitComment(blocks, (left) => `${left} left out`);
  assert.deepEqual([lines.length, lines.at(-1)], [62, '40 left out']);
  assert.deepEqual(fitComment([['a'], ['b']], String), ['a', 'b']);
});
