import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PointReader, StoredEntry, Vault } from '../app/ports/vault.ts';
import type { Content } from '../core/entry.ts';
import type { Gap } from '../core/ledger.ts';
import type { BundleFacts } from '../core/kinds/kind.ts';
import type { IndexedEntry, ItemPlace } from './indexed-entry.ts';
import {
  capture,
  commitDetails,
  contentFor,
  copyStore,
  createSampleVault,
  entryFor,
  flipped,
  openWith,
  ORGANIZATION,
  sampleKind,
  type SampleVault,
} from './sample-vault.fixture.ts';

const facts: BundleFacts = {
  version: 1,
  sharedFlows: ['flow'],
  targetServers: [],
  keyValueMaps: [],
  issuers: [],
  basePaths: ['/v1'],
};
const bundle: Content = {
  type: 'bundle',
  files: [{ path: 'apiproxy/a.xml', bytes: new Uint8Array(Buffer.from('<a/>')) }],
  facts,
};
const HOLE = { id: 'a', text: 'one', secret: 's3cret' };

/** A point of these contents and gaps. */
async function take(
  sample: SampleVault,
  contents: Readonly<Record<string, Content>>,
  gaps: readonly Gap[] = [],
): Promise<string> {
  await sample.clock.advance(60_000);
  const vault = await sample.open('writer');
  const startedAt = sample.clock.now();
  const scope = { type: 'all' } as const;
  const writer = await vault.beginPoint({ organization: ORGANIZATION, startedAt, scope, signer: 'writer' });
  const collection = writer.collection(sampleKind);
  for (const [id, content] of Object.entries(contents))
    await collection.add(entryFor(vault, { id, text: JSON.stringify(content) }), content);
  for (const gap of gaps) collection.gap(gap);
  await collection.finish();
  return (await writer.commit(commitDetails(startedAt))).id;
}

async function openPoint(sample: SampleVault, point: string, role: 'reader' | 'restorer' | 'writer' = 'restorer') {
  return (await sample.open(role)).openPoint(ORGANIZATION, point);
}

/** An entry that a reader has; entries of this vault carry their places. */
async function entryOf(reader: PointReader, id: string): Promise<IndexedEntry> {
  const entry = await reader.find(id, sampleKind.name);
  assert.ok(entry);
  return entry as IndexedEntry;
}

/** The entry with other places. */
function moved(entry: IndexedEntry, location: Partial<IndexedEntry['location']>): StoredEntry {
  return { ...entry, location: { ...entry.location, ...location } };
}

function placeOf({ location }: IndexedEntry, part: 'config' | 'secret' | 'facts'): ItemPlace {
  const place = location[part];
  assert.ok(place);
  return place;
}

