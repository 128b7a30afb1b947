import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backUp, createStage, differencesOf, dumpOf, startSimulator } from './stage.ts';

const PIA = ['developers', "pia.o'neil@bike-shop.example"];
const GUILD = ['appgroups', 'partner-guild'];
const RESTORE = ['restore', '--point', 'latest', '--yes'];
const BALANCES = ['--kinds', 'developer-balance,app-group-balance'];

const take = (currencyCode: string, units: string) => ({ adjustment: { currencyCode, units } });

test('billing types are repaired; a balance that sank is credited when it is named, once, and only by what is missing', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  const target = simulator.target();
  await backUp(stage);
  const whole = dumpOf(simulator);
  target.put([...PIA, 'monetizationConfig'], { billingType: 'POSTPAID' });
  target.put([...GUILD, 'monetizationConfig'], { billingType: 'POSTPAID' });
  target.act([...PIA, 'balance'], 'adjust', take('EUR', '100'));
  target.act([...GUILD, 'balance'], 'adjust', take('USD', '1'));
  const unnamed = await stage.json('restore', RESTORE);
  assert.equal(unnamed.exit, 0, unnamed.stderr);
  assert.deepEqual(
    unnamed.document.cannotRestore.map(({ id, code }) => `${code} ${id}`),
    ['OPT_IN appgroups/partner-guild/balance', "OPT_IN developers/pia.o'neil@bike-shop.example/balance"],
  );
  assert.equal(differencesOf(whole, dumpOf(simulator)).length, 2);
  simulator.log.reset();
  const named = await stage.json('restore', [...RESTORE, ...BALANCES]);
  assert.equal(named.exit, 0, named.stderr);
  assert.equal(simulator.log.mutations.length, 2);
  assert.deepEqual(differencesOf(whole, dumpOf(simulator)), []);
  const again = await stage.json('restore', [...RESTORE, ...BALANCES]);
  assert.deepEqual([again.exit, again.document.calls.planned], [0, 0]);
});

test('a balance above the point is named and left; one currency does not keep the other from being credited', async (t) => {
  const stage = await createStage(t);
  const target = stage.simulator.target();
  await backUp(stage);
  const more = { transactionAmount: { currencyCode: 'EUR', units: '5' }, transactionId: 'by hand' };
  target.act([...PIA, 'balance'], 'credit', more);
  target.act([...PIA, 'balance'], 'adjust', take('USD', '7'));
  const { exit, document, stderr } = await stage.json('restore', [...RESTORE, ...BALANCES]);
  assert.equal(exit, 0, stderr);
  assert.deepEqual(
    document.cannotRestore.map(({ code, why }) => `${code} ${why}`),
    ['NOT_SETTABLE It is 130.5 EUR, and was 125.5 EUR: a restore never lowers a balance.'],
  );
  const { wallets } = target.get([...PIA, 'balance']);
  assert.ok(Array.isArray(wallets));
  assert.deepEqual(
    wallets.map(({ balance }: { balance: unknown }) => balance),
    [
      { currencyCode: 'EUR', units: '130', nanos: 500_000_000 },
      { currencyCode: 'USD', units: '20' },
    ],
  );
});

test('a developer who comes back subscribes again; what had ended, and money, is named', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  const target = simulator.target();
  await backUp(stage);
  const whole = dumpOf(simulator);
  target.delete(PIA);
  target.delete(['developers', 'platform@marketplace.example']);
  target.settle();
  const { exit, document, stderr } = await stage.json('restore', RESTORE);
  assert.equal(exit, 0, stderr + JSON.stringify(document.resources.filter(({ result }) => result === 'failed')));
  assert.deepEqual(
    document.cannotRestore
      .filter(({ code }) => code !== 'EXPIRED_KEY')
      .map(({ id, code }) => `${code} ${id.replace(/@17\d+$/, '@TIME')}`),
    [
      "OPT_IN developers/pia.o'neil@bike-shop.example/balance",
      'OPT_IN developers/platform@marketplace.example/balance',
      'EXPIRED developers/platform@marketplace.example/subscriptions/payments-standard@TIME',
    ],
  );
  target.settle();
  const left = differencesOf(whole, dumpOf(simulator));
  for (const line of left) assert.match(line, /^only left: (?:wallet|subscription platform@|key .*Old loyalty)/);
  assert.equal(left.length, 5);
});

