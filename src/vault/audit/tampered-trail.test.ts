import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenAuditStream } from '../../app/ports/audit.ts';
import type { Vault } from '../../app/ports/vault.ts';
import type { NamedHead } from '../../core/audit/audit-objects.ts';
import type { AuditHead } from '../../core/audit/audit-record.ts';
import { examineTrail, isTampering, type TrailState } from '../../core/audit/examine-trail.ts';
import { createManualClock, type ManualClock } from '../../platform/manual-clock.ts';
import { systemRandom } from '../../platform/random.ts';
import { createMemoryBlobStore } from '../blob/memory-blob-store.ts';
import type { BlobStore } from '../blob/blob-store.ts';
import { createSigningKey } from '../ed25519.ts';
import { encodeKeyring, keyringName } from '../keyring.ts';
import { openContext } from '../open-vault.ts';
import { createSampleVault, memorySorter, openWith, type SampleVault } from '../sample-vault.fixture.ts';
import { type BatchDraft, encodeBatch } from './audit-batch.ts';

const opening: OpenAuditStream = {
  opened: { principal: { type: 'user', name: 'ann' }, host: 'desk', process: 7, tool: 'holdfast 0' },
  signers: ['writer'],
  spools: false,
};

interface Trail {
  readonly sample: SampleVault;
  readonly vault: Vault;
  readonly clock: ManualClock;
  /** Name and hash of each batch, by stream, oldest first. */
  readonly streams: readonly (readonly AuditHead[])[];
}

/** One action of a process of its own: four batches. */
async function act(vault: Vault, clock: ManualClock): Promise<AuditHead[]> {
  const stream = vault.audit.open(opening);
  const heads: AuditHead[] = [];
  const keep = (): void => void (stream.head !== undefined && heads.push(stream.head));
  await stream.append({ event: 'began', action: 'backup', effect: 'changes', given: {} });
  keep();
  for (const planHash of ['one', 'two']) {
    await clock.advance(1000);
    await stream.append({ event: 'declared', facts: { planHash } });
    keep();
  }
  await stream.close({ event: 'ended', result: 'done', exit: 0, facts: {} });
  keep();
  await clock.advance(60_000);
  return heads;
}

/** Three processes one after another. */
async function createTrail(): Promise<Trail> {
  const clock = createManualClock(Date.UTC(2026, 4, 10));
  const sample = await createSampleVault({ clock });
  const vault = await sample.open('writer');
  const streams = [await act(vault, clock), await act(vault, clock), await act(vault, clock)];
  return { sample, vault, clock, streams };
}

function batchOf({ streams }: Trail, stream: number, batch: number): AuditHead {
  const head = streams.at(stream)?.at(batch);
  assert.ok(head);
  return head;
}

/** The store after somebody with every right over it took these names away and put these bytes. */
async function altered(
  trail: Trail,
  change: { readonly without?: readonly string[]; readonly put?: Readonly<Record<string, Uint8Array>> },
): Promise<BlobStore> {
  const store = createMemoryBlobStore({ clock: trail.clock, attestsTime: false });
  const gone = new Set([...(change.without ?? []), ...Object.keys(change.put ?? {})]);
  for await (const { name } of trail.sample.store.list(''))
    if (!gone.has(name)) await store.put(name, await trail.sample.store.get(name));
  for (const [name, bytes] of Object.entries(change.put ?? {})) await store.put(name, bytes);
  return store;
}

async function examine(trail: Trail, store: BlobStore, outside: readonly NamedHead[] = []): Promise<TrailState> {
  const vault = await openWith(store, trail.clock, { reader: trail.sample.keyFiles.reader });
  return examineTrail(await vault.audit.facts(outside));
}

/** Kind and object of each finding that shows tampering. */
function tampering({ findings }: TrailState): string[] {
  return findings.filter(isTampering).map(({ kind, object }) => `${kind} ${object}`);
}

/** A batch of the same place that somebody else signed. */
async function forge(trail: Trail, place: AuditHead, previous: AuditHead, seed: Uint8Array): Promise<Uint8Array> {
  return encodeAs(trail, seed, { name: place.name, previous, last: true, spooled: false });
}

/** An opening as the spool of a machine keeps it: it names no heads. */
function forgeOpening(trail: Trail, name: string, seed: Uint8Array): Promise<Uint8Array> {
  return encodeAs(trail, seed, { name, previous: undefined, heads: [], last: true, spooled: true });
}

