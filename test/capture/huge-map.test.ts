import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idName } from '../../src/core/resource.ts';
import { hugeMap } from '../../src/sim/apigee/seeds/huge.ts';
import { createStage, openVault, ORGANIZATION } from '../restore/stage.ts';

test('a key value map of 10,000 entries is in the point to the last value', async (t) => {
  const stage = await createStage(t, { seed: 'huge' });
  const only = 'environments/prod/keyvaluemaps/blocked-cards/**';
  const { exit, stderr, document } = await stage.json('backup', ['backup', '--only', only]);
  assert.equal(exit, 0, stderr);
  const pages = stage.simulator.log.entries.filter(({ path }) => path.includes('/blocked-cards/entries'));
  assert.equal(pages.length, 200, 'a hundred pages, twice because it is a long list, and no call for each entry');

  const vault = await openVault(t, stage);
  const point = await vault.openPoint(ORGANIZATION, document.point);
  const missing = new Map(hugeMap().entries.map(({ name, value }) => [String(name), value]));
  assert.equal(missing.size, 10_000);
  for await (const entry of point.entries('environment-kvm-entry')) {
    const name = idName(entry.id);
    const secrets = await point.readSecrets(entry);
    assert.equal(secrets.get('value'), missing.get(name), entry.id);
    missing.delete(name);
  }
  assert.deepEqual([...missing.keys()], []);
});
