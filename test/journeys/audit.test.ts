import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { documents } from '../../src/cli/schema/documents.ts';
import { createBackedWorkplace, type Workplace } from '../harness/run-holdfast.ts';

type Listed = Awaited<ReturnType<typeof listActions>>;

async function listActions(workplace: Workplace, ...args: readonly string[]) {
  const { document } = await workplace.json('audit-list', ['audit', 'list', ...args]);
  return document.actions;
}

function names(actions: Listed): string[] {
  return actions.map(({ action, result }) => `${action} ${result}`);
}

/** Makes `audit/` of the vault a place that takes nothing: a folder that is a file. */
async function closeTrail({ folder }: Workplace): Promise<() => Promise<void>> {
  const trail = join(folder, 'vault', 'audit');
  await rename(trail, `${trail}.aside`);
  await writeFile(trail, 'no folder');
  return async () => {
    await rm(trail);
    await rename(`${trail}.aside`, trail);
  };
}

test('every verb that changes or reveals leaves who, what, on what, why and how it ended', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { document: taken } = await workplace.json('backup', ['backup', '--reason', 'nightly']);
  workplace.simulator.wreck();
  const restored = await workplace.run(['restore', '--yes', '--reason', 'ticket 7']);
  assert.ok([0, 3].includes(restored.exit), restored.stderr);
  await workplace.run(['ls', 'latest', 'developers/*/apps/*/keys/*', '-o', 'ndjson']);
  const listed = await workplace.json('ls', ['ls', 'latest', 'developers/*/apps/*/keys/*']);
  const key = listed.document.resources[0]?.id ?? '';
  assert.equal((await workplace.run(['cat', 'latest', key])).exit, 0);
  assert.equal((await workplace.run(['cat', 'latest', key, '--reveal'])).exit, 0);
  assert.equal((await workplace.run(['export', 'latest', 'out', '--reveal', '--only', 'developers/**'])).exit, 0);
  assert.equal((await workplace.run(['find', 'latest', 'consumerSecret~.', '--reveal'])).exit, 0);
  assert.equal((await workplace.run(['verify'])).exit, 0);
  assert.equal((await workplace.run(['verify', '--record'])).exit, 0);
  assert.equal((await workplace.run(['drift'])).exit < 4, true);

  const actions = await listActions(workplace);
  assert.deepEqual(
    actions.map(({ action }) => action),
    ['init', 'backup', 'restore', 'cat', 'export', 'find', 'verify'],
    'looking without revealing leaves nothing',
  );
  const [init, backup, restore, cat, exported, find, verify] = actions;
  assert.match(init?.signer ?? '', /^root /);
  assert.deepEqual([backup?.reason, backup?.result, backup?.organization], ['nightly', 'done', 'acme-prod']);
  assert.equal(backup?.facts['point'], taken.point);
  assert.equal(backup?.facts['identity'], 'token from HOLDFAST_APIGEE_TOKEN');
  assert.equal(backup?.facts['issuer'], 'unknown', 'the token is opaque');
  assert.match(backup?.signer ?? '', /^writer /);
  assert.equal(backup?.principal?.type, 'user');
  assert.match(String(restore?.facts['planHash']), /^[0-9a-f]{16,}$/);
  assert.equal(restore?.facts['run'], 1);
  assert.equal(restore?.reason, 'ticket 7');
  assert.equal(cat?.effect, 'reveals');
  assert.deepEqual(cat?.facts['ids'], [key]);
  assert.match(cat?.signer ?? '', /^restorer /);
  assert.deepEqual(exported?.given['only'], ['developers/**']);
  assert.ok(Array.isArray(find?.facts['ids']) && find.facts['ids'].length > 0);
  assert.deepEqual(find?.facts['fields'], ['consumerSecret']);
  assert.equal(find?.given['TERM'], undefined, 'what is searched for may be the secret');
  assert.match(verify?.signer ?? '', /^verifier /);
  for (const { records, result } of actions) assert.ok(result !== 'open' && records.length >= 2);

  const { document } = await workplace.json('audit-verify', ['audit', 'verify']);
  assert.deepEqual([document.result, document.findings], ['good', []]);
  assert.deepEqual(names(await listActions(workplace, '--action', 'cat')), ['cat done']);
  assert.deepEqual(names(await listActions(workplace, '--since', '1d', '--principal', 'nobody-of-this-name')), []);
  assert.deepEqual(names(await listActions(workplace, '--until', '2020-01-01')), []);
});

