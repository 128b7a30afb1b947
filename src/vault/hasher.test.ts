import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../core/errors.ts';
import { createHasher, createHmacTag } from './hasher.ts';

test('the tag is HMAC-SHA-256, cut', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(1, 1, 9999),
      (key, part, times) => {
        const text = part.repeat(times);
        assert.equal(createHmacTag(key)(text), createHmac('sha256', key).update(text).digest('hex').slice(0, 32));
      },
    ),
  );
});

test('domains and keys are kept apart, and equal values have equal tags', () => {
  const hasher = createHasher({ equality: new Uint8Array(32).fill(1), id: new Uint8Array(32).fill(2) });
  const tags = [
    hasher.config('x'),
    hasher.secret('x'),
    hasher.idTag('x'),
    hasher.digest(new TextEncoder().encode('x')),
  ];
  assert.equal(new Set(tags).size, 4);
  for (const tag of tags) assert.match(tag, /^[0-9a-f]{32}$/);
  assert.equal(hasher.secret('x'), hasher.secret('x'));
});

test('without keys only the plain digest works', () => {
  const hasher = createHasher(undefined);
  assert.equal(hasher.digest(new Uint8Array()), 'e3b0c44298fc1c149afbf4c8996fb924');
  assert.throws(
    () => hasher.config('x'),
    (error) => error instanceof UserError && error.code === 'KEY_MISSING',
  );
});
