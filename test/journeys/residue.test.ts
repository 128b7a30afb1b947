import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { otherSwitchesOfWhole } from '../restore/switches-for.ts';
import { wipeAndRestore } from '../restore/wipe.ts';

test('a wiped organization comes back whole but for what is named: private keys, masked values, what has expired', async (t) => {
  const { named, left, explanation, table, told } = await wipeAndRestore(t, (name) => createSeed('small', name));
  const alias = (environment: string) =>
    `environments/${environment}/keystores/acme%20client%20keys%202026/aliases/acme%20pay%20client`;
  const entries = ['slot%201', 'slot%202'].map((name) => `environments/prod/keyvaluemaps/hsm-pins/entries/${name}`);
  assert.deepEqual(
    named.map((line) => line.replace(/standard~$/, 'standard')),
    [
      'EXPIRED appgroups/partner-guild/subscriptions/payments-standard',
      'EXPIRED developers/platform@marketplace.example/subscriptions/payments-standard@1732320000000',
      'EXPIRED environments/prod/securityActions/lapsed',
      "EXPIRED_KEY developers/pia.o'neil@bike-shop.example/apps/Old%20loyalty/keys/~",
      'NOT_SETTABLE developers/platform@marketplace.example/balance',
      ...[alias('dev'), alias('prod'), ...entries, alias('test')].map((id) => `UNREADABLE ${id}`),
    ],
  );
  assert.deepEqual(left.map((line) => line.replace(/(Old loyalty)\/.*/, '$1')).toSorted(), [
    "only left: key pia.o'neil@bike-shop.example/Old loyalty",
    'only left: key value map entry environments/prod/hsm-pins/slot 1',
    'only left: key value map entry environments/prod/hsm-pins/slot 2',
    'only left: keystore alias dev/acme client keys 2026/acme pay client',
    'only left: keystore alias prod/acme client keys 2026/acme pay client',
    'only left: keystore alias test/acme client keys 2026/acme pay client',
    'only left: security action prod/lapsed',
    'only left: subscription partner-guild/payments-standard~2',
    'only left: subscription platform@marketplace.example/payments-standard@1732320000000',
    'only left: wallet platform@marketplace.example/EUR',
  ]);
  assert.deepEqual(explanation, { unnamed: [], unfounded: [] });
  assert.deepEqual(
    told.toSorted(),
    [...['dev', 'prod', 'test'].map((environment) => `${alias(environment)}/private-key`), ...entries].toSorted(),
  );
  // A person is asked for each by name.
  for (const line of named) assert.ok(table.includes(line.slice(line.indexOf(' ') + 1)), `${line} in\n${table}`);
  assert.match(table, /Upload certificate\s+and private key/);
});

test('so it does where the service has the other answer to each open question', async (t) => {
  const { left, explanation } = await wipeAndRestore(t, (name) => createSeed('small', name), otherSwitchesOfWhole);
  assert.ok(left.length > 0);
  assert.deepEqual(explanation, { unnamed: [], unfounded: [] });
});
