import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertJunit } from '../../src/cli/render/junit-shape.fixture.ts';
import { sarifSchema } from '../../src/cli/render/sarif-schema.fixture.ts';
import type { KindName } from '../../src/core/kinds/index.ts';
import { kindNames, kinds } from '../../src/core/kinds/index.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const servers = 'environments/test/targetservers';

async function send(
  url: string,
  method: 'POST' | 'PUT',
  body: { readonly name: string; readonly [field: string]: unknown },
) {
  const path = `${url}/v1/organizations/acme-prod/${servers}${method === 'POST' ? '' : `/${body.name}`}`;
  const { ok } = await fetch(path, {
    method,
    headers: { authorization: 'Bearer journey-token', 'content-type': 'application/json' },
    body: JSON.stringify({ host: 'backend.example', port: 443, ...body }),
  });
  assert.ok(ok);
}

test('what a rule covers is counted apart, in every comparison, plan and restore; an ended rule is named', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { url } = workplace;
  for (const name of ['one', 'two']) await send(url, 'POST', { name, description: 'as it was' });
  await workplace.run(['backup']);
  await send(url, 'PUT', { name: 'one', description: 'tuned by hand' });
  await send(url, 'PUT', { name: 'two', description: 'tuned by hand', port: 8443 });
  await send(url, 'POST', { name: 'three' });
  const config = [
    'ignore:',
    `  - { at: '${servers}/*', fields: [description], reason: texts are free, until: 2999-12-31 }`,
    `  - { at: '${servers}/three', reason: a trial, until: 2999-12-31 }`,
    "  - { at: 'apis/**', reason: long ago, until: 2001-01-01 }",
  ];
  await writeFile(join(workplace.folder, 'holdfast.yaml'), `${config.join('\n')}\n`);

  const drift = await workplace.json('drift', ['drift']);
  assert.equal(drift.exit, 2);
  assert.deepEqual(
    drift.document.differences.map(({ id, fields, ignoredFields }) => [
      id,
      fields.map(({ path }) => path),
      ignoredFields,
    ]),
    [[`${servers}/two`, ['port'], ['description']]],
  );
  assert.deepEqual(
    drift.document.ignored.map(({ id, change, ignoredBy }) => [id, change, ignoredBy.reason]),
    [
      [`${servers}/one`, 'changed', 'texts are free'],
      [`${servers}/three`, 'added', 'a trial'],
    ],
  );
  assert.deepEqual(drift.document.expiredRules, [
    { rule: 'ignore apis/**', reason: 'long ago', until: '2001-01-01T23:59:59.999Z' },
  ]);
  const summary = drift.document.summary.find(({ kind }) => kind === 'target-server');
  assert.deepEqual([summary?.changed, summary?.added, summary?.ignored], [1, 0, 2]);
  assert.match(drift.stderr.replaceAll(/\s+/g, ' '), /Warning: The rule "ignore apis\/\*\*" ended at .*long ago/);
  const table = await workplace.run(['drift']);
  assert.match(
    table.stdout,
    /Ignored by rule \(2\):\n {2}1 by "ignore environments\/test\/targetservers\/\*" until 2999/,
  );
  const cases = await workplace.run(['drift', '-o', 'junit']);
  assert.ok(assertJunit(cases.stdout).includes(`${servers}/one`));
  assert.match(cases.stdout, /failures="2" errors="0" skipped="2"/);
  const log = sarifSchema.parse(JSON.parse((await workplace.run(['drift', '-o', 'sarif'])).stdout));
  const suppressed = log.runs[0]?.results.filter(({ suppressions }) => suppressions !== undefined);
  assert.equal(suppressed?.length, 2);
  assert.match((await workplace.run(['drift', '-o', 'markdown'])).stdout, /Ignored by rule \(2\):/);

  const plan = await workplace.json('plan', ['plan', '--delete-extra']);
  assert.deepEqual(
    plan.document.resources.map(({ id, change }) => [id, change]),
    [[`${servers}/two`, 'update']],
  );
  assert.deepEqual(
    plan.document.ignored?.map(({ id }) => id),
    [`${servers}/one`, `${servers}/three`],
  );
  assert.match(plan.document.risks[0]?.risk ?? '', /fields that a rule ignores come back too: description/);
  const restored = await workplace.run(['restore', '--point', 'latest', '--delete-extra', '--yes']);
  assert.equal(restored.exit, 0, restored.stderr);
  // Nothing that counts is left, and what is ignored is still said.
  const after = await workplace.json('drift', ['drift']);
  assert.deepEqual([after.exit, after.document.differences, after.document.ignored.length], [0, [], 2]);
  const again = await workplace.json('plan', ['plan', '--delete-extra', '--exit-code']);
  assert.deepEqual([again.exit, again.document.calls], [0, []]);
  const unruled = await workplace.run(['drift', '--config', '/dev/null']);
  assert.equal(unruled.exit, 2);
});

