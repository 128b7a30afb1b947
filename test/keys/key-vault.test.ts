import assert from 'node:assert/strict';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { createAzureKeyVault } from '../../src/azure/key-vault.ts';
import { createLoopbackHttpClient } from '../../src/azure/loopback-http-client.ts';
import type { HoldfastError } from '../../src/core/errors.ts';
import { KeyVaultSimulator } from '../../src/sim/azure/key-vault.ts';
import { managedIdentityApp } from '../../src/sim/azure/managed-identity.ts';
import { listen, type Listening } from '../../src/sim/control/listen.ts';
import { useIdentityEnvironment } from '../harness/identity-environment.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const HOST = 'holdfast-kv.vault.azure.net';
const keyOf = (role: string): string => `https://${HOST}/keys/vault-${role}`;
const MACHINE = 'machine';

// The library remembers tokens, and where its managed identity comes from, for as long as the process lives.
const tokens = new Map<string, string>();
let machine: Listening | undefined;

before(async () => {
  machine = await listen(
    managedIdentityApp({
      identityHeader: 'header',
      mint: async ({ resource }) => {
        if (resource !== 'https://vault.azure.net') return undefined;
        const token = `token-${tokens.size}`;
        tokens.set(token, MACHINE);
        return { token, expiresAtMs: Date.now() + 3_600_000 };
      },
    }),
  );
});

after(() => machine?.close());

/** A Key Vault that knows this machine's managed identity; the environment that names both. */
async function startKeyVault(t: TestContext) {
  const simulator = new KeyVaultSimulator({ now: () => Date.now(), authenticate: (token) => tokens.get(token) });
  const server = await listen(simulator.app);
  t.after(() => server.close());
  useIdentityEnvironment(t, { IDENTITY_ENDPOINT: `${machine?.url}/msi/token`, IDENTITY_HEADER: 'header' });
  simulator.grant(MACHINE, 'get', 'unwrapKey');
  return { simulator, environment: { HOLDFAST_KEY_VAULT_ENDPOINT: server.url }, url: server.url };
}

async function startBacked(t: TestContext) {
  const vault = await startKeyVault(t);
  const workplace = await createBackedWorkplace(t);
  const { document } = await workplace.json('key-list', ['key', 'list']);
  const configure = async (...roles: readonly string[]): Promise<void> => {
    const keys = roles.map((role) => `  - {role: ${role}, key: "${keyOf(role)}", vaultId: "${document.vaultId}"}`);
    const text = [
      'identity:',
      '  azure: {kind: managed}',
      ...(keys.length === 0 ? [] : ['keyVaultKeys:', ...keys]),
      '',
    ];
    await writeFile(join(workplace.folder, 'holdfast.yaml'), text.join('\n'));
  };
  await configure();
  await mkdir(join(workplace.folder, 'none'));
  /** Runs as a job that has its identity and no key file. */
  const asJob = { environment: { ...vault.environment, HOLDFAST_KEYS: './none' } };
  const asAdmin = { environment: vault.environment };
  const add = (role: string) =>
    workplace.run(['key', 'add', '--role', role, '--recipient', keyOf(role), '--yes'], asAdmin);
  return { ...vault, workplace, configure, asJob, asAdmin, add, vaultId: document.vaultId };
}

test('a job with a managed identity and no key file reads, and with a role that signs also writes', async (t) => {
  const { simulator, workplace, configure, asJob, add } = await startBacked(t);
  for (const role of ['reader', 'writer']) {
    simulator.createKey(HOST, `vault-${role}`);
    const { exit, stderr } = await add(role);
    assert.equal(exit, 0, stderr);
  }
  assert.equal((await workplace.run(['points'], asJob)).exit, 12);
  await configure('reader', 'writer');
  const taken = await workplace.json('backup', ['backup'], asJob);
  assert.equal(taken.exit, 0, taken.stderr);
  simulator.requests.length = 0;
  const cat = await workplace.run(['cat', taken.document.point, 'apiproducts/payments-standard'], asJob);
  assert.equal(cat.exit, 0, cat.stderr);
  assert.ok(simulator.requests.every(({ host, path }) => host === HOST && path.endsWith('/unwrapkey')));
  assert.equal(
    (await workplace.run(['cat', taken.document.point, 'apiproducts/payments-standard', '--reveal'], asJob)).exit,
    12,
  );
  const doctor = await workplace.json('doctor', ['doctor'], asJob);
  const roles = doctor.document.checks.find(({ id }) => id === 'roles');
  assert.match(
    roles?.evidence ?? '',
    /^With these keys one can back up, list, compare, read contents and plan; not restore/,
  );
  // Those with key files read what the job wrote.
  assert.equal((await workplace.run(['verify', '--all-data'])).exit, 0);
  const list = await workplace.json('key-list', ['key', 'list']);
  assert.deepEqual(
    list.document.recipients
      .filter(({ kind }) => kind === 'key-vault')
      .map(({ role, signer }) => [role, signer !== undefined]),
    [
      ['reader', false],
      ['writer', true],
    ],
  );
});

