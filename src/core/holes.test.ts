import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holesOf, isHole } from './call-holes.ts';
import { hiddenSecret, restoreHoles, templateOf } from './holes.ts';
import { holeMarker } from './hole-marker.ts';

const body = {
  text: `{"consumerKey":${JSON.stringify(holeMarker(0))}, "n":1.50,"list":[{"secret":${JSON.stringify(holeMarker(1))}}]}`,
  holes: [
    { path: 'consumerKey', tag: 'a' },
    { path: 'list[0].secret', tag: 'b' },
  ],
};

test('holes are filled byte for byte, hostile values included', () => {
  const values = new Map([
    ['consumerKey', '$& "quoted" \\ \n'],
    ['list[0].secret', holeMarker(0)],
  ]);
  const swapped = restoreHoles(body, (path) => (path === 'consumerKey' ? holeMarker(1) : 'two'));
  assert.deepEqual(JSON.parse(swapped), { consumerKey: holeMarker(1), n: 1.5, list: [{ secret: 'two' }] });
  const text = restoreHoles(body, (path) => values.get(path));
  assert.deepEqual(JSON.parse(text), {
    consumerKey: '$& "quoted" \\ \n',
    n: 1.5,
    list: [{ secret: holeMarker(0) }],
  });
  assert.ok(text.includes(', "n":1.50,'));
});

test('what may not be seen is hidden', () => {
  const shown: unknown = JSON.parse(restoreHoles(body, () => undefined));
  assert.deepEqual(shown, { consumerKey: hiddenSecret, n: 1.5, list: [{ secret: hiddenSecret }] });
});

test('a template has holes in place of secrets, at any depth', () => {
  const template = templateOf(body, (path) => ({ hole: 'secret', id: 'x', name: path }));
  assert.deepEqual(template, {
    consumerKey: { $hole: { hole: 'secret', id: 'x', name: 'consumerKey' } },
    n: 1.5,
    list: [{ secret: { $hole: { hole: 'secret', id: 'x', name: 'list[0].secret' } } }],
  });
  assert.equal(
    templateOf({ text: '[]', holes: [] }, () => assert.fail('no hole')),
    undefined,
  );
});

test('the holes of a call are those of its path and its body', () => {
  const inPath = { hole: 'live', id: 'x', name: 'consumerKey' } as const;
  const inBody = { hole: 'secret', id: 'x', name: 'consumerSecret' } as const;
  const call = {
    path: ['keys/', inPath],
    body: { type: 'json', value: { a: [{ b: { $hole: inBody } }, null, 1] } },
  } as const;
  assert.deepEqual(holesOf(call), [inPath, inBody]);
  assert.ok(!isHole({ $hole: null }) && !isHole({ $hole: {} }) && !isHole(null));
});
