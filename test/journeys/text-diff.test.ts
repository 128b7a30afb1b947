import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const authorization = 'Bearer journey-token';

async function putFile(url: string, method: 'POST' | 'PUT', text: string): Promise<void> {
  const files = `${url}/v1/organizations/acme-prod/environments/test/resourcefiles`;
  const body = new FormData();
  body.set('file', new Blob([text]), 'limits.js');
  const place = method === 'POST' ? `${files}?type=jsc&name=limits.js` : `${files}/jsc/limits.js`;
  const { ok, status } = await fetch(place, { method, headers: { authorization }, body });
  assert.ok(ok, String(status));
}

test('a resource file is told by its lines, credentials masked, and changes of its line ends as that', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await putFile(workplace.url, 'POST', 'var a = 1;\nvar b = 2;\nvar c = 3;\n');
  await workplace.run(['backup']);
  await putFile(workplace.url, 'PUT', 'var a = 1;\nvar apiKey = "correct-horse";\nvar c = 3;\n');
  const drift = await workplace.json('drift', ['drift', '--kinds', 'resource-file']);
  assert.equal(drift.exit, 2);
  const lines = drift.document.differences[0]?.fields[0]?.lines;
  assert.deepEqual(lines, ['@@ -1,3 +1,3 @@', ' var a = 1;', '-var b = 2;', '+var apiKey = "***";', ' var c = 3;']);
  assert.ok(!drift.stdout.includes('correct-horse'));
  const table = await workplace.run(['drift', '--kinds', 'resource-file']);
  assert.match(table.stdout, /\n {8}-var b = 2;\n {8}\+var apiKey = "\*\*\*";\n/);
  const markdown = await workplace.run(['drift', '--kinds', 'resource-file', '-o', 'markdown']);
  assert.match(markdown.stdout, /```diff\n! \w+:\n@@ -1,3 \+1,3 @@\n var a = 1;\n-var b = 2;\n/);
  await putFile(workplace.url, 'PUT', 'var a = 1;\r\nvar b = 2;\r\nvar c = 3;\r\n');
  const ends = await workplace.json('drift', ['drift', '--kinds', 'resource-file']);
  assert.deepEqual(ends.document.differences[0]?.fields[0]?.lines, ['(only line breaks differ: LF → CRLF)']);
});
