import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleContext } from '../sample-kind.fixture.ts';
import { archiveDeployment } from './archive-deployment.ts';
import { environment } from './environment.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();
const id = 'environments/bench%20one/archiveDeployment';
const name = 'organizations/o/environments/bench one/archiveDeployments/abc';
const files = [{ path: 'src/main/apigee/a.json', content: '{}' }];
const at = 'environments/bench%20one/archiveDeployments';

test('its id is its environment, which is known by its deployment type', () => {
  assert.equal(archiveDeployment.idOf({}, 'environments/x', sampleContext), 'environments/x/archiveDeployment');
  const keysOf = (deploymentType: string | number) => environment.indexKeys?.({ deploymentType }, 'environments/x');
  assert.deepEqual(keysOf('ARCHIVE'), ['archives environments/x']);
  assert.deepEqual(keysOf('PROXY'), []);
  assert.deepEqual(keysOf(5), keysOf('ARCHIVE'), 'what cannot be told is asked for');
});

test('a new one is uploaded, and deployed by an operation from where it was uploaded to', () => {
  const desired = stateOf(archiveDeployment, id, { files, labels: { build: '7' }, createdAt: '1' });
  const { calls } = archiveDeployment.create(desired, context);
  assert.deepEqual(linesOf(calls), [`activate upload: POST ${at}:generateUploadUrl`, `activate deploy: POST ${at}`]);
  const [upload, deploy] = calls;
  assert.deepEqual(upload?.uploads, { id, field: 'files', to: 'uploadUri' });
  assert.equal(upload?.assigns?.['uploadUri']?.secret, true);
  const gcsUri = { $hole: { hole: 'assigned', call: `${id}#upload`, field: 'uploadUri' } };
  assert.deepEqual(jsonOf(deploy), { gcsUri, labels: { build: '7' } });
  assert.deepEqual([deploy?.longRunning, deploy?.lookup], [true, { type: 'resource', id }]);
});

test('other files are deployed over it, and other labels are patched', () => {
  const desired = stateOf(archiveDeployment, id, { files, labels: { build: '7' } });
  const other = stateOf(archiveDeployment, id, { name, files: [{ path: 'x', content: 'y' }] });
  const { calls } = archiveDeployment.update(desired, other, context);
  assert.equal(calls.length, 2);
  assert.deepEqual(calls[1]?.lookup, { type: 'resource', id, unless: { field: 'name', value: name } });
  const same = stateOf(archiveDeployment, id, { name, files });
  const [patch, ...more] = archiveDeployment.update(desired, same, context).calls;
  assert.deepEqual(more, []);
  assert.deepEqual(linesOf(patch === undefined ? [] : [patch]), [
    `materialise update: PATCH ${at}/abc?updateMask=labels`,
  ]);
  assert.deepEqual(jsonOf(patch), { labels: { build: '7' } });
});

test('an environment of another deployment type gets none', () => {
  const desired = stateOf(archiveDeployment, id, { files });
  const proxies = writeContext({ consulted: () => ({ type: 'BASE' }) });
  const { calls, cannot = [] } = archiveDeployment.create(desired, proxies);
  assert.deepEqual([calls, cannot.map(({ code }) => code)], [[], ['NEED_MISSING']]);
  const archives = writeContext({ consulted: () => ({ deploymentType: 'ARCHIVE' }) });
  assert.equal(archiveDeployment.create(desired, archives).calls.length, 2);
});

test('where the point has none all of them go, the oldest first, unless the environment goes', () => {
  const live = { ...stateOf(archiveDeployment, id, { name, files }), marks: { names: ['old', 'abc'] } };
  const lines = [`remove delete-1: DELETE ${at}/old`, `remove delete-2: DELETE ${at}/abc`];
  assert.deepEqual(linesOf(archiveDeployment.remove(live, context).calls), lines);
  const gone = writeContext({ isRemoved: (one) => one === 'environments/bench%20one' });
  assert.deepEqual(archiveDeployment.remove(live, gone).calls, []);
});
