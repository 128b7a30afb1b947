import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison } from '../../app/compare.ts';
import type { Difference } from '../../core/diff.ts';
import type { Output } from '../output.ts';
import { renderComparison } from './difference.ts';
import { createStyle } from './style.ts';

const output: Output = {
  format: 'table',
  style: createStyle(false),
  width: 100,
  document: () => Promise.resolve(),
  list: () => Promise.resolve(),
  write: () => Promise.resolve(),
  isClosed: () => false,
};

function difference(id: string, rest: Partial<Difference> = {}): Difference {
  const common = { informational: false, fields: [], files: [], secretChanged: false };
  return { id, kind: 'app-key', change: 'unknown', ...common, ...rest };
}

function linesOf(differences: readonly Difference[]): string[] {
  const comparison: Comparison = {
    before: 'p1',
    after: 'live',
    differences,
    ignored: [],
    expiredRules: [],
    summary: [],
    selectionIsEmpty: false,
    contentsRead: true,
  };
  return renderComparison(comparison, output).filter((line) => /^ {2}[?~+-]/.test(line));
}

test('what is unknown for one reason is one line with its number; few stay by name', () => {
  const refused = Array.from({ length: 1200 }, (_, index) => difference(`k/${index}`, { note: 'refused' }));
  const others = [difference('k/x', { note: 'lost' }), difference('k/y', { note: 'lost' })];
  const changed = difference('k/z', { change: 'changed' });
  assert.deepEqual(linesOf([...refused, ...others, changed]), [
    '  ? 1,200 of app-key: refused',
    '  ? k/x: lost',
    '  ? k/y: lost',
    '  ~ k/z',
  ]);
});

test('equal reasons of different kinds are told apart', () => {
  const three = (kind: string): Difference[] =>
    [1, 2, 3].map((index) => difference(`${kind}/${index}`, { kind, note: 'refused' }));
  assert.deepEqual(linesOf([...three('developer'), ...three('app-key')]), [
    '  ? 3 of developer: refused',
    '  ? 3 of app-key: refused',
  ]);
});
