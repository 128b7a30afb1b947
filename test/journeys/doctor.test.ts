import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OutputDocument } from '../../src/cli/schema/documents.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createBackedWorkplace, createWorkplace, type Workplace } from '../harness/run-holdfast.ts';

type Diagnosis = OutputDocument<'doctor'>;

const DAY_MS = 86_400_000;

/** The machine's clock, moved. */
function movedClock(byMs: number): typeof systemClock {
  const epochMs = (): number => systemClock.epochMs() + byMs;
  return { ...systemClock, epochMs, now: () => new Date(epochMs()).toISOString() };
}

function stateOf({ checks }: Diagnosis, id: string): string {
  const found = checks.filter((check) => check.id === id);
  assert.equal(found.length, 1, `one check ${id}`);
  return found[0]?.state ?? '';
}

function notOk({ checks }: Diagnosis): string[] {
  return checks.filter(({ state }) => state !== 'ok').map(({ id }) => id);
}

/** A workplace whose every check is good: a point is taken and the recovery kit is away. */
async function createHealthyWorkplace(t: Parameters<typeof createBackedWorkplace>[0]) {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  await rm(join(workplace.folder, 'keys', 'root.key'));
  return workplace;
}

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

test('a healthy set-up is 0, every kind was looked at, and nothing was written anywhere', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  const files = await filesOf(workplace.folder);
  const dump = JSON.stringify([...workplace.simulator.dump()]);
  const { exit, document } = await workplace.json('doctor', ['doctor']);
  assert.deepEqual(notOk(document), []);
  assert.equal(exit, 0);
  assert.equal(document.result, 'ok');
  assert.equal(document.organization, 'acme-prod');
  for (const kind of ['environment', 'target-server', 'proxy-revision', 'developer-app', 'app-key'])
    assert.equal(stateOf(document, `permission:${kind}`), 'ok');
  assert.deepEqual(await filesOf(workplace.folder), files);
  assert.equal(JSON.stringify([...workplace.simulator.dump()]), dump);
});

test('a kind that may not be read is a finding with the permission to grant; what is below it is unknown', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  workplace.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: '*keystores*' }]);
  const { exit, document } = await workplace.json('doctor', ['doctor']);
  assert.equal(exit, 2);
  const denied = document.checks.find(({ id }) => id === 'permission:keystore');
  assert.equal(denied?.state, 'finding');
  assert.match(denied?.remedy ?? '', /apigee\.keystores\.list/);
  assert.equal(stateOf(document, 'permission:keystore-alias'), 'unknown');
  assert.deepEqual(notOk(document), ['permission:keystore', 'permission:keystore-alias']);
  const { stdout } = await workplace.run(['doctor']);
  assert.match(stdout, /Grant the identity apigee\.keystores\.list/);
});

test('what cannot be told is unknown: 3 where it is all there is', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  // Two organizations in the vault, and none named: there is nothing to look at.
  await mkdir(join(workplace.folder, 'vault', 'orgs', 'other'), { recursive: true });
  await writeFile(join(workplace.folder, 'vault', 'orgs', 'other', 'x'), '');
  const unnamed = await workplace.json('doctor', ['doctor'], { environment: { HOLDFAST_ORG: undefined } });
  assert.equal(unnamed.exit, 3);
  assert.equal(unnamed.document.result, 'unknown');
  assert.equal(unnamed.document.organization, null);
  const other = await createBackedWorkplace(t);
  await rm(join(other.folder, 'keys', 'root.key'));
  const fresh = await other.json('doctor', ['doctor'], { environment: { HOLDFAST_QUOTA_PER_MINUTE: '6000' } });
  assert.deepEqual(notOk(fresh.document), ['newest-point', 'quota']);
  assert.equal(stateOf(fresh.document, 'quota'), 'unknown');
  assert.equal(fresh.exit, 2);
});

test('a token that is refused, and none at all', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  workplace.simulator.setTokens({ valid: ['another'] });
  const refused = await workplace.json('doctor', ['doctor']);
  assert.equal(refused.exit, 2);
  assert.equal(stateOf(refused.document, 'token-accepted'), 'finding');
  assert.equal(stateOf(refused.document, 'organization'), 'unknown');
  assert.ok(!(refused.stdout + refused.stderr).includes('journey-token'));
  const environment = { HOLDFAST_APIGEE_TOKEN: undefined, HOLDFAST_APIGEE_TOKEN_FILE: './absent' };
  const none = await workplace.json('doctor', ['doctor'], { environment });
  assert.equal(stateOf(none.document, 'token'), 'finding');
  assert.equal(stateOf(none.document, 'endpoint'), 'ok');
  assert.equal(stateOf(none.document, 'vault'), 'ok');
});

