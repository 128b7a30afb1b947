import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditAction } from './audit-action.ts';
import { auditAction, noEvidence } from './evidence.fixture.ts';
import type { EvidenceDrill, EvidencePosture } from './evidence.ts';
import { countDrills, countPostures } from './measured.ts';

const at = noEvidence.from;
const drill: EvidenceDrill = {
  name: 'n',
  at,
  signer: 's',
  result: 'proven',
  targetContainer: 'c',
  checkedObjects: 3,
};
const posture: EvidencePosture = { name: 'n', at, signer: 's', passed: 3, failed: [], unknown: [], weakened: [] };

const drillsOf = (drills: readonly EvidenceDrill[], ...actions: readonly AuditAction[]) =>
  countDrills({ ...noEvidence, drills, actions });
const posturesOf = (postures: readonly EvidencePosture[], ...actions: readonly AuditAction[]) =>
  countPostures({ ...noEvidence, postures, actions });
const good = { good: 1, bad: 0 };
const bad = { good: 0, bad: 1 };

test('a drill in the trail counts as good where it was done and proved something', () => {
  assert.deepEqual(drillsOf([], auditAction('drill')), good);
  assert.deepEqual(drillsOf([], auditAction('rehearse')), good);
  assert.deepEqual(drillsOf([], auditAction('drill azure', { result: 'partial' })), good);
  for (const result of ['failed', 'refused', 'open'] as const)
    assert.deepEqual(drillsOf([], auditAction('drill', { result })), bad, result);
  assert.deepEqual(drillsOf([], auditAction('drill', { facts: { result: 'notProven' } })), bad);
  assert.deepEqual(drillsOf([], auditAction('backup')), { good: 0, bad: 0 });
});

test('a signed drill counts as good where it proved the newest point or an older one', () => {
  assert.deepEqual(drillsOf([drill]), good);
  assert.deepEqual(drillsOf([{ ...drill, result: 'olderProven' }]), good);
  for (const result of ['notProven', 'a word of a later release'])
    assert.deepEqual(drillsOf([{ ...drill, result }]), bad, result);
});

test('a signed drill and its action in the trail are one, told by the container', () => {
  assert.deepEqual(drillsOf([drill], auditAction('drill', { facts: { targetContainer: 'c' } })), good);
  assert.deepEqual(drillsOf([drill], auditAction('drill', { facts: { targetContainer: 'd' } })), { good: 2, bad: 0 });
  assert.deepEqual(drillsOf([drill], auditAction('drill')), { good: 2, bad: 0 });
});

test('a posture counts as good where nothing failed, was unknown or became weaker', () => {
  assert.deepEqual(posturesOf([posture]), good);
  for (const what of ['failed', 'unknown', 'weakened'])
    assert.deepEqual(posturesOf([{ ...posture, [what]: ['tls'] }]), bad, what);
});

test('measurements that only the trail has count by their result', () => {
  for (const verb of ['posture', 'doctor', 'drift']) {
    assert.deepEqual(posturesOf([], auditAction(verb)), good, verb);
    assert.deepEqual(posturesOf([], auditAction(verb, { result: 'failed' })), bad, verb);
  }
  assert.deepEqual(posturesOf([], auditAction('verify')), { good: 0, bad: 0 });
});

test('a signed posture and its action in the trail are one, told by the name of the record', () => {
  const failed = (facts: AuditAction['facts']): AuditAction => auditAction('posture', { result: 'failed', facts });
  assert.deepEqual(posturesOf([posture], failed({ record: 'n' })), good);
  assert.deepEqual(posturesOf([posture], failed({ record: 'm' })), { good: 1, bad: 1 });
  assert.deepEqual(posturesOf([posture], failed({ record: ['n'] })), { good: 1, bad: 1 });
});
