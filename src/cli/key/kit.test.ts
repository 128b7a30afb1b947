import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KitCheck } from '../../app/keys/check-kit.ts';
import { exitOfChecks } from './kit.ts';

test('a kit is proved only when every organization opens', () => {
  const exit = (...results: readonly KitCheck['result'][]) => exitOfChecks(results.map((result) => ({ result })));
  assert.equal(exit('opens', 'opens'), 0);
  assert.equal(exit('opens', 'no point'), 3);
  assert.equal(exit('no point'), 3);
  assert.equal(exit(), 3);
  assert.equal(exit('opens', 'no point', 'damaged'), 13);
});