test('a new version of a Key Vault key takes over, and a removed one opens nothing that comes', async (t) => {
  const { simulator, workplace, configure, asJob, asAdmin, add } = await startBacked(t);
  const first = simulator.createKey(HOST, 'vault-writer');
  assert.equal((await add('writer')).exit, 0);
  await configure('writer');
  assert.equal((await workplace.run(['backup'], asJob)).exit, 0);
  const same = await workplace.run(['key', 'rotate', first, '--yes'], asAdmin);
  assert.equal(same.exit, 1);
  assert.match(same.stderr, /newest version/);
  const second = simulator.createKey(HOST, 'vault-writer');
  simulator.setEnabled(second, false);
  const disabled = await workplace.run(['key', 'rotate', first, '--yes'], asAdmin);
  assert.equal(disabled.exit, 12);
  assert.match(disabled.stderr.replaceAll(/\s+/g, ' '), /is disabled.*Nothing was changed/);
  assert.equal((await workplace.run(['backup'], asJob)).exit, 0, 'the key that was there still opens');
  simulator.setEnabled(second, true);
  const rotated = await workplace.json('key-change', ['key', 'rotate', first, '--yes'], asAdmin);
  assert.equal(rotated.exit, 0, rotated.stderr);
  assert.deepEqual(
    [rotated.document.removed, rotated.document.added.map(({ recipient }) => recipient)],
    [[`akv:${first}`], [`akv:${second}`]],
  );
  simulator.setEnabled(first, false);
  assert.equal((await workplace.run(['backup'], asJob)).exit, 0);
  // A new generation is wrapped to it without asking the Key Vault: only its public half is needed.
  simulator.requests.length = 0;
  assert.equal((await workplace.run(['key', 'rotate', '--yes'], asAdmin)).exit, 0);
  assert.deepEqual(simulator.requests, []);
  assert.equal((await workplace.run(['backup'], asJob)).exit, 0);
  assert.equal((await workplace.run(['key', 'remove', second, '--yes'], asAdmin)).exit, 0);
  const after = await workplace.run(['backup'], asJob);
  assert.equal(after.exit, 12);
  assert.match(after.stderr, /removed, or never added/);
});

test('a Key Vault key is rotated without a key file: --out is refused before anything is asked or changed', async (t) => {
  const { simulator, workplace, configure, asJob, asAdmin, add } = await startBacked(t);
  for (const role of ['reader', 'writer'] as const) {
    const old = simulator.createKey(HOST, `vault-${role}`);
    assert.equal((await add(role)).exit, 0);
    await configure('reader', ...(role === 'writer' ? ['writer'] : []));
    const newest = simulator.createKey(HOST, `vault-${role}`);
    const before = await workplace.json('key-list', ['key', 'list']);
    const file = join(workplace.folder, `new-${role}.key`);
    simulator.requests.length = 0;
    for (const name of [old, `akv:${old}`]) {
      const refused = await workplace.run(['key', 'rotate', name, '--out', file, '--yes'], asAdmin);
      assert.equal(refused.exit, 64, refused.stderr);
      assert.match(
        refused.stderr.replaceAll(/\s+/g, ' '),
        /For a key in Azure Key Vault no key is written here: --out means nothing.*Leave it away/,
      );
    }
    assert.deepEqual(simulator.requests, []);
    await assert.rejects(access(file), { code: 'ENOENT' });
    assert.deepEqual((await workplace.json('key-list', ['key', 'list'])).document, before.document);
    const rotated = await workplace.json('key-change', ['key', 'rotate', `akv:${old}`, '--yes'], asAdmin);
    assert.equal(rotated.exit, 0, rotated.stderr);
    assert.equal(rotated.document.file, undefined);
    const { document } = await workplace.json('key-list', ['key', 'list']);
    const there = document.recipients.filter(({ role: of, kind }) => of === role && kind === 'key-vault');
    assert.deepEqual(
      there.map(({ recipient }) => recipient),
      [`akv:${newest}`],
    );
    assert.equal((await workplace.run([role === 'writer' ? 'backup' : 'points'], asJob)).exit, 0);
  }
});

