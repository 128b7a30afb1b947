import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

test('resources are found by fields, terms together, and by lines of bundles', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const all = await workplace.json('ls', ['ls', 'latest', 'environments/*/targetservers/*']);
  const ports = await workplace.json('find', ['find', 'latest', 'port=443', '--kinds', 'target-server']);
  assert.equal(ports.exit, 0);
  assert.equal(ports.document.searched, all.document.resources.length);
  assert.ok(ports.document.resources.length > 0);
  for (const { kind, matches } of ports.document.resources) {
    assert.equal(kind, 'target-server');
    assert.deepEqual(matches, [{ term: 'port=443', at: 'port', value: '443' }]);
  }
  const name = ports.document.resources[0]?.id.split('/').at(-1) ?? '';
  const both = await workplace.json('find', ['find', 'latest', 'port=443', `name~^${name}$`]);
  assert.ok(both.document.resources.length > 0);
  assert.ok(both.document.resources.every(({ id, matches }) => id.endsWith(`/${name}`) && matches.length === 2));
  assert.ok(both.document.resources.length <= ports.document.resources.length);

  const files = await workplace.json('find', ['find', 'latest', 'bundle.file~<VerifyAPIKey\\b', '--only', 'apis/**']);
  assert.ok(files.document.resources.length > 0);
  const [first] = files.document.resources;
  assert.equal(first?.kind, 'proxy-revision');
  const [, path = '', line = ''] = /^(.*):(\d+)$/.exec(first.matches[0]?.at ?? '') ?? [];
  const file = await workplace.run(['cat', 'latest', `${first.id}:${path}`]);
  assert.match(file.stdout.split('\n')[Number(line) - 1] ?? '', /<VerifyAPIKey/);

  const table = await workplace.run(['find', 'latest', 'bundle.file~<VerifyAPIKey\\b', '--only', 'apis/**']);
  assert.match(
    table.stdout,
    /^proxy-revision {2}apis\/\S+ \(apis\/\S+@\d+\)\n {4}apiproxy\/policies\/\S+\.xml:\d+: <VerifyAPIKey/,
  );
  const lines = (await workplace.run(['find', 'latest', 'port=443', '-o', 'ndjson'])).stdout.trimEnd().split('\n');
  assert.deepEqual(
    lines.map((one): unknown => JSON.parse(one)),
    (await workplace.json('find', ['find', 'latest', 'port=443'])).document.resources,
  );
});

test('nothing found is 0, and says what was not searched', async (t) => {
  const workplace = await createBackedWorkplace(t);
  workplace.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: '*targetservers*' }]);
  await workplace.run(['backup', '--kinds', 'environment,target-server']);
  workplace.simulator.setFaults([]);
  const { document } = await workplace.json('points', ['points']);
  const point = document.points[0]?.id ?? '';
  const nothing = await workplace.json('find', ['find', point, 'host=nowhere.example']);
  assert.equal(nothing.exit, 0);
  assert.deepEqual(nothing.document.resources, []);
  const unsearched = nothing.document.notSearched;
  assert.ok(unsearched.some(({ kind, reason }) => kind === 'target-server' && reason.includes('403')));
  assert.ok(unsearched.some(({ kind, reason }) => kind === 'developer' && reason.includes('does not have')));
  const table = await workplace.run(['find', point, 'host=nowhere.example']);
  assert.equal(table.stdout, '');
  assert.match(table.stderr, /0 of 4 resources match\./);
  assert.match(table.stderr, /Not searched: .*403/);
});

test('sealed secrets match nothing unless they are revealed; other credentials are masked', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const keys = await workplace.json('ls', ['ls', 'latest', 'developers/*/apps/*/keys/*']);
  const id = keys.document.resources[0]?.id ?? '';
  const { stdout } = await workplace.run(['cat', 'latest', id, '--reveal']);
  const [, secret = ''] = /"consumerSecret": "([^"]+)"/.exec(stdout) ?? [];
  assert.ok(secret.length > 10);
  for (const term of [`consumerSecret=${secret}`, `consumerSecret~${secret}`, 'consumerSecret~hole|hidden']) {
    const sealed = await workplace.json('find', ['find', 'latest', term]);
    assert.deepEqual(sealed.document.resources, [], term);
  }
  const revealed = await workplace.json('find', ['find', 'latest', `consumerSecret=${secret}`, '--reveal']);
  assert.deepEqual(
    revealed.document.resources.map((one) => [one.id, one.matches[0]?.value]),
    [[id, secret]],
  );
  const reader = await readFile(join(workplace.folder, 'keys', 'reader.key'), 'utf8');
  const environment = { HOLDFAST_KEYS: './none', HOLDFAST_READER_KEY: reader };
  const refused = await workplace.run(['find', 'latest', `consumerSecret=${secret}`, '--reveal'], { environment });
  assert.deepEqual([refused.exit, refused.stdout], [12, '']);
  assert.equal((await workplace.run(['find', 'latest', 'host~.'], { environment })).exit, 0);
});

test('a term or pattern that makes no sense, or would hang, is 64 with the next step', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup', '--preset', 'gateway']);
  const point = (await workplace.json('points', ['points'])).document.points[0]?.id ?? '';
  const cases: readonly (readonly [terms: readonly string[], message: RegExp])[] = [
    [['host'], /no search term/],
    [['host~('], /no regular expression/],
    [['host=a', 'bundle.file~b'], /fields and files/],
    [['bundle.file~^(([a-z<>/ =".:-])+.)+[^\\s\\S]$'], /takes too long/],
  ];
  for (const [terms, message] of cases) {
    const { exit, stderr } = await workplace.run(['find', point, ...terms]);
    assert.equal(exit, 64, stderr);
    assert.match(stderr.replaceAll(/\s+/g, ' '), message);
    assert.match(stderr, /next /);
  }
  assert.equal((await workplace.run(['find', point])).exit, 64);
});
