import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlacedRecord } from './audit-action.ts';
import type { AuditEntry, AuditResult } from './audit-record.ts';
import { factText, toSiemEvent } from './siem-event.ts';

const at = '2026-05-10T00:00:00.123Z';

function placed(entry: AuditEntry): PlacedRecord {
  return {
    record: { ...entry, at, previous: null },
    hash: 'h',
    batch: 'audit/s/000001',
    stream: 's',
    signer: { role: 'restorer', fingerprint: 'cd34' },
  };
}

const opened = {
  event: 'opened',
  principal: { type: 'workload', name: 'github:acme/gateway' },
  host: 'ci-7',
  process: 42,
  tool: 'holdfast 1.2.3',
} as const;

function ended(result: AuditResult, more: object = {}): AuditEntry {
  return { event: 'ended', act: 1, result, exit: 0, facts: {}, ...more };
}

const nothingKnown = {
  uid: 'h',
  at,
  atMs: 5,
  event: 'opened',
  action: 'stream',
  effect: undefined,
  outcome: 'unknown',
  result: undefined,
  code: undefined,
  user: 'unknown',
  userType: undefined,
  host: 'unknown',
  process: undefined,
  version: 'unknown',
  organization: undefined,
  reason: undefined,
  breakGlass: undefined,
  facts: {},
  identities: [],
  signer: 'restorer cd34',
  batch: 'audit/s/000001',
};

test('a record whose process and action are not known says so', () => {
  assert.deepEqual(toSiemEvent(placed(opened), 5, undefined), nothingKnown);
});

test('a record has what its action and the opening of its stream said', () => {
  const context = {
    action: 'restore',
    effect: 'changes',
    organization: 'acme',
    reason: 'ticket 7',
    breakGlass: 'fire',
  };
  const facts = { identity: 'sa@x', issuer: 'https://i' };
  const record = ended('failed', { code: 'PLAN_STALE', facts });
  assert.deepEqual(toSiemEvent({ ...placed(record), opened }, 5, context), {
    ...nothingKnown,
    ...context,
    event: 'ended',
    outcome: 'failure',
    result: 'failed',
    code: 'PLAN_STALE',
    user: 'github:acme/gateway',
    userType: 'workload',
    host: 'ci-7',
    process: 42,
    version: '1.2.3',
    facts,
    identities: [{ service: 'apigee', identity: 'sa@x', issuer: 'https://i' }],
  });
});

test('what was done, and be it in part, is a success; what was refused or failed is none', () => {
  const outcomes = (['done', 'partial', 'refused', 'failed'] as const).map(
    (result) => toSiemEvent(placed(ended(result)), 5, undefined).outcome,
  );
  assert.deepEqual(outcomes, ['success', 'success', 'failure', 'failure']);
  const declared: AuditEntry = { event: 'declared', act: 1, facts: { calls: 1 } };
  const { outcome, result, facts } = toSiemEvent(placed(declared), 5, undefined);
  assert.deepEqual([outcome, result, facts], ['unknown', undefined, { calls: 1 }]);
});

test('the organization is the one that the record names, else that of the action', () => {
  const context = { action: 'x', effect: 'changes', organization: 'asked' };
  const of = (organization: string | readonly string[]): string | undefined =>
    toSiemEvent(placed(ended('done', { facts: { organization } })), 5, context).organization;
  assert.equal(of('found'), 'found');
  assert.equal(of(['found']), 'asked');
});

test('what was given to an action is a fact of its begin, and no identity', () => {
  const given = { identity: 'an option' };
  const began: AuditEntry = { event: 'began', act: 1, action: 'x', effect: 'changes', given };
  const { facts, identities } = toSiemEvent(placed(began), 5, undefined);
  assert.deepEqual([facts, identities], [given, []]);
});

test('a fact is one text', () => {
  assert.deepEqual(
    [factText('a'), factText(12), factText(false), factText(['a', 'b']), factText([])],
    ['a', '12', 'false', 'a, b', ''],
  );
});
