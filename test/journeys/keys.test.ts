import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import { dumpIndependently } from '../kill/independent-reader.ts';
import { onlyKeys } from '../keys/key-ring.ts';
import { openEverything } from '../keys/open-everything.ts';
import { readKeys } from '../kill/captured-vault.ts';

type Backed = Awaited<ReturnType<typeof createBackedWorkplace>>;

async function backedUp(t: TestContext): Promise<Backed & { readonly point: string }> {
  const workplace = await createBackedWorkplace(t);
  return { ...workplace, point: await backUp(workplace) };
}

async function backUp(workplace: Backed, keys?: string): Promise<string> {
  const options = keys === undefined ? {} : { environment: { HOLDFAST_KEYS: keys } };
  const { exit, document, stderr } = await workplace.json('backup', ['backup'], options);
  assert.equal(exit, 0, stderr);
  return document.point;
}

/** The folder of root.key alone, as it comes from where it is kept. */
async function rootOnly(workplace: Backed): Promise<string> {
  return (await onlyKeys(workplace, 'root')).HOLDFAST_KEYS;
}

test('who has keys is listed without any key', async (t) => {
  const { point: _, ...workplace } = await backedUp(t);
  const { exit, document } = await workplace.json('key-list', ['key', 'list', '--keys', './none']);
  assert.equal(exit, 0);
  assert.deepEqual([document.keyring, document.generation], [1, 1]);
  assert.deepEqual(
    document.recipients.map(({ role, kind, signer }) => [role, kind, signer !== undefined]),
    [
      ['writer', 'age', true],
      ['reader', 'age', false],
      ['restorer', 'age', true],
      ['verifier', 'age', true],
      ['pruner', 'age', true],
      ['root', 'age', false],
    ],
  );
  const table = await workplace.run(['key', 'list']);
  assert.match(table.stdout, /Opens as[\s\S]*age1[\s\S]*Signs as/);
});

test('a key that is added opens the past; one that is removed opens the past and nothing that comes', async (t) => {
  const { point: before, ...workplace } = await backedUp(t);
  const keys = await rootOnly(workplace);
  const added = await workplace.json(
    'key-change',
    ['key', 'add', '--role', 'reader', '--out', './anna/reader.key', '--yes'],
    { environment: { HOLDFAST_KEYS: keys } },
  );
  assert.equal(added.exit, 0, added.stderr);
  assert.deepEqual([added.document.keyring, added.document.generation], [2, 1]);
  const [recipient = ''] = added.document.added.map((one) => one.recipient);
  const file = join(workplace.folder, 'anna', 'reader.key');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const secret = /identity: (\S+)/.exec(await readFile(file, 'utf8'))?.[1] ?? '';
  assert.ok(secret.startsWith('AGE-SECRET-KEY-1') && !`${added.stdout}${added.stderr}`.includes(secret));
  const anna = { environment: { HOLDFAST_KEYS: './anna' } };
  const cat = (point: string) => workplace.run(['cat', point, 'apiproducts/payments-standard'], anna);
  assert.equal((await cat(before)).exit, 0);
  const [vault, annas] = [join(workplace.folder, 'vault'), join(workplace.folder, 'anna')];
  assert.ok((await dumpIndependently(vault, annas, before)).includes('payments-standard'));

  const removed = await workplace.json('key-change', ['key', 'remove', recipient, '--keys', keys, '--yes']);
  assert.equal(removed.exit, 0, removed.stderr);
  assert.deepEqual([removed.document.keyring, removed.document.generation], [3, 2]);
  assert.match(removed.document.consequences.join('\n'), /opens nothing that is written from now on/);
  assert.match(
    removed.document.consequences.join('\n'),
    /still opens as reader what was written until now \(generation 1\)/,
  );
  const after = await backUp(workplace);
  assert.equal((await cat(after)).exit, 12);
  await assert.rejects(dumpIndependently(vault, annas, after));
  // With the keyring of its time the old key opens every blob of the past, and none that came later.
  const kept = join(workplace.folder, 'kept');
  await copyVaultUntil(vault, kept, 2);
  const { opened, refused } = await openEverything(kept, await readKeys(annas, 'reader'));
  const manifests = (names: readonly string[] = []) => names.filter((name) => name.includes('/points/'));
  assert.deepEqual(
    manifests(opened.get('meta')).map((name) => name.slice(-before.length)),
    [before],
  );
  assert.deepEqual(
    manifests(refused.get('meta')).map((name) => name.slice(-after.length)),
    [after],
  );
  // Whoever stayed opens both.
  for (const point of [before, after]) {
    assert.equal((await workplace.run(['verify', point, '--all-data'])).exit, 0);
    await dumpIndependently(vault, join(workplace.folder, 'keys'), point);
  }
});

