import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutToWidth, displayWidth, foldLine, padToWidth, printable, wrapText } from './printable.ts';

test('what would act on a terminal is shown, not done', () => {
  assert.equal(printable('a\u001B[2Jb'), 'a\\u{1b}[2Jb');
  assert.equal(printable('a\r\nb\tc'), 'a\\u{d}\\u{a}b\\u{9}c');
  assert.equal(printable('gnp\u202Eexe'), 'gnp\\u{202e}exe');
  assert.equal(printable('Zoë 注文 🍜'), 'Zoë 注文 🍜');
});

test('width is what a terminal gives', () => {
  assert.equal(displayWidth('abc'), 3);
  assert.equal(displayWidth('注文'), 4);
  assert.equal(displayWidth('🍜'), 2);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(displayWidth('👩‍👩‍👧'), 2);
});

test('cut text is never wider than asked, and whole when it fits', () => {
  assert.equal(cutToWidth('注文アプリ', 10), '注文アプリ');
  assert.equal(cutToWidth('注文アプリ', 6), '注文…');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
      const cut = cutToWidth(text, columns);
      assert.ok(displayWidth(cut) <= columns);
      assert.ok(cut === text || cut.endsWith('…'));
    }),
  );
});

test('padding fills up to the width on either side', () => {
  assert.equal(padToWidth('注', 4), '注  ');
  assert.equal(padToWidth('7', 3, 'right'), '  7');
  assert.equal(padToWidth('too long', 3), 'too long');
});

test('wrapped prose keeps every word, and words are not broken', () => {
  assert.deepEqual(wrapText('one two three', 8), ['one two', 'three']);
  assert.deepEqual(wrapText('averylongidentifier b', 5), ['averylongidentifier', 'b']);
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 1, max: 60 }),
      (words, columns) => {
        const lines = wrapText(words.join(' '), columns);
        assert.deepEqual(lines.join(' ').split(' '), words);
        assert.ok(lines.every((line) => displayWidth(line) <= columns || !line.includes(' ')));
      },
    ),
  );
});

test('a folded line loses nothing, or says how much', () => {
  assert.deepEqual(foldLine('abcdefgh', 3), ['abc', 'def', 'gh']);
  const folded = foldLine('x'.repeat(1_000), 10);
  assert.equal(folded.length, 7);
  assert.equal(folded.at(-1), '… 940 more characters; -o json has all of them');
});
