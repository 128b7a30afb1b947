import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { usualFormats } from '../../src/cli/output.ts';
import { registry } from '../../src/cli/registry.ts';
import { exportManifestDocument } from '../../src/cli/schema/export.ts';
import type { KeyRole } from '../../src/core/key-role.ts';
import { kindNames, kinds } from '../../src/core/kinds/index.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import type { Outcome } from '../harness/run-holdfast.ts';
import { readKeys } from '../kill/captured-vault.ts';
import { canarySeed, configPlaces, plantInBundles } from './canary-organization.ts';
import { type SearchingRun, searchingRun } from './canary-run.ts';
import { BUNDLE_MARK, CONFIG_MARK, createTraceSearch, everyMark, SEALED_MARK, tracesOf } from './canary-traces.ts';
import { openEverything } from './open-everything.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

type BackedWorkplace = Awaited<ReturnType<typeof createBackedWorkplace>>;

const APP_KEYS = ['developers/*/apps/*/keys/*', 'appgroups/*/apps/*/keys/*'];
/** Verbs that serve an organization of their own, so that nothing of this one could show. */
const APART = ['sim', 'demo'];

test('the traces of a mark are found, as it is and in base64', () => {
  const { assertNone } = createTraceSearch();
  for (const lead of ['', 'a', 'ab', 'abc']) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const coded = Buffer.from(`${lead}${SEALED_MARK}tail`).toString(encoding);
      assert.throws(() => assertNone(`x${coded}x`, 'this'), /this holds/);
    }
  }
  assert.throws(() => assertNone(encodeURIComponent(`/ü ${BUNDLE_MARK}`), 'this'), /this holds/);
  assertNone('harmless', 'this');
});

