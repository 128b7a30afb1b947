import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { googleRole } from '../../src/core/roles/google-roles.ts';
import { createWorkplace } from '../harness/run-holdfast.ts';

test('init identity prints one format or writes all, and says who may do what and what is missing', async (t) => {
  const workplace = await createWorkplace(t);
  const { folder, run, json } = workplace;
  const config = {
    identity: { trust: { host: 'github', repositoryId: '42', captureSubject: 'repo:a/b:ref:refs/heads/main' } },
  };
  await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify(config));
  const printed = await run(['init', 'identity']);
  assert.equal(printed.exit, 0, printed.stderr);
  assert.match(printed.stdout, /^#!\/usr\/bin\/env bash\n/);
  assert.match(printed.stdout, /assertion\.sub == .*repo:a\/b:ref:refs\/heads\/main/);
  assert.match(printed.stderr, /Not in the configuration.*PROJECT_ID/);
  const { document } = await json('init-identity', ['init', 'identity', '--out', 'set-up', '--host', 'aks']);
  assert.equal(document.host, 'aks');
  assert.deepEqual(
    document.files.map(({ format }) => format),
    ['gcloud', 'az', 'terraform', 'bicep'],
  );
  for (const { path } of document.files) assert.ok((await readFile(join(folder, path ?? ''), 'utf8')).length > 100);
  const bad: readonly (readonly [readonly string[], RegExp])[] = [
    [['init', 'identiy'], /init knows no "identiy"/],
    [['init', '--roles'], /--roles belongs to init identity/],
    [['init', 'identity', '--format', 'all'], /All formats together need a folder/],
    [['init', 'identity', '--roles', '--format', 'gcloud'], /--format means nothing to init identity --roles/],
    [['init', 'identity', '--roles', '--host', 'aks'], /--host means nothing to init identity --roles/],
    [['init', 'identity', '--host', 'azure'], /Choose one of container-apps/],
  ];
  for (const [argv, message] of bad) {
    const { exit, stderr } = await run(argv);
    assert.equal(exit, 64, stderr);
    assert.match(stderr, message);
  }
});

test('init identity --roles prints two roles as gcloud takes them', async (t) => {
  const { json } = await createWorkplace(t);
  const { document } = await json('init-identity', ['init', 'identity', '--roles']);
  assert.deepEqual(
    document.files.map(({ name }) => name),
    ['holdfast.capture.yaml', 'holdfast.restore.yaml'],
  );
  for (const [index, name] of (['capture', 'restore'] as const).entries()) {
    const role: unknown = parse(document.files[index]?.text ?? '');
    const { title, description, permissions } = googleRole(name);
    assert.deepEqual(role, { title, description, stage: 'GA', includedPermissions: [...permissions] });
  }
});
