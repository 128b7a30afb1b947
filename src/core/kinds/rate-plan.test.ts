import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { sampleContext } from '../sample-kind.fixture.ts';
import { ratePlan } from './rate-plan.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const PRODUCT = 'apiproducts/gold';
const context = writeContext();
const plan = (over: JsonObject = {}) =>
  stateOf(ratePlan, `${PRODUCT}/rateplans/Standard`, {
    name: 'p-1',
    displayName: 'Standard',
    createdAt: '1',
    lastModifiedAt: '2',
    state: 'PUBLISHED',
    setupFee: { currencyCode: 'EUR', units: '5' },
    ...over,
  });

test('a plan is told apart by its display name, or by its name where it has none', () => {
  const idOf = (body: JsonObject) => ratePlan.idOf(body, PRODUCT, sampleContext);
  assert.equal(idOf({ displayName: 'A/B', name: 'p-1' }), `${PRODUCT}/rateplans/A%2FB`);
  assert.equal(idOf({ name: 'p-1' }), `${PRODUCT}/rateplans/p-1`);
  assert.deepEqual([idOf({}), idOf({ displayName: '' })], [undefined, undefined]);
});

test('a published plan without an end claims to be the only one of its product', () => {
  const claim = [`active rate plan of ${PRODUCT}`];
  const claims = (over: JsonObject) => ratePlan.claims?.(plan(over));
  for (const endTime of ['0', '-1', '']) assert.deepEqual(claims({ endTime }), claim, endTime);
  assert.deepEqual(claims({}), claim);
  assert.deepEqual(claims({ endTime: '1900000000000' }), []);
  assert.deepEqual(claims({ state: 'DRAFT' }), []);
});

test('a plan is made without what the server gives, and written and deleted by the name that it has live', () => {
  const body = { displayName: 'Standard', state: 'PUBLISHED', setupFee: { currencyCode: 'EUR', units: '5' } };
  const [made] = ratePlan.create(plan(), context).calls;
  assert.deepEqual(linesOf(made === undefined ? [] : [made]), [`materialise create: POST ${PRODUCT}/rateplans`]);
  assert.deepEqual(jsonOf(made), body);
  assert.deepEqual(
    [made?.reason, made?.lookup],
    ['the rate plan is missing', { type: 'resource', id: `${PRODUCT}/rateplans/Standard` }],
  );

  const live = plan({ name: 'p-2', state: 'DRAFT', setupFee: { currencyCode: 'EUR', units: '6' } });
  const [changed] = ratePlan.update(plan(), live, context).calls;
  assert.deepEqual(linesOf(changed === undefined ? [] : [changed]), [
    `materialise update: PUT ${PRODUCT}/rateplans/p-2`,
  ]);
  assert.deepEqual(jsonOf(changed), body);
  assert.deepEqual(
    [changed?.action, changed?.reason, changed?.risk, changed?.lookup],
    ['update', 'setupFee, state differ', 'Changes what developers are charged.', { type: 'repeat' }],
  );

  const [removed] = ratePlan.remove(live, context).calls;
  assert.deepEqual(linesOf(removed === undefined ? [] : [removed]), [`remove delete: DELETE ${PRODUCT}/rateplans/p-2`]);
  assert.deepEqual(
    [removed?.action, removed?.reason, removed?.tolerates, removed?.risk],
    ['delete', 'the point does not have it', [404], 'Developers can no longer subscribe under this plan.'],
  );
});

test('numbers are the same however they are written, and a word for nothing is nothing', () => {
  const same = plan({ setupFee: { currencyCode: 'EUR', units: 5 }, billingPeriod: 'BILLING_PERIOD_UNSPECIFIED' });
  assert.deepEqual(same.canonical, plan().canonical);
  assert.notDeepEqual(plan({ billingPeriod: 'MONTHLY' }).canonical, plan().canonical);
});