test('what fails, is refused or has no key leaves its end too, and bad flags leave nothing', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['backup'])).exit, 0);
  assert.equal((await workplace.run(['backup', '--kinds', 'nonsense'])).exit, 64);
  assert.equal((await workplace.run(['cat', 'latest', 'developers/nobody', '--reveal'])).exit, 1);
  workplace.simulator.wreck();
  assert.equal((await workplace.run(['restore'], { typed: 'another\r' })).exit, 1);
  const actions = await listActions(workplace);
  assert.deepEqual(names(actions), ['init done', 'backup done', 'cat failed', 'restore refused']);
  assert.equal(actions[2]?.code, 'RESOURCE_NOT_FOUND');
  assert.equal(actions[3]?.code, 'CONFIRMATION_REFUSED');
  assert.equal(actions[3]?.facts['planHash'], undefined, 'nothing was about to be done yet');
});

test('a trail that takes nothing stops the action, and nothing is revealed or changed', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['backup'])).exit, 0);
  const { document: before } = await workplace.json('points', ['points']);
  const open = await closeTrail(workplace);
  for (const argv of [['backup'], ['cat', 'latest', 'organization', '--reveal'], ['restore', '--yes']]) {
    const { exit, stdout, stderr } = await workplace.run([...argv, '-o', 'json']);
    assert.equal(exit, 1, argv.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /"code":"AUDIT_NOT_WRITTEN"/);
    assert.match(stderr, /--break-glass REASON/);
  }
  await open();
  const { document: after } = await workplace.json('points', ['points']);
  assert.deepEqual(after.points, before.points);
});

test('break-glass goes on, loudly, keeps signed records on the machine, and the next run brings them in', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['backup'])).exit, 0);
  const { document: listed } = await workplace.json('ls', ['ls', 'latest', 'developers/*/apps/*/keys/*']);
  const key = listed.resources[0]?.id ?? '';
  const open = await closeTrail(workplace);
  const { exit, stderr } = await workplace.run([
    'cat',
    'latest',
    key,
    '--reveal',
    '--break-glass',
    'store is read-only',
  ]);
  assert.equal(exit, 0);
  assert.match(stderr, /BREAK-GLASS: store is read-only/);
  assert.match(stderr, /signed records wait in .*audit-spool/);
  const spool = join(workplace.folder, 'audit-spool');
  const [vault = ''] = await readdir(spool);
  assert.equal((await stat(join(spool, vault))).mode & 0o077, 0);
  const [stream = ''] = await readdir(join(spool, vault, 'audit'));
  const files = await readdir(join(spool, vault, 'audit', stream));
  assert.equal(files.length, 3);
  for (const file of files) assert.equal((await stat(join(spool, vault, 'audit', stream, file))).mode & 0o077, 0);
  await open();

  const waiting = await workplace.json('audit-verify', ['audit', 'verify']);
  assert.equal(waiting.exit, 3);
  assert.deepEqual(
    waiting.document.findings.map(({ kind }) => kind),
    ['waiting', 'waiting', 'waiting'],
  );
  const next = await workplace.run(['backup']);
  assert.match(next.stderr, /Brought 3 batches of the audit trail/);
  const [, , cat] = await listActions(workplace);
  const actions = await listActions(workplace);
  const revealed = actions.find(({ action }) => action === 'cat') ?? cat;
  assert.deepEqual([revealed?.breakGlass, revealed?.result], ['store is read-only', 'done']);
  assert.equal((await workplace.run(['audit', 'verify'])).exit, 0);
  const { document: nothing } = await workplace.json('audit-upload', ['audit', 'upload']);
  assert.deepEqual(nothing.uploaded, []);
  const line = await workplace.run(['audit', 'upload', '-o', 'ndjson']);
  assert.deepEqual([line.exit, JSON.parse(line.stdout)], [0, nothing]);
});