async function encodeAs(
  trail: Trail,
  seed: Uint8Array,
  draft: Pick<BatchDraft, 'previous' | 'heads' | 'last' | 'spooled'> & { readonly name: string },
): Promise<Uint8Array> {
  const context = await openContext({
    store: trail.sample.store,
    keys: { writer: trail.sample.keyFiles.writer },
    clock: trail.clock,
    random: systemRandom,
    sorterFactory: memorySorter,
  });
  const { name, ...rest } = draft;
  const [, stream = '', number = ''] = name.split('/');
  return encodeBatch(context, createSigningKey(seed), {
    ...rest,
    stream,
    number: Number(number),
    at: trail.clock.now(),
    lines: [],
  });
}

function writerSeed({ sample }: Trail): Uint8Array {
  const [, seed = ''] = /^signing: (\S+)$/m.exec(sample.keyFiles.writer) ?? [];
  return Buffer.from(seed, 'base64');
}

test('a good trail: every batch follows, each later process names the head of the one before', async () => {
  const trail = await createTrail();
  const state = await examine(trail, trail.sample.store);
  assert.deepEqual(state.findings, []);
  assert.deepEqual([state.streams, state.batches, state.records, state.notOpened], [3, 12, 15, 0]);
});

test('a tail that is cut off is named, with who had seen it', async () => {
  const trail = await createTrail();
  const [third, fourth] = [batchOf(trail, 1, 2), batchOf(trail, 1, 3)];
  const state = await examine(trail, await altered(trail, { without: [third.name, fourth.name] }));
  assert.deepEqual(tampering(state), [`truncated ${third.name.slice(0, -'/000002'.length)}`]);
  const [finding] = state.findings;
  assert.match(
    finding?.reason ?? '',
    new RegExp(`ends with .*/000001, and ${batchOf(trail, 2, 0).name} names .*/000003$`),
  );
});

test('a stream that is gone whole is named too', async () => {
  const trail = await createTrail();
  const names = trail.streams[0]?.map(({ name }) => name) ?? [];
  const state = await examine(trail, await altered(trail, { without: names }));
  assert.deepEqual(tampering(state), [`truncated ${batchOf(trail, 0, 0).name.slice(0, -'/000000'.length)}`]);
  assert.match(state.findings[0]?.reason ?? '', /^nothing of it is left/);
});

/** What a stream that opens now names, in a store that somebody prepared before it came. */
async function actIn(trail: Trail, store: BlobStore): Promise<void> {
  await act(await openWith(store, trail.clock, { writer: trail.sample.keyFiles.writer }), trail.clock);
}

async function deleted(trail: Trail, store: BlobStore, names: readonly string[]): Promise<BlobStore> {
  return altered({ ...trail, sample: { ...trail.sample, store } }, { without: names });
}

test('who prepares the store before the next process cannot make a stream vanish unseen', async (t) => {
  const newest = (trail: Trail): string[] => trail.streams[2]?.map(({ name }) => name) ?? [];
  const gone = (trail: Trail): string[] => [`truncated ${batchOf(trail, 2, 0).name.slice(0, -'/000000'.length)}`];

  await t.test('by putting an old opening back, which is then the newest of the store', async () => {
    const trail = await createTrail();
    await trail.clock.advance(3_600_000);
    const old = batchOf(trail, 0, 0).name;
    const store = createMemoryBlobStore({ clock: trail.clock, attestsTime: false });
    for await (const { name } of trail.sample.store.list('')) {
      if (name !== old) await store.put(name, await trail.sample.store.get(name));
    }
    await trail.clock.advance(3_600_000);
    await store.put(old, await trail.sample.store.get(old));
    await actIn(trail, store);
    assert.deepEqual(tampering(await examine(trail, await deleted(trail, store, newest(trail)))), gone(trail));
  });

  await t.test('under a batch that waited in a spool and comes late', async () => {
    const trail = await createTrail();
    await trail.clock.advance(3_600_000);
    const spooled = newest(trail)[0]?.replace(/-[0-9a-f]{16}/, `-${'ab'.repeat(8)}`) ?? '';
    const put = { [spooled]: await forgeOpening(trail, spooled, writerSeed(trail)) };
    const store = createMemoryBlobStore({ clock: trail.clock, attestsTime: false });
    for await (const { name } of trail.sample.store.list('')) await store.put(name, await trail.sample.store.get(name));
    await trail.clock.advance(3_600_000);
    for (const [name, bytes] of Object.entries(put)) await store.put(name, bytes);
    await actIn(trail, store);
    assert.deepEqual(tampering(await examine(trail, await deleted(trail, store, newest(trail)))), gone(trail));
  });

  await t.test('with junk that looks like a stream of today, where nothing else is of these days', async () => {
    const trail = await createTrail();
    await trail.clock.advance(5 * 24 * 3_600_000);
    const junk = 'audit/20260515T000000000Z-0000000000000000/000000';
    const store = await altered(trail, { put: { [junk]: Buffer.from('junk') } });
    await actIn(trail, store);
    const later = await deleted(trail, store, [junk, ...newest(trail)]);
    assert.deepEqual(tampering(await examine(trail, later)), gone(trail));
  });

  await t.test('with junk behind its last batch', async () => {
    const trail = await createTrail();
    const junk = batchOf(trail, 2, 3).name.replace(/000003$/, '000004');
    const store = await altered(trail, { put: { [junk]: Buffer.from('junk') } });
    await actIn(trail, store);
    const later = await deleted(trail, store, [junk, ...newest(trail)]);
    assert.deepEqual(tampering(await examine(trail, later)), gone(trail));
  });
});

