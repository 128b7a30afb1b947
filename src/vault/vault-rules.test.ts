import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError, UserError } from '../core/errors.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import type { ErrorCode } from '../core/errors.ts';
import { createMemoryBlobStore } from './blob/memory-blob-store.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { type SignerRole, signerRoles } from '../core/key-role.ts';
import { createVault } from './create-vault.ts';
import { createSigningKey } from './ed25519.ts';
import { parseKeyFile } from './key-file.ts';
import { openContext } from './open-vault.ts';
import { parseDocument } from './signed-document.ts';
import type { NewDocument } from './vault-context.ts';
import { systemRandom } from '../platform/random.ts';
import {
  capture,
  commitDetails,
  contentFor,
  createSampleVault,
  entryFor,
  memorySorter,
  openWith,
  ORGANIZATION,
  readAll,
  sampleKind,
} from './sample-vault.fixture.ts';

const resources = [
  { id: 'a', text: 'one', secret: 'first' },
  { id: 'b', text: 'two' },
];

function code(expected: ErrorCode, word = ''): (error: unknown) => boolean {
  return (error) =>
    (error instanceof UserError || error instanceof IntegrityError) &&
    error.code === expected &&
    `${error.message} ${error.next}`.includes(word);
}

async function blobs(store: BlobStore): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const { name } of store.list('')) found.set(name, await store.get(name));
  return found;
}

async function storeWith(entries: ReadonlyMap<string, Uint8Array>): Promise<BlobStore> {
  const store = createMemoryBlobStore({ clock: createManualClock() });
  for (const [name, bytes] of entries) await store.put(name, bytes);
  return store;
}

test('with the writer key alone captures, lists, entries and comparisons work, and nothing written can be opened', async () => {
  const { open, clock } = await createSampleVault();
  const vault = await open('writer');
  assert.deepEqual(vault.abilities, {
    readMeta: true,
    readConfig: false,
    readSecrets: false,
    compare: true,
    signPoints: true,
    signRuns: false,
    signProofs: false,
    signHolds: false,
    liftHolds: false,
    signPrunes: false,
  });
  const first = await capture(vault, clock, resources);
  const second = await capture(vault, clock, [{ id: 'a', text: 'one', secret: 'rotated' }]);
  const [before, after] = [await vault.openPoint(ORGANIZATION, first), await vault.openPoint(ORGANIZATION, second)];
  const pairs = await Array.fromAsync(before.compare(after, sampleKind.name));
  assert.deepEqual(
    pairs.map((pair) => [pair.before?.id, pair.after?.id]),
    [
      ['a', 'a'],
      ['b', undefined],
    ],
  );
  const [entry] = await Array.fromAsync(before.entries(sampleKind.name));
  assert.ok(entry !== undefined);
  await assert.rejects(before.readContent(entry), code('KEY_MISSING', 'reader.key'));
  await assert.rejects(before.readSecrets(entry), code('KEY_MISSING', 'restorer.key'));
});

test('with the reader key contents open and no secret, and no point can be written', async () => {
  const { open, clock } = await createSampleVault();
  const id = await capture(await open('writer'), clock, resources);
  const vault = await open('reader');
  assert.deepEqual(vault.abilities, {
    readMeta: true,
    readConfig: true,
    readSecrets: false,
    compare: true,
    signPoints: false,
    signRuns: false,
    signProofs: false,
    signHolds: false,
    liftHolds: false,
    signPrunes: false,
  });
  const all = await readAll(vault, id);
  assert.equal(all.size, 2);
  assert.doesNotMatch(JSON.stringify([...all]), /first/);
  const reader = await vault.openPoint(ORGANIZATION, id);
  const [entry] = await Array.fromAsync(reader.entries(sampleKind.name));
  assert.ok(entry !== undefined);
  await assert.rejects(reader.readSecrets(entry), code('KEY_MISSING', 'restorer.key'));
  await assert.rejects(capture(vault, clock, resources), code('KEY_MISSING', 'writer.key'));
});

test('the restorer key alone writes a safety point, which is neither parent nor base', async () => {
  const { open, clock } = await createSampleVault();
  const first = await capture(await open('writer'), clock, resources);
  const vault = await open('restorer');
  await clock.advance(1000);
  const writer = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'run', run: 1 },
    signer: 'restorer',
  });
  const collection = writer.collection(sampleKind);
  const [touched] = resources;
  assert.ok(touched !== undefined);
  await collection.add(entryFor(vault, touched), contentFor(touched));
  await collection.finish();
  const safety = await writer.commit(commitDetails(clock.now()));
  assert.match(safety.signer, /^restorer [0-9a-f]{32}$/);
  assert.equal((await readAll(vault, safety.id)).size, 1);
  await clock.advance(1000);
  const third = await capture(await open('writer'), clock, resources);
  const { points } = await vault.listPoints(ORGANIZATION);
  assert.deepEqual(
    points.map(({ id }) => id),
    [first, safety.id, third],
  );
  assert.equal(points[2]?.parent, first);
  const begun = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'all' },
    signer: 'restorer',
  });
  assert.equal((await Array.fromAsync(begun.known(sampleKind.name))).length, 2);
});

