import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleContext } from '../sample-kind.fixture.ts';
import { resourceFile } from './resource-file.ts';
import { stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();
const id = 'environments/prod/resourcefiles/jsc/lib%2Fa%20b.js';

test('type and name are the id, whatever is in the name', () => {
  const body = { type: 'jsc', name: 'lib/a b.js' };
  assert.equal(resourceFile.idOf(body, 'environments/prod', sampleContext), id);
  assert.deepEqual(resourceFile.bodyOfId?.(id), body);
  assert.equal(resourceFile.path?.(id), 'environments/prod/resourcefiles/jsc/lib%2Fa%20b.js');
  assert.equal(resourceFile.idOf({ name: 'x' }, 'environments/prod', sampleContext), undefined);
});

test('text is uploaded as it is, bytes from their base64', () => {
  const text = stateOf(resourceFile, id, { type: 'jsc', name: 'lib/a b.js', content: 'a\r\n' });
  const [create] = resourceFile.create(text, context).calls;
  assert.deepEqual(create?.query, { type: 'jsc', name: 'lib/a b.js' });
  assert.deepEqual(create?.path, ['environments/prod/resourcefiles']);
  const file = { type: 'upload', field: 'file', fileName: 'resource' };
  assert.deepEqual(create?.body, { ...file, text: 'a\r\n' });
  const bytes = stateOf(resourceFile, id, { type: 'jsc', name: 'lib/a b.js', contentBase64: 'AP8=' });
  const [update] = resourceFile.update(bytes, text, context).calls;
  assert.deepEqual([update?.method, update?.body], ['PUT', { ...file, text: 'AP8=', encoding: 'base64' }]);
});

test('a file goes with its environment', () => {
  const live = stateOf(resourceFile, id, { type: 'jsc', name: 'lib/a b.js' });
  assert.equal(resourceFile.remove(live, context).calls.length, 1);
  assert.deepEqual(
    resourceFile.remove(live, writeContext({ isRemoved: (of) => of === 'environments/prod' })).calls,
    [],
  );
});