test('a stream that grew behind the opening after it is named two days after it began', async () => {
  const clock = createManualClock(Date.UTC(2026, 4, 10, 20));
  const sample = await createSampleVault({ clock });
  const vault = await sample.open('writer');
  const long = vault.audit.open(opening);
  await long.append({ event: 'began', action: 'backup', effect: 'changes', given: {} });
  await clock.advance(6 * 3_600_000);
  const between = await act(vault, clock);
  await clock.advance(3_600_000);
  await long.close({ event: 'ended', result: 'done', exit: 0, facts: {} });
  const { head } = long;
  assert.ok(head);
  await clock.advance(22 * 3_600_000);
  const trail: Trail = { sample, vault, clock, streams: [between, await act(vault, clock)] };
  const state = await examine(trail, await altered(trail, { without: [head.name] }));
  assert.deepEqual(tampering(state), [`truncated ${head.name.slice(0, -'/000001'.length)}`]);
});

test('a number missing in the middle is a gap that no crash explains', async () => {
  const trail = await createTrail();
  const second = batchOf(trail, 1, 1);
  const state = await examine(trail, await altered(trail, { without: [second.name] }));
  assert.deepEqual(tampering(state), [`gap ${second.name}`]);
});

test('a suffix that is rewritten is named, whoever signed it', async () => {
  const trail = await createTrail();
  const [second, third, fourth] = [batchOf(trail, 1, 1), batchOf(trail, 1, 2), batchOf(trail, 1, 3)];
  const put = { [fourth.name]: await forge(trail, fourth, third, systemRandom.bytes(32)) };
  const foreign = await examine(trail, await altered(trail, { put }));
  assert.deepEqual(tampering(foreign), [`rewritten ${fourth.name}`]);

  const bytes = Buffer.from(await trail.sample.store.get(third.name));
  bytes.write(trail.clock.now(), bytes.indexOf('2026-'));
  const changed = await examine(trail, await altered(trail, { put: { [third.name]: bytes } }));
  assert.deepEqual(tampering(changed), [`rewritten ${third.name}`]);

  const garbled = await examine(trail, await altered(trail, { put: { [second.name]: Buffer.from('nothing') } }));
  assert.deepEqual(tampering(garbled), [`rewritten ${second.name}`]);
});

test('two signed batches for one number are a fork', async () => {
  const trail = await createTrail();
  const [third, fourth] = [batchOf(trail, 1, 2), batchOf(trail, 1, 3)];
  // A process that was cloned, or a stolen key: both batches are signed.
  const put = { [fourth.name]: await forge(trail, fourth, third, writerSeed(trail)) };
  const state = await examine(trail, await altered(trail, { put }));
  assert.deepEqual(tampering(state), [`fork ${fourth.name}`]);
});

test('a squatted number is named; the stream goes on in another one, and nothing is lost', async () => {
  const clock = createManualClock(Date.UTC(2026, 4, 10));
  const sample = await createSampleVault({ clock });
  const vault = await sample.open('writer');
  const stream = vault.audit.open(opening);
  await stream.append({ event: 'began', action: 'backup', effect: 'changes', given: {} });
  const first = stream.head?.name ?? '';
  const squatted = first.replace(/000000$/, '000001');
  await sample.store.put(squatted, Buffer.from('mine'));
  await clock.advance(1000);
  await stream.close({ event: 'ended', result: 'done', exit: 0, facts: {} });
  assert.notEqual(stream.head?.name.slice(0, -6), first.slice(0, -6));

  const state = await examine({ sample, vault, clock, streams: [] }, sample.store);
  assert.deepEqual(tampering(state), [`squatted ${squatted}`]);
  assert.equal(state.findings.length, 1, 'the stream that was left is continued, not open');
  const records = await Array.fromAsync(vault.audit.records({}));
  assert.deepEqual(
    records.map(({ record }) => record.event),
    ['opened', 'began', 'opened', 'ended'],
  );
});