test('verifier and pruner list and check, open no content, and have no key to compare or to guess values with', async () => {
  const { open, clock } = await createSampleVault();
  const id = await capture(await open('writer'), clock, resources);
  const none = { readConfig: false, readSecrets: false, compare: false, signPoints: false, signRuns: false };
  for (const [role, signs] of [
    ['verifier', { signProofs: true, signHolds: true, liftHolds: true, signPrunes: false }],
    ['pruner', { signProofs: false, signHolds: true, liftHolds: false, signPrunes: true }],
  ] as const) {
    const vault = await open(role);
    assert.deepEqual(vault.abilities, { readMeta: true, ...none, ...signs });
    assert.deepEqual(
      (await vault.listPoints(ORGANIZATION)).points.map((point) => point.id),
      [id],
    );
    const reader = await vault.openPoint(ORGANIZATION, id);
    const [entry] = await Array.fromAsync(reader.entries(sampleKind.name));
    assert.ok(entry !== undefined);
    await assert.rejects(reader.readContent(entry), code('KEY_MISSING', 'reader.key'));
    assert.throws(() => vault.hasher.config('x'), code('KEY_MISSING', 'writer.key'));
    assert.throws(() => vault.hasher.secret('x'), code('KEY_MISSING', 'writer.key'));
    await assert.rejects(
      vault.beginPoint({
        organization: ORGANIZATION,
        startedAt: clock.now(),
        scope: { type: 'all' },
        signer: 'writer',
      }),
      code('KEY_MISSING', 'writer.key'),
    );
  }
});

test('a proof is signed by the verifier where its key is at hand, else by the restorer', async () => {
  const { open, clock, store, keyFiles } = await createSampleVault();
  const id = await capture(await open('writer'), clock, resources);
  const record = { point: id, depth: 'structure', result: 'good', checkedObjects: 1, checkedBytes: 1 } as const;
  for (const [roles, expected] of [
    [['writer', 'restorer', 'verifier'], 'verifier'],
    [['writer', 'restorer'], 'restorer'],
  ] as const) {
    const vault = await open(...roles);
    const name = await vault.recordVerification(ORGANIZATION, { ...record, at: clock.now() });
    const { header } = parseDocument(await store.get(name), { type: 'proof', vault: vault.id, name });
    const { signingSeed } = parseKeyFile(keyFiles[expected], expected);
    assert.equal(header.signer, createSigningKey(signingSeed ?? new Uint8Array()).fingerprint);
  }
  await assert.rejects(
    (await open('writer', 'reader', 'pruner')).recordVerification(ORGANIZATION, { ...record, at: clock.now() }),
    code('KEY_MISSING', 'restorer.key'),
  );
});

test('who may sign what: a verifier no prune, a pruner no proof and no point', async () => {
  const { store, clock, keyFiles } = await createSampleVault();
  const context = await openContext({
    store,
    clock,
    keys: keyFiles,
    random: systemRandom,
    sorterFactory: memorySorter,
  });
  const at = { attested: undefined, signed: () => clock.now() };
  const may = async (signer: SignerRole, type: NewDocument['type']): Promise<boolean> => {
    const name = `orgs/x/${type}`;
    const bytes = await context.encode({ type, name, header: {}, signer });
    try {
      context.check(bytes, { type, name }, at);
      return true;
    } catch (error) {
      if (code('SIGNATURE_INVALID', `a ${signer} may not sign it`)(error)) return false;
      throw error;
    }
  };
  const types = ['epoch', 'point', 'plan', 'proof', 'hold', 'prune'] as const;
  const signed: Record<string, readonly string[]> = {};
  for (const signer of signerRoles) {
    const allowed = await Promise.all(types.map(async (type) => ((await may(signer, type)) ? [type] : [])));
    signed[signer] = allowed.flat();
  }
  assert.deepEqual(signed, {
    writer: ['epoch', 'point', 'proof'],
    restorer: ['epoch', 'point', 'plan', 'proof'],
    verifier: ['proof', 'hold'],
    pruner: ['hold', 'prune'],
  });
});

