import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes } from '../core/errors.ts';
import { exitCodes } from './exit-codes.ts';

test('every exit code of an error is explained in the help', () => {
  const explained = new Set(exitCodes.map(([code]) => Number(code)));
  for (const [code, { exit }] of Object.entries(errorCodes)) assert.ok(explained.has(exit), `${code}: ${exit}`);
});
