import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { HoldfastError } from '../../src/core/errors.ts';
import { kindNames } from '../../src/core/kinds/index.ts';
import { isKeyRole } from '../../src/core/key-role.ts';
import { parseKeyFile } from '../../src/vault/key-file.ts';
import { unwrapKeys } from '../../src/vault/key-wrap.ts';
import { openContext } from '../../src/vault/open-vault.ts';
import { openDirectory, parsePackHeader } from '../../src/vault/pack.ts';
import { deriveKey } from '../../src/vault/sealing.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import type { Workplace } from '../harness/run-holdfast.ts';
import { folderStore, openWith, ORGANIZATION, readKeys, sorters } from '../kill/captured-vault.ts';
import type { Keys } from '../kill/captured-vault.ts';
import { readIndependently } from '../kill/independent-reader.ts';
import { onlyKeys } from './key-ring.ts';
import { openEverything } from './open-everything.ts';

interface Backup {
  readonly point: string;
  readonly vault: string;
}

async function backUp(workplace: Workplace, environment: Record<string, string>): Promise<Backup> {
  const { exit, document } = await workplace.json('backup', ['backup'], { environment });
  assert.deepEqual([exit, document.grade], [0, 'complete']);
  return { point: document.point, vault: join(workplace.folder, 'vault') };
}

/** How often reading each entry of a point gave something, or was refused with KEY_MISSING. */
async function readEveryEntry({ vault, point }: Backup, keys: Keys): Promise<Record<string, number>> {
  const counts = { content: 0, facts: 0, secrets: 0, contentRefused: 0, factsRefused: 0, secretsRefused: 0 };
  const reader = await (await openWith(folderStore(vault), keys)).openPoint(ORGANIZATION, point);
  const tryRead = async (what: 'content' | 'facts' | 'secrets', read: () => Promise<boolean>): Promise<void> => {
    try {
      if (await read()) counts[what] += 1;
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'KEY_MISSING') throw error;
      counts[`${what}Refused`] += 1;
    }
  };
  for (const kind of kindNames) {
    for await (const entry of reader.entries(kind)) {
      await tryRead('content', async () => (await reader.readContent(entry)).type !== undefined);
      if (kind.endsWith('revision')) await tryRead('facts', async () => (await reader.readFacts(entry)) !== undefined);
      if (entry.secretHash !== undefined) {
        await tryRead('secrets', async () => (await reader.readSecrets(entry)).size > 0);
      }
    }
  }
  return counts;
}

test('with writer.key alone a backup works, and nothing that it wrote can be opened', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const environment = await onlyKeys(workplace, 'writer');
  const backup = await backUp(workplace, environment);
  const keys = await readKeys(join(workplace.folder, environment.HOLDFAST_KEYS), 'writer');

  const { opened, refused } = await openEverything(backup.vault, keys);
  assert.ok((opened.get('meta')?.length ?? 0) > 10);
  assert.deepEqual([opened.has('config'), opened.has('secret'), refused.has('meta')], [false, false, false]);
  assert.ok((refused.get('config')?.length ?? 0) > 0 && (refused.get('secret')?.length ?? 0) > 0);

  const read = await readEveryEntry(backup, keys);
  assert.deepEqual([read['content'], read['facts'], read['secrets']], [0, 0, 0]);
  assert.ok(
    (read['contentRefused'] ?? 0) > 100 && (read['factsRefused'] ?? 0) > 10 && (read['secretsRefused'] ?? 0) > 10,
  );

  const keysFolder = join(workplace.folder, environment.HOLDFAST_KEYS);
  assert.equal((await readIndependently(backup.vault, keysFolder)).exit, 0);
  const { exit, stdout, stderr } = await readIndependently(backup.vault, keysFolder, backup.point);
  assert.deepEqual([exit, stdout], [13, '']);
  assert.match(stderr, /no key at hand opens the class (config|secret)/);
});