test('with the writer key alone rules over whole resources hold, and fields are not guessed', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await send(workplace.url, 'POST', { name: 'one', description: 'as it was' });
  await workplace.run(['backup']);
  await send(workplace.url, 'PUT', { name: 'one', description: 'tuned by hand' });
  const ruleOf = (fields: string): Promise<void> =>
    writeFile(
      join(workplace.folder, 'holdfast.yaml'),
      `ignore: [{ at: '${servers}/one', ${fields}reason: known, until: 2999-12-31 }]\n`,
    );
  const writer = await readFile(join(workplace.folder, 'keys', 'writer.key'), 'utf8');
  const environment = { HOLDFAST_KEYS: './none', HOLDFAST_WRITER_KEY: writer };
  await ruleOf('fields: [description], ');
  assert.equal((await workplace.run(['drift'])).exit, 0);
  assert.equal((await workplace.run(['drift'], { environment })).exit, 2);
  await ruleOf('');
  assert.equal((await workplace.run(['drift'], { environment })).exit, 0);
});

/** What is not known either where developers may not be read: what is theirs, and AppGroups, whose members they are. */
const isOfDevelopers = (name: KindName): boolean => /^(?:developers|appgroups)\//.test(kinds[name].idPattern);

test('an accepted gap counts in comparisons and plans as it does in a backup', async (t) => {
  const workplace = await createBackedWorkplace(t);
  workplace.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: '*developers*' }]);
  const gap = (until: string): Promise<void> =>
    writeFile(
      join(workplace.folder, 'holdfast.yaml'),
      `acceptedGaps: [${kindNames
        .filter(isOfDevelopers)
        .map((kind) => `{ kind: ${kind}, reason: elsewhere, until: ${until} }`)
        .join(', ')}]\n`,
    );
  await gap('2999-12-31');
  assert.equal((await workplace.run(['backup'])).exit, 0);
  const drift = await workplace.json('drift', ['drift']);
  assert.equal(drift.exit, 0);
  assert.ok(drift.document.ignored.length > 0);
  assert.ok(drift.document.ignored.every(({ ignoredBy }) => ignoredBy.rule.startsWith('acceptedGaps ')));
  const plan = await workplace.json('plan', ['plan', '--exit-code']);
  assert.deepEqual([plan.exit, plan.document.unknown], [0, []]);
  await gap('2001-01-01');
  const ended = await workplace.json('drift', ['drift']);
  assert.equal(ended.exit, 3);
  assert.match(ended.stderr.replaceAll(/\s+/g, ' '), /The rule "acceptedGaps developer" ended at 2001/);
});

test('a rule that could never apply, or says no reason or end, is refused with its line', async (t) => {
  const workplace = await createBackedWorkplace(t);
  for (const [rule, message] of [
    ["{ at: 'proxys/*', reason: x, until: 2999-12-31 }", /No resource has an id that "proxys\/\*" could match/],
    ["{ at: 'apis/**', until: 2999-12-31 }", /ignore\[0\]\.reason/],
    ["{ at: 'apis/**', reason: x }", /ignore\[0\]\.until/],
    ["{ at: 'apis/**', reason: x, until: soon }", /must be a day/],
    ["{ at: 'apis/**', reason: x, until: 2999-12-31, field: [a] }", /did you mean fields\?/],
  ] as const) {
    await writeFile(join(workplace.folder, 'holdfast.yaml'), `ignore: [${rule}]\n`);
    const { exit, stderr } = await workplace.run(['points']);
    assert.equal(exit, 64, rule);
    assert.match(stderr.replaceAll(/\s+/g, ' '), message);
  }
});
