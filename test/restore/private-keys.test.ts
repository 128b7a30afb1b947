import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificates } from '../../src/sim/apigee/seeds/certificates.ts';
import type { ResourcePath } from '../../src/sim/apigee/wreck-target.ts';
import { backUp, createStage, dumpOf } from './stage.ts';

const KEYSTORE: ResourcePath = ['environments', 'prod', 'keystores', 'acme client keys 2026', 'aliases'];
const ALIAS: ResourcePath = [...KEYSTORE, 'acme pay client'];
const ID = 'environments/prod/keystores/acme%20client%20keys%202026/aliases/acme%20pay%20client';

test('a private key is unreadable by name, left alone where it lives and asked for where it is gone', async (t) => {
  const stage = await createStage(t);
  const point = await backUp(stage);
  const row = point.ledger.find(({ kind }) => kind === 'keystore-alias');
  assert.deepEqual([row?.listed, row?.captured, row?.unreadable], [12, 12, 3]);
  assert.deepEqual(
    row?.exceptions.map(({ at, state }) => [at, state]),
    ['dev', 'prod', 'test'].map((name) => [`${ID.replace('prod', name)}/private-key`, 'unreadable']),
  );
  assert.equal((await stage.run(['diff', 'latest', 'live'])).exit, 0, 'what cannot be read is no difference');

  const target = stage.simulator.target();
  target.put(ALIAS, { certFile: certificates[2] });
  const changed = dumpOf(stage.simulator);
  await assertAskedFor();
  assert.deepEqual(dumpOf(stage.simulator), changed, 'left as it is');

  target.delete(ALIAS);
  const gone = dumpOf(stage.simulator);
  await assertAskedFor();
  assert.deepEqual(dumpOf(stage.simulator), gone, 'no placeholder is written');

  async function assertAskedFor(): Promise<void> {
    const { exit, document, stderr } = await stage.json('plan', ['plan', '--point', 'latest', '--delete-extra']);
    assert.equal(exit, 0, stderr);
    assert.deepEqual(
      document.cannotRestore.map(({ id, code }) => [id, code]),
      [[ID, 'UNREADABLE']],
    );
    assert.equal(document.calls.length, 0);
    const restored = await stage.json('restore', ['restore', '--point', 'latest', '--delete-extra', '--yes']);
    assert.deepEqual(restored.document.cannotRestore, document.cannotRestore);
  }
});
