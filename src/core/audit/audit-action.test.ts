import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditAction, isWanted, joinActions, type PlacedRecord } from './audit-action.ts';
import type { AuditEntry, AuditOpened } from './audit-record.ts';
import { identitiesIn, identityFacts } from './audit-identity.ts';

const opened: AuditOpened = {
  event: 'opened',
  principal: { type: 'workload', name: 'Ann', claims: { repository: 'Acme/Infra' } },
  host: 'Desk',
  process: 7,
  tool: 'holdfast 0',
};
let count = 0;

function placed(entry: AuditEntry, stream = 's1', of: AuditOpened | 'none' = opened): PlacedRecord {
  count += 1;
  const record = { ...entry, at: `t${count}`, previous: null };
  const common = { record, hash: `h${count}`, batch: 'b', stream, signer: { role: 'writer', fingerprint: 'f' } };
  return of === 'none' ? common : { ...common, opened: of };
}

const began = (act: number, more: object = {}): AuditEntry => ({
  event: 'began',
  act,
  action: 'backup',
  effect: 'changes',
  given: { only: 'apis' },
  ...more,
});
const declared = (act: number, facts: Extract<AuditEntry, { event: 'declared' }>['facts']): AuditEntry => ({
  event: 'declared',
  act,
  facts,
});
const ended = (act: number, more: object = {}): AuditEntry => ({
  event: 'ended',
  act,
  result: 'done',
  exit: 0,
  facts: { points: 1 },
  ...more,
});

test('an action is all of its records, from the first to the last', () => {
  const records = [
    placed(opened),
    placed(began(1, { organization: 'asked', reason: 'why', breakGlass: 'fire' })),
    placed(declared(1, { planHash: 'x', points: 0 })),
    placed(ended(1, { code: 'USAGE', exit: 64, result: 'refused', facts: { points: 1, organization: 'acme' } })),
  ];
  const [, first, second, third] = records;
  assert.deepEqual(joinActions(records), [
    {
      stream: 's1',
      act: 1,
      at: first?.record.at,
      endedAt: third?.record.at,
      action: 'backup',
      effect: 'changes',
      organization: 'acme',
      principal: opened.principal,
      host: 'Desk',
      tool: 'holdfast 0',
      signer: 'writer f',
      given: { only: 'apis' },
      reason: 'why',
      breakGlass: 'fire',
      facts: { planHash: 'x', points: 1, organization: 'acme' },
      result: 'refused',
      exit: 64,
      code: 'USAGE',
      records: [first?.hash, second?.hash, third?.hash],
    },
  ]);
});

test('what an action does not say is not in it, and one without an end is open', () => {
  const bare = placed(began(1), 's1', 'none');
  const { record, hash } = bare;
  const { at } = record;
  const common = { stream: 's1', act: 1, at, action: 'backup', effect: 'changes', signer: 'writer f' };
  const action = { ...common, given: { only: 'apis' }, facts: {}, result: 'open', records: [hash] };
  assert.deepEqual(joinActions([bare]), [action]);
  const told = placed(declared(1, { organization: 'acme' }));
  assert.deepEqual(joinActions([bare, told]), [
    { ...action, organization: 'acme', facts: { organization: 'acme' }, records: [hash, told.hash] },
  ]);
  const list = placed(declared(1, { organization: ['acme'] }));
  assert.equal(joinActions([bare, list])[0]?.organization, undefined);
});

test('actions of one stream and of several stand apart, in the order in which they began', () => {
  const actions = joinActions([
    placed(began(1)),
    placed(began(1), 's2'),
    placed(began(2)),
    placed(ended(2)),
    placed(ended(1), 's2'),
  ]);
  assert.deepEqual(
    actions.map(({ stream, act, result, records }) => [stream, act, result, records.length]),
    [
      ['s1', 1, 'open', 1],
      ['s2', 1, 'done', 2],
      ['s1', 2, 'done', 2],
    ],
  );
});

test('an action whose stream was continued in another ends there, where it is of the same process', () => {
  const records = [placed(began(1)), placed(ended(1), 's2')];
  assert.deepEqual(
    joinActions(records).map(({ stream, result, records: of }) => [stream, result, of.length]),
    [['s1', 'done', 2]],
  );
  const others: readonly (AuditOpened | 'none')[] = [
    { ...opened, host: 'other' },
    { ...opened, principal: { ...opened.principal, name: 'Bob' } },
    'none',
  ];
  for (const of of others) {
    assert.deepEqual(
      joinActions([placed(began(1)), placed(ended(1), 's2', of)]).map(({ result }) => result),
      ['open'],
    );
  }
  const wrongAct = [placed(began(1)), placed(ended(2), 's2')];
  assert.equal(joinActions(wrongAct)[0]?.result, 'open');
  const over = [placed(began(1)), placed(ended(1)), placed(ended(1, { result: 'failed' }), 's2')];
  assert.equal(joinActions(over)[0]?.result, 'done', 'it had ended');
  const twice = [placed(began(1)), placed(began(1), 's3'), placed(ended(1), 's2')];
  assert.deepEqual(
    joinActions(twice).map(({ result }) => result),
    ['open', 'done'],
    'the newest of them',
  );
});

test('actions are chosen by verb, result, organization and principal', () => {
  const [done] = joinActions([placed(began(1, { action: 'key add' })), placed(ended(1))]);
  assert.ok(done);
  const action: AuditAction = { ...done, organization: 'acme' };
  const { organization: _, ...ofNone } = action;
  assert.equal(isWanted(action, {}), true);
  for (const verb of ['key add', 'key']) assert.equal(isWanted(action, { action: verb }), true, verb);
  for (const verb of ['ke', 'key a', 'key add x', 'add']) assert.equal(isWanted(action, { action: verb }), false, verb);
  assert.deepEqual([isWanted(action, { result: 'done' }), isWanted(action, { result: 'open' })], [true, false]);
  assert.equal(isWanted(action, { organization: 'acme' }), true);
  assert.equal(isWanted(action, { organization: 'beta' }), false);
  assert.equal(isWanted(ofNone, { organization: 'beta' }), true, 'it is of none');
  for (const part of ['ann', 'ANN', 'desk', 'acme/inf'])
    assert.equal(isWanted(action, { principal: part }), true, part);
  assert.equal(isWanted(action, { principal: 'bob' }), false);
  const { principal: __, host: ___, ...unknown } = action;
  assert.equal(isWanted(unknown, { principal: '' }), false);
  assert.equal(isWanted(action, { action: 'key', result: 'open', principal: 'ann' }), false);
});

test('as whom a service was called is said in facts, and read from them', () => {
  const apigee = { service: 'apigee', identity: 'sa@x' } as const;
  assert.deepEqual(identityFacts(apigee, undefined), { identity: 'sa@x' });
  assert.deepEqual(identityFacts(apigee, {}), { identity: 'sa@x', issuer: 'unknown' });
  const azure = { service: 'azure', identity: 'app' } as const;
  const origin = { issuer: 'https://i', subject: 's' };
  assert.deepEqual(identityFacts(azure, origin), {
    azureIdentity: 'app',
    azureIssuer: 'https://i',
    azureSubject: 's',
  });
  const both = { ...identityFacts(apigee, origin), ...identityFacts(azure, {}) };
  assert.deepEqual(identitiesIn(both), [
    { ...apigee, ...origin },
    { ...azure, issuer: 'unknown' },
  ]);
  assert.deepEqual(identitiesIn({ identity: 'sa@x', issuer: 7 }), [apigee]);
  assert.deepEqual(identitiesIn({ issuer: 'x', azureSubject: 'y' }), []);
});
