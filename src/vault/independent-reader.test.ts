import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AuditSigner } from '../app/ports/audit.ts';
import type { Vault } from '../app/ports/vault.ts';
import { kinds } from '../core/kinds/index.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import { systemRandom } from '../platform/random.ts';
import { createFolderBlobContainer } from './blob/folder-blob-store.ts';
import {
  capture,
  commitDetails,
  createSampleVault,
  ORGANIZATION,
  type SampleVault,
  sampleKind,
} from './sample-vault.fixture.ts';

const reader = fileURLToPath(new URL('../../test/independent-reader/reader.mjs', import.meta.url));
const files = [
  { path: 'apiproxy/orders.xml', bytes: new TextEncoder().encode('<APIProxy name="orders"/>') },
  { path: 'apiproxy/resources/öde.bin', bytes: Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 251) },
];
const facts = {
  version: 1,
  sharedFlows: ['auth'],
  targetServers: [],
  keyValueMaps: [],
  issuers: [],
  basePaths: ['/orders'],
};

let dir = '';
let sample: SampleVault;
const points: string[] = [];

interface Dumped {
  readonly kind: string;
  readonly id: string;
  readonly configHash: string;
  readonly secretHash: string | null;
  readonly body?: string;
  readonly hidden?: readonly string[];
  readonly files?: readonly { readonly path: string; readonly base64: string }[];
}

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-reader-'));
  const clock = createManualClock(Date.UTC(2026, 4, 10));
  const container = createFolderBlobContainer({ folder: join(dir, 'vault'), random: systemRandom });
  await container.create();
  sample = await createSampleVault({ store: container.store, clock });
  for (const roles of [['writer'], ['reader'], ['restorer'], ['verifier'], ['root']] as const) {
    await mkdir(join(dir, roles[0]));
    await writeFile(join(dir, roles[0], `${roles[0]}.key`), sample.keyFiles[roles[0]]);
  }
  const vault = await sample.open('writer', 'restorer');
  await openTrail(vault, ['root', 'writer']);
  const resources = Array.from({ length: 300 }, (_, number) => ({
    id: `apps/${number}`,
    text: `ünï ${number}`,
    secret: `s"${number}\\`,
  }));
  points.push(await capture(vault, clock, resources));
  const changed = resources.map((resource) =>
    resource.id.endsWith('7') ? { ...resource, secret: 'rotated' } : resource,
  );
  points.push(await capture(vault, clock, changed.slice(5)));
  points.push(await captureBundle(vault));
});

after(() => rm(dir, { recursive: true }));

/** An action whose head the next points name, and one of another process that names it. */
async function openTrail(vault: Vault, signers: readonly AuditSigner[]): Promise<void> {
  const opened = { principal: { type: 'user', name: 'ann' }, host: 'desk', process: 7, tool: 'holdfast 0' } as const;
  const stream = vault.audit.open({ opened, signers, spools: false });
  await stream.append({ event: 'began', action: 'backup', effect: 'changes', given: { reason: 'ünï' } });
  await stream.append({ event: 'declared', facts: { planHash: 'f00' } });
  await stream.close({ event: 'ended', result: 'done', exit: 0, facts: {} });
  vault.audit.follow(stream);
  await sample.clock.advance(60_000);
}

/** A point of a new epoch that also has a bundle and a body with duplicate keys. */
async function captureBundle(vault: Vault): Promise<string> {
  await sample.clock.advance(60_000);
  const startedAt = sample.clock.now();
  const writer = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt,
    scope: { type: 'all' },
    signer: 'writer',
    newEpoch: true,
  });
  const keys = writer.collection(sampleKind);
  const text = '{ "consumerSecret" : "a", "n": 1.50e+2,\n"consumer\\u0053ecret":"b\\n", "x": [{"consumerSecret": 1}] }';
  await keys.add(
    { id: 'apps/odd', kind: sampleKind.name, configHash: vault.hasher.config(text) },
    { type: 'json', text },
  );
  await keys.finish();
  const revisions = writer.collection(kinds['proxy-revision']);
  const configHash = vault.hasher.config('bundle');
  await revisions.add(
    { id: 'apis/orders/revisions/~D', kind: 'proxy-revision', configHash },
    { type: 'bundle', files, facts },
  );
  await revisions.finish();
  return (await writer.commit(commitDetails(sample.clock.now()))).id;
}

