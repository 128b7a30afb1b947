import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffTextLines } from './line-diff.ts';

test('lines that went and came, with their surroundings', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const changed = lines.with(10, 'other');
  assert.deepEqual(diffTextLines(lines.join('\n'), changed.join('\n')), [
    '@@ -8,7 +8,7 @@',
    ' line 7',
    ' line 8',
    ' line 9',
    '-line 10',
    '+other',
    ' line 11',
    ' line 12',
    ' line 13',
  ]);
});

test('equal texts have no lines', () => {
  assert.deepEqual(diffTextLines('a\nb\n', 'a\nb\n'), []);
});

test('a missing line break at the end is said', () => {
  assert.ok(diffTextLines('a\n', 'a')?.includes('\\ No newline at end of file'));
});

test('texts with next to nothing in common are given up', () => {
  const text = (prefix: string) => Array.from({ length: 4_000 }, (_, index) => `${prefix}${index}`).join('\n');
  assert.equal(diffTextLines(text('a'), text('b')), undefined);
});