async function copyVaultUntil(vault: string, target: string, keyring: number): Promise<void> {
  const { cp, readdir, rm } = await import('node:fs/promises');
  await cp(vault, target, { recursive: true });
  for (const name of await readdir(join(target, 'keyring'))) {
    if (Number(name) > keyring) await rm(join(target, 'keyring', name));
  }
}

test('a writer is replaced by another: what the old one signs counts no more, the new one goes on', async (t) => {
  const { point: before, ...workplace } = await backedUp(t);
  const taken = await workplace.run(['key', 'rotate', 'writer', '--yes']);
  assert.equal(taken.exit, 1);
  assert.match(taken.stderr, /There is a file already.*writer\.key/);
  const { document, exit, stderr } = await workplace.json('key-change', [
    'key',
    'rotate',
    'writer',
    '--out',
    './new/writer.key',
    '--yes',
  ]);
  assert.equal(exit, 0, stderr);
  assert.deepEqual([document.keyring, document.generation, document.revoked.length], [2, 2, 1]);
  assert.equal((await workplace.run(['backup'], { environment: await onlyKeys(workplace, 'writer') })).exit, 12);
  const after = await backUp(workplace, './new');
  assert.equal(
    (await workplace.run(['diff', before, after], { environment: await onlyKeys(workplace, 'reader') })).exit,
    0,
  );
  assert.equal((await workplace.run(['points'], { environment: await onlyKeys(workplace, 'reader') })).exit, 0);
  const rotated = await workplace.json('key-change', ['key', 'rotate', '--yes']);
  assert.deepEqual([rotated.document.keyring, rotated.document.generation], [3, 3]);
  assert.equal(
    (await workplace.run(['verify', after, '--all-data'], { environment: await onlyKeys(workplace, 'restorer') })).exit,
    0,
  );
});

test('a vault that was made without verifier and pruner gets them', async (t) => {
  const { point: _, ...workplace } = await backedUp(t);
  for (const role of ['verifier', 'pruner']) {
    assert.equal((await workplace.run(['key', 'remove', role, '--yes'])).exit, 0);
  }
  assert.equal(
    (await workplace.run(['verify', '--record'], { environment: await onlyKeys(workplace, 'verifier') })).exit,
    12,
  );
  const { exit, stdout } = await workplace.run([
    'key',
    'add',
    '--role',
    'verifier',
    '--out',
    './v/verifier.key',
    '--yes',
  ]);
  assert.equal(exit, 0);
  assert.match(stdout, /What it signs as verifier counts from now on/);
  const recorded = await workplace.json('verify', ['verify', '--record'], { environment: { HOLDFAST_KEYS: './v' } });
  assert.deepEqual([recorded.exit, recorded.document.records.length], [0, 1]);
});

