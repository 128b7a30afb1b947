import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeAnyZip } from '../../src/apigee/any-zip.fixture.ts';
import { errorDocument } from '../../src/cli/schema/error.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { startAlteringProxy } from '../harness/altering-proxy.ts';
import type { AlteredAnswer } from '../harness/altering-proxy.ts';
import type { Outcome } from '../harness/run-holdfast.ts';
import { createBackedWorkplace, createWorkplace } from '../harness/run-holdfast.ts';

/** Asserts exit code and stable code, and that the failure says what to do next. */
function assertFailure(outcome: Outcome, exit: number, code: string): void {
  assert.equal(outcome.exit, exit, outcome.stderr);
  assert.match(outcome.stderr, new RegExp(`${code}, exit ${exit}`));
  assert.match(outcome.stderr, /next /);
  assert.ok(!outcome.stderr.includes('    at '), 'no stack trace');
}

test('no vault is 10, with the way to make one', async (t) => {
  const workplace = await createWorkplace(t);
  assertFailure(await workplace.run(['points']), 10, 'VAULT_NOT_FOUND');
  const unnamed = await workplace.run(['points'], { environment: { HOLDFAST_VAULT: undefined } });
  assertFailure(unnamed, 10, 'VAULT_NOT_FOUND');
  assert.match(unnamed.stderr, /HOLDFAST_VAULT/);
});

test('a key that is missing, damaged, or of another vault is 12', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const other = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const missing = await workplace.run(['backup'], { environment: { HOLDFAST_KEYS: './nowhere' } });
  assertFailure(missing, 12, 'KEY_MISSING');
  assert.match(missing.stderr, /writer\.key/);
  const foreign = await workplace.run(['points'], { environment: { HOLDFAST_KEYS: join(other.folder, 'keys') } });
  assertFailure(foreign, 12, 'KEY_OF_ANOTHER_VAULT');
  const text = await readFile(join(workplace.folder, 'keys', 'writer.key'), 'utf8');
  const cut = await workplace.run(['points'], { environment: { HOLDFAST_WRITER_KEY: text.slice(0, 200) } });
  assertFailure(cut, 12, 'KEY_INVALID');
  const unreadable = await workplace.run(['points'], { environment: { HOLDFAST_WRITER_KEY: 'hunter2hunter2' } });
  assertFailure(unreadable, 12, 'KEY_INVALID');
  assert.ok(!unreadable.stderr.includes('hunter2'));
});

test('an organization that the endpoint does not have is 1', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const outcome = await workplace.run(['backup', '--org', 'acme-typo']);
  assertFailure(outcome, 1, 'ORGANIZATION_NOT_FOUND');
  assert.match(outcome.stderr, /"acme-typo"/);
  assert.equal((await workplace.json('points', ['points'])).document.points.length, 0);
});

test('a point that does not exist is 1 and says what there is', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assertFailure(await workplace.run(['show', 'latest']), 1, 'POINT_NOT_FOUND');
  const { document } = await workplace.json('backup', ['backup']);
  const outcome = await workplace.run(['show', 'pffffffff']);
  assertFailure(outcome, 1, 'POINT_NOT_FOUND');
  assert.ok(outcome.stderr.includes(document.point));
});

test('an expired token is refreshed once, then it is 12, and a later run goes on', async (t) => {
  const workplace = await createBackedWorkplace(t);
  workplace.simulator.setFaults([{ fault: { kind: 'expired-token' }, nth: 40 }]);
  const outcome = await workplace.run(['backup']);
  assertFailure(outcome, 12, 'UNAUTHENTICATED');
  assert.match(outcome.stderr, /HOLDFAST_APIGEE_TOKEN/);
  assert.match(outcome.stderr, /checkpoint/);
  assert.ok(!outcome.stderr.includes('journey-token'));
  await writeFile(join(workplace.folder, 'token'), 'token-of-file\n');
  const file = { HOLDFAST_APIGEE_TOKEN: undefined, HOLDFAST_APIGEE_TOKEN_FILE: join(workplace.folder, 'token') };
  workplace.simulator.setFaults([{ fault: { kind: 'expired-token' }, nth: 40 }]);
  assertFailure(await workplace.run(['backup'], { environment: file }), 12, 'UNAUTHENTICATED');
  workplace.simulator.setFaults([]);
  const environment = { HOLDFAST_APIGEE_TOKEN: 'fresh-token' };
  const later = await workplace.json('backup', ['backup'], { environment });
  assert.equal(later.exit, 0);
  assert.equal(later.document.grade, 'complete');
});