test('a number of the spool that is taken in the vault is told, kept, and named by verify', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['backup'])).exit, 0);
  const open = await closeTrail(workplace);
  await workplace.run(['export', 'latest', 'out', '--reveal', '--break-glass', 'drill']);
  await open();
  const spool = join(workplace.folder, 'audit-spool');
  const [vault = ''] = await readdir(spool);
  const [stream = ''] = await readdir(join(spool, vault, 'audit'));
  const place = join(workplace.folder, 'vault', 'audit', stream);
  await mkdir(place);
  await writeFile(join(place, '000001'), 'squatted');
  const uploaded = await workplace.json('audit-upload', ['audit', 'upload']);
  assert.equal(uploaded.exit, 13);
  assert.deepEqual(uploaded.document.refused, [`audit/${stream}/000001`]);
  const { document, exit } = await workplace.json('audit-verify', ['audit', 'verify']);
  assert.equal(exit, 13);
  assert.deepEqual(
    document.findings.map(({ kind, object }) => `${kind} ${object}`),
    [`rewritten audit/${stream}/000001`, `waiting audit/${stream}/000001`],
  );
});

test('a tail cut off behind the last point is found by what backup printed', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { stdout } = await workplace.run(['backup', '-o', 'json']);
  await writeFile(join(workplace.folder, 'kept.json'), stdout);
  const trail = join(workplace.folder, 'vault', 'audit');
  const newest = (await readdir(trail)).sort().at(-1) ?? '';
  await rm(join(trail, newest, '000001'));
  const alone = await workplace.json('audit-verify', ['audit', 'verify']);
  assert.deepEqual([alone.exit, alone.document.findings[0]?.kind], [0, 'open']);
  const { exit, document } = await workplace.json('audit-verify', ['audit', 'verify', '--heads', 'kept.json']);
  assert.equal(exit, 13);
  assert.deepEqual(
    document.findings.map(({ kind, object }) => `${kind} ${object}`),
    [`truncated audit/${newest}`, `open audit/${newest}`],
  );
  await rm(join(trail, newest), { recursive: true });
  const { document: gone } = await workplace.json('audit-verify', ['audit', 'verify']);
  assert.match(gone.findings[0]?.reason ?? '', /nothing of it is left, and orgs\/acme-prod\/epochs\/.* names/);
});

test('wrong inputs say what is wrong', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await writeFile(join(workplace.folder, 'empty.txt'), 'nothing');
  const wrong: readonly (readonly [argv: readonly string[], said: RegExp])[] = [
    [['audit', 'look'], /cannot "look"/],
    [['audit'], /ACTION/i],
    [['audit', 'list', '--since', 'yesterday'], /--since is "yesterday", which is no time/],
    [['audit', 'list', '--since', '2026-02-01', '--until', '2026-01-01'], /Nothing lies between/],
    [['audit', 'tail', '--lines', '0'], /whole number above 0/],
    [['audit', 'export', '--format', 'xml'], /jsonl/],
    [['audit', 'verify', '--heads', 'absent.json'], /no file absent\.json/],
    [['audit', 'verify', '--heads', 'empty.txt'], /no head of an audit trail/],
  ];
  for (const [argv, said] of wrong) {
    const { exit, stderr } = await workplace.run(argv);
    assert.equal(exit, 64, `${argv.join(' ')}: ${stderr}`);
    assert.match(stderr, said);
  }
});

test('who acts in a CI system is what its environment says, and the key is what signed', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const environment = {
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/gateway',
    GITHUB_ACTOR: 'zoe',
    GITHUB_RUN_ID: '77',
  };
  assert.equal((await workplace.run(['backup'], { environment })).exit, 0);
  const [, backup] = await listActions(workplace);
  assert.deepEqual([backup?.principal?.type, backup?.principal?.name], ['workload', 'github:acme/gateway']);
  assert.deepEqual([backup?.principal?.claims?.['actor'], backup?.principal?.claims?.['run']], ['zoe', '77']);
  assert.match(backup?.signer ?? '', /^writer [0-9a-f]{32}$/);
  assert.deepEqual(names(await listActions(workplace, '--principal', 'ZOE')), ['backup done']);
});