test('the age of a token file is told', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  await writeFile(join(workplace.folder, 'token'), 'file-token\n');
  const environment = {
    HOLDFAST_APIGEE_TOKEN: undefined,
    HOLDFAST_APIGEE_TOKEN_FILE: join(workplace.folder, 'token'),
  };
  const { exit, document } = await workplace.json('doctor', ['doctor'], { environment });
  assert.equal(exit, 0);
  assert.match(document.checks.find(({ id }) => id === 'token')?.evidence ?? '', /0 minutes old/);
});

test('an endpoint that is something else, plain http elsewhere, and an organization that is not there', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  const server = createServer((_request, response) => void response.end('<html>Sign in</html>')).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const html = await workplace.json('doctor', ['doctor', '--endpoint', `http://127.0.0.1:${port}`]);
  assert.equal(stateOf(html.document, 'endpoint'), 'ok');
  assert.equal(stateOf(html.document, 'api'), 'finding');
  assert.equal(stateOf(html.document, 'organization'), 'unknown');
  const plain = await workplace.json('doctor', ['doctor', '--endpoint', 'http://apigee.example.test']);
  assert.equal(stateOf(plain.document, 'endpoint'), 'finding');
  assert.match(plain.document.checks.find(({ id }) => id === 'endpoint')?.evidence ?? '', /not encrypted/);
  const typo = await workplace.json('doctor', ['doctor', '--org', 'acme-typo']);
  assert.equal(stateOf(typo.document, 'organization'), 'finding');
  assert.equal(stateOf(typo.document, 'newest-point'), 'finding');
});

test('a clock that is wrong is a finding against the service and against the store', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  for (const byMs of [10 * 60_000, -10 * 60_000]) {
    const { exit, document } = await workplace.json('doctor', ['doctor'], { clock: movedClock(byMs) });
    assert.equal(exit, 2);
    assert.equal(stateOf(document, 'clock-of-service'), 'finding');
    assert.equal(stateOf(document, 'clock-of-store'), 'finding');
  }
  const near = await workplace.json('doctor', ['doctor'], { clock: movedClock(4 * 60_000) });
  assert.equal(near.exit, 0);
});

test('an old point, an epoch that is due, and gaps that end', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  const until = (days: number): string => new Date(systemClock.epochMs() + days * DAY_MS).toISOString().slice(0, 10);
  const gap = (kind: string, days: number): string => `  - {kind: ${kind}, reason: hybrid, until: '${until(days)}'}`;
  const write = (...gaps: string[]): Promise<void> =>
    writeFile(join(workplace.folder, 'holdfast.yaml'), ['acceptedGaps:', ...gaps, ''].join('\n'));
  await write(gap('developer', 60));
  assert.equal((await workplace.run(['doctor'])).exit, 0);
  await write(gap('developer', 60), gap('keystore', 10), gap('reference', -3));
  const { document } = await workplace.json('doctor', ['doctor']);
  const rules = document.checks.find(({ id }) => id === 'dated-rules');
  assert.equal(rules?.state, 'finding');
  assert.match(
    rules?.evidence ?? '',
    /No longer in force: accepted gap reference .*Ending within 14 days: accepted gap keystore/,
  );
  const later = await workplace.json('doctor', ['doctor'], { clock: movedClock(40 * DAY_MS) });
  assert.match(later.document.checks.find(({ id }) => id === 'epoch')?.evidence ?? '', /the next backup .* opens/);
  assert.equal(stateOf(later.document, 'newest-point'), 'finding');
});

