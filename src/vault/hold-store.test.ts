import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../core/json.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import { storeFailed } from './blob/blob-error.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { createMemoryBlobStore } from './blob/memory-blob-store.ts';
import { VaultHolds } from './hold-store.ts';
import {
  copyStore,
  createSampleVault,
  flipped,
  ORGANIZATION,
  revoke,
  type SampleVault,
} from './sample-vault.fixture.ts';
import { VaultContext } from './vault-context.ts';

const PREFIX = `orgs/${ORGANIZATION}/holds/`;
const AT = '2026-05-10T00:00:00.000Z';
const hold = { organization: ORGANIZATION, points: ['p1', 'p2'], owner: 'ann', reason: 'audit', at: AT } as const;

type Role = Parameters<SampleVault['context']>[0][number];

async function holdsOf(sample: SampleVault, roles: readonly Role[], store?: BlobStore): Promise<VaultHolds> {
  return new VaultHolds(await sample.context(roles, store === undefined ? {} : { store }));
}

async function namesIn(store: BlobStore): Promise<readonly string[]> {
  return (await Array.fromAsync(store.list(PREFIX))).map(({ name }) => name);
}

/** Puts a document as somebody with a key of the vault could, whatever it says. */
async function put(
  sample: SampleVault,
  document: {
    readonly id: string;
    readonly signer?: 'verifier' | 'pruner';
    readonly header?: { readonly [field: string]: unknown };
    readonly body?: JsonValue;
    readonly secretClass?: 'meta' | 'secret' | 'none';
  },
): Promise<string> {
  const { id, signer = 'verifier', header = {}, secretClass = 'meta' } = document;
  const { body = { points: ['p1'], owner: 'ann', reason: 'audit', until: null } } = document;
  const name = `${PREFIX}20260510T000000000Z-${id}`;
  return sample.putDocument({
    type: 'hold',
    name,
    header: { organization: ORGANIZATION, action: 'add', hold: id, at: AT, ...header },
    signer,
    ...(secretClass === 'none' ? {} : { sealed: { secretClass, content: body } }),
  });
}

test('a hold reads as it was asked for, with who signed it, and lifted it keeps what it was', async () => {
  const sample = await createSampleVault();
  const holds = await holdsOf(sample, ['verifier', 'pruner']);
  const verifier = (await sample.context([])).keyring.signers.find(({ role }) => role === 'verifier');
  const signer = `verifier ${verifier?.fingerprint}`;
  const added = await holds.addHold(hold);
  assert.match(added.id, /^h[0-9a-f]{16}$/);
  assert.deepEqual(added, { id: added.id, points: ['p1', 'p2'], owner: 'ann', reason: 'audit', addedAt: AT, signer });
  assert.deepEqual(await namesIn(sample.store), [`${PREFIX}20260510T000000000Z-${added.id}`]);

  const later = '2026-05-11T00:00:00.000Z';
  const timed = await holds.addHold({ ...hold, until: '2026-06-01T00:00:00.000Z', at: later });
  assert.equal(timed.until, '2026-06-01T00:00:00.000Z');
  assert.deepEqual(await holds.listHolds(ORGANIZATION), { holds: [added, timed], untrusted: [] });

  const at = '2026-05-12T00:00:00.000Z';
  await holds.removeHold({ organization: ORGANIZATION, hold: added.id, owner: 'bob', reason: 'over', at });
  assert.deepEqual(await holds.listHolds(ORGANIZATION), {
    holds: [{ ...added, removed: { at, owner: 'bob', reason: 'over', signer } }, timed],
    untrusted: [],
  });
  assert.deepEqual(await holds.listHolds('acme-test'), { holds: [], untrusted: [] });
});

test('the pruner holds where there is no verifier, and lifts nothing', async () => {
  const sample = await createSampleVault();
  const pruner = await holdsOf(sample, ['pruner']);
  const { id, signer } = await pruner.addHold(hold);
  assert.match(signer, /^pruner /);
  await assert.rejects(pruner.removeHold({ ...hold, hold: id }), {
    code: 'KEY_MISSING',
    message: /^Signing orgs\/acme-prod\/holds\/20260510T000000000Z-h[0-9a-f]{16} needs verifier\.key/,
  });
  assert.equal((await namesIn(sample.store)).length, 1);
});

test('without a key nothing is read, and with one that does not sign holds nothing is written', async () => {
  const sample = await createSampleVault();
  await assert.rejects((await holdsOf(sample, [])).listHolds(ORGANIZATION), {
    code: 'KEY_MISSING',
    message: /^Reading holds needs writer\.key, /,
  });
  await assert.rejects((await holdsOf(sample, ['writer'])).addHold(hold), {
    code: 'KEY_MISSING',
    message: /^Signing orgs\/acme-prod\/holds\/.* needs pruner\.key/,
  });
  assert.deepEqual(await namesIn(sample.store), []);
});