test('a key that somebody made for himself is added by its public halves alone', async (t) => {
  const { point, ...workplace } = await backedUp(t);
  const { document } = await workplace.json('key-request', [
    'key',
    'request',
    '--role',
    'restorer',
    '--out',
    './bo/restorer.key',
  ]);
  const bo = { environment: { HOLDFAST_KEYS: './bo' } };
  assert.equal((await workplace.run(['show', point], bo)).exit, 12);
  const argv = document.command.split(' ').slice(1);
  const { exit, stderr } = await workplace.run([...argv, '--yes', '--keys', await rootOnly(workplace)]);
  assert.equal(exit, 0, stderr);
  workplace.simulator.wreck();
  const restored = await workplace.run(['restore', '--point', point, '--yes', '-o', 'json'], bo);
  assert.ok(restored.exit === 0 || restored.exit === 3, restored.stderr);
});

test('with root.key alone everything opens, and a new restorer and writer are made', async (t) => {
  const { point, ...workplace } = await backedUp(t);
  const kit = await workplace.json('key-kit', [
    'key',
    'kit',
    '--keys',
    await rootOnly(workplace),
    '--out',
    './safe/kit.txt',
  ]);
  assert.equal(kit.exit, 0, kit.stderr);
  const file = join(workplace.folder, 'safe', 'kit.txt');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const text = await readFile(file, 'utf8');
  for (const words of [kit.document.vaultId, kit.document.root, 'AGE-SECRET-KEY-1', 'When every other key is lost'])
    assert.ok(text.includes(words), words);
  assert.doesNotMatch(kit.stdout, /AGE-SECRET-KEY/);

  // The drill: the kit and nothing else.
  const nothing = { environment: { HOLDFAST_KEYS: './nothing' } };
  const drill = await workplace.json('key-kit', ['key', 'kit', '--check', './safe/kit.txt'], nothing);
  assert.equal(drill.exit, 0, drill.stderr);
  const [check] = drill.document.checks ?? [];
  assert.deepEqual(
    [check?.organization, check?.point, check?.result, check?.reasons],
    ['acme-prod', point, 'opens', []],
  );
  assert.ok((check?.bytes ?? 0) > 1000);
  const wrong = await workplace.run(['key', 'kit', '--check', './keys/restorer.key'], nothing);
  assert.equal(wrong.exit, 12);

  // All keys are lost but that one.
  await mkdir(join(workplace.folder, 'usb'));
  await copyFile(file, join(workplace.folder, 'usb', 'root.key'));
  const usb = { environment: { HOLDFAST_KEYS: './usb' } };
  for (const role of ['restorer', 'writer']) {
    const { exit, stderr } = await workplace.run(
      ['key', 'add', '--role', role, '--out', `./fresh/${role}.key`, '--yes'],
      usb,
    );
    assert.equal(exit, 0, stderr);
  }
  const fresh = { environment: { HOLDFAST_KEYS: './fresh' } };
  workplace.simulator.wreck();
  const restored = await workplace.run(['restore', '--point', point, '--delete-extra', '--yes'], fresh);
  assert.ok(restored.exit === 0 || restored.exit === 3, restored.stderr);
  assert.equal((await workplace.run(['drift', '--point', point], fresh)).exit, 0);
  assert.equal((await workplace.run(['backup'], fresh)).exit, 0);
});

test('two changes of the keys at once: both additions are there, and no number was written twice', async (t) => {
  const { point: _, ...workplace } = await backedUp(t);
  const add = (name: string) =>
    workplace.run(['key', 'add', '--role', 'reader', '--out', `./${name}/reader.key`, '--yes']);
  const outcomes = await Promise.all(['a', 'b', 'c'].map(add));
  assert.deepEqual(
    outcomes.map(({ exit }) => exit),
    [0, 0, 0],
    outcomes.map(({ stderr }) => stderr).join('\n'),
  );
  const { document } = await workplace.json('key-list', ['key', 'list']);
  assert.deepEqual([document.keyring, document.recipients.filter(({ role }) => role === 'reader').length], [4, 4]);
  for (const name of ['a', 'b', 'c'])
    assert.equal((await workplace.run(['show', 'latest'], { environment: { HOLDFAST_KEYS: `./${name}` } })).exit, 0);
  const both = await Promise.all(['verifier', 'pruner'].map((role) => workplace.run(['key', 'remove', role, '--yes'])));
  const { document: after } = await workplace.json('key-list', ['key', 'list']);
  const done = both.filter(({ exit }) => exit === 0).length;
  assert.ok(done >= 1);
  assert.equal(after.keyring, 4 + done);
  for (const { exit, stderr } of both) {
    if (exit !== 0) assert.match(`${exit} ${stderr}`, /^5 [\s\S]*KEYRING_STALE/);
  }
});