test('no credentials at all is 12', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const environment = { HOLDFAST_APIGEE_TOKEN: undefined, HOLDFAST_APIGEE_TOKEN_FILE: './absent' };
  assertFailure(await workplace.run(['backup'], { environment }), 12, 'NO_CREDENTIALS');
});

test('a refusal of one kind makes the point partial: 3, with the hole in the ledger', async (t) => {
  const workplace = await createBackedWorkplace(t);
  workplace.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: '*developers*' }]);
  const { exit, document } = await workplace.json('backup', ['backup']);
  assert.equal(exit, 3);
  assert.equal(document.grade, 'partial');
  const row = document.ledger.find(({ kind }) => kind === 'developer');
  assert.equal(row?.denied, 1);
  assert.match(row?.exceptions[0]?.reason ?? '', /403/);
  workplace.simulator.setFaults([]);
  // What was denied is unknown, never a deletion.
  const drift = await workplace.json('drift', ['drift']);
  assert.equal(drift.exit, 3);
  assert.ok(drift.document.differences.every(({ change }) => change === 'unknown'));
});

test('a damaged blob is 13 and names the points it hurts; the others still open', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const packsOf = async (): Promise<string[]> => {
    const found = await readdir(join(workplace.folder, 'vault'), { recursive: true });
    return found.filter((name) => /\/packs\/[^/]+$/.test(name)).sort();
  };
  const first = await workplace.json('backup', ['backup']);
  const before = await packsOf();
  workplace.simulator.mutate({ seed: 7, count: 30 });
  const second = await workplace.json('backup', ['backup']);
  const added = (await packsOf()).filter((name) => !before.includes(name));
  assert.ok(added.length > 0);
  for (const name of added) {
    const path = join(workplace.folder, 'vault', name);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 0xff, bytes.length >> 1);
    await writeFile(path, bytes);
  }
  const verified = await workplace.json('verify', ['verify', '--all-data']);
  assert.equal(verified.exit, 13);
  assert.deepEqual(
    verified.document.damaged.map(({ points }) => points),
    added.map(() => [second.document.point]),
  );
  const hurt = await workplace.run(['export', second.document.point, './copy', '-o', 'json']);
  assertFailure(hurt, 13, 'VAULT_DAMAGED');
  assert.match(hurt.stderr, new RegExp(`hurts {2}${second.document.point}`));
  const line = errorDocument.parse(JSON.parse(hurt.stderr.trim().split('\n').at(-1) ?? ''));
  assert.deepEqual(line.error.points, [second.document.point]);
  const whole = await workplace.json('verify', ['verify', first.document.point, '--all-data']);
  assert.deepEqual([whole.exit, whole.document.result], [0, 'good']);
  assert.equal((await workplace.run(['plan', '--point', first.document.point])).exit, 0);
});

