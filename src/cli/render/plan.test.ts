import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../core/plan.ts';
import type { Output } from '../output.ts';
import { renderPlan } from './plan.ts';
import { createStyle } from './style.ts';

const output: Output = {
  format: 'table',
  style: createStyle(false),
  width: 80,
  document: () => Promise.resolve(),
  list: () => Promise.resolve(),
  write: () => Promise.resolve(),
  isClosed: () => false,
};

function planOf(writes: number, reads: number): Plan {
  const call = {
    id: 'apiproducts/a#create',
    kind: 'api-product',
    stage: 0,
    resource: 'apiproducts/a',
    step: 'create',
    action: 'create',
    phase: 'materialise',
    method: 'POST',
    path: ['apiproducts'],
    reason: 'missing',
    needs: [],
    after: [],
    lookup: { type: 'repeat' },
  } as const;
  return {
    schema: 'holdfast/plan/1',
    vault: 'v',
    organization: 'acme-prod',
    point: 'p1',
    pointTime: '2026-01-31T08:00:00.000Z',
    plannedAt: '2026-01-31T09:00:00.000Z',
    tool: 'a test',
    selection: { only: [], kinds: [] },
    deleteExtra: false,
    resources: [],
    calls: [call],
    fingerprints: [],
    cannotRestore: [],
    secretsRequired: [],
    risks: [],
    estimate: { mutatingCalls: writes, reads, seconds: 55 },
    unknown: [],
    hash: 'h',
  };
}

test('one call writes, several write', () => {
  assert.match(renderPlan(planOf(1, 1), output).join(' '), / 1 call that writes, about 1 that reads, about 55 s\./);
  assert.match(renderPlan(planOf(2, 4), output).join(' '), / 2 calls that write, about 4 that read, about 55 s\./);
});

test('the counts fit into the width', () => {
  const lines = renderPlan(planOf(12_345, 23_456), output);
  assert.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  );
});
