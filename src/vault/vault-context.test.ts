import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError, UserError } from '../core/errors.ts';
import { createMemoryBlobStore } from './blob/memory-blob-store.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { createSampleVault, memorySorter, revoke, type SampleVault } from './sample-vault.fixture.ts';
import { type NewDocument, VaultContext } from './vault-context.ts';
import { systemRandom } from '../platform/random.ts';

const NAME = 'orgs/a/proofs/1';
const proof: NewDocument = { type: 'proof', name: NAME, header: { at: '2026-05-10' }, signer: 'verifier' };
const expected = { type: 'proof', name: NAME } as const;

const userError = (code: string, message: string) => (error: unknown) => {
  assert.ok(error instanceof UserError);
  assert.deepEqual([error.code, error.message], [code, message]);
  return true;
};

const damage =
  (code: string, message: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof IntegrityError);
    assert.deepEqual([error.code, error.message, error.damaged], [code, message, NAME]);
    return true;
  };

async function fingerprintOf(sample: SampleVault, role: 'verifier' | 'writer'): Promise<string> {
  return (await sample.context([role])).getSigningKey(role, 'x').fingerprint;
}

test('a key that is missing is named with what needs it', async () => {
  const sample = await createSampleVault();
  const context = await sample.context(['writer']);
  assert.throws(
    () => context.getSigningKey('pruner', 'Deleting'),
    userError('KEY_MISSING', 'Deleting needs pruner.key, which is not at hand.'),
  );
  assert.throws(
    () => context.getAuditKey(['restorer', 'root']),
    userError('KEY_MISSING', 'Recording this in the audit trail needs restorer.key or root.key, which is not at hand.'),
  );
  context.assertCanOpen('meta', 'Listing');
  for (const [secretClass, file] of [
    ['config', 'reader.key'],
    ['secret', 'restorer.key'],
  ] as const) {
    assert.equal(context.canOpen(secretClass), false);
    assert.throws(
      () => context.assertCanOpen(secretClass, 'Reading'),
      userError('KEY_MISSING', `Reading needs ${file}, which is not at hand.`),
    );
  }
  const none = await sample.context([]);
  assert.equal(none.canOpen('meta'), false);
  await assert.rejects(
    none.openKey(new Uint8Array(32), { purpose: 'document', secretClass: 'meta', generation: 1, place: 'orgs/x' }),
    userError(
      'KEY_MISSING',
      'Opening orgs/x needs writer.key, reader.key, restorer.key, verifier.key or pruner.key, which is not at hand.',
    ),
  );
});

test('the audit trail is signed by the first role whose key is at hand', async () => {
  const sample = await createSampleVault();
  const context = await sample.context(['writer', 'verifier', 'root']);
  const keyOf = (...roles: Parameters<VaultContext['getAuditKey']>[0]) => context.getAuditKey(roles).publicKey;
  assert.deepEqual(keyOf('root', 'writer'), context.rootPublicKey);
  assert.deepEqual(keyOf('pruner', 'verifier', 'root'), context.getSigningKey('verifier', 'x').publicKey);
  const writer = await sample.context(['writer']);
  assert.deepEqual(writer.getAuditKey(['root', 'writer']).publicKey, keyOf('writer'));
});

test('a key that is revoked signs until that instant, and not from it on', async () => {
  const sample = await createSampleVault();
  await revoke(sample, 'verifier', '2026-05-10T00:01:00.000Z');
  const context = await sample.context(['verifier', 'writer']);
  await sample.clock.advance(59_999);
  assert.ok(context.getSigningKey('verifier', 'x'));
  await sample.clock.advance(1);
  assert.throws(
    () => context.getSigningKey('verifier', 'x'),
    userError(
      'KEY_INVALID',
      'The key verifier.key cannot be used: its signature is revoked since 2026-05-10T00:01:00.000Z.',
    ),
  );
  assert.ok(context.getSigningKey('writer', 'x'));
});