test('where the store attests time its time counts, and else that of the record', async () => {
  const clock = createManualClock(Date.UTC(2026, 5, 1));
  const sample = await createSampleVault({ clock, attestsTime: true });
  const holds = await holdsOf(sample, ['verifier']);
  const { id, addedAt } = await holds.addHold(hold);
  assert.equal(addedAt, '2026-06-01T00:00:00.000Z');
  await clock.advance(1000);
  await holds.removeHold({ ...hold, hold: id });
  const [lifted] = (await holds.listHolds(ORGANIZATION)).holds;
  assert.equal(lifted?.removed?.at, '2026-06-01T00:00:01.000Z');
});

test('a clock that went back between a hold and its end changes nothing', async () => {
  const sample = await createSampleVault();
  const holds = await holdsOf(sample, ['verifier']);
  const { id } = await holds.addHold(hold);
  await holds.removeHold({ ...hold, hold: id, at: '2026-05-09T00:00:00.000Z' });
  const { holds: found, untrusted } = await holds.listHolds(ORGANIZATION);
  assert.deepEqual(untrusted, []);
  assert.equal(found[0]?.removed?.at, '2026-05-09T00:00:00.000Z');
});

test('all holds are read, however many, each record following the one before it', async () => {
  const sample = await createSampleVault();
  const holds = await holdsOf(sample, ['verifier']);
  const ids: string[] = [];
  for (let number = 10; number < 27; number += 1)
    ids.push((await holds.addHold({ ...hold, at: `2026-05-${number}T00:00:00.000Z` })).id);
  const { holds: found, untrusted } = await holds.listHolds(ORGANIZATION);
  assert.deepEqual(
    found.map(({ id }) => id),
    ids,
  );
  assert.deepEqual(untrusted, []);

  const names = await namesIn(sample.store);
  const [, second = '', third = ''] = names;
  const without = await holdsOf(sample, ['verifier'], await copyStore(sample.store, { without: [second] }));
  const cut = await without.listHolds(ORGANIZATION);
  assert.equal(cut.holds.length, 16);
  assert.deepEqual(cut.untrusted, [
    { name: second, why: `${second} is damaged: it is missing, and ${third} follows.` },
  ]);

  const changed = { [second]: flipped(await sample.store.get(second)) };
  const harmed = await holdsOf(sample, ['verifier'], await copyStore(sample.store, { put: changed }));
  const told = (await harmed.listHolds(ORGANIZATION)).untrusted;
  assert.deepEqual(
    told.map(({ name }) => name),
    [second],
    'told once, as damaged',
  );
  assert.doesNotMatch(told[0]?.why ?? '', /follows/);
});

test('a record that is not the one that was followed is named, once for all that follow it', async () => {
  const sample = await createSampleVault();
  const base = await put(sample, { id: 'h0' });
  const previous = { name: base, hash: 'f'.repeat(64) };
  const first = await put(sample, { id: 'h1', header: { previous } });
  await put(sample, { id: 'h2', header: { previous } });
  const { holds, untrusted } = await (await holdsOf(sample, ['verifier'])).listHolds(ORGANIZATION);
  assert.deepEqual(
    holds.map(({ id }) => id),
    ['h0', 'h1', 'h2'],
  );
  assert.deepEqual(untrusted, [{ name: base, why: `${base} is damaged: it is not the one that ${first} follows.` }]);
});

test('what is signed and says nonsense counts for nothing, and is named with the reason', async () => {
  const cases = [
    [{ header: { action: 'keep' } }, 'its header is not that of a hold'],
    [{ header: { at: 7 } }, 'its header is not that of a hold'],
    [{ header: { hold: undefined } }, 'its header is not that of a hold'],
    [{ header: { hold: 'h2' } }, 'it adds a hold of another name'],
    [{ header: { action: 'remove', hold: 'h2' }, signer: 'pruner' }, 'the verifier did not sign it'],
    [{ header: { action: 'remove', hold: 'h2' } }, 'it lifts the hold h2, which is not there'],
    [{ header: { action: 'remove', hold: 'h2' }, body: { owner: 'ann' } }, 'its body is not that of a hold'],
    [{ body: { points: ['p1'], owner: 'ann', until: null } }, 'its body is not that of a hold'],
    [{ body: { points: 'p1', owner: 'ann', reason: '', until: null } }, 'its body is not that of a hold'],
    [{ body: { points: ['p1'], owner: 'ann', reason: '' } }, 'its body is not that of a hold'],
    [{ secretClass: 'none' }, 'it has no sealed body'],
  ] as const;
  const sample = await createSampleVault();
  for (const [document, reason] of cases) {
    const name = await put(sample, { id: 'h1', ...document });
    const { holds, untrusted } = await (await holdsOf(sample, ['verifier'])).listHolds(ORGANIZATION);
    assert.deepEqual(holds, []);
    assert.deepEqual(
      untrusted.map((record) => record.name),
      [name],
      reason,
    );
    assert.ok(untrusted[0]?.why.startsWith(`${name} is damaged: `), untrusted[0]?.why);
    assert.ok(untrusted[0]?.why.endsWith(`${reason}.`), untrusted[0]?.why);
    await sample.store.delete(name);
  }
});