test('a Key Vault that refuses says why and what to do, and a vault in the place of another is not opened', async (t) => {
  const { simulator, workplace, configure, asJob, asAdmin, add, vaultId } = await startBacked(t);
  const id = simulator.createKey(HOST, 'vault-reader');
  simulator.createKey(HOST, 'small', { bits: 1024 });
  simulator.createKey(HOST, 'signer', { keyOps: ['sign'] });
  const refused = async (
    options: object,
    says: RegExp,
    exit = 12,
    argv: readonly string[] = ['points'],
  ): Promise<void> => {
    const outcome = await workplace.run(argv, options);
    assert.equal(outcome.exit, exit, outcome.stderr);
    assert.match(outcome.stderr.replaceAll(/\s+/g, ' '), says);
  };
  for (const [key, says] of [
    ['small', /has 1024 bits/],
    ['signer', /lack unwrapKey/],
    ['gone', /no such key/],
  ] as const) {
    const argv = ['key', 'add', '--role', 'reader', '--recipient', `https://${HOST}/keys/${key}`, '--yes'];
    await refused(asAdmin, says, 12, argv);
  }
  assert.equal((await add('reader')).exit, 0);
  await configure('reader');
  assert.equal((await workplace.run(['points'], asJob)).exit, 0);
  simulator.grant(MACHINE, 'get');
  await refused(asJob, /this identity may not.*Key Vault Crypto User/);
  simulator.grant(MACHINE, 'unwrapKey');
  assert.equal((await workplace.run(['points'], asJob)).exit, 0, 'reading the key is not needed to open');
  simulator.setEnabled(id, false);
  await refused(asJob, /it is disabled/);
  simulator.setEnabled(id, true);
  simulator.setExpiry(id, Date.now() - 1000);
  assert.equal((await workplace.run(['points'], asJob)).exit, 0, 'an expired key still unwraps');
  simulator.setOperations(id, ['sign']);
  await refused(asJob, /operations lack unwrapKey/);
  simulator.setOperations(id, ['unwrapKey']);
  simulator.throttle(2);
  assert.equal((await workplace.run(['points'], asJob)).exit, 0, 'throttling is waited out');
  simulator.deleteKey(HOST, 'vault-reader');
  await refused(asJob, /no such key.*recover/);
  simulator.recoverKey(HOST, 'vault-reader');
  assert.equal((await workplace.run(['points'], asJob)).exit, 0);
  const evil = { environment: { ...asJob.environment, HOLDFAST_KEY_VAULT_ENDPOINT: 'https://evil.example' } };
  await refused(evil, /no address of this machine/, 1);
  const text = `keyVaultKeys:\n  - {role: reader, key: "${keyOf('reader')}", vaultId: "${vaultId.replaceAll(/./g, 'f')}"}\n`;
  await writeFile(join(workplace.folder, 'holdfast.yaml'), text);
  await refused(asJob, /KEY_OF_ANOTHER_VAULT/);
  simulator.deleteKey(HOST, 'vault-reader');
  simulator.purgeKey(HOST, 'vault-reader');
  await configure('reader');
  await refused(asJob, /root\.key opens the vault meanwhile/);
  assert.equal((await workplace.run(['points'])).exit, 0, 'the keys in files still open it');
});

test('tokens that are not accepted, a throttled and an unreachable Key Vault each have their own error', async (t) => {
  const { simulator, url } = await startKeyVault(t);
  const id = simulator.createKey(HOST, 'vault-reader');
  const credential = {
    getToken: async () => ({ token: 'of somebody else', expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const { signal } = new AbortController();
  const codeOf = async (httpClientUrl: string): Promise<string> => {
    const httpClient = createLoopbackHttpClient(httpClientUrl);
    const vault = createAzureKeyVault({ credential, signal, httpClient, retryPauseMs: 1 });
    const error = await vault.unwrap(id, new Uint8Array(256)).then(
      () => assert.fail('it unwrapped'),
      (cause: HoldfastError) => cause,
    );
    return error.code;
  };
  assert.equal(await codeOf(url), 'UNAUTHENTICATED');
  assert.equal(await codeOf('http://127.0.0.1:1'), 'REMOTE_UNREACHABLE');
  const tokens = new KeyVaultSimulator({ now: () => Date.now(), authenticate: () => MACHINE });
  tokens.grant(MACHINE, 'unwrapKey');
  const other = await listen(tokens.app);
  t.after(() => other.close());
  tokens.throttle(50);
  assert.equal(await codeOf(other.url), 'REMOTE_FAILED');
});
