import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../core/errors.ts';
import { errorDocument } from '../schema/error.ts';
import { describeError, renderError, renderErrorJson } from './error.ts';
import { createStyle } from './style.ts';

const notFound = new UserError({
  code: 'RESOURCE_NOT_FOUND',
  message: 'The point has no such resource.',
  resource: 'apis/orders',
  next: 'List what it has.',
});

test('an error says what, where, and what next', () => {
  assert.deepEqual(renderError(describeError(notFound), createStyle(false), 80), [
    'Error: The point has no such resource.',
    '  where  apis/orders',
    '  next   List what it has.',
    '  RESOURCE_NOT_FOUND, exit 1',
  ]);
});

test('for scripts it is one line of the published form', () => {
  const line = renderErrorJson(describeError(notFound));
  assert.ok(!line.includes('\n'));
  assert.deepEqual(errorDocument.parse(JSON.parse(line)).error, {
    code: 'RESOURCE_NOT_FOUND',
    fault: 'user',
    resource: 'apis/orders',
    message: 'The point has no such resource.',
    next: 'List what it has.',
    exit: 1,
  });
});

test('what is none of our errors is a bug of ours, whatever was thrown', () => {
  for (const thrown of [new TypeError('x is not a function'), 'text', undefined]) {
    const shown = describeError(thrown);
    assert.deepEqual([shown.code, shown.fault, shown.exit], ['INTERNAL', 'internal', 1]);
    assert.match(shown.next ?? '', /Report this/);
  }
});

test('long messages are wrapped below each other', () => {
  const long = new UserError({ code: 'USAGE', message: 'word '.repeat(30).trim() });
  const [first = ''] = renderError(describeError(long), createStyle(false), 60);
  assert.ok(first.split('\n').every((line) => line.length <= 60));
  assert.ok(first.split('\n').length > 1);
});
