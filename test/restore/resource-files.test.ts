import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceFiles } from '../../src/sim/apigee/seeds/resource-files.ts';
import { backUp, createStage, differencesOf, dumpOf } from './stage.ts';

const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--yes'];

test('files come back byte for byte whatever they hold and are called, and what looks like a password is named', async (t) => {
  const stage = await createStage(t);
  const point = await backUp(stage);
  const row = point.ledger.find(({ kind }) => kind === 'resource-file');
  assert.deepEqual([row?.listed, row?.captured], [resourceFiles.length, resourceFiles.length]);
  const whole = dumpOf(stage.simulator);
  const target = stage.simulator.target();
  for (const { owner, document } of resourceFiles.filter(({ owner: place }) => place === 'prod')) {
    target.delete(['environments', owner, 'resourcefiles', String(document['type']), String(document['name'])]);
  }
  const moved = ['environments', 'test', 'resourcefiles', 'oas', 'payments@2.yaml'];
  target.put(moved, { file: Buffer.from([0, 1, 255]).toString('base64') });
  target.post(['environments', 'dev', 'resourcefiles'], { file: '' }, { type: 'py', name: 'stray/one.py' });
  const restored = await stage.json('restore', RESTORE);
  assert.equal(restored.exit, 0, restored.stderr + JSON.stringify(restored.document.resources));
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
  assert.equal((await stage.run(['diff', 'latest', 'live'])).exit, 0);

  const shown = await stage.run(['show', 'latest']);
  assert.match(shown.stdout + shown.stderr, /resourcefiles\/properties\/ledger\.properties/);
  assert.doesNotMatch(shown.stdout + shown.stderr, /ledger\.password=/);
});

test('where reading is denied the ledger says so', async (t) => {
  const stage = await createStage(t);
  stage.simulator.setFaults([
    { fault: { kind: 'status', status: 403 }, route: 'organizations.environments.resourcefiles.list', path: '/prod/' },
  ]);
  const { exit, document } = await stage.json('backup', ['backup']);
  assert.equal(exit, 3);
  const row = document.ledger.find(({ kind }) => kind === 'resource-file');
  assert.deepEqual(
    row?.exceptions.map(({ at, state }) => [at, state]),
    [['environments/prod', 'denied']],
  );
});
