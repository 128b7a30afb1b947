import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { AuditStream, AuditTrail, OpenAuditStream, StoredAuditRecord } from '../../app/ports/audit.ts';
import type { AuditHead } from '../../core/audit/audit-record.ts';
import type { SignedBatch } from '../../core/audit/audit-objects.ts';
import { HoldfastError, RemoteError } from '../../core/errors.ts';
import { createFaultyBlobStore, type FaultScript } from '../blob/faulty-blob-store.ts';
import { createSampleVault, type SampleVault } from '../sample-vault.fixture.ts';
import { VaultAudit } from './vault-audit.ts';

const HOUR_MS = 3_600_000;
const opened = { principal: { type: 'user', name: 'ann' }, host: 'desk', process: 7, tool: 'holdfast 0' } as const;
const began = { event: 'began', action: 'backup', effect: 'changes', given: {} } as const;
const declared = { event: 'declared', facts: {} } as const;
const ended = { event: 'ended', result: 'done', exit: 0, facts: {} } as const;

interface Scene {
  readonly sample: SampleVault;
  /** Over the store as it fails. */
  readonly audit: AuditTrail;
  /** Over the store as it is. */
  readonly plain: AuditTrail;
  open(request?: Partial<OpenAuditStream>): AuditStream;
}

/** A trail with a spool, over a store that goes wrong as a script says. */
async function createScene(t: TestContext, script: FaultScript = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-audit-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const sample = await createSampleVault();
  const store = createFaultyBlobStore(sample.store, script);
  const audit = new VaultAudit(await sample.context(['writer', 'verifier'], { store }), folder);
  const plain = new VaultAudit(await sample.context(['writer']), undefined);
  return {
    sample,
    audit,
    plain,
    open: (request = {}) => audit.open({ opened, signers: ['writer'], spools: false, ...request }),
  };
}

const recordsOf = (audit: AuditTrail): Promise<readonly StoredAuditRecord[]> => Array.fromAsync(audit.records({}));

async function batchesOf(audit: AuditTrail): Promise<readonly SignedBatch[]> {
  const { objects } = await audit.facts([]);
  return objects.filter((object) => object.state === 'genuine');
}

function batchAt({ head }: AuditStream): AuditHead {
  assert.ok(head);
  return head;
}

/** Lets puts fail while it is on. */
function failingPuts(cause: unknown = new Error('no way to the store')) {
  const script = {
    isOn: true,
    before: async ({ operation }: { readonly operation: string }): Promise<void> => {
      if (script.isOn && operation === 'put') return Promise.reject(cause);
    },
  };
  return script;
}

const notWritten = (why: string) => (error: unknown) => {
  assert.ok(error instanceof RemoteError);
  assert.deepEqual(
    [error.code, error.message, error.operation],
    ['AUDIT_NOT_WRITTEN', `The audit trail could not be written, so nothing was done: ${why}`, 'write the audit trail'],
  );
  assert.equal(
    error.next,
    'Mend the access to the vault. In an emergency --break-glass REASON keeps the signed records on this machine until `holdfast audit upload`.',
  );
  return true;
};

test('records stand in batches that follow one another, numbered by action, and the last says that it is', async (t) => {
  const { sample, open, plain } = await createScene(t);
  const stream = open();
  assert.deepEqual([stream.head, stream.spooledBecause], [undefined, undefined]);
  assert.deepEqual(
    await Array.fromAsync(sample.store.list('audit/')),
    [],
    'nothing is written before the first record',
  );
  await stream.append(began);
  const first = batchAt(stream);
  assert.match(first.name, /^audit\/20260510T000000000Z-[0-9a-f]{16}\/000000$/);
  await sample.clock.advance(1000);
  await stream.append(declared);
  await stream.append({ ...began, action: 'verify' });
  await stream.close(ended);
  const records = await recordsOf(plain);
  assert.deepEqual(
    records.map(({ record }) => ('act' in record ? [record.event, record.act] : [record.event])),
    [['opened'], ['began', 1], ['declared', 1], ['began', 2], ['ended', 2]],
  );
  const [start] = records;
  assert.deepEqual(start?.record, { previous: null, at: '2026-05-10T00:00:00.000Z', event: 'opened', ...opened });
  assert.deepEqual(
    records.slice(1).map(({ record }) => record.previous),
    records.slice(0, -1).map(({ hash }) => hash),
  );
  const batches = await batchesOf(plain);
  assert.deepEqual(
    batches.map(({ number, count, last, spooled, heads, previous }) => [number, count, last, spooled, heads, previous]),
    [
      [0, 2, false, false, [], null],
      [1, 1, false, false, [], { name: first.name, hash: first.hash }],
      [2, 1, false, false, [], { name: batches[1]?.name, hash: batches[1]?.hash }],
      [3, 1, true, false, [], { name: batches[2]?.name, hash: batches[2]?.hash }],
    ],
  );
  assert.deepEqual(batchAt(stream), { name: batches[3]?.name, hash: batches[3]?.hash });
});