test('an AppGroup that comes back subscribes again to what it was subscribed to', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  const target = simulator.target();
  await backUp(stage);
  const whole = dumpOf(simulator);
  target.delete(GUILD);
  target.settle();
  const { exit, document, stderr } = await stage.json('restore', [
    ...RESTORE,
    '--only',
    '**',
    '--only',
    'appgroups/*/balance',
  ]);
  assert.equal(exit, 0, stderr + JSON.stringify(document.resources.filter(({ result }) => result === 'failed')));
  assert.deepEqual(
    document.cannotRestore.map(({ code }) => code),
    ['EXPIRED'],
  );
  const left = differencesOf(whole, dumpOf(simulator));
  assert.equal(left.filter((line) => line.startsWith('only left: subscription partner-guild')).length, 1, left.join());
});

test('--delete-extra ends an extra subscription, and keeps who has money that nobody named', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  const target = simulator.target();
  await backUp(stage);
  const whole = dumpOf(simulator);
  const developer = (email: string) => ({ email, firstName: 'S', lastName: 'T', userName: 's' });
  target.post(['developers'], developer('poor@stray.example'));
  target.post(['developers'], developer('rich@stray.example'));
  const rich = ['developers', 'rich@stray.example'];
  const credit = { transactionAmount: { currencyCode: 'EUR', units: '1' }, transactionId: '1' };
  target.act([...rich, 'balance'], 'credit', credit);
  target.post([...PIA, 'subscriptions'], { apiproduct: 'payments-premium' });
  const first = await stage.json('restore', [...RESTORE, '--delete-extra']);
  assert.equal(first.exit, 0, first.stderr);
  target.settle();
  const results = new Map(first.document.resources.map(({ id, result }) => [id, result]));
  assert.equal(results.get('developers/poor@stray.example'), 'deleted');
  assert.notEqual(results.get('developers/rich@stray.example'), 'deleted');
  const ended = first.document.resources.filter(({ kind }) => kind === 'developer-subscription');
  assert.deepEqual(
    ended.map(({ result }) => result),
    ['deleted'],
  );
  const named = await stage.json('restore', [
    ...RESTORE,
    '--delete-extra',
    '--only',
    '**',
    '--only',
    'developers/*/balance',
  ]);
  assert.equal(named.exit, 0, named.stderr);
  target.settle();
  const left = differencesOf(whole, dumpOf(simulator));
  assert.equal(left.length, 1, left.join('\n'));
  assert.match(left[0] ?? '', /^only right: subscription pia\.o'neil/);
});

test('where a start in the past is refused, the subscriptions that have one are named as failed', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const target = await startSimulator(t, { seed: 'empty', switches: { pastSubscriptionStart: 'refused' } });
  const environment = { HOLDFAST_APIGEE_ENDPOINT: target.url };
  const { exit, document } = await stage.json('restore', RESTORE, { environment });
  assert.equal(exit, 3);
  const failed = document.resources.filter(({ result }) => result === 'failed');
  assert.equal(failed.length, 4);
  for (const { kind, why } of failed) {
    assert.equal(kind, 'developer-subscription');
    assert.match(why ?? '', /lies in the past/);
  }
});

test('without the add-on none of it is asked for, and the ledger says so', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  simulator.target().act([], 'setAddons', { addonsConfig: { apiSecurityConfig: { enabled: true } } });
  const { ledger } = await backUp(stage);
  for (const owner of ['developer', 'app-group']) {
    for (const kind of ['monetization-config', 'subscription', 'balance']) {
      const row = ledger.find((one) => one.kind === `${owner}-${kind}`);
      assert.deepEqual([row?.captured, row?.notApplicable], [0, 1], `${owner} ${kind}`);
    }
  }
  assert.ok(!simulator.log.entries.some(({ path }) => /monetizationConfig|subscriptions|balance/.test(path)));
});