test('no verb, however verbose, shows, logs or leaves a secret; the vault gives none to writer or reader', async (t) => {
  const workplace = await createBackedWorkplace(t, { seedFunction: canarySeed });
  const { folder, simulator } = workplace;
  await useTemporaryFolder(t, folder);
  await writeConfiguration(folder);
  assert.ok(plantInBundles(simulator.target(), 'first') > 2);
  const dumped = [...simulator.dump()].map(({ kind, key, value }) => ({ kind, told: JSON.stringify([key, value]) }));
  assert.ok(
    dumped.some(({ told }) => told.includes(SEALED_MARK)),
    'the organization has the secrets',
  );
  for (const [kind, wanted] of configPlaces) {
    const lines = dumped.filter((line) => line.kind === kind && wanted.test(line.told));
    assert.ok(lines.length > 0, `the organization has a ${kind}`);
    for (const { told } of lines)
      assert.ok(
        tracesOf(CONFIG_MARK).some((trace) => told.includes(trace)),
        told,
      );
  }

  const search = createTraceSearch();
  const verbs = new Set<string>();
  /** Which verbs were run with which key. */
  const verbsOf = new Map<KeyRole, Set<string>>();
  let runs = 0;
  const searching = searchingRun(workplace, search);
  const runAllowing: SearchingRun = async (role, shown, argv) => {
    const outcome = await searching(role, shown, argv);
    verbs.add(argv[0] ?? '');
    verbsOf.set(role, (verbsOf.get(role) ?? new Set<string>()).add(argv[0] ?? ''));
    runs += 1;
    return outcome;
  };
  const run = async (role: KeyRole, ...argv: readonly string[]): Promise<Outcome> => {
    const outcome = await runAllowing(role, [], argv);
    assert.notEqual(outcome.exit, 64, `${argv.join(' ')}: ${outcome.stderr}`);
    return outcome;
  };
  const runInAllFormats = async (role: KeyRole, ...argv: readonly string[]): Promise<readonly number[]> => {
    const exits: number[] = [];
    for (const format of await formatsOf(argv[0] ?? '')) exits.push((await run(role, ...argv, '-o', format)).exit);
    return exits;
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
  const sealed = await sealedFields(t, workplace, first);
  const keyIds: string[] = [];
  for (const glob of APP_KEYS) {
    const { document: listed } = await workplace.json('ls', ['ls', 'latest', glob]);
    assert.ok(listed.resources.length > 0);
    keyIds.push(listed.resources[0]?.id ?? '');
  }
  const revisions = await workplace.json('find', ['find', first, `bundle.file~${BUNDLE_MARK}`]);
  const [planted] = revisions.document.resources;
  const revision = planted?.id ?? '';
  const file = `${revision}:${planted?.matches[0]?.at.replace(/:\d+$/, '') ?? ''}`;
  assert.ok(revisions.document.resources.length >= 2, 'the mark stands in a proxy and in a shared flow');
  simulator.wreck();
  changeSecret(workplace);
  plantInBundles(simulator.target(), 'second');
  assert.equal((await run('writer', 'backup')).exit, 0);

  await run('restorer', 'plan', '--point', first, '--delete-extra', '--out', 'early-plan.json');
  const statement = ['--owner', 'nobody', '--reason', 'to see what it shows'];
  for (const role of ['writer', 'reader'] as const) {
    await runInAllFormats(role, 'doctor');
    await runInAllFormats(role, 'config', 'print');
    for (const shell of ['bash', 'zsh', 'fish']) await run(role, 'completion', shell);
    await runInAllFormats(role, 'points');
    await runInAllFormats(role, 'show', 'latest');
    await runInAllFormats(role, 'ls', 'latest');
    for (const id of keyIds) {
      await runInAllFormats(role, 'cat', first, id);
      assert.equal((await run(role, 'cat', first, id, '--reveal')).exit, 12);
    }
    for (const term of ['consumerSecret~.', 'value~.', 'name~n', 'conditionConfig.apiKeys~.', 'bundle.file~<Password>'])
      await runInAllFormats(role, 'find', 'latest', term);
    assert.equal((await run(role, 'find', 'latest', 'consumerSecret~.', '--reveal')).exit, 12);
    assert.deepEqual(new Set(await runInAllFormats(role, 'diff', first, 'latest')), new Set([2]));
    assert.equal((await run(role, 'diff', second, 'live', '-o', 'json')).exit, 2);
    assert.deepEqual(new Set(await runInAllFormats(role, 'drift', '--point', first)), new Set([2]));
    await runInAllFormats(role, 'plan', '--point', first, '--delete-extra');
    await run(role, 'plan', '--point', first, '--delete-extra', '--out', `${role}-plan.json`);
    await runInAllFormats(role, 'verify', '--all-data');
    for (const output of ['table', 'json'])
      assert.equal((await run(role, 'restore', '--point', first, '--yes', '-o', output)).exit, 12);
    assert.equal((await run(role, 'apply', 'early-plan.json', '--yes')).exit, 12);
    const tree = await run(role, 'export', first, `exports/${role}`);
    assert.equal(tree.exit, role === 'reader' ? 0 : 12);
    assert.equal((await runAllowing(role, [], ['export', first, 'exports/cli', '--layout', 'apigeecli'])).exit, 64);
    const revealed = await run(role, 'export', first, 'exports/cli', '--layout', 'apigeecli', '--reveal');
    assert.equal(revealed.exit, 12);
    assert.notEqual((await run(role, 'init')).exit, 0);
    for (const word of ['tail', 'list', 'verify', 'upload']) await runInAllFormats(role, 'audit', word);
    for (const format of ['jsonl', 'ocsf', 'cef']) await run(role, 'audit', 'export', '--format', format);
    await run(role, 'audit', 'evidence', `${role}-evidence`, '--from', '90d');
    await runInAllFormats(role, 'hold', 'list');
    // Others sign holds, sweep, and change who has keys.
    assert.equal((await run(role, 'hold', 'add', 'latest', ...statement)).exit, 12);
    for (const act of [[], ['--mark', '--yes'], ['--sweep', '--yes']]) await run(role, 'prune', ...act);
    await runInAllFormats(role, 'key', 'list');
    await runInAllFormats(role, 'key', 'kit');
    await run(role, 'key', 'request', '--role', role, '--out', `asked/by-${role}.key`);
    for (const change of [
      ['add', '--role', 'reader', '--out', `added/by-${role}.key`],
      ['rotate'],
      ['revoke', 'verifier'],
    ])
      assert.notEqual((await run(role, 'key', ...change, '--yes')).exit, 0);
    await runInAllFormats(role, 'secrets', 'status');
    await run(role, 'vault', 'test');
    // Nothing of Azure is configured here: they say so. Where it is, azure-canary.test.ts looks.
    for (const verb of [['protect', 'status'], ['posture'], ['drill']]) await runAllowing(role, [], verb);
  }
  // A bundle is configuration: reader.key opens it, writer.key does not.
  assert.equal((await run('writer', 'cat', first, file)).exit, 12);
  const opened = await runAllowing('reader', [BUNDLE_MARK], ['cat', first, file]);
  assert.ok(opened.stdout.includes(BUNDLE_MARK));
  await run('writer', 'verify', '--record');
  assert.equal((await run('verifier', 'verify', '--all-data', '--record')).exit, 0);
  await runInAllFormats('pruner', 'points');
  await run('reader', 'backup');
  await run('restorer', 'plan', '--point', first, '--delete-extra', '--out', 'plan.json');
  const applied = await run('restorer', 'apply', 'plan.json', '--yes');
  assert.ok(applied.exit === 0 || applied.exit === 3, applied.stderr);
  await run('restorer', 'verify', '--all-data');
  // The trail says which ids were revealed, and not even the value that was searched for.
  await runAllowing('restorer', [SEALED_MARK], ['cat', first, keyIds[0] ?? '', '--reveal']);
  const sought = await runAllowing(
    'restorer',
    [SEALED_MARK],
    ['find', first, `consumerSecret~${SEALED_MARK}`, '--reveal'],
  );
  assert.ok(sought.stdout.includes(SEALED_MARK));
  for (const word of ['tail', 'list', 'verify']) await run('writer', 'audit', word);
  for (const format of ['jsonl', 'ocsf', 'cef']) {
    const { stdout } = await run('reader', 'audit', 'export', '--format', format);
    assert.ok(stdout.includes('consumerSecret') && stdout.includes(keyIds[0] ?? ''), format);
  }
  assert.equal((await run('verifier', 'hold', 'add', 'latest', ...statement)).exit, 0);
  for (const act of [[], ['--mark', '--yes'], ['--sweep', '--yes']]) await runInAllFormats('pruner', 'prune', ...act);
  await run('root', 'key', 'add', '--role', 'reader', '--out', 'added/reader.key', '--yes');
  await run('root', 'key', 'rotate', '--yes');
  await run('root', 'key', 'revoke', 'verifier', '--yes', '-o', 'json');
  const { document: keys } = await workplace.json('key-list', ['key', 'list']);
  const addedReader = keys.recipients.findLast(({ role }) => role === 'reader')?.recipient ?? '';
  assert.equal((await run('root', 'key', 'remove', addedReader, '--yes')).exit, 0);
  await run('root', 'key', 'kit', '--out', 'kit/kit.txt');
  assert.equal((await run('writer', 'key', 'kit', '--check', 'kit/kit.txt')).exit, 0);
  assert.deepEqual([...verbs, ...APART].sort(), registry.map(({ name }) => name).sort(), 'every verb was run');
  for (const role of ['writer', 'reader'] as const) {
    const missing = registry.map(({ name }) => name).filter((name) => verbsOf.get(role)?.has(name) !== true);
    assert.deepEqual(missing.sort(), APART.toSorted(), `every verb was run with ${role}.key`);
  }

  // Key files are no place for it either; vault, state, plans, what hooks saw and what is left of temporary files are below.
  const hooks = await readFile(join(folder, 'after.json'), 'utf8');
  assert.match(hooks, /"HOLDFAST_HOOK_POINT"/);
  // A plan has no secret, but it has what it would write.
  await search.assertNoneBelow(folder, { except: ['exports', 'early-plan.json', 'plan.json', 'reader-plan.json'] });
  await search.assertNoneBelow(folder, { except: ['exports'], marks: [SEALED_MARK, BUNDLE_MARK] });
  await search.assertNoneBelow(join(folder, 'exports'), { marks: [SEALED_MARK] });
  for (const role of ['writer', 'reader', 'verifier', 'pruner'] as const) {
    const keys = await readKeys(join(folder, 'keys'), role);
    const vault = await openEverything(join(folder, 'vault'), keys);
    assert.ok((vault.opened.get('meta')?.length ?? 0) > 10);
    const marks = role === 'reader' ? [SEALED_MARK] : everyMark;
    for (const bytes of vault.readable) search.assertNone(bytes, `the vault, opened with ${role}.key,`, marks);
  }
  // The test would see them: the restorer's key does open them.
  const { readable } = await openEverything(join(folder, 'vault'), await readKeys(join(folder, 'keys'), 'restorer'));
  for (const mark of everyMark) assert.ok(readable.some((bytes) => Buffer.from(bytes).includes(mark)));
  const { places, sizeBytes } = search.counts();
  const traces = everyMark.flatMap(tracesOf).length;
  t.diagnostic(
    `${runs} command lines of ${verbs.size} verbs; ${sealed} sealed values; ${places} places (${sizeBytes} bytes) searched for ${traces} traces`,
  );
});

/** Programs around backups that write down and print what they are given. JSON is YAML. */
async function writeConfiguration(folder: string): Promise<void> {
  const hook = (file: string): object => {
    const code = `const seen = JSON.stringify(process.env); require('fs').appendFileSync('${file}', seen); console.log(seen)`;
    return { command: [process.execPath, '-e', code], onFailure: 'abort' };
  };
  const hooks = { beforeBackup: [hook('before.json')], afterBackup: [hook('after.json')] };
  const keyValueMaps = [{ at: '**', sealNames: true }];
  await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ hooks, keyValueMaps, retention: { daily: 3 } }));
}