test('without any key the vault opens and says which key is needed', async () => {
  const { open } = await createSampleVault();
  const vault = await open();
  await assert.rejects(vault.listPoints(ORGANIZATION), code('KEY_MISSING', 'writer.key'));
  assert.throws(() => vault.hasher.config('x'), code('KEY_MISSING'));
});

test('keys of another vault, cut keys and keys in the wrong file are refused by name', async () => {
  const [one, two] = [await createSampleVault(), await createSampleVault()];
  await assert.rejects(
    openWith(one.store, one.clock, { writer: two.keyFiles.writer }),
    code('KEY_OF_ANOTHER_VAULT', 'writer.key'),
  );
  await assert.rejects(openWith(one.store, one.clock, { writer: one.keyFiles.reader }), code('KEY_INVALID', 'reader'));
  await assert.rejects(
    openWith(one.store, one.clock, { writer: one.keyFiles.writer.replace('signing: ', 'signing: A') }),
    code('KEY_INVALID', 'checksum'),
  );
  await assert.rejects(openWith(one.store, one.clock, { writer: 'hello' }), code('KEY_INVALID', 'not a Holdfast key'));
});

test('no vault, a vault of a newer format, and a vault that was there already', async () => {
  const { store, clock } = await createSampleVault();
  const empty = createMemoryBlobStore({ clock });
  await assert.rejects(openWith(empty, clock, {}), code('VAULT_NOT_FOUND', 'holdfast init'));
  const newer = createMemoryBlobStore({ clock });
  await newer.put('vault.json', Buffer.from('{"format":"holdfast-vault","version":2,"readableFrom":"3.1.0","kind":1}'));
  await assert.rejects(openWith(newer, clock, {}), code('VAULT_FORMAT_NEWER', 'holdfast 3.1.0'));
  const before = await blobs(store);
  const another = await createVault({ clock, random: systemRandom });
  await assert.rejects(another.write(store), code('ALREADY_EXISTS'));
  assert.deepEqual(await blobs(store), before);
});

test('two epochs: the second reads afresh, repeats vault and keyring, and stands without the first', async () => {
  const { open, clock, store, keyFiles } = await createSampleVault();
  const vault = await open('writer', 'reader');
  const first = await capture(vault, clock, resources);
  await clock.advance(40 * 86_400_000);
  const writer = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'all' },
    signer: 'writer',
  });
  assert.deepEqual([writer.epoch, writer.opensEpoch], ['000002', true]);
  assert.deepEqual(await Array.fromAsync(writer.known(sampleKind.name)), []);
  const second = await capture(vault, clock, resources);
  const [one, two] = [await vault.openPoint(ORGANIZATION, first), await vault.openPoint(ORGANIZATION, second)];
  assert.deepEqual([one.details.epoch, two.details.epoch], ['000001', '000002']);
  assert.equal(one.root(sampleKind.name), two.root(sampleKind.name));
  assert.deepEqual(await Array.fromAsync(one.compare(two, sampleKind.name)), []);
  const all = await blobs(store);
  const without = await storeWith(new Map([...all].filter(([name]) => !name.includes('/epochs/000001/'))));
  const copy = await openWith(without, clock, { reader: keyFiles.reader });
  assert.equal((await readAll(copy, second)).size, 2);
  const prefix = `orgs/${ORGANIZATION}/epochs/000002/`;
  assert.deepEqual(all.get(`${prefix}vault.json`), all.get('vault.json'));
  assert.deepEqual(all.get(`${prefix}keyring-1`), all.get('keyring/1'));
});

test('two captures that open an epoch at once use one epoch, and both points are whole', async () => {
  const { open, clock } = await createSampleVault();
  const [a, b] = [await open('writer', 'reader'), await open('writer', 'reader')];
  const ids = await Promise.all([capture(a, clock, resources), capture(b, clock, resources.slice(1))]);
  const { points, damaged } = await a.listPoints(ORGANIZATION);
  assert.deepEqual(damaged, []);
  assert.deepEqual(points.map(({ id }) => id).sort(), [...ids].sort());
  assert.deepEqual(new Set(points.map(({ epoch }) => epoch)), new Set(['000001']));
  assert.deepEqual([...(await readAll(a, ids[0])).keys()], ['a', 'b']);
  assert.deepEqual([...(await readAll(a, ids[1])).keys()], ['b']);
  const third = await capture(a, clock, resources);
  assert.equal((await readAll(b, third)).size, 2);
});

