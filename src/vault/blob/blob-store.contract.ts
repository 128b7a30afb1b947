import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HoldfastError } from '../../core/errors.ts';
import type { BlobContainer, BlobStore } from './blob-store.ts';

export interface BlobStoreContract {
  /** How the store under test is called in the report. */
  readonly name: string;
  /** A fresh container that does not exist yet; the caller of the suite removes it afterwards. */
  createContainer(): Promise<BlobContainer>;
}

/** What every store of blobs promises, run against each of them. */
export function describeBlobStore({ name, createContainer }: BlobStoreContract): void {
  const openStore = async (): Promise<BlobStore> => {
    const container = await createContainer();
    await container.create();
    return container.store;
  };

  describe(`the blob store ${name}: writing and reading`, () => {
    it('gives back what was put, whole and in ranges', async () => {
      const store = await openStore();
      assert.equal(await store.put('orgs/acme/packs/p1', text('0123456789')), 'created');
      assert.equal(read(await store.get('orgs/acme/packs/p1')), '0123456789');
      assert.equal(read(await store.find('orgs/acme/packs/p1')), '0123456789');
      const range = await store.getRange('orgs/acme/packs/p1', { offsetBytes: 3, lengthBytes: 4 });
      assert.equal(read(range), '3456');
      const end = await store.getRange('orgs/acme/packs/p1', { offsetBytes: 0, lengthBytes: 10 });
      assert.equal(read(end), '0123456789');
      const nothing = await store.getRange('orgs/acme/packs/p1', { offsetBytes: 4, lengthBytes: 0 });
      assert.equal(nothing.length, 0);
    });

    it('keeps an empty blob and every byte value', async () => {
      const store = await openStore();
      const all = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
      await store.put('empty', new Uint8Array());
      await store.put('bytes', all);
      assert.equal((await store.get('empty')).length, 0);
      assert.ok(Buffer.from(all).equals(await store.get('bytes')));
    });

    it('never replaces: the second put of a name says exists and changes nothing', async () => {
      const store = await openStore();
      assert.equal(await store.put('keyring/1', text('first')), 'created');
      assert.equal(await store.put('keyring/1', text('second')), 'exists');
      assert.equal(await store.put('keyring/1', text('first')), 'exists');
      assert.equal(read(await store.get('keyring/1')), 'first');
    });

    it('lets exactly one of many simultaneous puts of a name win, and keeps the bytes of that one', async () => {
      const store = await openStore();
      const claims = Array.from({ length: 12 }, (_, index) => `claim ${index}`);
      const results = await Promise.all(claims.map((claim) => store.put('orgs/acme/runs/1/plan', text(claim))));
      assert.equal(results.filter((result) => result === 'created').length, 1);
      assert.equal(read(await store.get('orgs/acme/runs/1/plan')), claims[results.indexOf('created')]);
    });

    it('shares no memory with its callers', async () => {
      const store = await openStore();
      const written = text('sealed');
      await store.put('a', written);
      written.fill(0);
      (await store.get('a')).fill(0);
      assert.equal(read(await store.get('a')), 'sealed');
    });
  });

  describe(`the blob store ${name}: deleting`, () => {
    it('takes a blob out of reads and listings, and leaves its neighbours', async () => {
      const store = await openStore();
      for (const name of ['packs/a', 'packs/ab', 'packs/a0']) await store.put(name, text(name));
      await store.getRange('packs/a', { offsetBytes: 1, lengthBytes: 2 });
      assert.deepEqual(await store.delete('packs/a'), { outcome: 'deleted' });
      assert.equal(await store.find('packs/a'), undefined);
      const range = { offsetBytes: 1, lengthBytes: 2 };
      await assert.rejects(store.getRange('packs/a', range), failure('VAULT_DAMAGED', /packs\/a is not/));
      assert.deepEqual(await names(store, ''), ['packs/a0', 'packs/ab']);
      assert.equal(read(await store.get('packs/ab')), 'packs/ab');
    });

    it('says when there was nothing, also under the name of a folder', async () => {
      const store = await openStore();
      await store.put('orgs/acme/x', text('x'));
      assert.deepEqual(await store.delete('nothing'), { outcome: 'absent' });
      assert.deepEqual(await store.delete('orgs/acme'), { outcome: 'absent' });
      assert.deepEqual(await store.delete('orgs/acme/x/y'), { outcome: 'absent' });
      assert.deepEqual(await store.delete('orgs/acme/x'), { outcome: 'deleted' });
      assert.deepEqual(await store.delete('orgs/acme/x'), { outcome: 'absent' });
      assert.deepEqual(await Array.fromAsync(store.listFolders('')), []);
    });

    it('frees the name: what is put next is what is read', async () => {
      const store = await openStore();
      await store.put('a', text('first'));
      await store.delete('a');
      assert.equal(await store.put('a', text('second')), 'created');
      assert.equal(read(await store.get('a')), 'second');
    });

    it('lets one of many simultaneous deletes of a blob have deleted it', async () => {
      const store = await openStore();
      await store.put('a', text('1'));
      const results = await Promise.all(Array.from({ length: 6 }, () => store.delete('a')));
      assert.equal(results.filter(({ outcome }) => outcome === 'deleted').length, 1);
      assert.equal(results.filter(({ outcome }) => outcome === 'absent').length, 5);
    });

    it('reads what protects a blob, and nothing of one that is not there', async () => {
      const store = await openStore();
      await store.put('a', text('1'));
      assert.equal(await store.protection('b'), undefined);
      const found = await store.protection('a');
      assert.deepEqual(found, { immutableUntil: undefined, isLocked: false, hasLegalHold: false, container: 'none' });
    });
  });

  describe(`the blob store ${name}: refusing`, () => {
    it('tells a missing blob from a damaged one and from a missing vault', async () => {
      const store = await openStore();
      await store.put('short', text('123'));
      assert.equal(await store.find('orgs/nobody/points/p'), undefined);
      await assert.rejects(
        store.get('orgs/nobody/points/p'),
        failure('VAULT_DAMAGED', /orgs\/nobody\/points\/p is not/),
      );
      const missing = store.getRange('nobody', { offsetBytes: 0, lengthBytes: 1 });
      await assert.rejects(missing, failure('VAULT_DAMAGED', /nobody is not/));
      for (const range of [
        { offsetBytes: 2, lengthBytes: 2 },
        { offsetBytes: 3, lengthBytes: 1 },
        { offsetBytes: 90, lengthBytes: 1 },
      ]) {
        await assert.rejects(store.getRange('short', range), failure('VAULT_DAMAGED', /short .*is shorter/));
      }
    });

    it('says that there is no vault while the container does not exist, and makes it once', async () => {
      const { store, create } = await createContainer();
      const range = { offsetBytes: 0, lengthBytes: 1 };
      await assert.rejects(store.put('vault.json', text('{}')), failure('VAULT_NOT_FOUND', /no vault/));
      await assert.rejects(store.find('vault.json'), failure('VAULT_NOT_FOUND', /no vault/));
      await assert.rejects(store.get('vault.json'), failure('VAULT_NOT_FOUND', /no vault/));
      await assert.rejects(store.getRange('vault.json', range), failure('VAULT_NOT_FOUND', /no vault/));
      await assert.rejects(names(store, ''), failure('VAULT_NOT_FOUND', /no vault/));
      await assert.rejects(Array.fromAsync(store.listFolders('')), failure('VAULT_NOT_FOUND', /no vault/));
      await assert.rejects(store.delete('vault.json'), failure('VAULT_NOT_FOUND', /no vault/));
      await assert.rejects(store.protection('vault.json'), failure('VAULT_NOT_FOUND', /no vault/));
      assert.equal(await create(), 'created');
      assert.equal(await create(), 'exists');
      assert.deepEqual(await names(store, ''), []);
      assert.equal(await store.put('vault.json', text('{}')), 'created');
    });

    it('refuses names that some store could not keep', async () => {
      const store = await openStore();
      const long = 'x'.repeat(201);
      const bad = ['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/.', '.hidden', 'a.', 'a b', 'a\\b', 'a:b', 'é', long];
      for (const name of bad) {
        await assert.rejects(store.put(name, text('')), failure('INTERNAL', /not a valid blob name/), name);
        await assert.rejects(store.find(name), failure('INTERNAL', /not a valid blob name/), name);
        await assert.rejects(store.get(name), failure('INTERNAL', /not a valid blob name/), name);
        await assert.rejects(store.delete(name), failure('INTERNAL', /not a valid blob name/), name);
        await assert.rejects(store.protection(name), failure('INTERNAL', /not a valid blob name/), name);
      }
      await assert.rejects(names(store, '../'), failure('INTERNAL', /not a valid listing prefix/));
      await assert.rejects(
        Array.fromAsync(store.listFolders('orgs')),
        failure('INTERNAL', /not a valid folder prefix/),
      );
    });

    it('stops with the reason of an aborted signal', async () => {
      const store = await openStore();
      await store.put('a', text('1'));
      const reason = new Error('stopped by the user');
      const options = { signal: AbortSignal.abort(reason) };
      await assert.rejects(store.put('b', text('2'), options), reason);
      await assert.rejects(store.get('a', options), reason);
      await assert.rejects(store.getRange('a', { offsetBytes: 0, lengthBytes: 1 }, options), reason);
      await assert.rejects(Array.fromAsync(store.list('', options)), reason);
      await assert.rejects(store.delete('a', options), reason);
      await assert.rejects(store.protection('a', options), reason);
      assert.deepEqual(await names(store, ''), ['a']);
    });
  });

  describe(`the blob store ${name}: listing`, () => {
    const tricky = [
      'B/x',
      'a',
      'a+b/x',
      'a,b',
      'a-b/x',
      'a.b',
      'a/b',
      'a0',
      'a=b',
      'aB',
      'aa/b/c/d',
      'aa/b0',
      'b%2Fc',
      'z~1',
    ];

    it('names every blob in the order of code units, folders or not', async () => {
      const store = await openStore();
      const inOrder = tricky.filter((name) => name !== 'a').sort();
      for (const name of inOrder.toReversed()) await store.put(name, text(name));
      assert.deepEqual(await names(store, ''), inOrder);
    });

    it('takes any prefix, also in the middle of a segment', async () => {
      const store = await openStore();
      for (const name of ['orgs/a/points/1', 'orgs/a/points/2', 'orgs/ab/points/1', 'orgs', 'vault.json']) {
        if (name !== 'orgs') await store.put(name, text(name));
      }
      assert.deepEqual(await names(store, 'orgs/a'), ['orgs/a/points/1', 'orgs/a/points/2', 'orgs/ab/points/1']);
      assert.deepEqual(await names(store, 'orgs/a/'), ['orgs/a/points/1', 'orgs/a/points/2']);
      assert.deepEqual(await names(store, 'orgs/a/points/2'), ['orgs/a/points/2']);
      assert.deepEqual(await names(store, 'orgs/a/points/2/'), []);
      assert.deepEqual(await names(store, 'nothing/here'), []);
    });

    it('states size and time of creation', async () => {
      const store = await openStore();
      await store.put('a', text('12345'));
      const [info] = await Array.fromAsync(store.list('a'));
      assert.equal(info?.sizeBytes, 5);
      assert.match(info?.createdAt ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    });

    it('lists the next level of folders without what is below', async () => {
      const store = await openStore();
      for (const name of ['vault.json', 'orgs/b/x', 'orgs/a-1/x/y', 'orgs/a/1', 'orgs/a/2', 'orgs/readme']) {
        await store.put(name, text(name));
      }
      const folders = (prefix: string): Promise<string[]> => Array.fromAsync(store.listFolders(prefix));
      assert.deepEqual(await folders(''), ['orgs/']);
      assert.deepEqual(await folders('orgs/'), ['orgs/a-1/', 'orgs/a/', 'orgs/b/']);
      assert.deepEqual(await folders('orgs/a/'), []);
      assert.deepEqual(await folders('nobody/'), []);
    });
  });
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function read(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}

async function names(store: BlobStore, prefix: string): Promise<string[]> {
  return (await Array.fromAsync(store.list(prefix))).map((info) => info.name);
}

function failure(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof HoldfastError && error.code === code && message.test(error.message);
}