async function formatsOf(verb: string): Promise<readonly string[]> {
  const command = await registry.find(({ name }) => name === verb)?.load();
  assert.ok(command !== undefined, verb);
  return command.formats ?? usualFormats;
}

/**
 * Asserts that in a point every value of every field that some kind declares as secret is one of ours, and that no such field is
 * without a value. Answers how many there are. The revealed export for it lies elsewhere and is removed.
 */
async function sealedFields(t: TestContext, workplace: BackedWorkplace, point: string): Promise<number> {
  const place = await mkdtemp(join(dirname(workplace.folder), 'holdfast-revealed-'));
  t.after(() => rm(place, { recursive: true, force: true }));
  const revealed = join(place, 'all');
  assert.equal((await workplace.run(['export', point, revealed, '--reveal'])).exit, 0);
  const manifest = exportManifestDocument.parse(JSON.parse(await readFile(join(revealed, 'manifest.json'), 'utf8')));
  let count = 0;
  for (const name of kindNames) {
    for (const field of kinds[name].secrets) {
      const values: unknown[] = [];
      for (const { kind, path } of manifest.files)
        if (kind === name) values.push(...valuesAt(JSON.parse(await readFile(join(revealed, path), 'utf8')), field));
      assert.ok(values.length > 0, `no ${name} of the point has ${field}`);
      for (const value of values) assert.ok(String(value).includes(SEALED_MARK), `${field} of a ${name} has no mark`);
      count += values.length;
    }
  }
  await rm(place, { recursive: true });
  return count;
}

function valuesAt(value: unknown, path: string): unknown[] {
  if (path === '') return value === undefined ? [] : [value];
  const [, name = '', each, rest = ''] = /^([^.[]+)(\[\])?\.?(.*)$/.exec(path) ?? [];
  const fields = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const inner = fields.get(name);
  if (each === undefined) return valuesAt(inner, rest);
  return Array.isArray(inner) ? inner.flatMap((item) => valuesAt(item, rest)) : [];
}

/** Gives one key of the organization another secret, as somebody who repairs it by hand would. */
function changeSecret({ simulator }: BackedWorkplace): void {
  const app = ['developers', "pia.o'neil@bike-shop.example", 'apps', '50% discount'];
  const { credentials } = simulator.target().get(app) as { credentials: readonly { consumerKey: string }[] };
  const consumerKey = credentials[0]?.consumerKey ?? '';
  assert.ok(consumerKey.includes(SEALED_MARK));
  simulator.target().delete([...app, 'keys', consumerKey]);
  simulator.target().post([...app, 'keys'], { consumerKey, consumerSecret: `other-${SEALED_MARK}` });
}