test('no private key that writer.key leads to opens a pack of another class, nor the wrap of another key', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { vault } = await backUp(workplace, await onlyKeys(workplace, 'writer'));
  const store = folderStore(vault);
  const keys = await readKeys(join(workplace.folder, 'keys'), 'writer');
  const ports = { store, keys, clock: systemClock, random: systemRandom, sorterFactory: sorters };
  const context = await openContext(ports);
  const key = parseKeyFile(keys.writer ?? '', 'writer.key');
  const known = [...(context.keys?.classes.values() ?? [])].flatMap((classes) => [...classes.values()]);
  assert.equal(known.length, 1);
  const privateKeys = [...known, key.signingSeed, context.keys?.tagKeys?.equality, context.keys?.tagKeys?.id];
  let attempts = 0;
  for await (const { name } of store.list('orgs/')) {
    if (!name.includes('/packs/')) continue;
    const bytes = await store.get(name);
    const header = parsePackHeader(name, bytes);
    const { secretClass, generation, enc } = header;
    const place = name.slice(0, name.lastIndexOf('/'));
    for (const privateKey of privateKeys) {
      assert.ok(privateKey !== undefined);
      const derived = await deriveKey(privateKey, enc, {
        purpose: 'pack',
        vault: context.id,
        secretClass,
        generation,
        place,
      });
      assert.throws(() => openDirectory(name, { header, key: derived }, bytes), { code: 'VAULT_DAMAGED' });
      attempts += 1;
    }
  }
  assert.ok(attempts >= 8, String(attempts));
  for (const { role, recipient, wrap } of context.keyring.recipients) {
    assert.ok(isKeyRole(role));
    if (role === 'writer') continue;
    const opener = { key: { ...key, role }, recipient, source: 'writer.key', keyVault: undefined };
    await assert.rejects(unwrapKeys(wrap, opener), { code: 'KEY_INVALID' });
  }
});

test('drift with writer.key alone says which resources differ and nothing of what is in them', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const environment = await onlyKeys(workplace, 'writer');
  await backUp(workplace, environment);
  workplace.simulator.wreck();
  const blind = await workplace.json('drift', ['drift'], { environment });
  const seeing = await workplace.json('drift', ['drift'], { environment: await onlyKeys(workplace, 'reader') });
  assert.deepEqual([blind.exit, seeing.exit], [2, 2]);
  const named = (document: typeof blind.document): readonly string[] =>
    document.differences.map(({ id, change }) => `${change} ${id}`);
  assert.deepEqual(named(blind.document), named(seeing.document));
  const values = (document: typeof blind.document): number =>
    document.differences
      .flatMap(({ fields }) => fields)
      .filter(({ before, after }) => before !== undefined || after !== undefined).length;
  assert.equal(values(blind.document), 0);
  assert.ok(values(seeing.document) > 5);
});

test('with reader.key contents and differences show, and no secret can be opened', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const backup = await backUp(workplace, await onlyKeys(workplace, 'writer'));
  const environment = await onlyKeys(workplace, 'reader');
  const keysFolder = join(workplace.folder, environment.HOLDFAST_KEYS);
  const keys = await readKeys(keysFolder, 'reader');

  const { opened, refused } = await openEverything(backup.vault, keys);
  assert.ok((opened.get('config')?.length ?? 0) > 0 && (refused.get('secret')?.length ?? 0) > 0);
  assert.deepEqual([opened.has('secret'), refused.has('meta'), refused.has('config')], [false, false, false]);
  const read = await readEveryEntry(backup, keys);
  assert.deepEqual([read['contentRefused'], read['factsRefused'], read['secrets']], [0, 0, 0]);
  assert.ok((read['content'] ?? 0) > 100 && (read['secretsRefused'] ?? 0) > 10);

  const { exit, stdout } = await readIndependently(backup.vault, keysFolder, backup.point);
  assert.equal(exit, 0);
  const hidden = (JSON.parse(stdout) as readonly { readonly hidden?: readonly string[] }[]).flatMap(
    (one) => one.hidden ?? [],
  );
  assert.ok(hidden.length >= (read['secretsRefused'] ?? 0), 'each of them shows what it hides');

  const refusal = await workplace.run(['backup'], { environment });
  assert.equal(refusal.exit, 12);
  assert.match(refusal.stderr, /writer\.key/);
});

test('with verifier.key alone every byte is checked and the record signed; it neither compares nor restores', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await backUp(workplace, await onlyKeys(workplace, 'writer'));
  const environment = await onlyKeys(workplace, 'verifier');
  const { exit, document } = await workplace.json('verify', ['verify', '--all-data', '--record'], { environment });
  assert.deepEqual([exit, document.result, document.records.length], [0, 'good', 1]);
  assert.ok(document.notChecked.length > 0);
  assert.ok(document.notChecked.every(({ reason }) => /bytes are as written/.test(reason)));
  const drift = await workplace.run(['drift'], { environment });
  assert.equal(drift.exit, 12);
  assert.match(drift.stderr, /writer\.key/);
  const byPruner = await workplace.run(['verify', '--record'], { environment: await onlyKeys(workplace, 'pruner') });
  assert.equal(byPruner.exit, 12);
  assert.match(byPruner.stderr, /verifier\.key[\s\S]*HOLDFAST_VERIFIER_KEY/);
});

