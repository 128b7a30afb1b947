import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intentBody, outcomesBody, planBody, reportBody } from './run-documents.ts';

test('what is signed as a plan but has no hash or no calls with ids is no plan', () => {
  assert.ok(planBody.safeParse({ hash: 'h', calls: [{ id: 'a#create' }], risks: [] }).success);
  for (const body of [
    {},
    [],
    'plan',
    { hash: 'h' },
    { calls: [] },
    { hash: 'h', calls: [{}] },
    { hash: 'h', calls: {} },
  ])
    assert.equal(planBody.safeParse(body).success, false, JSON.stringify(body));
});

test('intents name calls, outcomes and reports are objects', () => {
  assert.ok(intentBody.safeParse({ calls: ['a#create'] }).success);
  assert.equal(intentBody.safeParse({ calls: [1] }).success, false);
  assert.ok(outcomesBody.safeParse({ outcomes: [{ call: 'a#create', status: 'done' }] }).success);
  assert.equal(outcomesBody.safeParse({ outcomes: ['done'] }).success, false);
  assert.equal(reportBody.safeParse(null).success, false);
});