test('a document counts when somebody signed it who may, whose key was not revoked then', async () => {
  const sample = await createSampleVault();
  const bytes = await (await sample.context(['verifier'])).encode(proof);
  const fingerprint = await fingerprintOf(sample, 'verifier');
  const since = '2026-05-10T00:01:00.000Z';
  await revoke(sample, 'verifier', since);
  const context = await sample.context([]);
  const check = (attested: string | undefined, signed = 'x', acceptRevoked = false) =>
    context.check(bytes, expected, { attested, signed: () => signed, acceptRevoked });
  const before = '2026-05-10T00:00:59.999Z';
  const revoked = damage(
    'SIGNER_REVOKED',
    `${NAME} was signed by the verifier key ${fingerprint}, which is revoked since ${since}.`,
  );
  assert.equal(check(before).name, NAME);
  assert.equal(check(undefined, before).name, NAME);
  assert.throws(() => check(since), revoked);
  assert.throws(() => check(since, before), revoked);
  assert.throws(() => check(undefined, since), revoked);
  const document = check(since, since, true);
  assert.deepEqual(context.revocationOf(document, since), { signerRevoked: since });
  assert.deepEqual(context.revocationOf(document, before), {});
  assert.equal(context.describeSigner(fingerprint), `verifier ${fingerprint}`);
  assert.equal(context.describeSigner('f0'), 'unknown f0');
});

test('a document of a keyring that is not here, of nobody in the keyring, or of a role that may not is refused', async () => {
  const sample = await createSampleVault();
  const context = await sample.context(['verifier', 'pruner']);
  const at = { attested: undefined, signed: () => '2026' };
  const newer = await context.encode({ ...proof, header: { keyring: 2 } });
  assert.throws(
    () => context.check(newer, expected, at),
    damage('VAULT_DAMAGED', `${NAME} is damaged: it was written under keyring 2, and the newest one here is 1.`),
  );
  assert.throws(
    () => context.check(Buffer.from('x'), expected, at),
    damage('VAULT_DAMAGED', `${NAME} is damaged: it is not a signed document.`),
  );
  const pruned = await context.encode({ ...proof, signer: 'pruner' });
  assert.throws(
    () => context.check(pruned, expected, at),
    damage('SIGNATURE_INVALID', `${NAME} is not to be trusted: a pruner may not sign it.`),
  );
  const { id, store, keyring, keys, clock, rootPublicKey } = context;
  const random = systemRandom;
  const signers = keyring.signers.filter(({ role }) => role !== 'verifier');
  const common = { id, store, keys, signing: {}, rootPublicKey, clock, random, sorterFactory: memorySorter };
  const shrunk = new VaultContext({ ...common, keyring: { ...keyring, signers } });
  const bytes = await context.encode(proof);
  assert.throws(
    () => shrunk.check(bytes, expected, at),
    damage(
      'SIGNATURE_INVALID',
      `${NAME} is not to be trusted: its signer ${await fingerprintOf(sample, 'verifier')} is not in the keyring.`,
    ),
  );
  const without = new VaultContext({ ...common, keyring: { ...keyring, generation: 2 } });
  await assert.rejects(without.createKey('meta', 'document', NAME), {
    message: 'keyring/1 is damaged: its generation is not in it.',
  });
});

test('a body comes back to whoever opens its class; a document without one has none', async () => {
  const sample = await createSampleVault();
  const context = await sample.context(['verifier']);
  const at = { attested: undefined, signed: () => '2026' };
  const sealed = await context.encode({ ...proof, sealed: { secretClass: 'meta', content: { a: 1 } } });
  const document = context.check(sealed, expected, at);
  assert.deepEqual(document.header.seal, { class: 'meta', generation: 1 });
  assert.deepEqual([document.header.previous, document.header.keyring, document.header['at']], [null, 1, '2026-05-10']);
  assert.deepEqual(await context.openBody(document), { a: 1 });
  const bare = context.check(await context.encode(proof), expected, at);
  await assert.rejects(context.openBody(bare), damage('VAULT_DAMAGED', `${NAME} is damaged: it has no sealed body.`));
});

test('a blob is read of the store once, and of the cache from then on', async () => {
  const sample = await createSampleVault();
  const { keyring, keys, clock, rootPublicKey, id } = await sample.context(['writer']);
  const cache = createMemoryBlobStore({ clock });
  const reads: string[] = [];
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => void reads.push(`${operation} ${name}`),
  });
  const common = { id, keyring, keys, signing: {}, rootPublicKey, clock, random: systemRandom };
  const cached = new VaultContext({ ...common, store, cache, sorterFactory: memorySorter });
  const bytes = Buffer.from(await sample.store.get('keyring/1'));
  assert.deepEqual(Buffer.from(await cached.getCached('keyring/1')), bytes);
  assert.deepEqual(Buffer.from(await cached.getCached('keyring/1')), bytes);
  assert.deepEqual(reads, ['get keyring/1']);
  const plain = new VaultContext({ ...common, store, sorterFactory: memorySorter });
  assert.deepEqual(Buffer.from(await plain.getCached('keyring/1')), bytes);
  assert.deepEqual(reads, ['get keyring/1', 'get keyring/1']);
});
