import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sarifSchema } from '../../src/cli/render/sarif-schema.fixture.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const password = 'correct-horse-battery';
const accessKey = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');

test('credentials in clear are counted in the ledger and told by place, never with their value', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const headers = { authorization: 'Bearer journey-token', 'content-type': 'application/json' };
  const before = await workplace.json('backup', ['backup']);
  const countOf = (rows: readonly { readonly kind: string; readonly credentials: number }[], kind: string): number =>
    rows.find((row) => row.kind === kind)?.credentials ?? 0;
  const organization = `${workplace.url}/v1/organizations/acme-prod`;
  const server = { name: 'legacy', host: 'b.example', port: 443, description: `password=${password}` };
  const named = { name: accessKey, host: 'b.example', port: 443 };
  for (const body of [server, named]) {
    const request = { method: 'POST', headers, body: JSON.stringify(body) };
    assert.ok((await fetch(`${organization}/environments/test/targetservers`, request)).ok);
  }
  const taken = await workplace.json('backup', ['backup']);
  assert.equal(countOf(taken.document.ledger, 'target-server'), countOf(before.document.ledger, 'target-server') + 2);
  assert.match(
    (await workplace.run(['show', 'latest'])).stdout.replaceAll(/\s+/g, ' '),
    /\d+ suspected credentials in clear in configuration, which reader\.key opens: .*target-server \d+/,
  );
  const shown = await workplace.json('show', ['show', 'latest']);
  const ours = shown.document.credentials.filter(({ kind }) => kind === 'target-server');
  const legacy = { id: 'environments/test/targetservers/legacy', kind: 'target-server', place: 'description' };
  assert.ok(
    ours.some((one) => JSON.stringify(one) === JSON.stringify({ ...legacy, what: 'value named as a credential' })),
  );
  const renamed = { id: 'environments/test/targetservers/***', kind: 'target-server', place: 'name' };
  assert.ok(ours.some((one) => JSON.stringify(one) === JSON.stringify({ ...renamed, what: 'AWS access key' })));
  assert.equal(shown.document.credentials.length, shown.document.findings.length);
  assert.equal(
    shown.document.ledger.reduce((sum, { credentials }) => sum + credentials, 0),
    shown.document.credentials.length,
  );
  // Names and places are of class meta: the writer's key shows them.
  const writer = await readFile(join(workplace.folder, 'keys', 'writer.key'), 'utf8');
  const environment = { HOLDFAST_KEYS: './none', HOLDFAST_WRITER_KEY: writer };
  for (const format of ['table', 'json', 'yaml', 'markdown', 'sarif']) {
    const { exit, stdout } = await workplace.run(['show', 'latest', '-o', format], { environment });
    assert.equal(exit, 0);
    assert.ok(!stdout.includes(password) && !stdout.includes(accessKey), format);
    if (format !== 'sarif') continue;
    const { runs } = sarifSchema.parse(JSON.parse(stdout));
    assert.equal(runs[0]?.results.length, shown.document.credentials.length);
  }
});