test('records that come while a batch is on its way make one batch, and are dated by when they came', async (t) => {
  const { sample, open, plain } = await createScene(t, {
    before: async ({ operation, number }) => {
      if (operation === 'put' && number === 1) await sample.clock.advance(5000);
    },
  });
  const stream = open();
  const all = [stream.append(began), stream.append(declared), stream.close(ended)];
  await Promise.all(all);
  assert.deepEqual(
    (await batchesOf(plain)).map(({ count, at, last }) => [count, at, last]),
    [
      [2, '2026-05-10T00:00:00.000Z', false],
      [2, '2026-05-10T00:00:05.000Z', true],
    ],
  );
  assert.deepEqual(
    (await recordsOf(plain)).map(({ record }) => record.at),
    Array.from({ length: 4 }, () => '2026-05-10T00:00:00.000Z'),
  );
});

test('a stream that is older than 23 hours is continued by another, and one that is as old is not', async (t) => {
  const { sample, open, plain } = await createScene(t);
  const stream = open();
  await stream.append(began);
  const first = batchAt(stream);
  await sample.clock.advance(23 * HOUR_MS);
  await stream.append(declared);
  const second = batchAt(stream);
  assert.equal(second.name, first.name.replace(/0$/, '1'));
  await sample.clock.advance(1);
  await stream.append(declared);
  const third = batchAt(stream);
  assert.match(third.name, /^audit\/20260510T230000001Z-[0-9a-f]{16}\/000000$/);
  const batch = (await batchesOf(plain)).find(({ name }) => name === third.name);
  assert.deepEqual([batch?.continues, batch?.previous, batch?.count], [second, null, 2]);
  const last = (await recordsOf(plain)).slice(-2).map(({ record }) => ('act' in record ? record.act : record.event));
  assert.deepEqual(last, ['opened', 1]);

  // What has written nothing has nothing to continue.
  const idle = open();
  await sample.clock.advance(24 * HOUR_MS);
  await idle.append(began);
  assert.match(batchAt(idle).name, /^audit\/20260510T230000001Z-/);
});

test('a number that somebody else took ends the stream, and the next one continues it', async (t) => {
  const { sample, open, plain } = await createScene(t);
  const stream = open();
  await stream.append(began);
  const first = batchAt(stream);
  const squatted = first.name.replace(/0$/, '1');
  await sample.store.put(squatted, Buffer.from('mine'));
  await stream.append(declared);
  const next = batchAt(stream);
  assert.match(next.name, /\/000000$/);
  assert.notEqual(next.name, first.name);
  const batch = (await batchesOf(plain)).find(({ name }) => name === next.name);
  assert.deepEqual(batch?.continues, first);
  assert.deepEqual(Buffer.from(await sample.store.get(squatted)).toString(), 'mine');
});

test('what was written although its answer was lost is gone on from', async (t) => {
  const lost = { isOn: false };
  const { open, plain } = await createScene(t, {
    after: ({ operation }) => {
      if (lost.isOn && operation === 'put') throw new Error('lost');
    },
  });
  const stream = open();
  await stream.append(began);
  lost.isOn = true;
  await assert.rejects(stream.append(declared), notWritten('lost'));
  lost.isOn = false;
  assert.match(batchAt(stream).name, /\/000000$/);
  // The same record again, at the same time, would be the same batch but for its seal.
  await stream.append({ ...began, action: 'verify' });
  const batches = await batchesOf(plain);
  assert.deepEqual(
    batches.map(({ number, previous }) => [number, previous?.name]),
    [
      [0, undefined],
      [1, batches[0]?.name],
      [2, batches[1]?.name],
    ],
  );
  assert.deepEqual(
    (await plain.facts([])).objects.flatMap((object) => ('malformed' in object ? [object] : [])),
    [],
  );
  assert.equal(batchAt(stream).name, batches[2]?.name);
});

test('a batch that was lost, and in whose place somebody else was first, is not gone on from', async (t) => {
  const script = failingPuts();
  script.isOn = false;
  const { sample, open, plain } = await createScene(t, script);
  const stream = open();
  await stream.append(began);
  const first = batchAt(stream);
  script.isOn = true;
  await assert.rejects(stream.append(declared), notWritten('no way to the store'));
  script.isOn = false;
  await sample.store.put(first.name.replace(/0$/, '1'), Buffer.from('mine'));
  await stream.append(declared);
  const next = batchAt(stream).name;
  assert.deepEqual((await batchesOf(plain)).find(({ name }) => name === next)?.continues, first);
});

