import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holeMarker } from '../core/hole-marker.ts';
import {
  capture,
  commitDetails,
  createSampleVault,
  ORGANIZATION,
  readAll,
  sampleKind,
} from './sample-vault.fixture.ts';

test('a point gives back what was captured: entries by id, contents, secrets', async () => {
  const { open, clock } = await createSampleVault();
  const vault = await open('writer', 'restorer');
  const id = await capture(vault, clock, [
    { id: 'b', text: 'two', secret: 's3cret' },
    { id: 'a', text: 'one', marks: { at: 5 }, tolerant: { expiresAt: 17 } },
  ]);
  const { points, damaged } = await vault.listPoints(ORGANIZATION);
  assert.deepEqual(damaged, []);
  assert.deepEqual(
    points.map((point) => [point.id, point.grade, point.resources]),
    [[id, 'complete', 2]],
  );
  const reader = await vault.openPoint(ORGANIZATION, id);
  const entries = await Array.fromAsync(reader.entries(sampleKind.name));
  assert.deepEqual(
    entries.map((entry) => [entry.id, entry.marks, entry.tolerant]),
    [
      ['a', { at: 5 }, { expiresAt: 17 }],
      ['b', undefined, undefined],
    ],
  );
  const second = entries[1];
  assert.ok(second !== undefined);
  const content = await reader.readContent(second);
  assert.ok(content.type === 'json');
  assert.equal(content.text, JSON.stringify({ text: 'two', consumerSecret: holeMarker(0) }));
  assert.deepEqual(content.holes, [{ path: 'consumerSecret', tag: vault.hasher.secret('s3cret') }]);
  assert.deepEqual([...(await reader.readSecrets(second))], [['consumerSecret', 's3cret']]);
  assert.deepEqual(await reader.find('b', sampleKind.name), second);
  assert.equal(await reader.find('c', sampleKind.name), undefined);
});

test('a second capture of the same writes under 4 KiB, shares everything, and compares equal', async () => {
  const { open, clock } = await createSampleVault();
  const vault = await open('writer', 'reader');
  const resources = Array.from({ length: 3000 }, (_, number) => ({
    id: `apps/${number}`,
    text: `app ${number}`,
    secret: `${number}`,
  }));
  const first = await capture(vault, clock, resources);
  await clock.advance(60_000);
  const writer = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'all' },
    signer: 'writer',
  });
  const collection = writer.collection(sampleKind);
  for await (const entry of writer.known(sampleKind.name)) await collection.keep(entry.id);
  assert.deepEqual(await collection.finish(), { count: 3000, added: 0, changed: 0, removed: 0 });
  const { id } = await writer.commit(commitDetails(clock.now()));
  assert.ok(writer.bytesWritten < 4096, String(writer.bytesWritten));
  const [before, after] = [await vault.openPoint(ORGANIZATION, first), await vault.openPoint(ORGANIZATION, id)];
  assert.equal(before.root(sampleKind.name), after.root(sampleKind.name));
  assert.deepEqual(await Array.fromAsync(before.compare(after, sampleKind.name)), []);
  assert.equal((await readAll(vault, id)).size, 3000);
});
