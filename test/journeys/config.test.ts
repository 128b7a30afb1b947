import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OutputDocument } from '../../src/cli/schema/documents.ts';
import { createWorkplace } from '../harness/run-holdfast.ts';

type Printed = OutputDocument<'config'>['organizations'][number];

function valueOf({ values }: Printed, name: string): readonly unknown[] {
  const [found, ...others] = values.filter((value) => value.name === name);
  assert.ok(found !== undefined && others.length === 0, `one value ${name}`);
  return [found.value, found.origin, found.where];
}

const FILE = `vault: file:./vault
quotaPerMinute: 3000
pingUrl: https://monitor.example/ping/0123456789abcdef
acceptedGaps:
  - {kind: developer, reason: hybrid, until: '2027-01-31'}
organizations:
  - name: acme-prod
    quotaPerMinute: 9000
    select:
      kinds: [proxy, target-server]
  - name: acme-test
    keys: ./test-keys
`;

test('each setting is shown with the flag, variable, file and line, or default it comes from', async (t) => {
  const workplace = await createWorkplace(t, {
    HOLDFAST_VAULT: undefined,
    HOLDFAST_KEYS: undefined,
    HOLDFAST_QUOTA_PER_MINUTE: undefined,
    HOLDFAST_QUOTA_SHARE: '0.25',
    HOLDFAST_APIGEE_TOKEN: 'hunter2hunter2',
    HOLDFAST_APIGEE_ENDPOINT: 'https://apigee.example',
    HOLDFAST_WRITER_KEY: 'hunter2hunter2',
  });
  const file = join(workplace.folder, 'holdfast.yaml');
  await writeFile(file, FILE);
  const { exit, document, stdout } = await workplace.json('config', [
    'config',
    'print',
    '--org',
    'acme-prod',
    '--state',
    'file:./elsewhere',
  ]);
  assert.equal(exit, 0);
  assert.equal(document.file, file);
  assert.equal(document.organizations.length, 1);
  const [printed] = document.organizations;
  assert.ok(printed !== undefined);
  assert.equal(printed.organization, 'acme-prod');
  assert.deepEqual(valueOf(printed, 'org'), ['acme-prod', 'flag', '--org']);
  assert.deepEqual(valueOf(printed, 'state'), ['file:./elsewhere', 'flag', '--state']);
  assert.deepEqual(valueOf(printed, 'quota-share'), ['0.25', 'environment', 'HOLDFAST_QUOTA_SHARE']);
  assert.deepEqual(valueOf(printed, 'endpoint'), ['https://apigee.example', 'environment', 'HOLDFAST_APIGEE_ENDPOINT']);
  assert.deepEqual(valueOf(printed, 'vault'), [`file:${join(workplace.folder, 'vault')}`, 'file', `${file}:1`]);
  assert.deepEqual(valueOf(printed, 'quota-per-minute'), ['9000', 'file', `${file}:8`]);
  assert.deepEqual(valueOf(printed, 'kinds'), [['proxy', 'target-server'], 'file', `${file}:10`]);
  assert.deepEqual(valueOf(printed, 'revisions'), ['5', 'default', null]);
  assert.deepEqual(valueOf(printed, 'keys'), [null, 'unset', null]);
  assert.deepEqual(valueOf(printed, 'acceptedGaps').slice(1), ['file', `${file}:5`]);
  assert.deepEqual(valueOf(printed, 'pingUrl'), ['(hidden)', 'file', `${file}:3`]);
  assert.deepEqual(valueOf(printed, 'HOLDFAST_APIGEE_TOKEN'), ['(hidden)', 'environment', 'HOLDFAST_APIGEE_TOKEN']);
  assert.ok(!stdout.includes('hunter2') && !stdout.includes('0123456789abcdef'));
  const table = await workplace.run(['config', 'print', '--org', 'acme-prod']);
  assert.match(table.stdout, /quota-per-minute +9000 +holdfast\.yaml:8\n/);
  assert.ok(!table.stdout.includes('hunter2') && !table.stdout.includes('0123456789abcdef'));
});

test('with several organizations and none named, each is shown; without a file, what counts anyway', async (t) => {
  const workplace = await createWorkplace(t, { HOLDFAST_KEYS: undefined, HOLDFAST_QUOTA_PER_MINUTE: undefined });
  const bare = await workplace.json('config', ['config', 'print']);
  assert.equal(bare.document.file, null);
  assert.deepEqual(
    bare.document.organizations.map(({ organization }) => organization),
    [null],
  );
  await writeFile(join(workplace.folder, 'holdfast.yaml'), FILE);
  const { document } = await workplace.json('config', ['config', 'print']);
  assert.deepEqual(
    document.organizations.map((printed) => [printed.organization, valueOf(printed, 'quota-per-minute')[0]]),
    [
      ['acme-prod', '9000'],
      ['acme-test', '3000'],
    ],
  );
  const yaml = await workplace.run(['config', 'print', '-o', 'yaml']);
  assert.match(yaml.stdout, /^schema: holdfast\/config\/1\n/);
});

test('another word than print is 64, and so is a file that cannot be used', async (t) => {
  const workplace = await createWorkplace(t);
  const wrong = await workplace.run(['config', 'edit']);
  assert.equal(wrong.exit, 64);
  assert.match(wrong.stderr, /holdfast config print/);
  await writeFile(join(workplace.folder, 'holdfast.yaml'), 'vualt: file:./vault\n');
  const broken = await workplace.run(['config', 'print']);
  assert.equal(broken.exit, 64);
  assert.match(broken.stderr, /did you mean vault/);
});