test('without break-glass a record that cannot be written fails, and how an action ended waits', async (t) => {
  const script = failingPuts();
  const { open, audit, plain } = await createScene(t, script);
  const stream = open();
  await assert.rejects(stream.append(began), notWritten('no way to the store'));
  assert.deepEqual([stream.spooledBecause], [undefined]);
  // One batch for both: that of the first of them may not wait.
  script.isOn = false;
  const held = stream.append(began);
  const both = [stream.append(declared), stream.close(ended)];
  await held;
  script.isOn = true;
  for (const result of await Promise.allSettled(both)) assert.equal(result.status, 'rejected');
  assert.deepEqual((await audit.spool()).waiting, []);

  await stream.close(ended);
  assert.equal(stream.spooledBecause?.message, 'no way to the store');
  const { waiting } = await audit.spool();
  assert.deepEqual(waiting, [batchAt(stream).name]);
  script.isOn = false;
  assert.deepEqual(await audit.upload(), { uploaded: waiting, refused: [] });
  const batches = await batchesOf(plain);
  assert.deepEqual(
    batches.map(({ number, spooled }) => [number, spooled]),
    [
      [0, false],
      [1, false],
    ],
  );
});

test('with break-glass all that the store does not take waits, and what comes behind it too', async (t) => {
  const script = failingPuts();
  const { open, audit, plain } = await createScene(t, script);
  const stream = open({ spools: true });
  await stream.append(began);
  script.isOn = false;
  await stream.append(declared);
  assert.equal(stream.spooledBecause?.message, 'no way to the store');
  assert.deepEqual(await batchesOf(plain), []);
  assert.deepEqual((await audit.spool()).waiting, [batchAt(stream).name.replace(/1$/, '0'), batchAt(stream).name]);
  await audit.upload();
  assert.deepEqual(
    (await batchesOf(plain)).map(({ number, spooled }) => [number, spooled]),
    [
      [0, false],
      [1, true],
    ],
  );
});

test('a stream that goes on in the spool names no heads: the vault is not asked again', async (t) => {
  const script = failingPuts();
  const { sample, open, audit, plain } = await createScene(t, script);
  await plain.open({ opened, signers: ['writer'], spools: false }).close(ended);
  const stream = open({ spools: true });
  await stream.append(began);
  script.isOn = false;
  await sample.clock.advance(24 * HOUR_MS);
  await stream.append(declared);
  await audit.upload();
  const batch = (await batchesOf(plain)).find(({ name }) => name === batchAt(stream).name);
  assert.deepEqual([batch?.number, batch?.heads, batch?.spooled], [0, [], true]);
});

test('with break-glass a vault that cannot be read names no heads, and without it nothing is done', async (t) => {
  const script: FaultScript = {
    before: ({ operation, name }) => {
      if (operation === 'list' && name.startsWith('audit/')) throw new Error('blind');
    },
  };
  const { open, audit, plain } = await createScene(t, script);
  await plain.open({ opened, signers: ['writer'], spools: false }).close(ended);
  await assert.rejects(open().append(began), notWritten('blind'));
  // Even how it ended cannot wait where the heads are not known.
  await assert.rejects(open().append(ended), notWritten('blind'));
  const stream = open({ spools: true });
  await stream.append(began);
  assert.equal(stream.spooledBecause?.message, 'blind');
  await audit.upload();
  const batch = (await batchesOf(plain)).find(({ name }) => name === batchAt(stream).name);
  assert.deepEqual([batch?.heads, batch?.spooled], [[], true]);
});

test('a stream names the heads of the streams before it', async (t) => {
  const { open, plain } = await createScene(t);
  const before = open();
  await before.close(ended);
  const stream = open();
  await stream.append(began);
  const batch = (await batchesOf(plain)).find(({ name }) => name === batchAt(stream).name);
  assert.deepEqual(batch?.heads, [batchAt(before)]);
});

test('a store that says nothing is an error all the same', async (t) => {
  const silent = failingPuts('no error');
  const { open } = await createScene(t, silent);
  await assert.rejects(open({ spools: true }).append(began), notWritten('the store did not say why'));
  const broken = await createScene(t, {
    before: async ({ operation, name }) => {
      if (operation === 'list' && name.startsWith('audit/')) return Promise.reject('no error');
    },
  });
  await assert.rejects(broken.open({ spools: true }).append(began), notWritten('the store did not say why'));
});

test('the first of the signers whose key is at hand signs; without any there is no stream', async (t) => {
  const { open, plain } = await createScene(t);
  await open({ signers: ['root', 'restorer', 'verifier', 'writer'] }).close(ended);
  assert.deepEqual(
    (await batchesOf(plain)).map(({ signer }) => signer.role),
    ['verifier'],
  );
  assert.throws(
    () => open({ signers: ['restorer', 'root'] }),
    (error) =>
      error instanceof HoldfastError &&
      error.code === 'KEY_MISSING' &&
      error.message === 'Recording this in the audit trail needs restorer.key or root.key, which is not at hand.',
  );
});
