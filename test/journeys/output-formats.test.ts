import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { formatNames, usualFormats } from '../../src/cli/output.ts';
import { registry } from '../../src/cli/registry.ts';
import { isPrintable } from '../../src/cli/render/printable.ts';
import { assertJunit } from '../../src/cli/render/junit-shape.fixture.ts';
import { sarifSchema } from '../../src/cli/render/sarif-schema.fixture.ts';
import { createBackedWorkplace, createWorkplace } from '../harness/run-holdfast.ts';

/** Acts on a terminal, ends a code span, a cell, a line, an element, a mention. */
const hostile = '\u001b[2J`|\n<img src=x> @everyone \u202e]]> ```';

const commandLines: Readonly<Record<string, readonly string[]>> = {
  points: ['points'],
  show: ['show', 'latest'],
  ls: ['ls', 'latest', 'environments/**'],
  cat: ['cat', 'latest', 'environments/test'],
  diff: ['diff', 'latest', 'live'],
  drift: ['drift'],
  plan: ['plan'],
  verify: ['verify'],
};

test('a format that a verb does not have is 64 with those that it has', async (t) => {
  const workplace = await createWorkplace(t);
  for (const { name, load } of registry) {
    const { formats = usualFormats, arguments: words } = await load();
    const needed = words.filter(({ optional }) => optional !== true).map(() => 'x');
    for (const format of [...formatNames, 'xml'].filter((one) => !formats.some((own) => own === one))) {
      const { exit, stdout, stderr } = await workplace.run([name, ...needed, '-o', format]);
      assert.equal(exit, 64, `${name} -o ${format}: ${stderr}`);
      assert.equal(stdout, '');
      assert.ok(stderr.replaceAll(/\s+/g, ' ').includes(`Choose one of ${formats.join(', ')}.`), stderr);
    }
    const help = await workplace.run([name, '--help']);
    assert.ok(help.stdout.replaceAll(/\s+/g, ' ').includes(`formats: ${formats.join(', ')} `), name);
  }
  assert.equal((await workplace.run(['--version', '-o', 'yaml'])).exit, 0);
  assert.equal((await workplace.run(['--version', '-o', 'sarif'])).exit, 64);
});

test('every format of every verb is what it says, and hostile names act on nothing', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await putServer(workplace.url, 'POST', 'plain');
  const first = await workplace.json('backup', ['backup']);
  workplace.simulator.wreck();
  await putServer(workplace.url, 'PUT', hostile);
  for (const [verb, argv] of Object.entries(commandLines)) {
    const { formats = usualFormats } = (await registry.find(({ name }) => name === verb)?.load()) ?? {};
    const json = await workplace.run([...argv, '-o', 'json']);
    assert.ok(json.exit === 0 || json.exit === 2, `${verb}: ${json.stderr}`);
    const document: unknown = withoutPlanning(JSON.parse(json.stdout));
    for (const format of formats) {
      const { exit, stdout, stderr } = await workplace.run([...argv, '-o', format]);
      assert.equal(exit, json.exit, `${verb} -o ${format}: ${stderr}`);
      assert.ok(isPrintable(stdout.replaceAll('\n', '')), `${verb} -o ${format}`);
      if (format === 'yaml') assert.deepEqual(withoutPlanning(parse(stdout)), document, verb);
      if (format === 'ndjson') for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
      if (format === 'junit') assertJunit(stdout);
      if (format === 'sarif') sarifSchema.parse(JSON.parse(stdout));
      if (format === 'markdown') assert.ok(stdout.length > 100);
    }
  }
  const drift = await workplace.json('drift', ['drift']);
  const lines = (await workplace.run(['drift', '-o', 'ndjson'])).stdout.trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line): unknown => JSON.parse(line)),
    drift.document.differences,
  );
  const cases = assertJunit((await workplace.run(['drift', '-o', 'junit'])).stdout);
  const counting = drift.document.differences.filter(({ informational }) => !informational);
  for (const { id } of counting) assert.ok(cases.includes(id), id);
  for (const { kind } of drift.document.summary) assert.ok(cases.includes(kind), kind);
  const { runs } = sarifSchema.parse(JSON.parse((await workplace.run(['drift', '-o', 'sarif'])).stdout));
  const results = runs[0]?.results ?? [];
  assert.equal(results.length, counting.length);
  assert.equal(
    new Set(results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints))).size,
    results.length,
  );
  const verified = assertJunit((await workplace.run(['verify', '-o', 'junit'])).stdout);
  assert.deepEqual(verified, [first.document.point]);
  const rows = (await workplace.run(['show', 'latest', '-o', 'ndjson'])).stdout.trimEnd().split('\n');
  assert.deepEqual(
    rows.map((line): unknown => JSON.parse(line)),
    first.document.ledger,
  );
});

test('markdown shows what changed, with foreign text as code', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await putServer(workplace.url, 'POST', 'plain');
  await workplace.run(['backup']);
  await putServer(workplace.url, 'PUT', hostile);
  const { exit, stdout } = await workplace.run(['drift', '-o', 'markdown']);
  assert.equal(exit, 2);
  assert.match(stdout, /^### `acme-prod`: from `p[0-9a-f]+` to `live`\n\n\*\*1 changed\*\*\n/);
  assert.match(stdout, /\*\*changed\*\* `environments\/test\/targetservers\/hostile`/);
  // The block's fence is longer than the three backticks in it.
  assert.match(stdout, /\n````diff\n- description: "plain"\n\+ description: ".*@everyone.*"\n````\n/);
  const plan = await workplace.run(['plan', '-o', 'markdown']);
  assert.match(plan.stdout, /#### Update \(1\)\n\n- `environments\/test\/targetservers\/hostile`.*\(`description`\)/);
});

async function putServer(url: string, method: 'POST' | 'PUT', description: string): Promise<void> {
  const servers = `${url}/v1/organizations/acme-prod/environments/test/targetservers`;
  const { ok } = await fetch(method === 'POST' ? servers : `${servers}/hostile`, {
    method,
    headers: { authorization: 'Bearer journey-token', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'hostile', host: 'backend.example', port: 443, description }),
  });
  assert.ok(ok);
}

/** A plan says when it was made, and its hash covers that. */
function withoutPlanning(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || !('plannedAt' in document)) return document;
  return { ...document, plannedAt: '', hash: '' };
}
