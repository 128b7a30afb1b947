import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createManualClock } from '../platform/manual-clock.ts';
import { createSeededRandom } from '../platform/random.ts';
import { assertOutsideVaults } from './assert-outside-vaults.ts';
import { refusal, startScriptedAzure, success } from './blob/scripted-azure.fixture.ts';

const policy = { attempts: 1, firstPauseMs: 1, longestPauseMs: 1, longestAskedPauseMs: 1 };
const options = { clock: createManualClock(), random: createSeededRandom(1), policy };

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-outside-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('a folder below a vault, near or far, is refused with both places named', async (t) => {
  const vault = await temporaryFolder(t);
  await writeFile(join(vault, 'vault.json'), '{}');
  for (const path of [join(vault, 'state'), join(vault, 'not', 'there', 'state')]) {
    await assert.rejects(assertOutsideVaults({ type: 'folder', path }, options), {
      code: 'ALREADY_EXISTS',
      message: `file:${path} lies within the vault file:${vault}.`,
      next: 'Name a place outside of it. What is there was not touched.',
    });
  }
});

test('a folder that is a vault itself, beside one or above one is outside of it', async (t) => {
  const home = await temporaryFolder(t);
  const vault = join(home, 'vault');
  await mkdir(vault);
  await writeFile(join(vault, 'vault.json'), '{}');
  for (const path of [vault, `${vault}-state`, join(home, 'other', 'state'), home]) {
    await assertOutsideVaults({ type: 'folder', path }, options);
  }
});

test('a prefix is compared with the vaults at each prefix above it and at the container itself', async (t) => {
  const { asked, connectionString } = await startScriptedAzure(t, ({ path }) =>
    path === '/acme/vaults/a/vault.json'
      ? success(200, { 'content-length': '2' }, '{}')
      : refusal(404, path.startsWith('/acme/vaults/') ? 'BlobNotFound' : 'ContainerNotFound'),
  );
  const azure = { ...options, azure: { connectionString } };
  const at = (container: string, prefix: string) =>
    assertOutsideVaults({ type: 'azure', account: undefined, container, prefix }, azure);
  await assert.rejects(at('vaults', 'a/b/c/'), {
    code: 'ALREADY_EXISTS',
    message: 'az://vaults/a/b/c lies within the vault az://vaults/a.',
  });
  assert.deepEqual(
    asked.splice(0).map(({ path }) => path),
    ['/acme/vaults/vault.json', '/acme/vaults/a/vault.json'],
  );
  await at('vaults', 'b/c/');
  assert.deepEqual(
    asked.splice(0).map(({ path }) => path),
    ['/acme/vaults/vault.json', '/acme/vaults/b/vault.json'],
  );
  await at('vaults', 'a/');
  await at('vaults', '');
  await at('fresh', 'a/b/');
  assert.equal(asked.length, 3);
});

test('a place that cannot be looked at is not taken for one without a vault', async (t) => {
  const { connectionString } = await startScriptedAzure(t, () => refusal(403, 'AuthorizationFailure'));
  const place = { type: 'azure', account: undefined, container: 'vaults', prefix: 'a/' } as const;
  await assert.rejects(assertOutsideVaults(place, { ...options, azure: { connectionString } }), {
    code: 'STORE_DENIED',
  });
  const unsigned = { ...options, azure: { signedUrls: [], connectionString: 'AccountKey=x' } };
  await assert.rejects(assertOutsideVaults(place, unsigned), { code: 'NO_CREDENTIALS' });
});