test('a body comes back with its secrets marked, the secrets by path, and a bundle with its files and facts', async () => {
  const sample = await createSampleVault();
  const point = await take(sample, { a: contentFor(HOLE), b: contentFor({ id: 'b', text: 'two' }), c: bundle });
  const reader = await openPoint(sample, point);
  const [a, b, c] = [await entryOf(reader, 'a'), await entryOf(reader, 'b'), await entryOf(reader, 'c')];
  const content = await reader.readContent(a);
  assert.ok(content.type === 'json');
  assert.deepEqual(
    content.holes.map(({ path, tag }) => [path, tag]),
    [['consumerSecret', (await sample.open('writer')).hasher.secret('s3cret')]],
  );
  assert.deepEqual(Object.keys(content.holes[0] ?? {}), ['path', 'tag']);
  assert.match(content.text, /^\{"text":"one","consumerSecret":"[^"]+"\}$/);
  assert.doesNotMatch(content.text, /s3cret/);
  assert.deepEqual(await reader.readContent(b), { type: 'json', holes: [], text: '{"text":"two"}' });
  assert.deepEqual(await reader.readContent(c), bundle);
  assert.deepEqual(await reader.readFacts(c), facts);
  assert.equal(await reader.readFacts(a), undefined);
  assert.deepEqual([...(await reader.readSecrets(a))], [['consumerSecret', 's3cret']]);
  assert.deepEqual([...(await reader.readSecrets(b))], []);
  assert.deepEqual([...(await reader.readSecrets(c))], []);
});

test('contents need a key that opens them, and say for what', async () => {
  const sample = await createSampleVault();
  const point = await take(sample, { a: contentFor(HOLE), c: bundle });
  const writer = await openPoint(sample, point, 'writer');
  const [a, c] = [await entryOf(writer, 'a'), await entryOf(writer, 'c')];
  const needs = (what: string, file: string) => ({
    code: 'KEY_MISSING',
    message: `${what} needs ${file}, which is not at hand.`,
  });
  await assert.rejects(writer.readContent(a), needs('Reading a', 'reader.key'));
  await assert.rejects(writer.readFacts(c), needs('Reading what c refers to', 'reader.key'));
  assert.equal(await writer.readFacts(a), undefined, 'it has none, whoever asks');
  const reader = await openPoint(sample, point, 'reader');
  assert.equal((await reader.readContent(a)).type, 'json');
  await assert.rejects(reader.readSecrets(a), needs('Opening the secrets of a', 'restorer.key'));
});

test('a kind that the point does not have is nothing, or known to be nothing', async () => {
  const sample = await createSampleVault();
  const notThere: Gap = { at: '', state: 'notApplicable', reason: 'off' };
  const reader = await openPoint(sample, await take(sample, { a: contentFor(HOLE) }));
  assert.deepEqual([reader.has(sampleKind.name), reader.gaps(sampleKind.name)], [true, []]);
  assert.equal(reader.canonicalVersion(sampleKind.name), 1);
  assert.match(reader.root(sampleKind.name) ?? '', /^[^:]+:[^:]+$/);
  assert.equal(reader.has('proxy'), false);
  assert.deepEqual([reader.canonicalVersion('proxy'), reader.root('proxy')], [undefined, undefined]);
  assert.deepEqual(await Array.fromAsync(reader.entries('proxy')), []);
  assert.equal(await reader.find('a', 'proxy'), undefined);
  assert.equal(await reader.find('b', sampleKind.name), undefined);

  const without = await openPoint(sample, await take(sample, {}, [notThere]));
  assert.deepEqual([without.has(sampleKind.name), without.gaps(sampleKind.name)], [true, [notThere]]);
  const denied = await openPoint(sample, await take(sample, {}, [{ ...notThere, state: 'denied' }]));
  assert.equal(denied.has(sampleKind.name), false);
});

test('points are compared by their indexes; of the older side the content is looked up', async () => {
  const sample = await createSampleVault();
  const first = await openPoint(
    sample,
    await take(sample, { a: contentFor(HOLE), b: contentFor({ id: 'b', text: 'two' }) }),
  );
  const next = contentFor({ id: 'a', text: 'changed' });
  const second = await openPoint(sample, await take(sample, { a: next, d: bundle }));
  const pairs = await Array.fromAsync(first.compare(second, sampleKind.name));
  assert.deepEqual(
    pairs.map(({ before, after }) => [before?.id, after?.id]),
    [
      ['a', 'a'],
      ['b', undefined],
      [undefined, 'd'],
    ],
  );
  const [a, b, d] = pairs;
  assert.ok(a?.before && a.after && b?.before && d?.after);
  const before = await first.readContent(a.before);
  assert.match(before.type === 'json' ? before.text : '', /"one"/);
  assert.deepEqual(await second.readContent(a.after), { type: 'json', holes: [], text: '{"text":"changed"}' });
  assert.deepEqual(await first.readContent(b.before), { type: 'json', holes: [], text: '{"text":"two"}' });
  assert.deepEqual(await second.readContent(d.after), bundle);
  assert.deepEqual(await Array.fromAsync(first.compare(second, 'proxy')), []);
  assert.deepEqual(await Array.fromAsync(first.compare(first, sampleKind.name)), []);

  const foreign: PointReader = new Proxy(second, { getPrototypeOf: () => null });
  await assert.rejects(Array.fromAsync(first.compare(foreign, sampleKind.name)), {
    code: 'INTERNAL',
    message: 'Only points of one vault can be compared by their indexes.',
  });
});

test('a kind that only one of two points has is all added, or all removed', async () => {
  const sample = await createSampleVault();
  const some = await openPoint(sample, await take(sample, { a: contentFor(HOLE) }));
  const denied: Gap = { at: '', state: 'denied', reason: '403' };
  const none = await openPoint(sample, await take(sample, {}, [denied]));
  const ids = async (one: PointReader, other: PointReader) =>
    (await Array.fromAsync(one.compare(other, sampleKind.name))).map(({ before, after }) => [before?.id, after?.id]);
  assert.deepEqual(await ids(some, none), [['a', undefined]]);
  assert.deepEqual(await ids(none, some), [[undefined, 'a']]);
});

test('an entry of another point is none of this one', async () => {
  const sample = await createSampleVault();
  const first = await openPoint(sample, await take(sample, { a: contentFor(HOLE), b: bundle }));
  const second = await openPoint(sample, await take(sample, { a: contentFor({ ...HOLE, text: 'two' }) }));
  const refused = (id: string) => ({
    code: 'INTERNAL',
    message: `${id} is not an entry of the point that was asked for its content.`,
  });
  const [a, b] = [await entryOf(first, 'a'), await entryOf(first, 'b')];
  const unplaced = (entry: IndexedEntry): StoredEntry => ({ ...entry, location: {} });
  assert.equal((await first.readContent(unplaced(a))).type, 'json');
  await assert.rejects(second.readContent(unplaced(a)), refused('a'));
  await assert.rejects(second.readContent(unplaced(b)), refused('b'));
  await assert.rejects(first.readContent({ ...unplaced(a), kind: 'proxy' }), refused('a'));
  await assert.rejects(first.readContent({ ...unplaced(a), secretHash: 'x' }), refused('a'));
});

test('what lies at a place and is not what an entry has is damage, and names the point', async () => {
  const sample = await createSampleVault();
  const wrong = { ...facts, version: 'x' } as unknown as BundleFacts;
  const point = await take(sample, {
    a: contentFor(HOLE),
    b: contentFor({ id: 'b', text: 'two' }),
    c: bundle,
    d: { ...bundle, facts: wrong },
  });
  const reader = await openPoint(sample, point);
  const [a, b, c, d] = await Promise.all(['a', 'b', 'c', 'd'].map((id) => entryOf(reader, id)));
  assert.ok(a && b && c && d);
  const damage = (place: ItemPlace, reason: string) => ({
    code: 'VAULT_DAMAGED',
    message: `${place.segment.pack} is damaged: ${reason}.`,
    points: [point],
  });
  const unreadable = (place: ItemPlace) =>
    damage(place, `item ${place.item} of segment ${place.segment.ordinal} cannot be read`);
  const far = { ...placeOf(a, 'config'), item: 99 };
  await assert.rejects(
    reader.readContent(moved(a, { config: far })),
    damage(far, `segment ${far.segment.ordinal} has no item 99`),
  );
  await assert.rejects(reader.readContent(d), unreadable(placeOf(d, 'facts')));
  await assert.rejects(reader.readFacts(d), unreadable(placeOf(d, 'facts')));
  const ofBundle = placeOf(c, 'config');
  await assert.rejects(reader.readContent(moved(a, { config: ofBundle })), unreadable(ofBundle));
  const ofBody = placeOf(a, 'config');
  await assert.rejects(reader.readContent(moved(c, { config: ofBody })), unreadable(ofBody));
  const secret = placeOf(a, 'secret');
  await assert.rejects(
    reader.readSecrets(moved(b, { secret })),
    damage(secret, 'the secrets of b do not match its holes'),
  );
  await assert.rejects(reader.readSecrets(moved(a, { secret: ofBody })), unreadable(ofBody));
  await assert.rejects(reader.readSecrets(moved(a, { config: ofBundle })), unreadable(ofBundle));
});

test('a damaged index names the point, for one entry and for all', async () => {
  const sample = await createSampleVault();
  const vault: Vault = await sample.open('writer');
  const point = await capture(vault, sample.clock, [HOLE]);
  const opened = await vault.openPoint(ORGANIZATION, point);
  await opened.find('a', sampleKind.name);
  const indexes = await Array.fromAsync(sample.store.list(`orgs/${ORGANIZATION}/epochs/000001/indexes/`));
  const failures: string[] = [];
  for (const { name } of indexes) {
    const store = await copyStore(sample.store, { put: { [name]: flipped(await sample.store.get(name)) } });
    const harmed = await openWith(store, sample.clock, { reader: sample.keyFiles.reader });
    const reader = await harmed.openPoint(ORGANIZATION, point).catch(() => undefined);
    if (reader === undefined) continue;
    failures.push(name);
    const damage = { code: 'VAULT_DAMAGED', damaged: name, points: [point] };
    await assert.rejects(reader.find('a', sampleKind.name), damage);
    await assert.rejects(Array.fromAsync(reader.entries(sampleKind.name)), damage);
  }
  assert.equal(failures.length, 1, 'the other one is the table');
});
