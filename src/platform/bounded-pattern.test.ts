import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBoundedPattern, PatternSyntaxError, PatternTimeoutError } from './bounded-pattern.ts';

test('each text is told by itself, call by call', () => {
  const matches = createBoundedPattern('^a.c$', 1000);
  assert.deepEqual(matches(['abc', 'ABC', 'a\nc', 'xabc']), [true, false, true, false]);
  assert.deepEqual(matches([]), []);
  assert.deepEqual(createBoundedPattern('(?i)^ä', 1000)(['Ärger', 'b']), [true, false]);
});

test('a pattern that would hang is stopped, and the next call is as good as new', () => {
  const matches = createBoundedPattern('^(a+)+$', 50);
  assert.throws(() => matches([`${'a'.repeat(60)}b`]), PatternTimeoutError);
  assert.deepEqual(matches(['aaa']), [true]);
});

test('what is no regular expression is refused at once', () => {
  for (const source of ['(', '[z-a]', '\\', 'a{2,1}']) {
    assert.throws(() => createBoundedPattern(source, 50), PatternSyntaxError, source);
  }
});