test('a change of the keys shows what it means and asks for the beginning of the vault id', async (t) => {
  const { point: _, ...workplace } = await backedUp(t);
  const { document } = await workplace.json('key-list', ['key', 'list']);
  const word = document.vaultId.slice(0, 8);
  const mute = await workplace.run(['key', 'remove', 'reader']);
  assert.equal(mute.exit, 64);
  assert.match(mute.stderr, /CONFIRMATION_NEEDED/);
  const no = await workplace.run(['key', 'remove', 'reader'], { typed: 'yes\r' });
  assert.equal(no.exit, 1);
  assert.match(no.stderr, /still opens as reader/);
  assert.match(no.stderr, /CONFIRMATION_REFUSED/);
  const refusedAdd = await workplace.run(['key', 'add', '--role', 'reader', '--out', './x/reader.key'], {
    typed: 'no\r',
  });
  assert.equal(refusedAdd.exit, 1);
  await assert.rejects(stat(join(workplace.folder, 'x', 'reader.key')), { code: 'ENOENT' });
  assert.equal((await workplace.json('key-list', ['key', 'list'])).document.keyring, 1);
  const yes = await workplace.run(['key', 'remove', 'reader'], { typed: `${word}\r` });
  assert.equal(yes.exit, 0, yes.stderr);
  assert.equal((await workplace.json('key-list', ['key', 'list'])).document.keyring, 2);
});

test('every change of the keys stands in the audit trail, signed by the root key, before and after', async (t) => {
  const { point: _, ...workplace } = await backedUp(t);
  const add = ['key', 'add', '--role', 'reader', '--out', './a/reader.key', '--yes', '--reason', 'Anna joins'];
  assert.equal((await workplace.run(add, { environment: { HOLDFAST_KEYS: await rootOnly(workplace) } })).exit, 0);
  assert.equal((await workplace.run(['key', 'remove', 'reader'], { typed: 'no\r' })).exit, 64);
  assert.equal((await workplace.run(['key', 'revoke', 'writer'], { typed: 'no\r' })).exit, 1);
  await workplace.run(['key', 'list']);
  assert.equal((await workplace.run(['key', 'kit'])).exit, 0);
  const kits = async (): Promise<number> => {
    const { document } = await workplace.json('audit-list', ['audit', 'list', '--action', 'key kit']);
    return document.actions.length;
  };
  assert.equal(await kits(), 0, 'instructions copy nothing');
  assert.equal((await workplace.run(['key', 'kit', '--out', './safe/kit.txt'])).exit, 0);
  assert.equal(await kits(), 1);
  const trail = join(workplace.folder, 'vault', 'audit');
  await rename(trail, `${trail}.aside`);
  await writeFile(trail, 'no folder');
  const refused = await workplace.run(['key', 'kit', '--out', './safe/other.txt']);
  assert.match(refused.stderr, /AUDIT_NOT_WRITTEN/);
  assert.ok(!existsSync(join(workplace.folder, 'safe', 'other.txt')), 'what the trail does not take does not happen');
  await rm(trail);
  await rename(`${trail}.aside`, trail);
  const { exit, stdout } = await workplace.run(['audit', 'export', '--format', 'jsonl']);
  assert.equal(exit, 0);
  const told = stdout.split('\n').filter((line) => line.includes('"key '));
  assert.ok(told.some((line) => line.includes('"key add"') && line.includes('Anna joins')));
  assert.ok(told.some((line) => line.includes('"key revoke"')));
  assert.ok(!told.some((line) => line.includes('"key list"')));
  assert.match(stdout, /"declared"[^\n]*reader age1/);
  assert.doesNotMatch(stdout, /AGE-SECRET-KEY/);
  assert.equal((await workplace.run(['audit', 'verify'])).exit, 0);
});