test('keys: missing, of another vault, open to others, the kit at hand', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  const other = await createBackedWorkplace(t);
  const missing = await workplace.json('doctor', ['doctor', '--keys', './nowhere']);
  assert.equal(stateOf(missing.document, 'keys'), 'finding');
  assert.equal(stateOf(missing.document, 'newest-point'), 'unknown');
  const foreign = await workplace.json('doctor', ['doctor', '--keys', join(other.folder, 'keys')]);
  assert.equal(stateOf(foreign.document, 'key:writer'), 'finding');
  assert.equal(stateOf(foreign.document, 'key-root-online'), 'finding');
  await chmod(join(workplace.folder, 'keys', 'writer.key'), 0o644);
  const open = await workplace.json('doctor', ['doctor']);
  assert.deepEqual(notOk(open.document), ['key-mode:writer']);
  const writer = await readFile(join(workplace.folder, 'keys', 'writer.key'), 'utf8');
  const environment = { HOLDFAST_KEYS: './nowhere', HOLDFAST_WRITER_KEY: writer };
  const one = await workplace.json('doctor', ['doctor'], { environment });
  assert.equal(one.exit, 0);
  assert.match(one.document.checks.find(({ id }) => id === 'roles')?.evidence ?? '', /back up.*not .*restore/);
});

test('a state place that is the vault, or is gone', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  const same = await workplace.json('doctor', ['doctor', '--state', 'file:./vault/state']);
  assert.equal(stateOf(same.document, 'state-apart'), 'finding');
  assert.equal(stateOf(same.document, 'create-only'), 'unknown');
  await rm(join(workplace.folder, 'vault-state'), { recursive: true });
  const gone = await workplace.json('doctor', ['doctor']);
  assert.equal(stateOf(gone.document, 'state'), 'finding');
  assert.deepEqual(await filesOf(workplace.folder).then((all) => all.filter((name) => name.includes('state'))), []);
});

test('a quota that is too small, or leaves others nothing', async (t) => {
  const workplace = await createHealthyWorkplace(t);
  const small = await workplace.json('doctor', ['doctor', '--quota-per-minute', '1000', '--quota-share', '0.001']);
  assert.equal(stateOf(small.document, 'quota'), 'finding');
  const greedy = await workplace.json('doctor', ['doctor', '--quota-per-minute', '6000', '--quota-share', '1']);
  assert.equal(stateOf(greedy.document, 'quota'), 'finding');
});

async function createRuin(t: Parameters<typeof createWorkplace>[0]): Promise<Workplace> {
  const workplace = await createWorkplace(t, {
    HOLDFAST_VAULT: 'file:./vault',
    HOLDFAST_KEYS: './keys',
    HOLDFAST_APIGEE_ENDPOINT: 'http://127.0.0.1:1',
    HOLDFAST_APIGEE_TOKEN_FILE: './keys/writer.key/token',
    HOLDFAST_QUOTA_PER_MINUTE: 'plenty',
    HOLDFAST_QUOTA_SHARE: '7',
    HOLDFAST_LOG_LEVEL: 'shouting',
    HOLDFAST_NO_COLOR: 'perhaps',
    HOLDFAST_CACHE_DIR: './vault',
    HOLDFAST_WRITER_KEY: 'hunter2hunter2',
  });
  await writeFile(join(workplace.folder, 'vault'), 'a file where a folder should be');
  await mkdir(join(workplace.folder, 'keys', 'reader.key'), { recursive: true });
  await writeFile(join(workplace.folder, 'holdfast.yaml'), 'quotaShare: [1\nunknown: {');
  return workplace;
}

test('a wholly broken set-up still gives the whole table', async (t) => {
  const workplace = await createRuin(t);
  const { exit, stdout, stderr } = await workplace.run(['doctor']);
  assert.equal(exit, 2);
  assert.doesNotMatch(stdout + stderr, /^\s+at |hunter2/m);
  for (const title of ['This machine', 'The Apigee API', 'The vault', 'The keys', 'The points'])
    assert.ok(stdout.includes(title), title);
  const { document } = await workplace.json('doctor', ['doctor']);
  const configuration = document.checks.filter(({ id }) => id === 'configuration').map(({ evidence }) => evidence);
  assert.equal(configuration.length, 5);
  for (const said of [/holdfast\.yaml/, /LOG_LEVEL/, /NO_COLOR/, /plenty/, /"7"/])
    assert.ok(
      configuration.some((evidence) => said.test(evidence)),
      `${said}: ${configuration.join('\n')}`,
    );
  for (const id of ['endpoint', 'vault', 'cache-folder', 'token']) assert.equal(stateOf(document, id), 'finding');
  assert.ok(document.checks.every(({ state, remedy }) => state !== 'finding' || remedy !== undefined));
});

test('what stands wrong on the command line itself is 64, as everywhere', async (t) => {
  const workplace = await createWorkplace(t);
  assert.equal((await workplace.run(['doctor', '--log-level', 'shouting'])).exit, 64);
});
