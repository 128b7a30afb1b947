import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Vault } from '../../app/ports/vault.ts';
import { systemRandom } from '../../platform/random.ts';
import { createFaultyBlobStore } from '../blob/faulty-blob-store.ts';
import { capture, createSampleVault, ORGANIZATION, revoke, type SampleVault } from '../sample-vault.fixture.ts';
import { AuditSpool } from './audit-spool.ts';
import { VaultAudit } from './vault-audit.ts';

const opened = { principal: { type: 'user', name: 'ann' }, host: 'desk', process: 7, tool: 'holdfast 0' } as const;
const began = { event: 'began', action: 'backup', effect: 'changes', given: {} } as const;
const ended = { event: 'ended', result: 'done', exit: 0, facts: {} } as const;
const NAMES = [0, 1, 2].map((number) => `audit/20260510T000000000Z-0123456789abcdef/00000${number}`);

async function createFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-spool-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function auditOf(sample: SampleVault, folder: string | undefined): Promise<VaultAudit> {
  return new VaultAudit(await sample.context(['writer']), folder);
}

test('the spool keeps batches as they will lie in the vault, and forgets what was brought', async (t) => {
  const folder = join(await createFolder(t), 'spool');
  const spool = new AuditSpool(folder, systemRandom);
  const [first = '', second = ''] = NAMES;
  assert.deepEqual(await spool.list(), []);
  assert.equal(await spool.put(second, Buffer.from('two')), 'created');
  assert.equal(await spool.put(first, Buffer.from('one')), 'created');
  assert.equal(await spool.put(first, Buffer.from('else')), 'exists');
  assert.deepEqual(await spool.list(), [first, second]);
  assert.equal(Buffer.from(await spool.get(first)).toString(), 'one');
  assert.equal((await stat(join(folder, first))).mode & 0o077, 0, 'for the owner only');
  await writeFile(join(folder, 'notes'), 'x');
  assert.deepEqual(await spool.list(), [first, second], 'batches only');

  await spool.remove(first);
  assert.deepEqual(await spool.list(), [second]);
  await spool.remove(second);
  await spool.remove(second);
  assert.deepEqual(await spool.list(), []);
  assert.deepEqual(await readdir(join(folder, 'audit')), [], 'no empty folder of a stream is left');
});

test('each vault has a spool of its own, and without a folder there is none', async (t) => {
  const folder = await createFolder(t);
  const sample = await createSampleVault();
  const { id } = await sample.context([]);
  assert.deepEqual(await (await auditOf(sample, folder)).spool(), { folder: join(folder, id), waiting: [] });
  const without = await auditOf(sample, undefined);
  const refusal = {
    code: 'CONFIG_INVALID',
    message: 'There is no place for records of the audit trail that the vault does not take.',
    next: 'Name a folder in HOLDFAST_AUDIT_SPOOL.',
  };
  await assert.rejects(without.spool(), refusal);
  await assert.rejects(without.upload(), refusal);
  assert.deepEqual((await without.facts([])).waiting, []);
});

test('what waits is brought in order, and what somebody brought already is; what is something else stays', async (t) => {
  const folder = await createFolder(t);
  const sample = await createSampleVault();
  const audit = await auditOf(sample, folder);
  const spool = new AuditSpool((await audit.spool()).folder, systemRandom);
  const [first = '', second = '', third = ''] = NAMES;
  for (const name of NAMES) await spool.put(name, Buffer.from(name));
  await sample.store.put(first, Buffer.from(first));
  await sample.store.put(second, Buffer.from('something else'));
  assert.deepEqual((await audit.facts([])).waiting, NAMES);
  assert.deepEqual(await audit.upload(), { uploaded: [first, third], refused: [second] });
  assert.deepEqual((await audit.spool()).waiting, [second]);
  assert.equal(Buffer.from(await sample.store.get(third)).toString(), third);
  assert.equal(Buffer.from(await sample.store.get(second)).toString(), 'something else');
});

test('a store that fails while bringing leaves what was not brought waiting', async (t) => {
  const folder = await createFolder(t);
  const sample = await createSampleVault();
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, number }) => {
      if (operation === 'put' && number === 2) throw new Error('down');
    },
  });
  const audit = new VaultAudit(await sample.context(['writer'], { store }), folder);
  const spool = new AuditSpool((await audit.spool()).folder, systemRandom);
  for (const name of NAMES) await spool.put(name, Buffer.from(name));
  await assert.rejects(audit.upload(), { message: 'down' });
  assert.deepEqual((await audit.spool()).waiting, NAMES.slice(1));
  assert.deepEqual(await audit.upload(), { uploaded: NAMES.slice(1), refused: [] });
});

test('keys are told as the newest keyring has them', async () => {
  const sample = await createSampleVault();
  const { keyring } = await sample.context([]);
  const since = keyring.createdAt;
  const signers = keyring.signers.map(({ role, fingerprint }) => ({ role, fingerprint, since }));
  assert.equal(signers.length, 4);
  const generations = [{ generation: 1, since }];
  assert.deepEqual((await auditOf(sample, undefined)).keys(), { keyring: 1, generations, signers });
  const revoked = '2026-05-11T00:00:00.000Z';
  await revoke(sample, 'pruner', revoked);
  assert.deepEqual((await auditOf(sample, undefined)).keys(), {
    keyring: 2,
    generations,
    signers: signers.map((signer) => (signer.role === 'pruner' ? { ...signer, revoked } : signer)),
  });
});

test('a point names the head of the stream that is followed, and the facts have it beside those from outside', async () => {
  const sample = await createSampleVault();
  const vault: Vault = await sample.open('writer');
  await capture(vault, sample.clock, [{ id: 'a', text: 'one' }]);
  const stream = vault.audit.open({ opened, signers: ['writer'], spools: false });
  vault.audit.follow(stream);
  await stream.append(began);
  const { head } = stream;
  assert.ok(head);
  const point = await capture(vault, sample.clock, [{ id: 'a', text: 'two' }]);
  await stream.close(ended);
  const manifests = await Array.fromAsync(sample.store.list(`orgs/${ORGANIZATION}/epochs/000001/points/`));
  const by = manifests.find(({ name }) => name.endsWith(point))?.name;
  const outside = { name: 'audit/x/000001', hash: 'f', by: 'the monitor' };
  const facts = await vault.audit.facts([outside]);
  assert.deepEqual(facts.named, [{ ...head, by }, outside]);
  assert.deepEqual(
    facts.objects.map(({ name }) => dirname(name)),
    [dirname(head.name), dirname(head.name)],
  );
  assert.deepEqual(await vault.audit.proofs(ORGANIZATION), []);
});
