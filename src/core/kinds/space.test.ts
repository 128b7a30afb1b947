import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { sampleContext } from '../sample-kind.fixture.ts';
import { apiProduct } from './api-product.ts';
import { proxyRevision } from './proxy-revision.ts';
import { proxy } from './proxy.ts';
import { space } from './space.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

test('a space is named by its id, with the organization before it or without', () => {
  for (const name of ['team', 'organizations/o/spaces/team']) {
    assert.equal(space.idOf({ name }, '', sampleContext), 'spaces/team');
  }
  assert.equal(space.idOf({}, '', sampleContext), undefined);
});

test('a space is created by its id, and only its display name changes', () => {
  const wanted = stateOf(space, 'spaces/team', {
    name: 'organizations/o/spaces/team',
    displayName: 'T',
    createTime: 'x',
  });
  const { calls } = space.create(wanted, writeContext());
  assert.deepEqual(linesOf(calls), ['materialise create: POST spaces?spaceId=team']);
  assert.deepEqual(jsonOf(calls[0]), { displayName: 'T' });
  const unnamed = stateOf(space, 'spaces/team', {});
  const update = space.update(unnamed, wanted, writeContext());
  assert.deepEqual(linesOf(update.calls), ['materialise update: PATCH spaces/team?updateMask=display_name']);
  assert.deepEqual(jsonOf(update.calls[0]), { displayName: '' });
});

test('what stands is moved into its space; nothing leaves all spaces', () => {
  const at = (body: JsonObject) => stateOf(proxy, 'apis/a', { name: 'a', ...body });
  const { calls } = proxy.update(at({ space: 'x', labels: { a: 'b' } }), at({ space: 'y' }), writeContext());
  assert.deepEqual(linesOf(calls), [
    'materialise move: POST apis/a:move',
    'materialise labels: PATCH apis/a?updateMask=labels',
  ]);
  assert.deepEqual(jsonOf(calls[0]), { space: 'x' });
  const out = proxy.update(at({}), at({ space: 'y' }), writeContext());
  assert.deepEqual([out.calls, out.cannot?.map(({ code }) => code)], [[], ['NOT_SETTABLE']]);
  assert.deepEqual(
    proxy.needs(at({ space: 'x' })).map(({ id }) => id),
    ['spaces/x'],
  );
});

test('only the import that makes a proxy names the space', () => {
  const revision = stateOf(proxyRevision, 'apis/a/revisions/~d', {});
  const canonical = { space: 'x' };
  const made = writeContext({ isMade: (id) => id === 'apis/a', consulted: () => canonical });
  assert.deepEqual(linesOf(proxyRevision.create(revision, made).calls), [
    'materialise import: POST apis?action=import&name=a&space=x',
  ]);
  const standing = writeContext({ consulted: () => canonical });
  assert.deepEqual(linesOf(proxyRevision.create(revision, standing).calls), [
    'materialise import: POST apis?action=import&name=a',
  ]);
});

test('a product is moved before it is put, and keeps its space where it cannot leave it', () => {
  const at = (body: JsonObject) => stateOf(apiProduct, 'apiproducts/a', { name: 'a', ...body });
  const moved = apiProduct.update(at({ space: 'x', quota: '1' }), at({ space: 'y' }), writeContext());
  assert.deepEqual(linesOf(moved.calls), [
    'materialise move: POST apiproducts/a:move',
    'materialise update: PUT apiproducts/a',
  ]);
  const onlyMoved = apiProduct.update(at({ space: 'x' }), at({ space: 'y' }), writeContext());
  assert.deepEqual(linesOf(onlyMoved.calls), ['materialise move: POST apiproducts/a:move']);
  const left = apiProduct.update(at({ quota: '1' }), at({ space: 'y' }), writeContext());
  assert.deepEqual(jsonOf(left.calls[0]), { name: 'a', quota: '1', space: 'y' });
  assert.equal(left.cannot?.length, 1);
});