test('with restorer.key alone a wrecked organization is restored', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await backUp(workplace, await onlyKeys(workplace, 'writer'));
  workplace.simulator.wreck();
  const environment = await onlyKeys(workplace, 'restorer');
  const drift = await workplace.json('drift', ['drift'], { environment });
  assert.equal(drift.exit, 2);
  const restored = await workplace.run(['restore', '--point', 'latest', '--delete-extra', '--yes'], { environment });
  assert.equal(restored.exit, 0, restored.stderr);
  const after = await workplace.run(['diff', 'latest', 'live'], { environment });
  assert.equal(after.exit, 0, after.stdout);
  assert.equal((await workplace.run(['verify', '--all-data'], { environment })).exit, 0);
});

test('a key that is missing, of another vault, damaged, or in the wrong place is 12 and says what to do', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const other = await createBackedWorkplace(t);
  await backUp(workplace, await onlyKeys(workplace, 'writer'));
  workplace.simulator.wreck();
  const keyText = (role: string, of: { folder: string } = workplace): Promise<string> =>
    readFile(join(of.folder, 'keys', `${role}.key`), 'utf8');
  const writer = await keyText('writer');
  const flipped = writer.replace(
    /(AGE-SECRET-KEY-1.{10})(.)/,
    (_, head: string, one: string) => head + (one === 'Q' ? 'P' : 'Q'),
  );
  const cases: readonly {
    readonly argv: readonly string[];
    readonly keys: Record<string, string>;
    readonly code: string;
    readonly says: RegExp;
  }[] = [
    { argv: ['backup'], keys: {}, code: 'KEY_MISSING', says: /writer\.key/ },
    { argv: ['points'], keys: {}, code: 'KEY_MISSING', says: /writer\.key/ },
    {
      argv: ['cat', 'latest', 'apiproducts/payments-standard'],
      keys: { WRITER: writer },
      code: 'KEY_MISSING',
      says: /reader\.key/,
    },
    {
      argv: ['restore', '--point', 'latest', '--yes'],
      keys: { READER: await keyText('reader') },
      code: 'KEY_MISSING',
      says: /restorer\.key/,
    },
    {
      argv: ['backup'],
      keys: { WRITER: await keyText('writer', other) },
      code: 'KEY_OF_ANOTHER_VAULT',
      says: /HOLDFAST_VAULT and HOLDFAST_KEYS/,
    },
    {
      argv: ['points'],
      keys: { READER: await keyText('reader', other) },
      code: 'KEY_OF_ANOTHER_VAULT',
      says: /reader\.key/,
    },
    { argv: ['backup'], keys: { WRITER: flipped }, code: 'KEY_INVALID', says: /checksum/ },
    { argv: ['backup'], keys: { WRITER: writer.slice(0, -40) }, code: 'KEY_INVALID', says: /writer\.key/ },
    // A pipeline without the secret: the variable is there and empty.
    { argv: ['backup'], keys: { WRITER: '' }, code: 'KEY_MISSING', says: /writer\.key/ },
    { argv: ['backup'], keys: { WRITER: 'no key' }, code: 'KEY_INVALID', says: /not a Holdfast key file/ },
    {
      argv: ['backup'],
      keys: { WRITER: await keyText('restorer') },
      code: 'KEY_INVALID',
      says: /it is a restorer key/,
    },
  ];
  for (const { argv, keys, code, says } of cases) {
    const values = Object.entries(keys).map(([role, text]) => [`HOLDFAST_${role}_KEY`, text] as const);
    const environment = { HOLDFAST_KEYS: './no-keys', ...Object.fromEntries(values) };
    const { exit, stdout, stderr } = await workplace.run(argv, { environment });
    const told = `${argv.join(' ')}: ${stderr}`;
    assert.equal(exit, 12, told);
    assert.ok(stderr.includes(code), told);
    assert.match(stderr, says);
    assert.match(stderr, /next /);
    for (const text of Object.values(keys)) {
      for (const [, secret = ''] of text.matchAll(/^(?:identity|signing): (\S+)$/gm)) {
        assert.ok(!`${stdout}${stderr}`.includes(secret.slice(0, 40)), 'no key in an error');
      }
    }
  }
});

test('a damaged key file beside good ones is told even where it is not needed', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await writeFile(join(workplace.folder, 'keys', 'reader.key'), 'holdfast-key: 1\nrole: reader\n');
  const { exit, stderr } = await workplace.run(['points']);
  assert.equal(exit, 12);
  assert.match(stderr, /reader\.key/);
});