test('a bundle that is too large, a bomb, or reaches out of its folder is a hole with a name', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const encoder = new TextEncoder();
  const escaping = Buffer.from(writeAnyZip([{ path: 'apiproxy/aa/evil.xml', bytes: encoder.encode('<a/>') }]));
  for (let at = escaping.indexOf('apiproxy/aa/'); at >= 0; at = escaping.indexOf('apiproxy/aa/')) {
    escaping.write('../../../../', at);
  }
  const zips: ReadonlyMap<string, Uint8Array> = new Map([
    ['/apis/payments-v1/revisions/7', new Uint8Array(15 * 1024 * 1024 + 1)],
    ['/apis/payments-v2/revisions/3', writeAnyZip([{ path: 'apiproxy/zeros.txt', bytes: new Uint8Array(8_000_000) }])],
    ['/apis/merchants-v1/revisions/5', escaping],
  ]);
  const url = await startAlteringProxy(t, workplace.url, (path): AlteredAnswer | undefined => {
    const body = zips.get(/\/(?:apis)\/[^/]+\/revisions\/\d+(?=\?format=bundle)/.exec(path)?.[0] ?? '');
    return body === undefined ? undefined : { status: 200, contentType: 'application/zip', body };
  });
  const { exit, document } = await workplace.json('backup', ['backup', '--endpoint', url]);
  assert.equal(exit, 3);
  const row = document.ledger.find(({ kind }) => kind === 'proxy-revision');
  assert.equal(row?.failed, zips.size);
  assert.equal(row.exceptions.filter(({ state }) => state === 'failed').length, zips.size);
});

test('an unknown flag, verb, kind or configuration key is 64, with a suggestion', async (t) => {
  const workplace = await createWorkplace(t);
  const flag = await workplace.run(['backup', '--presett', 'gateway']);
  assertFailure(flag, 64, 'USAGE');
  assert.match(flag.stderr, /Did you mean --preset\?/);
  const verb = await workplace.run(['restor']);
  assertFailure(verb, 64, 'USAGE');
  assert.match(verb.stderr, /Did you mean restore\?/);
  const unbuilt = await workplace.run(['undo']);
  assertFailure(unbuilt, 64, 'USAGE');
  const kind = await workplace.run(['backup', '--kinds', 'develper', '--org', 'acme-prod']);
  assertFailure(kind, 64, 'USAGE');
  assert.match(kind.stderr, /Did you mean developer\?/);
  const share = await workplace.run(['points', '--quota-share', '2']);
  assertFailure(share, 64, 'USAGE');
  await writeFile(join(workplace.folder, 'holdfast.yaml'), 'vault: file:./vault\nquotaPerMinut: 100\n');
  const key = await workplace.run(['points']);
  assertFailure(key, 64, 'CONFIG_INVALID');
  assert.match(key.stderr, /holdfast\.yaml:2/);
  assert.match(key.stderr, /did you mean quotaPerMinute\?/);
});

test('a failure under -o json ends with one line that scripts can read', async (t) => {
  const workplace = await createWorkplace(t);
  for (const argv of [
    ['points', '-o', 'json'],
    ['--output=json', 'restor'],
    ['show', '-ojson', '--what'],
  ]) {
    const { exit, stdout, stderr } = await workplace.run(argv);
    const { error } = errorDocument.parse(JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? ''));
    assert.equal(error.exit, exit);
    assert.equal(stdout, '');
  }
});

test('a variable that is nearly one of ours is pointed out; others are left alone', async (t) => {
  const workplace = await createWorkplace(t);
  const environment = { HOLDFAST_VALT: 'file:./other', HOLDFAST_SOMETHING_ELSE: '1' };
  const { stderr } = await workplace.run(['points'], { environment });
  assert.match(stderr, /HOLDFAST_VALT is set, which nothing reads\. Did you mean HOLDFAST_VAULT\?/);
  assert.ok(!stderr.includes('SOMETHING_ELSE'));
});

test('two captures at once both succeed', async (t) => {
  const workplace = await createBackedWorkplace(t, { latencyMs: 5 });
  const outcomes = await Promise.all([workplace.run(['backup']), workplace.run(['backup'])]);
  assert.deepEqual(
    outcomes.map(({ exit }) => exit),
    [0, 0],
  );
  const { document } = await workplace.json('points', ['points']);
  assert.equal(document.points.length, 2);
  assert.equal((await workplace.run(['verify', '--all-data'])).exit, 0);
});

test('a vault of a newer format says which version reads it', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const path = join(workplace.folder, 'vault', 'vault.json');
  await writeFile(
    path,
    (await readFile(path, 'utf8')).replace('"version": 1', '"version": 7').replace('"0.1.0"', '"9.0.0"'),
  );
  const outcome = await workplace.run(['points']);
  assertFailure(outcome, 13, 'VAULT_FORMAT_NEWER');
  assert.match(outcome.stderr, /has format 7/);
  assert.match(outcome.stderr, /Use holdfast 9\.0\.0 or newer/);
});