test('what cannot be done with keys is refused with a reason, and changes nothing', async (t) => {
  const { point: _, ...workplace } = await backedUp(t);
  await mkdir(join(workplace.folder, 'odd'));
  await writeFile(
    join(workplace.folder, 'odd', 'root.key'),
    await readFile(join(workplace.folder, 'keys', 'restorer.key')),
  );
  const age = (await workplace.json('key-list', ['key', 'list'])).document.recipients[1]?.recipient ?? '';
  const cases: readonly (readonly [argv: readonly string[], exit: number, says: RegExp])[] = [
    [['key'], 64, /ACTION/],
    [['key', 'destroy'], 64, /destroy/],
    [['key', 'list', 'reader'], 64, /takes no name/],
    [['key', 'list', '--role', 'reader'], 64, /--role means nothing/],
    [['key', 'add', '--yes'], 64, /--role/],
    [['key', 'add', '--role', 'king', '--yes'], 64, /There is no role "king".*Roles: writer/s],
    [['key', 'add', '--role', 'root', '--yes'], 64, /one root key/],
    [['key', 'add', '--role', 'reader', '--yes'], 1, /There is a file already/],
    [['key', 'add', '--role', 'reader', '--recipient', age, '--yes'], 1, /is a recipient already, as reader/],
    [['key', 'add', '--role', 'reader', '--recipient', `${age.slice(0, -1)}q`, '--yes'], 12, /not copied whole/],
    [['key', 'add', '--role', 'reader', '--recipient', 'age1short', '--yes'], 12, /no age recipient/],
    [['key', 'add', '--role', 'writer', '--recipient', age, '--yes'], 64, /--signing-key/],
    [['key', 'add', '--role', 'reader', '--recipient', age, '--out', './f', '--yes'], 64, /--out means nothing/],
    [['key', 'rotate', '--out', './f', '--yes'], 64, /--out means nothing/],
    [
      ['key', 'add', '--role', 'reader', '--recipient', 'http://x.vault.azure.net/keys/k', '--yes'],
      64,
      /no address of a key/,
    ],
    [
      ['key', 'add', '--role', 'reader', '--recipient', 'https://evil.example/keys/k', '--yes'],
      64,
      /no address of a key/,
    ],
    [['key', 'remove', '--yes'], 64, /needs to know which key/],
    [['key', 'remove', 'nobody', '--yes'], 1, /No recipient of this vault is called "nobody"/],
    [['key', 'remove', 'root', '--yes'], 64, /neither\s+removed nor replaced/],
    [['key', 'remove', 'reader', '--yes', '--keys', './none'], 12, /root\.key/],
    [['key', 'remove', 'reader', '--yes', '--keys', './odd'], 12, /it is a restorer key/],
    [['key', 'revoke', 'writer', '--from', 'yesterday', '--yes'], 64, /no time/],
    [['key', 'kit', '--check', './gone'], 12, /There is no file/],
    [['key', 'kit', '--check', './keys/root.key', '--out', './y'], 64, /one of them at a time/],
    [['key', 'request', '--role', 'root'], 64, /one root key/],
  ];
  for (const [argv, exit, says] of cases) {
    const outcome = await workplace.run(argv);
    assert.equal(outcome.exit, exit, `${argv.join(' ')}: ${outcome.stderr}`);
    assert.match(outcome.stderr, says, argv.join(' '));
  }
  assert.equal((await workplace.json('key-list', ['key', 'list'])).document.keyring, 1);
});
