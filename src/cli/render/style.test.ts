import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStyle, wantsColours } from './style.ts';

test('colours are for terminals, refused by flag and NO_COLOR, wished for by FORCE_COLOR', () => {
  const wish = { environment: {}, isTerminal: true, refused: false };
  assert.equal(wantsColours(wish), true);
  assert.equal(wantsColours({ ...wish, isTerminal: false }), false);
  assert.equal(wantsColours({ ...wish, refused: true, environment: { FORCE_COLOR: '1' } }), false);
  assert.equal(wantsColours({ ...wish, environment: { NO_COLOR: '1', FORCE_COLOR: '1' } }), false);
  assert.equal(wantsColours({ ...wish, environment: { NO_COLOR: '' } }), true);
  assert.equal(wantsColours({ ...wish, isTerminal: false, environment: { FORCE_COLOR: '1' } }), true);
  assert.equal(wantsColours({ ...wish, isTerminal: false, environment: { FORCE_COLOR: '0' } }), false);
  assert.equal(wantsColours({ ...wish, environment: { TERM: 'dumb' } }), false);
});

test('without colours text stays as it is', () => {
  assert.equal(createStyle(false).red('text'), 'text');
  assert.equal(createStyle(true).red('text'), '\u001B[31mtext\u001B[39m');
  assert.equal(createStyle(true).red(''), '');
});
