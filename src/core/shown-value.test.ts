import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bigNumberPrefix } from './parse-json.ts';
import { isWhollyMasked, shownText, shownValue } from './shown-value.ts';

test('a value that is named as a credential is masked, one without a character is not', () => {
  assert.equal(shownText('hunter2', 'password'), '***');
  assert.equal(shownText('', 'password'), '');
  assert.equal(shownText('hunter2', 'host'), 'hunter2');
  assert.equal(shownText('see https://bob:hunter2@h/x', 'host'), 'see https://bob:***@h/x');
});

test('a number that was kept as text shows its digits', () => {
  assert.equal(shownText(`${bigNumberPrefix}12345678901234567890`, 'id'), '12345678901234567890');
});

test('a value is shown field by field, an attribute under its own name', () => {
  const shown = shownValue(
    {
      host: 'h',
      enabled: true,
      port: 443,
      none: null,
      password: 'hunter2',
      tokens: ['a', 'b'],
      token: ['a', ''],
      attributes: [
        { name: 'apiKey', value: 'k' },
        { name: 'tier', value: 'gold' },
        { name: 7, value: 'v', secret: 's' },
      ],
    },
    '',
  );
  assert.deepEqual(shown, {
    host: 'h',
    enabled: true,
    port: 443,
    none: null,
    password: '***',
    tokens: ['a', 'b'],
    token: ['***', ''],
    attributes: [
      { name: 'apiKey', value: '***' },
      { name: 'tier', value: 'gold' },
      { name: 7, value: 'v', secret: '***' },
    ],
  });
});

test('only a value of which nothing is left to see is wholly masked', () => {
  assert.deepEqual(['***', 'a ***', undefined, ['***']].map(isWhollyMasked), [true, false, false, false]);
});
