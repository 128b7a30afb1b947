import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intentBody, outcomesBody, planBody, reportBody } from './run-documents.ts';

test('what is signed as a plan but has no hash or no calls with ids is no plan', () => {
  const call = { id: 'a#create', kind: 'api-product', resource: 'a' };
  assert.ok(planBody.safeParse({ hash: 'h', calls: [call], risks: [] }).success);
  for (const body of [
    {},
    [],
    'plan',
    { hash: 'h' },
    { calls: [] },
    { hash: 'h', calls: [{}] },
    { hash: 'h', calls: [null] },
    { hash: 'h', calls: [{ ...call, kind: 1 }] },
    { hash: 'h', calls: [{ ...call, onlyIfAssigned: 'a' }] },
    { hash: 'h', calls: {} },
  ])
    assert.equal(planBody.safeParse(body).success, false, JSON.stringify(body));
});

test('intents name calls, outcomes and reports say what became of them', () => {
  assert.ok(intentBody.safeParse({ calls: ['a#create'] }).success);
  assert.equal(intentBody.safeParse({ calls: [1] }).success, false);
  assert.ok(outcomesBody.safeParse({ outcomes: [{ call: 'a#create', status: 'done' }] }).success);
  assert.equal(outcomesBody.safeParse({ outcomes: ['done'] }).success, false);
  assert.equal(outcomesBody.safeParse({ outcomes: [{ call: 'a#create', status: 'lost' }] }).success, false);
  const assigned = { call: 'a#create', status: 'done', assigned: { name: 1 } };
  assert.equal(outcomesBody.safeParse({ outcomes: [assigned] }).success, false);
  assert.ok(reportBody.safeParse({ run: 1, planHash: 'h', status: 'done', resources: [] }).success);
  for (const report of [
    null,
    {},
    { run: 1, planHash: 'h', status: 'good' },
    { run: -1, planHash: 'h', status: 'done' },
  ])
    assert.equal(reportBody.safeParse(report).success, false);
});
