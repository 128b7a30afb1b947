import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OrganizationSeed } from '../../src/sim/apigee/organization-seed.ts';
import { rowsOf } from '../../src/sim/apigee/organization-seed.ts';
import { createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import type { Outcome } from '../harness/run-holdfast.ts';
import { readKeys } from '../kill/captured-vault.ts';
import { onlyKeys } from './key-ring.ts';
import type { Role } from './key-ring.ts';
import { openEverything } from './open-everything.ts';

// Letters and digits only, so that it stands in every secret in the same form, URL-encoded or not.
const MARK = 'hfCanary7Q3xW9';

/** The mark as it is, and what base64 makes of it wherever in three bytes it begins. */
const traces = [MARK, ...[0, 1, 2].map(markInBase64)];

function markInBase64(lead: number): string {
  const text = Buffer.from('~'.repeat(lead) + MARK).toString('base64');
  // The first and the last characters also depend on what stands beside the mark.
  return text.slice(lead === 0 ? 0 : 4, -4);
}

/** The small organization with a recognisable secret in every secret field: key and secret of each app, values of maps. */
function canarySeed(organizationName: string): OrganizationSeed {
  const seed = createSeed('small', organizationName);
  let count = 0;
  const apps = Array.from({ length: seed.apps.count }, (_, index) => {
    const app = seed.apps.at(index);
    const credentials = app['credentials'];
    if (!Array.isArray(credentials)) return app;
    return {
      ...app,
      credentials: credentials.map((credential: Record<string, unknown>) => {
        count += 1;
        return { ...credential, consumerKey: `key-${MARK}-${count}`, consumerSecret: `s+${MARK}/${count}==&ü "q"` };
      }),
    };
  });
  assert.ok(count > 15);
  const keyValueMaps = seed.keyValueMaps.map(({ entries, ...map }) => ({
    ...map,
    entries: entries.map((entry, index) => ({ ...entry, value: `v+${MARK}/${index}==&ü "q"` })),
  }));
  return { ...seed, keyValueMaps, apps: rowsOf(apps, (app) => String(app['appId'])) };
}

function assertNoTrace(bytes: Uint8Array | string, where: string): void {
  const haystack = Buffer.from(bytes);
  for (const trace of traces) assert.ok(!haystack.includes(trace), `${where} holds ${trace}`);
}

async function assertNoTraceBelow(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    assertNoTrace(path, 'a file name');
    if (entry.isFile()) assertNoTrace(await readFile(path), path);
  }
}

const APP_KEYS = 'developers/*/apps/*/keys/*';

test('the traces of the mark are found, as it is and in base64', () => {
  for (const lead of ['', 'a', 'ab', 'abc']) {
    const coded = Buffer.from(`${lead}${MARK}tail`).toString('base64');
    assert.throws(() => assertNoTrace(`x${coded}x`, 'this'), /this holds/);
  }
  assert.throws(() => assertNoTrace(encodeURIComponent(`/ü ${MARK}`), 'this'), /this holds/);
  assertNoTrace('harmless', 'this');
});

