import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findNearMiss } from './near-miss.ts';

const words = ['vault', 'keys', 'endpoint', 'quotaPerMinute', 'quotaShare', 'revisions'];

test('a misspelt word leads to the one that was meant', () => {
  const cases: readonly [string, string | undefined][] = [
    ['vualt', 'vault'],
    ['Vault', 'vault'],
    ['valt', 'vault'],
    ['vaultt', 'vault'],
    ['key', 'keys'],
    ['endpiont', 'endpoint'],
    ['quotaperminutes', 'quotaPerMinute'],
    ['revision', 'revisions'],
    ['banana', undefined],
    ['', undefined],
    ['quota', undefined],
  ];
  for (const [word, expected] of cases) assert.equal(findNearMiss(word, words), expected, word);
});

test('of several near words the nearest is taken', () => {
  assert.equal(findNearMiss('abcdefg', ['abcdeXY', 'abcdefX']), 'abcdefX');
});