test('a pruner who says that it lifts a hold lifts nothing', async () => {
  const sample = await createSampleVault();
  await put(sample, { id: 'h1' });
  const forged = await put(sample, {
    id: 'h2',
    signer: 'pruner',
    header: { action: 'remove', hold: 'h1' },
    body: { owner: 'eve', reason: 'mine' },
  });
  const { holds, untrusted } = await (await holdsOf(sample, ['verifier'])).listHolds(ORGANIZATION);
  assert.deepEqual(
    holds.map(({ id, removed }) => [id, removed]),
    [['h1', undefined]],
  );
  assert.deepEqual(untrusted, [
    { name: forged, why: `${forged} is damaged: it lifts a hold, and the verifier did not sign it.` },
  ]);
});

test('of a signer that is revoked a hold counts from before, by the time of the record, or by that of the store', async () => {
  for (const attestsTime of [false, true]) {
    const clock = createManualClock(Date.parse(AT));
    const sample = await createSampleVault({ clock, attestsTime });
    await put(sample, { id: 'h1' });
    await clock.advance(60_000);
    const after = await put(sample, { id: 'h2', header: { at: attestsTime ? AT : clock.now() } });
    await revoke(sample, 'verifier', clock.now());
    const { holds, untrusted } = await (await holdsOf(sample, ['reader'])).listHolds(ORGANIZATION);
    assert.deepEqual(
      holds.map(({ id }) => id),
      ['h1'],
    );
    assert.deepEqual(
      untrusted.map(({ name }) => name),
      [after],
    );
    assert.match(untrusted[0]?.why ?? '', /was signed by the verifier key .* revoked since/);
  }
});

test('a failing store, or a class that no key at hand opens, is an error and no hold less', async () => {
  const sample = await createSampleVault();
  await put(sample, { id: 'h1' });
  const cause = storeFailed({ operation: 'read a hold', place: 'memory', cause: undefined });
  const failing = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'get' && name.startsWith(PREFIX)) throw cause;
    },
  });
  await assert.rejects((await holdsOf(sample, ['verifier'], failing)).listHolds(ORGANIZATION), {
    code: 'STORE_FAILED',
  });
  await put(sample, { id: 'h2', secretClass: 'secret' });
  await assert.rejects((await holdsOf(sample, ['verifier'])).listHolds(ORGANIZATION), {
    code: 'KEY_MISSING',
    message: /restorer\.key/,
  });
});

test('a hold whose name is taken, or that does not read back, is not said to be there', async () => {
  const sample = await createSampleVault();
  const context = await sample.context(['verifier']);
  const { id, store, keyring, keys, clock, sorterFactory, rootPublicKey } = context;
  const verifier = context.getSigningKey('verifier', 'Testing');
  const random = { bytes: (count: number) => new Uint8Array(count), uuid: () => '', fraction: () => 0 };
  const parts = { id, keyring, keys, clock, sorterFactory, rootPublicKey, random, signing: { verifier } };
  const holds = new VaultHolds(new VaultContext({ ...parts, store }));
  const name = `${PREFIX}20260510T000000000Z-h0000000000000000`;
  await holds.addHold(hold);
  await assert.rejects(holds.addHold(hold), {
    code: 'ALREADY_EXISTS',
    message: `${name} is taken.`,
    next: 'Try again.',
  });

  const damaging = createFaultyBlobStore(createMemoryBlobStore({ clock }), { damage: (_, bytes) => flipped(bytes) });
  await assert.rejects(new VaultHolds(new VaultContext({ ...parts, store: damaging })).addHold(hold), {
    code: 'VAULT_DAMAGED',
    message: `${name} is damaged: it was put, and does not read as a hold.`,
  });
});
