import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes } from '../../core/errors.ts';
import type { Difference, DiffSummary } from '../../core/diff.ts';
import type { Plan, RunReport } from '../../core/plan.ts';
import type { PointDetails, PointSummary } from '../../core/point.ts';
import { documents, type OutputDocument } from './documents.ts';

type Item<List> = List extends readonly (infer Element)[] ? Element : never;

/** Compiles only while the words of core fit into the published documents, and the other way round where both are data. */
const fits = {
  plan: (plan: Plan): OutputDocument<'plan'> => plan,
  show: (details: PointDetails): OutputDocument<'show'> => ({ schema: 'holdfast/show/1', ...details }),
  restore: (report: RunReport): OutputDocument<'restore'> => ({ schema: 'holdfast/restore/1', ...report }),
  apply: (report: RunReport): OutputDocument<'apply'> => ({ schema: 'holdfast/apply/1', ...report }),
  points: (points: readonly PointSummary[]): OutputDocument<'points'>['points'] => points,
  difference: (difference: Difference): Item<OutputDocument<'diff'>['differences']> => difference,
  summary: (summary: DiffSummary): Item<OutputDocument<'drift'>['summary']> => summary,
};

const row = {
  kind: 'target-server',
  listed: 2,
  captured: 1,
  denied: 1,
  failed: 0,
  vanished: 0,
  notApplicable: 0,
  unreadable: 0,
  accepted: 0,
  credentials: 0,
  exceptions: [{ at: 'environments/test', state: 'denied', reason: '403' }],
  notes: [],
};

const backup = {
  schema: 'holdfast/backup/1',
  organization: 'acme-prod',
  point: 'p20260102030405-abc',
  grade: 'partial',
  consistent: true,
  startedAt: '2026-01-02T03:04:05.678Z',
  endedAt: '2026-01-02T03:05:05.678Z',
  calls: 10,
  floor: 9,
  efficiency: 0.9,
  bytesWritten: 100,
  ledger: [row],
  notCaptured: [{ kind: 'keystore', why: 'later' }],
  moved: [],
  auditHeads: [],
};

test('a document of the contract is accepted', () => {
  assert.deepEqual(documents.backup.parse(backup), backup);
});

test('a document that leaves the contract is refused', () => {
  const bad: readonly object[] = [
    { ...backup, schema: 'holdfast/backup/2' },
    { ...backup, surprise: 1 },
    { ...backup, calls: -1 },
    { ...backup, calls: 1.5 },
    { ...backup, endedAt: '2026-01-02 03:05' },
    { ...backup, ledger: [{ ...row, denied: undefined }] },
    { ...backup, ledger: [{ ...row, exceptions: [{ at: '', state: 'gone', reason: '' }] }] },
  ];
  for (const document of bad)
    assert.equal(documents.backup.safeParse(document).success, false, JSON.stringify(document));
});

test('every verb document says which it is, and nobody else says the same', () => {
  const names = Object.entries(documents)
    .filter(([name]) => name !== 'error')
    .map(([name, document]) => [name, 'schema' in document.shape ? document.shape.schema.value : undefined]);
  for (const [name, schema] of names) assert.equal(schema, `holdfast/${name}/1`);
});

test('words of core stand in the documents as they are', () => {
  const summary = {
    kind: 'proxy',
    added: 0,
    removed: 0,
    changed: 0,
    unknown: 0,
    same: 1,
    informational: 0,
    ignored: 0,
  };
  assert.equal(fits.summary(summary), summary);
});

test('an error line has a code of the table', () => {
  const error = { code: 'POINT_NOT_FOUND', fault: 'user', resource: null, message: 'm', next: null, exit: 1 };
  assert.ok(Object.hasOwn(errorCodes, error.code));
  assert.ok(documents.error.safeParse({ error }).success);
  assert.ok(!documents.error.safeParse({ error: { ...error, code: 'POINT_LOST' } }).success);
});
