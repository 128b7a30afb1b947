import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundLines, describeLineEnds, diffTexts, maxShownLines } from './text-diff.ts';

test('texts that differ in line breaks only are told so, with the sort of each side', () => {
  const told = (from: string, to: string) => `(only line breaks differ: ${from} → ${to})`;
  assert.equal(describeLineEnds('a\nb', 'a\r\nb'), told('LF', 'CRLF'));
  assert.equal(describeLineEnds('a\r\nb\r\n', 'a\nb\n'), told('CRLF', 'LF'));
  assert.equal(describeLineEnds('a\r\nb\nc', 'a\r\nb\r\nc'), told('mixed', 'CRLF'));
});

test('blanks before line breaks, and breaks at the end, are white space at the end of lines', () => {
  const white = '(only white space at the end of lines differs)';
  for (const [before, after] of [
    ['a \t\nb', 'a\nb'],
    ['a\nb', 'a\nb\n\n'],
    ['a\nb  ', 'a\r\nb'],
  ] as const)
    assert.equal(describeLineEnds(before, after), white, JSON.stringify([before, after]));
  for (const [before, after] of [
    ['a\nb', 'a\n b'],
    ['a\n\nb', 'a\nb'],
    ['a b', 'ab'],
  ] as const)
    assert.equal(describeLineEnds(before, after), undefined, JSON.stringify([before, after]));
});

test('texts are compared with their credentials masked', () => {
  const seen: string[] = [];
  const lines = diffTexts('password=hunter2', 'password=hunter3', (before, after) => {
    seen.push(before, after);
    return [];
  });
  assert.deepEqual(seen, ['password=***', 'password=***']);
  assert.deepEqual(lines, ['(only masked credentials differ)']);
});

test('what cannot be shown line by line, and a difference in white space, are said', () => {
  const none = ['(the two have too little in common to be shown line by line)'];
  assert.deepEqual(
    diffTexts('a', 'b', () => undefined),
    none,
  );
  assert.deepEqual(
    diffTexts('a b', 'a  b', () => ['-a b', '+a  b']),
    ['(only white space differs)', '-a b', '+a  b'],
  );
  assert.deepEqual(
    diffTexts('a', 'b', () => ['-a', '+b']),
    ['-a', '+b'],
  );
  assert.equal(diffTexts('a', 'a', () => []).includes('(only masked credentials differ)'), false, 'nothing differs');
});

test('a long line is cut to 240 characters, and says how long it was', () => {
  const show = (line: string) => diffTexts('a', 'b', () => [line])[0];
  assert.equal(show(`+${'x'.repeat(239)}`), `+${'x'.repeat(239)}`);
  assert.equal(show(`+${'x'.repeat(240)}`), `+${'x'.repeat(239)}… (240 characters)`);
});

test('of many lines 200 are shown, and it is said how many are not', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
  assert.equal(maxShownLines, 200);
  assert.deepEqual(boundLines(lines(200)), lines(200));
  assert.deepEqual(boundLines(lines(201)), [...lines(200), '(1 more line is not shown)']);
  assert.deepEqual(boundLines(lines(203)), [...lines(200), '(3 more lines are not shown)']);
});