test('what an interrupted capture stored is known to the next one and not stored again', async () => {
  const { open, clock, store } = await createSampleVault();
  const vault = await open('writer', 'reader');
  const many = Array.from({ length: 50 }, (_, number) => ({
    id: `apps/${number}`,
    text: systemRandom.uuid().repeat(40),
  }));
  const begin = () =>
    vault.beginPoint({ organization: ORGANIZATION, startedAt: clock.now(), scope: { type: 'all' }, signer: 'writer' });
  for (const [from, to] of [
    [0, 20],
    [20, 40],
  ] as const) {
    await clock.advance(1000);
    const killed = await begin();
    const collection = killed.collection(sampleKind);
    for (const resource of many.slice(from, to)) await collection.add(entryFor(vault, resource), contentFor(resource));
    await killed.checkpoint(clock.now());
  }
  await clock.advance(1000);
  const writer = await begin();
  assert.equal(writer.opensEpoch, true);
  const known = await Array.fromAsync(writer.known(sampleKind.name));
  assert.deepEqual(
    known.map(({ id }) => id),
    many
      .slice(0, 40)
      .map(({ id }) => id)
      .sort(),
  );
  const collection = writer.collection(sampleKind);
  const results = [];
  for (const resource of many) results.push(await collection.add(entryFor(vault, resource), contentFor(resource)));
  assert.deepEqual(
    results,
    many.map((_, index) => (index < 40 ? 'same' : 'written')),
  );
  await collection.finish();
  const point = await writer.commit(commitDetails(clock.now()));
  assert.ok(writer.bytesWritten < 20_000, String(writer.bytesWritten));
  assert.equal((await readAll(vault, point.id)).size, 50);
  const { points } = await vault.listPoints(ORGANIZATION);
  assert.deepEqual(
    points.map(({ grade }) => grade),
    ['interrupted', 'interrupted', 'complete'],
  );
  assert.equal(points[2]?.parent, undefined);
  assert.equal([...(await blobs(store)).keys()].filter((name) => name.includes('/packs/')).length, 3);
});

test('a collection that failed is a hole, and the next point continues from before it', async () => {
  const { open, clock } = await createSampleVault();
  const vault = await open('writer', 'reader');
  await capture(vault, clock, resources);
  await clock.advance(1000);
  const failing = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'all' },
    signer: 'writer',
  });
  const collection = failing.collection(sampleKind);
  collection.gap({ at: '', state: 'denied', reason: '403' });
  assert.deepEqual(await collection.finish(), { count: 0, added: 0, changed: 0, removed: 0 });
  const partial = await failing.commit(commitDetails(clock.now(), 'partial'));
  const reader = await vault.openPoint(ORGANIZATION, partial.id);
  assert.equal(reader.has(sampleKind.name), false);
  assert.equal(reader.root(sampleKind.name), undefined);
  assert.deepEqual(reader.gaps(sampleKind.name), [{ at: '', state: 'denied', reason: '403' }]);
  await clock.advance(1000);
  const next = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'all' },
    signer: 'writer',
  });
  const again = next.collection(sampleKind);
  for (const resource of resources)
    assert.equal(await again.add(entryFor(vault, resource), contentFor(resource)), 'same');
  await again.finish();
  assert.equal((await readAll(vault, (await next.commit(commitDetails(clock.now()))).id)).size, 2);
});

test('findings of the credential scan are carried with what they were found in, and never hold the value', async () => {
  const { open, clock } = await createSampleVault();
  const vault = await open('writer', 'reader');
  const leaky = { id: 'x', text: 'password=hunter2hunter2 AKIAIOSFODNN7EXAMPLE' };
  await capture(vault, clock, [leaky, ...resources]);
  const second = await vault.openPoint(ORGANIZATION, await capture(vault, clock, [leaky, ...resources]));
  assert.deepEqual([...second.details.findings].sort(), [
    'x: text looks like a credential: AWS access key',
    'x: text looks like a credential: value named as a credential',
  ]);
  const third = await vault.openPoint(
    ORGANIZATION,
    await capture(vault, clock, [{ ...leaky, text: 'clean' }, ...resources]),
  );
  assert.deepEqual(third.details.findings, []);
});

test('a store that attests time dates the points', async () => {
  const { open, clock } = await createSampleVault({ attestsTime: true });
  const vault = await open('writer');
  const writer = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'all' },
    signer: 'writer',
  });
  await clock.advance(5000);
  const summary = await writer.commit(commitDetails('2020-01-01T00:00:00.000Z'));
  assert.deepEqual(
    [summary.time, summary.timeAttested, summary.endedAt],
    [clock.now(), true, '2020-01-01T00:00:00.000Z'],
  );
  assert.deepEqual((await vault.listPoints(ORGANIZATION)).points, [summary]);
});
