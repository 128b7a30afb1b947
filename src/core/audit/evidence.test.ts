import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditAction } from './audit-action.ts';
import { mapCriteria } from './criteria.ts';
import { type Evidence, type EvidencePoint, findMissed } from './evidence.ts';

const HOUR = 3_600_000;
const start = Date.UTC(2026, 4, 1);
const format = (epochMs: number): string => String((epochMs - start) / HOUR);

function point(hour: number, over: Partial<EvidencePoint> = {}): EvidencePoint {
  const time = new Date(start + hour * HOUR).toISOString();
  return {
    point: `p${hour}`,
    endedAt: time,
    time,
    timeAttested: true,
    grade: 'complete',
    isWhole: true,
    resources: 1,
    signer: 'writer',
    ...over,
  };
}

/** Hours of each missed span, and how often. */
function missed(points: readonly EvidencePoint[], from = 0, to = 72): string[] {
  const span = { fromMs: start + from * HOUR, toMs: start + to * HOUR, objectiveMs: 24 * HOUR };
  return findMissed(points, span, format).map((one) => `${one.from}-${one.to}: ${one.missed}`);
}

test('backups within the objective miss nothing, at its very end neither', () => {
  assert.deepEqual(missed([point(0), point(24), point(48)]), []);
  assert.deepEqual(missed([point(-1), point(20), point(44), point(60)]), []);
});

test('a hole in the middle, at the end and at the begin is missed as often as the objective passed', () => {
  assert.deepEqual(missed([point(0), point(24), point(71)]), ['24-71: 1']);
  assert.deepEqual(missed([point(0)]), ['0-72: 3']);
  assert.deepEqual(missed([point(50)]), ['0-50: 2']);
  assert.deepEqual(missed([point(-30), point(10), point(30), point(50)]), ['0-10: 1'], 'the last one before counts');
});

test('selections and interrupted captures are no whole backups; a partial one is, and says so itself', () => {
  assert.deepEqual(missed([point(0), point(24, { isWhole: false }), point(30, { grade: 'interrupted' })]), ['0-72: 3']);
  assert.deepEqual(missed([point(0), point(24, { grade: 'partial' }), point(48)]), []);
});

const empty: Evidence = {
  vault: { id: 'v', description: 'd' },
  organization: 'acme',
  from: '2026-05-01T00:00:00.000Z',
  to: '2026-05-02T00:00:00.000Z',
  madeAt: '2026-05-02T00:00:00.000Z',
  tool: 'holdfast 0',
  trail: { findings: [], streams: 0, batches: 0, records: 0, notOpened: 0 },
  actions: [],
  backups: { objectiveMs: HOUR, taken: [], missed: [], damaged: [] },
  proofs: [],
  postures: [],
  drills: [],
  untrusted: [],
  restores: [],
  keys: { keyring: 1, generations: [], signers: [] },
};

function stateOf(evidence: Evidence, id: string): string | undefined {
  return mapCriteria(evidence).find((criterion) => criterion.id === id)?.state;
}

test('nothing recorded is said to be nothing, and never evidence', () => {
  for (const id of ['CC6.2, CC6.3', 'CC6.7', 'CC7.1', 'CC7.3, CC7.4', 'CC7.5', 'CC8.1', 'A1.2', 'A1.3'])
    assert.equal(stateOf(empty, id), 'none', id);
});

test('a restore without an approver, missed backups, bad proofs and tampering are to be explained', () => {
  const restore = { run: 1, startedAt: empty.from, planHash: 'h', status: 'done' };
  assert.equal(stateOf({ ...empty, restores: [restore] }, 'CC8.1'), 'attention');
  assert.equal(stateOf({ ...empty, restores: [{ ...restore, approver: 'ann' }] }, 'CC8.1'), 'evidence');
  assert.equal(stateOf({ ...empty, restores: [{ ...restore, status: 'differs' }] }, 'CC7.5'), 'attention');
  const backups = { ...empty.backups, taken: [point(1)] };
  assert.equal(stateOf({ ...empty, backups }, 'A1.2'), 'evidence');
  const spans = [{ from: empty.from, to: empty.to, missed: 2 }];
  assert.equal(stateOf({ ...empty, backups: { ...backups, missed: spans } }, 'A1.2'), 'attention');
  const findings = [{ kind: 'truncated', object: 'audit/x', reason: 'r' } as const];
  assert.equal(stateOf({ ...empty, trail: { ...empty.trail, findings } }, 'CC7.2'), 'attention');
  const proof = {
    name: 'n',
    point: 'p',
    at: empty.from,
    depth: 'all-data',
    result: 'good',
    checkedObjects: 1,
    signer: 's',
  };
  assert.equal(stateOf({ ...empty, proofs: [proof] }, 'A1.3'), 'attention', 'a verification is no restore');
});

function action(name: string, over: Partial<AuditAction> = {}): AuditAction {
  const at = empty.from;
  return {
    stream: 's',
    act: 1,
    at,
    action: name,
    effect: 'changes',
    signer: 'verifier v',
    given: {},
    facts: {},
    result: 'done',
    records: [],
    ...over,
  };
}

test('drills count where they proved something; one that failed is to be explained', () => {
  const of = (...actions: readonly AuditAction[]): string | undefined => stateOf({ ...empty, actions }, 'A1.3');
  assert.equal(of(action('drill')), 'evidence');
  assert.equal(of(action('drill', { result: 'partial' })), 'evidence');
  assert.equal(of(action('drill', { result: 'failed' })), 'attention');
  assert.equal(of(action('drill', { result: 'open' })), 'attention');
  assert.equal(of(action('drill', { facts: { result: 'notProven' } })), 'attention');
  const drill = { name: 'n', at: empty.from, signer: 's', result: 'proven', targetContainer: 'c', checkedObjects: 3 };
  assert.equal(stateOf({ ...empty, drills: [drill] }, 'A1.3'), 'evidence', 'the signed record is enough');
  assert.equal(stateOf({ ...empty, drills: [{ ...drill, result: 'notProven' }] }, 'A1.3'), 'attention');
  const both = { ...empty, drills: [drill], actions: [action('drill', { facts: { targetContainer: 'c' } })] };
  const found = mapCriteria(both).find(({ id }) => id === 'A1.3')?.found;
  assert.match(found ?? '', /1 restore drill recorded, 0 that proved nothing/, 'a drill and its record are one');
});

test('postures count where they were taken; a failed or weaker one is to be explained', () => {
  const posture = { name: 'n', at: empty.from, signer: 's', passed: 3, failed: [], unknown: [], weakened: [] };
  assert.equal(stateOf({ ...empty, postures: [posture] }, 'CC7.1'), 'evidence');
  assert.equal(stateOf({ ...empty, postures: [{ ...posture, failed: ['roles'] }] }, 'CC7.1'), 'attention');
  assert.equal(stateOf({ ...empty, postures: [{ ...posture, unknown: ['roles'] }] }, 'CC7.1'), 'attention');
  assert.equal(stateOf({ ...empty, postures: [{ ...posture, weakened: ['roles'] }] }, 'CC7.1'), 'attention');
  const record = action('posture', { result: 'failed', facts: { record: 'n' } });
  assert.equal(stateOf({ ...empty, postures: [posture], actions: [record] }, 'CC7.1'), 'evidence', 'they are one');
  assert.equal(stateOf({ ...empty, actions: [action('posture', { result: 'failed' })] }, 'CC7.1'), 'attention');
});