function read(
  role: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [reader, join(dir, 'vault'), '--keys', join(dir, role), '--json', ...args], {
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
}

function dump(role: string, point: string): readonly Dumped[] {
  const { stdout, stderr, status } = read(role, '--point', point);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test('it lists the points that the vault lists', async () => {
  const { stdout, status, stderr } = read('reader');
  assert.equal(status, 0, stderr);
  const vault = await sample.open('writer');
  const listed = (await vault.listPoints(ORGANIZATION)).points;
  assert.deepEqual(
    JSON.parse(stdout),
    listed.map(({ id, organization, epoch, grade, endedAt, resources }) => ({
      point: id,
      organization,
      epoch,
      grade,
      endedAt,
      resources,
    })),
  );
  assert.deepEqual(
    listed.map(({ id }) => id),
    points,
  );
});

test('its dump is ours: every id, hash and body, with secrets', async () => {
  const vault = await sample.open('restorer');
  for (const point of points.slice(0, 2)) {
    const ours = await vault.openPoint(ORGANIZATION, point);
    const theirs = new Map(dump('restorer', point).map((resource) => [resource.id, resource]));
    let count = 0;
    for await (const entry of ours.entries(sampleKind.name)) {
      count += 1;
      const found = theirs.get(entry.id);
      assert.equal(found?.configHash, entry.configHash);
      assert.equal(found.secretHash, entry.secretHash ?? null);
      const secret = (await ours.readSecrets(entry)).get('consumerSecret');
      assert.equal(JSON.parse(found.body ?? '').consumerSecret, secret);
    }
    assert.equal(theirs.size, count);
  }
});

test('bodies come back byte for byte, bundles file by file, with the recovery kit alone', () => {
  const [odd, bundle] = dump('root', points[2] ?? '');
  assert.equal(
    odd?.body,
    '{ "consumerSecret" : "a", "n": 1.50e+2,\n"consumer\\u0053ecret":"b\\n", "x": [{"consumerSecret": 1}] }',
  );
  assert.deepEqual(
    bundle?.files,
    files.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString('base64') })),
  );
});

test('the reader key opens contents and no secret; the writer key opens no content', () => {
  const resource = dump('reader', points[0] ?? '')[0];
  assert.deepEqual(resource?.hidden, ['consumerSecret']);
  assert.equal(JSON.parse(resource.body ?? '').consumerSecret, null);
  assert.equal(read('writer').status, 0);
  const refused = read('writer', '--point', points[0] ?? '');
  assert.equal(refused.status, 13);
  assert.match(refused.stderr, /no key at hand opens the class config/);
});

test('a flipped bit in any blob of a point is found', async () => {
  const [newest = ''] = points.slice(-1);
  const epoch = join(dir, 'vault', 'orgs', ORGANIZATION, 'epochs', '000002');
  for (const folder of ['points', 'indexes', 'packs']) {
    const names = await readdir(join(epoch, folder));
    assert.ok(names.length > 0);
    for (const name of names) {
      const path = join(epoch, folder, name);
      const bytes = await readFile(path);
      const changed = Buffer.from(bytes);
      const at = Math.floor(bytes.length / 2);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await rm(path);
      await writeFile(path, changed);
      assert.equal(read('restorer', '--point', newest).status, 13, `${folder}/${name}`);
      await rm(path);
      await writeFile(path, bytes);
    }
  }
  assert.equal(read('restorer', '--point', newest).status, 0);
});

