import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { sampleContext } from '../sample-kind.fixture.ts';
import { appGroupSubscription } from './app-group-subscription.ts';
import { developerBalance } from './developer-balance.ts';
import { developerMonetizationConfig } from './developer-monetization-config.ts';
import { developerSubscription } from './developer-subscription.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const ADA = 'developers/ada@a.example';
const context = writeContext();

const wallet = (currencyCode: string, units: string, nanos = 0): JsonObject => ({
  balance: { currencyCode, units, nanos },
  lastCreditTime: '5',
});

const balanceOf = (...wallets: readonly JsonObject[]) => stateOf(developerBalance, `${ADA}/balance`, { wallets });

const bought = (kind: typeof developerSubscription, times: JsonObject) =>
  stateOf(kind, 'x/y/subscriptions/gold', { name: 'n1', apiproduct: 'gold', ...times });

test('amounts are compared, however they are written and in whatever order', () => {
  const { canonical } = balanceOf(wallet('EUR', '2', 500_000_000), wallet('USD', '0'), wallet('CHF', '1'));
  const same = stateOf(developerBalance, 'x', {
    wallets: [{ balance: { currencyCode: 'CHF', units: 1 } }, wallet('EUR', '1', 1_500_000_000)],
  });
  assert.deepEqual(canonical, same.canonical);
  assert.notDeepEqual(canonical, balanceOf(wallet('EUR', '2', 500_000_001), wallet('CHF', '1')).canonical);
  assert.ok(developerBalance.isVacant?.({ wallets: [wallet('USD', '0')] }));
  assert.ok(developerBalance.isVacant?.({}));
});

test('what is missing is credited, in each currency, under an id that the plan alone tells', () => {
  const desired = balanceOf(wallet('EUR', '10', 250_000_000), wallet('USD', '3'));
  const { calls, cannot } = developerBalance.update(desired, balanceOf(wallet('EUR', '9', 500_000_000)), context);
  assert.deepEqual(cannot, []);
  assert.deepEqual(linesOf(calls), [
    'activate credit-EUR: POST developers/ada%2540a.example/balance:credit',
    'activate credit-USD: POST developers/ada%2540a.example/balance:credit',
  ]);
  assert.deepEqual(calls.map(jsonOf), [
    {
      transactionAmount: { currencyCode: 'EUR', units: '0', nanos: 750_000_000 },
      transactionId: 'holdfast/1000000/developers/ada@a.example/balance/EUR',
    },
    {
      transactionAmount: { currencyCode: 'USD', units: '3', nanos: 0 },
      transactionId: 'holdfast/1000000/developers/ada@a.example/balance/USD',
    },
  ]);
  assert.deepEqual(developerBalance.update(desired, balanceOf(wallet('EUR', '9', 500_000_000)), context).calls, calls);
});

test('a balance is never lowered: what is too much is said, and by how much', () => {
  const live = balanceOf(wallet('EUR', '12'), wallet('USD', '-1', -500_000_000), wallet('CHF', '4'));
  const { calls, cannot = [] } = developerBalance.update(
    balanceOf(wallet('EUR', '10'), wallet('USD', '-3')),
    live,
    context,
  );
  assert.deepEqual(calls, []);
  assert.deepEqual(
    cannot.map(({ code, why }) => `${code} ${why}`),
    [
      'NOT_SETTABLE It is 4 CHF, and was 0 CHF: a restore never lowers a balance.',
      'NOT_SETTABLE It is 12 EUR, and was 10 EUR: a restore never lowers a balance.',
      'NOT_SETTABLE It is -1.5 USD, and was -3 USD: a restore never lowers a balance.',
    ],
  );
  assert.match(cannot[2]?.next ?? '', /balance:adjust with 1\.5 USD/);
  const extra = developerBalance.remove(live, context);
  assert.deepEqual([extra.calls, extra.cannot?.map(({ code }) => code)], [[], ['NO_WRITE']]);
  const gone = writeContext({ isRemoved: (id) => id === ADA });
  assert.deepEqual(developerBalance.remove(live, gone), { calls: [] });
});

test('the subscription of a developer is bought again with its times, that of an AppGroup begins anew', () => {
  const developer = developerSubscription.create(bought(developerSubscription, { startTime: '1000' }), context);
  assert.deepEqual(linesOf(developer.calls), ['activate create: POST x/y/subscriptions']);
  assert.deepEqual(jsonOf(developer.calls[0]), { apiproduct: 'gold', startTime: '1000' });
  const group = appGroupSubscription.create(bought(appGroupSubscription, { startTime: '1000' }), context);
  assert.deepEqual(jsonOf(group.calls[0]), { apiproduct: 'gold' });
  const ending = appGroupSubscription.create(bought(appGroupSubscription, { endTime: '2000000' }), context);
  assert.deepEqual(
    ending.cannot?.map(({ code }) => code),
    ['NOT_SETTABLE'],
  );
});

test('what has ended is not bought again, what is there does not change, what is extra is ended', () => {
  for (const kind of [developerSubscription, appGroupSubscription]) {
    const [open, over] = [bought(kind, { lastModifiedAt: '7' }), bought(kind, { endTime: '900000' })];
    const again = kind.create(over, context);
    assert.deepEqual([again.calls, again.cannot?.map(({ code }) => code)], [[], ['EXPIRED']]);
    for (const [desired, live] of [
      [open, over],
      [over, open],
    ] as const) {
      const { calls, cannot } = kind.update(desired, live, context);
      assert.deepEqual([calls, cannot?.map(({ code }) => code)], [[], ['NOT_SETTABLE']]);
    }
    const ended = kind.remove(open, context);
    assert.deepEqual(linesOf(ended.calls), ['remove expire: POST x/y/subscriptions/n1:expire']);
    assert.deepEqual(ended.calls[0]?.lookup.type, 'moved');
    assert.deepEqual(kind.remove(over, context).calls, []);
  }
});

test('subscriptions are told apart by product, and where it can be said by their start', () => {
  const body = { apiproduct: 'gold', startTime: '1000' };
  assert.equal(developerSubscription.idOf(body, ADA, sampleContext), `${ADA}/subscriptions/gold@1000`);
  assert.equal(appGroupSubscription.idOf(body, 'appgroups/g', sampleContext), 'appgroups/g/subscriptions/gold');
  assert.equal(developerSubscription.idOf({}, ADA, sampleContext), undefined);
  const ended = bought(appGroupSubscription, { startTime: '1', endTime: '5' });
  assert.deepEqual(ended.canonical, bought(appGroupSubscription, { startTime: '2', endTime: '9' }).canonical);
  assert.notDeepEqual(ended.canonical, bought(appGroupSubscription, {}).canonical);
});

test('a billing type is set by PUT, and never taken away', () => {
  const config = stateOf(developerMonetizationConfig, `${ADA}/monetizationConfig`, { billingType: 'PREPAID' });
  const { calls } = developerMonetizationConfig.create(config, context);
  assert.deepEqual(linesOf(calls), ['materialise set: PUT developers/ada%2540a.example/monetizationConfig']);
  assert.deepEqual(jsonOf(calls[0]), { billingType: 'PREPAID' });
  assert.deepEqual(developerMonetizationConfig.remove(config, context).calls, []);
  assert.ok(developerMonetizationConfig.isVacant?.({ billingType: 'BILLING_TYPE_UNSPECIFIED' }));
});