test('what lies below audit/ under a name of nobody is squatted', async () => {
  const trail = await createTrail();
  const state = await examine(trail, await altered(trail, { put: { 'audit/notes.txt': Buffer.from('x') } }));
  assert.deepEqual(tampering(state), ['squatted audit/notes.txt']);
});

test('a batch replayed from another vault or another place is named', async () => {
  const trail = await createTrail();
  const other = await createTrail();
  const foreign = other.streams[0]?.[3];
  assert.ok(foreign);
  const stolen = await altered(trail, { put: { [foreign.name]: await other.sample.store.get(foreign.name) } });
  const state = await examine(trail, stolen);
  assert.deepEqual(tampering(state), [`replayed ${foreign.name}`]);
  assert.match(state.findings[0]?.reason ?? '', /of another vault/);

  const last = batchOf(trail, 2, 3);
  const copied = last.name.replace(/000003$/, '000004');
  const moved = await examine(
    trail,
    await altered(trail, { put: { [copied]: await trail.sample.store.get(batchOf(trail, 1, 3).name) } }),
  );
  assert.deepEqual(tampering(moved), [`replayed ${copied}`]);
});

test('the newest tail, which nothing in the vault names yet, is missed by a head that was kept outside', async () => {
  const trail = await createTrail();
  const [third, fourth] = [batchOf(trail, 2, 2), batchOf(trail, 2, 3)];
  const store = await altered(trail, { without: [third.name, fourth.name] });
  const alone = await examine(trail, store);
  assert.deepEqual(tampering(alone), [], 'nobody can know');
  assert.deepEqual(
    alone.findings.map(({ kind }) => kind),
    ['open'],
  );
  const state = await examine(trail, store, [{ ...fourth, by: 'the monitor' }]);
  assert.deepEqual(tampering(state), [`truncated ${fourth.name.slice(0, -'/000003'.length)}`]);
  assert.match(state.findings[0]?.reason ?? '', /the monitor names/);
});

test('batches of a signer that was revoked before, and of nobody in the keyring, are named', async () => {
  const trail = await createTrail();
  const last = batchOf(trail, 2, 3);
  const next = { name: last.name.replace(/000003$/, '000004'), hash: '' };
  const put = { [next.name]: await forge(trail, next, last, systemRandom.bytes(32)) };
  const state = await examine(trail, await altered(trail, { put }));
  assert.deepEqual(tampering(state), [`unknown-signer ${next.name}`]);

  const context = await openContext({
    store: trail.sample.store,
    keys: { root: trail.sample.keyFiles.root },
    clock: trail.clock,
    random: systemRandom,
    sorterFactory: memorySorter,
  });
  const since = batchOf(trail, 2, 0);
  const revokedAt =
    (await Array.fromAsync(trail.vault.audit.records({}))).find(({ batch }) => batch === since.name)?.time ?? '';
  const signers = context.keyring.signers.map((signer) =>
    signer.role === 'writer' ? { ...signer, revoked: revokedAt } : signer,
  );
  const revoked = { ...context.keyring, number: 2, createdAt: trail.clock.now(), signers };
  const keyring = encodeKeyring(revoked, context.id, {
    root: context.getAuditKey(['root']),
    previous: { name: keyringName(1), hash: context.keyring.hash },
  });
  const later = await examine(trail, await altered(trail, { put: { [keyringName(2)]: keyring } }));
  assert.deepEqual(
    tampering(later),
    (trail.streams[2] ?? []).map(({ name }) => `revoked-signer ${name}`),
  );
});

test('a process that was killed leaves an open stream, which says what it was doing', async () => {
  const clock = createManualClock(Date.UTC(2026, 4, 10));
  const sample = await createSampleVault({ clock });
  const vault = await sample.open('writer');
  await vault.audit.open(opening).append({ event: 'began', action: 'apply', effect: 'changes', given: {} });
  const state = await examine({ sample, vault, clock, streams: [] }, sample.store);
  assert.deepEqual(tampering(state), []);
  assert.match(state.findings[0]?.reason ?? '', /was killed during apply, or still runs/);
});
