import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindsWithoutAssignedFields } from './nothing-assigned.ts';
import { testMatrix } from './test-matrix.ts';

testMatrix({});

test('no kind is said to have no assigned fields without a reason', () => {
  for (const [name, reason] of Object.entries(kindsWithoutAssignedFields)) assert.ok(reason.length > 10, name);
});