test('an endpoint that answers HTML is no Apigee, and plain http to a public host is refused', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const body = new TextEncoder().encode('<!DOCTYPE html><html><body>Sign in</body></html>');
  const url = await startAlteringProxy(t, workplace.url, () => ({ status: 200, contentType: 'text/html', body }));
  assertFailure(await workplace.run(['backup', '--endpoint', url]), 1, 'ENDPOINT_NOT_APIGEE');
  const open = await workplace.run(['backup', '--endpoint', 'http://apigee.example.com']);
  assertFailure(open, 1, 'ENDPOINT_REFUSED');
  assert.match(open.stderr, /not encrypted/);
});

test('Ctrl-C ends a backup with 130, TERM with 143, and the vault is as it was', async (t) => {
  const workplace = await createBackedWorkplace(t, { latencyMs: 300 });
  for (const [signal, exit] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const running = workplace.spawn(['backup']);
    await running.said(/Reading/);
    running.kill(signal);
    assert.equal((await running.ended()).exit, exit);
  }
  workplace.simulator.setLatency(0);
  const { document } = await workplace.json('points', ['points']);
  assert.deepEqual(
    document.points.filter(({ grade }) => grade !== 'interrupted'),
    [],
  );
  assert.equal((await workplace.run(['verify', '--all-data'])).exit, 0);
  assert.equal((await workplace.run(['backup'])).exit, 0);
});

test('the beginning of an id that is too short says how long it must be', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const outcome = await workplace.run(['show', 'p1']);
  assertFailure(outcome, 1, 'POINT_NOT_FOUND');
  assert.match(outcome.stderr, /at least 4 characters/);
});

test('points of an organization that the vault does not hold is 1 and names those it holds', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['points', '--org', 'acme-typo'])).exit, 0);
  await workplace.run(['backup']);
  const outcome = await workplace.run(['points', '--org', 'acme-typo']);
  assertFailure(outcome, 1, 'ORGANIZATION_NOT_FOUND');
  assert.match(outcome.stderr, /It holds acme-prod/);
});

test('a vault within a vault, and a state place that is the vault, are refused and nothing is made', async (t) => {
  const workplace = await createBackedWorkplace(t);
  for (const place of ['file:./vault/orgs', 'file:./vault/a/b']) {
    const inside = await workplace.run(['init', '--vault', place, '--keys', './other']);
    assertFailure(inside, 1, 'ALREADY_EXISTS');
    assert.match(inside.stderr, /lies within the vault/);
  }
  const state = await workplace.run([
    'init',
    '--vault',
    'file:./new',
    '--state',
    'file:./vault/state',
    '--keys',
    './other',
  ]);
  assertFailure(state, 1, 'ALREADY_EXISTS');
  for (const place of ['file:./new', 'file:./new/state', 'file:.']) {
    const same = await workplace.run(['init', '--vault', 'file:./new', '--state', place, '--keys', './other']);
    assertFailure(same, 64, 'CONFIG_INVALID');
    assert.match(same.stderr.replaceAll(/\s+/g, ' '), /apart from the vault/);
  }
  await workplace.run(['backup']);
  workplace.simulator.wreck();
  assertFailure(await workplace.run(['restore', '--yes', '--state', 'file:./vault']), 64, 'CONFIG_INVALID');
  assert.deepEqual((await readdir(workplace.folder)).sort(), ['keys', 'vault', 'vault-state']);
});

test('a point that a clock in the future signed is not that of a time', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const first = await workplace.json('backup', ['backup']);
  const aheadMs = 3 * 86_400_000;
  const epochMs = (): number => systemClock.epochMs() + aheadMs;
  const clock = { ...systemClock, epochMs, now: () => new Date(epochMs()).toISOString() };
  assert.equal((await workplace.run(['backup'], { clock })).exit, 0);
  const shown = await workplace.json('show', ['show', '2999-01-01']);
  assert.equal(shown.document.id, first.document.point);
});
