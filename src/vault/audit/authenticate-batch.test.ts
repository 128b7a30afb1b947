import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Hex } from '../digest.ts';
import { createSigningKey, type SigningKey } from '../ed25519.ts';
import { createSampleVault, flipped, revoke, type SampleVault } from '../sample-vault.fixture.ts';
import { encodeDocument } from '../signed-document.ts';
import type { VaultContext } from '../vault-context.ts';
import { type BatchDraft, encodeBatch } from './audit-batch.ts';
import { batchName } from './audit-name.ts';
import { authenticateBatch } from './authenticate-batch.ts';

const STREAM = '20260510T000000000Z-aaaaaaaaaaaaaaaa';
const NAME = batchName(STREAM, 3);
const AT = '2026-05-10T00:00:05.000Z';
const STORED = '2026-05-10T00:00:09.000Z';

function encode(context: VaultContext, key: SigningKey, draft: Partial<BatchDraft> = {}): Promise<Uint8Array> {
  const common = { stream: STREAM, number: 3, at: AT, lines: ['x'], previous: undefined, last: false, spooled: false };
  return encodeBatch(context, key, { ...common, ...draft });
}

/** A signed document at the place of a batch, whatever its header says. */
function encodeHeader(context: VaultContext, header: { readonly [field: string]: unknown }): Uint8Array {
  const batch = { type: 'audit', vault: context.id, name: NAME, stream: STREAM, at: AT, count: 0 } as const;
  return encodeDocument({
    header: { ...batch, previous: null, keyring: 1, ...header },
    signingKey: context.getAuditKey(['writer']),
  });
}

const judge = (context: VaultContext, bytes: Uint8Array, name = NAME) =>
  authenticateBatch(context, { name, bytes, createdAt: STORED });

/** What an alien is, and why, after it was seen that the rest says which blob it is. */
function alienOf(context: VaultContext, bytes: Uint8Array, name = NAME): readonly [string, string] {
  const batch = judge(context, bytes, name);
  assert.ok(batch.state === 'alien');
  const { kind, reason, ...rest } = batch;
  assert.deepEqual(rest, { state: 'alien', name, hash: sha256Hex(bytes), createdAt: STORED });
  return [kind, reason];
}

const contextOf = (sample: SampleVault) => sample.context(['writer', 'restorer', 'verifier', 'pruner', 'root']);

test('a batch is genuine that a signer of the vault or its root signed for its place', async () => {
  const context = await contextOf(await createSampleVault());
  for (const role of ['writer', 'restorer', 'verifier', 'pruner', 'root'] as const) {
    const key = context.getAuditKey([role]);
    const batch = judge(context, await encode(context, key));
    assert.ok(batch.state === 'genuine');
    assert.deepEqual(batch.signer, { role, fingerprint: key.fingerprint });
    assert.deepEqual([batch.time, batch.document.name, batch.header.stream, batch.header.count], [AT, NAME, STREAM, 1]);
  }
});

test('its time is that of the store where that attests it', async () => {
  const context = await contextOf(await createSampleVault({ attestsTime: true }));
  const batch = judge(context, await encode(context, context.getAuditKey(['writer'])));
  assert.ok(batch.state === 'genuine');
  assert.equal(batch.time, STORED);
});

test('what is no signed batch, or lies under the name of none, is squatted', async () => {
  const context = await contextOf(await createSampleVault());
  const good = await encode(context, context.getAuditKey(['writer']));
  assert.deepEqual(alienOf(context, good, 'audit/notes'), ['squatted', 'its name is none of the audit trail']);
  const none = ['squatted', 'it holds something that is no signed batch'];
  assert.deepEqual(alienOf(context, Buffer.from('x')), none);
  assert.deepEqual(alienOf(context, good.subarray(0, -1)), none);
  assert.deepEqual(alienOf(context, encodeHeader(context, { stream: undefined })), none);
  assert.deepEqual(alienOf(context, encodeHeader(context, { last: false })), none);
});

test('what was written for another vault, type, stream or number is replayed', async () => {
  const context = await contextOf(await createSampleVault());
  const other = await contextOf(await createSampleVault());
  assert.deepEqual(alienOf(context, await encode(other, other.getAuditKey(['writer']))), [
    'replayed',
    `it is of another vault, ${other.id.slice(0, 16)}…`,
  ]);
  const key = context.getAuditKey(['writer']);
  const moved = ['replayed', `it was written as ${batchName(STREAM, 4)}`];
  assert.deepEqual(alienOf(context, await encode(context, key, { number: 4 })), moved);
  const stream = STREAM.replaceAll('a', 'b');
  assert.deepEqual(alienOf(context, await encode(context, key, { stream })), [
    'replayed',
    `it was written as ${batchName(stream, 3)}`,
  ]);
  const asItself = ['replayed', `it was written as ${NAME}`];
  assert.deepEqual(alienOf(context, encodeHeader(context, { type: 'proof' })), asItself);
  assert.deepEqual(alienOf(context, encodeHeader(context, { stream })), asItself);
});

test('what was changed after it was signed is rewritten', async () => {
  const context = await contextOf(await createSampleVault());
  const good = await encode(context, context.getAuditKey(['root']), { lines: ['x'.repeat(2000)] });
  const last = good.length - 1;
  const changed = good.map((byte, index) => (index === last ? byte ^ 1 : byte));
  assert.deepEqual(alienOf(context, changed), ['rewritten', 'its signature does not match its bytes']);
});

test('a signer that the keyring does not know, and a keyring that is not here, make it nobody’s', async () => {
  const context = await contextOf(await createSampleVault());
  const stranger = createSigningKey(new Uint8Array(32).fill(5));
  assert.deepEqual(alienOf(context, await encode(context, stranger)), [
    'unknown-signer',
    `its signer ${stranger.fingerprint} is not in the keyring`,
  ]);
  assert.deepEqual(alienOf(context, encodeHeader(context, { keyring: 2 })), [
    'unknown-signer',
    'it was written under keyring 2, which is missing here',
  ]);
  assert.equal(judge(context, encodeHeader(context, { keyring: undefined })).state, 'genuine');
});

test('what a key signed from its revocation on does not count, by the time of the store where that attests it', async () => {
  for (const [attestsTime, time] of [
    [false, AT],
    [true, STORED],
  ] as const) {
    const sample = await createSampleVault({ attestsTime });
    const before = await contextOf(sample);
    const key = before.getAuditKey(['verifier']);
    const bytes = await encode(before, key);
    await revoke(sample, 'verifier', time);
    assert.deepEqual(alienOf(await contextOf(sample), bytes), [
      'revoked-signer',
      `the verifier key ${key.fingerprint} is revoked since ${time}`,
    ]);
    const later = await createSampleVault({ attestsTime });
    const context = await contextOf(later);
    const good = await encode(context, context.getAuditKey(['verifier']));
    await revoke(later, 'verifier', time.replace('.000Z', '.001Z'));
    assert.equal(judge(await contextOf(later), good).state, 'genuine');
  }
});

test('a flipped bit in the middle is not genuine', async () => {
  const context = await contextOf(await createSampleVault());
  const good = await encode(context, context.getAuditKey(['writer']));
  assert.equal(judge(context, flipped(good)).state, 'alien');
});