test('evidence: what is wrong with the command line, and a folder that is taken', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const wrong: readonly (readonly [argv: readonly string[], exit: number, said: RegExp])[] = [
    [['audit', 'evidence', '--from', '1d'], 64, /folder for the evidence is not named/],
    [['audit', 'evidence', 'pack'], 64, /--from is not given/],
    [['audit', 'evidence', 'pack', '--from', '2026-02-01', '--to', '2026-01-01'], 64, /Nothing lies between/],
    [['audit', 'evidence', 'pack', '--from', '1d', '--objective', 'daily'], 64, /--objective is "daily"/],
    [['audit', 'evidence', 'pack', '--from', '1d', '--lines', '3'], 64, /has no --lines/],
    [['audit', 'list', 'pack'], 64, /writes into no folder/],
    [['audit', 'evidence', 'keys', '--from', '1d'], 1, /is there already/],
  ];
  for (const [argv, exit, said] of wrong) {
    const outcome = await workplace.run(argv);
    assert.equal(outcome.exit, exit, `${argv.join(' ')}: ${outcome.stderr}`);
    assert.match(outcome.stderr, said);
  }
  const { document } = await workplace.json('audit-evidence', ['audit', 'evidence', 'pack', '--from', '90d']);
  assert.deepEqual(
    [document.counts.points, document.counts.missed],
    [0, 0],
    'before there was a vault nothing was missed',
  );
  const line = await workplace.run(['audit', 'evidence', 'pack-of-a-line', '--from', '90d', '-o', 'ndjson']);
  assert.deepEqual([line.exit, JSON.parse(line.stdout).counts], [0, document.counts], line.stderr);
  const data = await readFile(join(document.folder, 'evidence.json'), 'utf8');
  documents['audit-evidence-data'].parse(JSON.parse(data));
  documents['audit-evidence-manifest'].parse(
    JSON.parse(await readFile(join(document.folder, 'manifest.json'), 'utf8')),
  );
  const ahead = ['audit', 'evidence', 'ahead', '--from', '2020-01-01', '--to', '2999-01-01'];
  const { document: early } = await workplace.json('audit-evidence', ahead);
  assert.equal(early.counts.missed, 0, 'what is not due yet is not missed');
});

test('bringing records in and trying the store out are recorded, the latter only where it can be', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['backup'])).exit, 0);
  const open = await closeTrail(workplace);
  const shut = await workplace.run(['vault', 'test']);
  assert.ok([0, 2, 3].includes(shut.exit), shut.stderr);
  assert.match(shut.stderr, /Not recorded in an audit trail\. The audit trail could not be written/);
  const glass = ['--reveal', '--break-glass', 'store is read-only'];
  assert.equal((await workplace.run(['cat', 'latest', 'organization', ...glass])).exit, 0);
  await open();
  const { document } = await workplace.json('audit-upload', ['audit', 'upload']);
  assert.equal(document.uploaded.length, 3, 'it brings them in itself');
  const tried = await workplace.run(['vault', 'test']);
  assert.doesNotMatch(tried.stderr, /Not recorded/);
  const actions = await listActions(workplace);
  assert.deepEqual(names(actions).slice(-3), ['cat done', 'audit upload done', 'vault test done']);
  assert.deepEqual(actions.at(-2)?.facts['uploaded'], document.uploaded);
  assert.match(String(actions.at(-1)?.facts['store']), /vault/);

  const elsewhere = await workplace.run(['vault', 'test', '--vault', 'file:./keys']);
  assert.match(elsewhere.stderr, /Not recorded in an audit trail\. There is no vault/);
  const keyless = await workplace.run(['vault', 'test', '--keys', './nowhere']);
  assert.match(keyless.stderr, /Not recorded in an audit trail\./);
  const nonsense = await workplace.run(['vault', 'test', '--vault', 's3://x']);
  assert.equal(nonsense.exit, 64);
  assert.doesNotMatch(nonsense.stderr, /Not recorded/, 'what cannot begin at all is told once');
});

test('records go out as lines of JSON, OCSF and CEF', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup', '--reason', 'a=b | c\nd']);
  const lines = async (format: string): Promise<string[]> => {
    const { stdout, exit } = await workplace.run(['audit', 'export', '--format', format]);
    assert.equal(exit, 0);
    return stdout.trimEnd().split('\n');
  };
  const plain = (await lines('jsonl')).map((line) => JSON.parse(line) as { record: { event: string } });
  assert.deepEqual(
    plain.map(({ record }) => record.event),
    ['opened', 'began', 'ended', 'opened', 'began', 'ended'],
  );
  assert.equal((await lines('ocsf')).length, 6);
  const cef = await lines('cef');
  assert.equal(cef.length, 6);
  assert.ok(cef.some((line) => line.includes('reason=a\\=b | c\\nd ')));
});