test('no verb, however verbose, shows, logs or leaves a secret; the vault gives none to writer or reader', async (t) => {
  const workplace = await createBackedWorkplace(t, { seedFunction: canarySeed });
  const { folder, simulator } = workplace;
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  assert.ok(JSON.stringify([...simulator.dump()]).includes(MARK), 'the organization has the secrets');

  let runs = 0;
  const run = async (role: Role, ...argv: readonly string[]): Promise<Outcome> => {
    const environment = { ...(await onlyKeys(workplace, role)), HOLDFAST_LOG_LEVEL: 'debug' };
    const outcome = await workplace.run(argv, { environment });
    const told = `${argv.join(' ')} with ${role}.key`;
    assert.ok(outcome.exit !== 64 && !/INTERNAL, exit|"INTERNAL"/.test(outcome.stderr), `${told}: ${outcome.stderr}`);
    assertNoTrace(outcome.stdout, `stdout of ${told}`);
    assertNoTrace(outcome.stderr, `stderr of ${told}`);
    runs += 1;
    return outcome;
  };

  assert.equal((await run('writer', 'backup')).exit, 0);
  // Failures and retries are logged too.
  simulator.setFaults([
    { fault: { kind: 'status', status: 500 }, route: '*apps*', count: 2 },
    { fault: { kind: 'truncate' }, route: '*developers*', count: 1 },
  ]);
  assert.equal((await run('writer', 'backup', '-o', 'json')).exit, 0);
  simulator.setFaults([]);
  const { document } = await workplace.json('points', ['points']);
  const [first = '', second = ''] = document.points.map(({ id }) => id);
  const listed = await workplace.json('ls', ['ls', 'latest', APP_KEYS]);
  const keyIds = listed.document.resources.map(({ id }) => id);
  assert.ok(keyIds.length > 15);
  simulator.wreck();
  changeSecret(workplace);
  assert.equal((await run('writer', 'backup')).exit, 0);

  for (const role of ['writer', 'reader'] as const) {
    for (const output of [[], ['-o', 'json']] as const) {
      await run(role, 'points', ...output);
      await run(role, 'show', 'latest', ...output);
      await run(role, 'ls', 'latest', ...output);
      await run(role, 'cat', first, keyIds[0] ?? '', ...output);
      await run(role, 'cat', first, keyIds[0] ?? '', '--reveal', ...output);
      assert.equal((await run(role, 'diff', first, 'latest', ...output)).exit, 2);
      assert.equal((await run(role, 'diff', second, 'live', ...output)).exit, 2);
      assert.equal((await run(role, 'drift', '--point', first, ...output)).exit, 2);
      await run(role, 'plan', '--point', first, '--delete-extra', ...output);
      await run(role, 'verify', '--all-data', ...output);
      assert.equal((await run(role, 'restore', '--point', first, '--delete-extra', '--yes', ...output)).exit, 12);
    }
    await run(role, 'plan', '--point', first, '--delete-extra', '--out', `${role}-plan.json`);
    for (const id of keyIds.slice(0, 3)) await run(role, 'cat', 'latest', id);
  }
  await run('writer', 'verify', '--record');
  await run('reader', 'backup');
  await run('restorer', 'plan', '--point', first, '--delete-extra', '--out', 'plan.json');
  const applied = await run('restorer', 'apply', 'plan.json', '--yes');
  assert.ok(applied.exit === 0 || applied.exit === 3, applied.stderr);
  await run('restorer', 'verify', '--all-data');
  t.diagnostic(`${runs} command lines`);

  // Key files are no place for it either; vault, state, plans and what is left of temporary files are below.
  await assertNoTraceBelow(folder);
  for (const role of ['writer', 'reader'] as const) {
    const keys = await readKeys(join(folder, 'keys'), role);
    const { readable, opened } = await openEverything(join(folder, 'vault'), keys);
    assert.ok((opened.get('meta')?.length ?? 0) > 10);
    for (const bytes of readable) assertNoTrace(bytes, `the vault, opened with ${role}.key,`);
  }
  // The test would see them: the restorer's key does open them.
  const restorer = await readKeys(join(folder, 'keys'), 'restorer');
  const { readable } = await openEverything(join(folder, 'vault'), restorer);
  assert.ok(readable.some((bytes) => Buffer.from(bytes).includes(MARK)));
});

/** Gives one key of the organization another secret, as somebody who repairs it by hand would. */
function changeSecret({ simulator }: Awaited<ReturnType<typeof createBackedWorkplace>>): void {
  const app = ['developers', "pia.o'neil@bike-shop.example", 'apps', '50% discount'];
  const { credentials } = simulator.target().get(app) as { credentials: readonly { consumerKey: string }[] };
  const consumerKey = credentials[0]?.consumerKey ?? '';
  assert.ok(consumerKey.includes(MARK));
  simulator.target().delete([...app, 'keys', consumerKey]);
  simulator.target().post([...app, 'keys'], { consumerKey, consumerSecret: `other-${MARK}` });
}
