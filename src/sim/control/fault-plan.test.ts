import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fault, FaultPlan, type FaultRule } from './fault-plan.ts';
import { SeededRandom } from './seeded-random.ts';

const fault: Fault = { kind: 'status', status: 500 };
const subject = {
  http: 'GET',
  methodId: 'organizations.apis.get',
  route: '~/apis/{apisId}',
  path: '/v1/organizations/a/apis/p',
};

function strikes(rule: Omit<FaultRule, 'fault'>, calls = 5): string {
  const plan = new FaultPlan(new SeededRandom(1), [{ ...rule, fault }]);
  return Array.from({ length: calls }, () => (plan.draw(subject) === undefined ? '.' : 'x')).join('');
}

test('a rule strikes what it matches: method, method id, template, path', () => {
  assert.equal(strikes({}), 'xxxxx');
  assert.equal(strikes({ http: 'POST' }), '.....');
  assert.equal(strikes({ route: 'organizations.apis.*' }), 'xxxxx');
  assert.equal(strikes({ route: '~/apis/*' }), 'xxxxx');
  assert.equal(strikes({ route: '~/apis' }), '.....');
  assert.equal(strikes({ path: '/apis/p$' }), 'xxxxx');
  assert.equal(strikes({ path: '/apis/q' }), '.....');
});

test('nth strikes once, count limits, both a probability of 0 and 1 are certain', () => {
  assert.equal(strikes({ nth: 3 }), '..x..');
  assert.equal(strikes({ count: 2 }), 'xx...');
  assert.equal(strikes({ probability: 0 }), '.....');
  assert.equal(strikes({ probability: 1, count: 1 }), 'x....');
});

test('the first rule that strikes wins, and a new plan starts counting anew', () => {
  const plan = new FaultPlan(new SeededRandom(1), [
    { count: 1, fault: { kind: 'truncate' } },
    { fault: { kind: 'vanish' } },
  ]);
  assert.deepEqual([plan.draw(subject)?.kind, plan.draw(subject)?.kind], ['truncate', 'vanish']);
  assert.deepEqual(
    plan.report().map(({ seen, fired }) => [seen, fired]),
    [
      [2, 1],
      [1, 1],
    ],
  );
  plan.set([{ nth: 1, fault }]);
  assert.equal(plan.draw(subject)?.kind, 'status');
});
