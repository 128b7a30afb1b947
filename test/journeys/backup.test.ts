import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

/** A monitor that remembers what it is told. */
async function startMonitor(
  t: TestContext,
): Promise<{ readonly url: string; readonly heard: string[]; close(): void }> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    text(request)
      .then((body) => {
        heard.push(`${request.url} ${body}`.trim());
        response.end('OK');
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  t.after(close);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the monitor has no port');
  return { url: `http://127.0.0.1:${address.port}/abc?tag=nightly`, heard, close };
}

test('a monitor hears of the start and the end, and of what was not whole at /fail', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const monitor = await startMonitor(t);
  const environment = { HOLDFAST_PING_URL: monitor.url };
  const taken = await workplace.json('backup', ['backup'], { environment });
  const { point, auditHeads } = taken.document;
  const count = taken.document.ledger.reduce((sum, row) => sum + row.captured, 0);
  assert.deepEqual(monitor.heard, [
    '/abc/start?tag=nightly',
    `/abc?tag=nightly acme-prod: ${point}, complete, ${count} resources\naudit head ${auditHeads.join()}`,
  ]);
  monitor.heard.length = 0;
  workplace.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: '*developers*' }]);
  assert.equal((await workplace.run(['backup'], { environment })).exit, 3);
  assert.match(
    monitor.heard.join('\n'),
    /^\/abc\/start\?tag=nightly\n\/abc\/fail\?tag=nightly acme-prod: p\w+, partial/,
  );
  monitor.heard.length = 0;
  workplace.simulator.setTokens({ valid: ['another'] });
  assert.equal((await workplace.run(['backup'], { environment })).exit, 12);
  assert.match(monitor.heard.join('\n'), /^\/abc\/start\?tag=nightly\n\/abc\/fail\?tag=nightly [A-Z_]+: /);
});

test('a monitor that is down does not fail the backup, and is not kept silent', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const monitor = await startMonitor(t);
  monitor.close();
  const { exit, stderr } = await workplace.run(['backup'], { environment: { HOLDFAST_PING_URL: monitor.url } });
  assert.equal(exit, 0);
  assert.match(stderr, /Warning: The monitor of HOLDFAST_PING_URL was not reached/);
});

test('a selection is captured, and the rest is unknown', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { document } = await workplace.json('backup', [
    'backup',
    '--kinds',
    'target-server',
    '--only',
    'environments/prod/**',
  ]);
  const listed = await workplace.json('ls', ['ls', document.point]);
  assert.ok(listed.document.resources.length > 0);
  for (const { id, kind } of listed.document.resources) {
    assert.equal(kind, 'target-server');
    assert.match(id, /^environments\/prod\//);
  }
  // A selection is no point of the organization.
  assert.equal((await workplace.run(['show', 'latest'])).exit, 1);
  const { document: drift } = await workplace.json('drift', ['drift', '--point', document.point]);
  assert.ok(drift.differences.every(({ change }) => change === 'unknown'));
});

test('a second backup of the same reads less, downloads nothing and writes little', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const first = await workplace.json('backup', ['backup']);
  const second = await workplace.json('backup', ['backup']);
  assert.ok(second.document.calls < first.document.calls);
  assert.ok(second.document.bytesWritten < first.document.bytesWritten / 4);
  const bundles = workplace.simulator.log.entries.filter(({ path }) => path.includes('format=bundle'));
  assert.equal(bundles.length, 35);
});

test('the configuration file says what flags and environment do not', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const lines = [
    `endpoint: ${workplace.url}`,
    'vault: file:./vault',
    'keys: ./keys',
    'organizations:',
    '  - name: acme-prod',
    '    select: { kinds: [target-server] }',
    '    acceptedGaps: [{ kind: developer, reason: read elsewhere, until: 2999-12-31 }]',
  ];
  await writeFile(join(workplace.folder, 'holdfast.yaml'), `${lines.join('\n')}\n`);
  const environment = {
    HOLDFAST_ORG: undefined,
    HOLDFAST_VAULT: undefined,
    HOLDFAST_KEYS: undefined,
    HOLDFAST_APIGEE_ENDPOINT: undefined,
  };
  const { exit, document } = await workplace.json('backup', ['backup'], { environment });
  assert.equal(exit, 0);
  assert.equal(document.organization, 'acme-prod');
  assert.deepEqual(
    document.ledger.filter(({ captured }) => captured > 0).map(({ kind }) => kind),
    ['target-server'],
  );
  workplace.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: '*developers*' }]);
  const accepted = await workplace.json('backup', ['backup', '--kinds', 'developer'], { environment });
  assert.equal(accepted.exit, 0);
  assert.equal(accepted.document.ledger.find(({ kind }) => kind === 'developer')?.accepted, 1);
});

test('what was read of the vault is kept near by where a folder is named', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const environment = { HOLDFAST_CACHE_DIR: './cache' };
  assert.equal((await workplace.run(['ls', 'latest'], { environment })).exit, 0);
  const kept = await readdir(join(workplace.folder, 'cache'), { recursive: true });
  assert.ok(kept.length > 0);
});

test('the organization is the only one of the vault where none is named', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const environment = { HOLDFAST_ORG: undefined };
  const unnamed = await workplace.run(['backup'], { environment });
  assert.equal(unnamed.exit, 64);
  assert.match(unnamed.stderr, /--org/);
  assert.equal((await workplace.run(['backup'])).exit, 0);
  const second = await workplace.json('backup', ['backup'], { environment });
  assert.deepEqual([second.exit, second.document.organization], [0, 'acme-prod']);
});