for (const [what, hurt] of [
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['no JSON any more', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 8), Buffer.from('!'), bytes.subarray(9)])],
] as const) {
  test(`the document of an epoch that is ${what} is named, and hurts no point of another epoch`, async () => {
    const name = `orgs/${ORGANIZATION}/epochs/000001/epoch`;
    const path = join(dir, 'vault', name);
    const bytes = await readFile(path);
    await rm(path);
    await writeFile(path, hurt(bytes));
    const [listed, newest, own, trail] = [
      read('reader'),
      read('restorer', '--point', points.at(-1) ?? ''),
      read('restorer', '--point', points[0] ?? ''),
      read('reader', '--audit'),
    ];
    await rm(path);
    await writeFile(path, bytes);
    const rows: readonly { readonly point: string }[] = JSON.parse(listed.stdout);
    assert.deepEqual([listed.status, rows.map(({ point }) => point)], [13, points]);
    const named = `passed over: ${name}: it`;
    for (const { stderr } of [listed, newest, own]) assert.ok(stderr.startsWith(named), stderr);
    assert.deepEqual([newest.status, own.status, own.stdout, trail.status], [0, 13, '', 13]);
    assert.ok(trail.stderr.startsWith(`${name}: it`), trail.stderr);
  });
}

test('the audit trail is read and checked by the document alone, and what is cut off is found', async () => {
  await openTrail(await sample.open('root'), ['root']);
  const { stdout, status, stderr } = read('reader', '--audit');
  assert.equal(status, 0, stderr);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const stored = await Array.fromAsync((await sample.open('writer')).audit.records({}));
  assert.equal(lines.length, 8);
  assert.deepEqual(
    lines,
    stored.map(({ batch, hash, record }) => ({ batch, hash, record })),
  );
  const [first] = stored;
  const tail = join(dir, 'vault', (first?.batch ?? '').replace(/000000$/, '000002'));
  const bytes = await readFile(tail);
  await rm(tail);
  const cut = read('reader', '--audit');
  await writeFile(tail, bytes);
  assert.equal(cut.status, 13);
  assert.match(cut.stderr, /000002: it is not there as something else names it/);
});

test('what a sweep names is no point any more, before its manifest is gone and after; what is withdrawn is one again', async () => {
  const listed = (): readonly string[] => {
    const { stdout, status, stderr } = read('reader');
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout).map(({ point }: { readonly point: string }) => point);
  };
  const { prunes } = await sample.open('pruner');
  const { points: known } = await prunes.readPruneGround(ORGANIZATION);
  const [swept, kept] = known.map(({ summary, manifest }) => ({ point: summary.id, name: manifest.name }));
  assert.ok(swept !== undefined && kept !== undefined);
  const policy = { hourly: 0, daily: 1, weekly: 0, monthly: 0, yearly: 0, zone: 'UTC' };
  const at = sample.clock.now();
  const mark = await prunes.markPrune(
    ORGANIZATION,
    {
      step: 'mark',
      policy: { ...policy, minimumVerified: 1, guaranteedDays: 0 },
      graceDays: 1,
      points: [{ ...swept, time: at }],
      objects: [],
      kept: [],
    },
    at,
  );
  assert.deepEqual(listed(), points, 'a mark sweeps nothing');
  const begun = await prunes.addPruneStep(
    ORGANIZATION,
    mark,
    { step: 'sweep', points: [swept, kept], objects: [] },
    at,
  );
  assert.deepEqual(listed(), points.slice(2));
  await prunes.addPruneStep(ORGANIZATION, begun, { step: 'withdrawn', names: [kept.name], why: 'a test' }, at);
  assert.deepEqual(listed(), points.slice(1));
  await prunes.deletePruned(ORGANIZATION, swept.name);
  assert.deepEqual(listed(), points.slice(1));
  const vault = await sample.open('writer');
  assert.deepEqual(
    (await vault.listPoints(ORGANIZATION)).points.map(({ id }) => id),
    points.slice(1),
  );
  await assert.rejects(prunes.deletePruned(ORGANIZATION, 'vault.json'), { code: 'INTERNAL' });
});
