import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { documents } from '../src/cli/schema/documents.ts';
import { errorCodes } from '../src/core/errors.ts';
import { kindNames } from '../src/core/kinds/index.ts';
import { cannotRestorePage } from './cannot-restore.ts';
import { changelogPage } from './changelog.ts';
import { errorCodeLink, errorCodesPage } from './error-codes-page.ts';
import { exitCodesPage } from './exit-codes.ts';
import { markdownTable } from './generated-file.ts';
import { generatedFiles } from './generated-files.ts';
import { outputFormatsPage, verbFormats } from './output-formats-page.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const { path, text } of generatedFiles(root)) {
  test(`${path} is current (npm run generate)`, () => assert.equal(readFileSync(join(root, path), 'utf8'), text));
}

test('schemas/ holds the generated schemas and nothing else', () => {
  const names = [...Object.keys(documents), 'configuration'].map((name) => `${name}.schema.json`);
  assert.deepEqual(readdirSync(join(root, 'schemas')).toSorted(), names.toSorted());
});

test('the page of exit statuses has every error code, with a meaning and a status of the table', () => {
  const { text } = exitCodesPage();
  for (const [code, { exit, fault }] of Object.entries(errorCodes)) {
    assert.match(
      text,
      new RegExp(`^\\| \\[\`${code}\`\\]\\(${errorCodeLink(code)}\\) \\| ${exit} \\| ${fault} \\| .{10,} \\|$`, 'm'),
    );
    assert.match(text, new RegExp(`^\\| ${exit} \\| .{3,} \\|$`, 'm'), `exit ${exit} of ${code}`);
  }
});

test('every error code has a section of its own: exit, fault, what it means, what to do', () => {
  const { path, text } = errorCodesPage();
  assert.equal(path, 'docs/errors.md');
  const sections = new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
  );
  assert.deepEqual([...sections.keys()], Object.keys(errorCodes));
  for (const [code, { exit, fault }] of Object.entries(errorCodes)) {
    assert.equal(errorCodeLink(code), `errors.md#${code.toLowerCase()}`);
    assert.match(
      sections.get(code) ?? '',
      new RegExp(`\n- Exit status: ${exit}\n- Fault: ${fault} \\(.+\\)\n\n.{10,}\n\n\\*\\*What to do:\\*\\* .{10,}\n`),
    );
  }
});

test('the page of what cannot be restored has every kind and every area that is not captured', () => {
  const { text } = cannotRestorePage();
  for (const name of kindNames) assert.match(text, new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  assert.match(text, /^\| `keystore` \| .+ \|$/m);
});

test('the page of output formats lists each format with the verbs that have it', () => {
  const { text } = outputFormatsPage(verbFormats);
  assert.match(text, /^\| `ndjson` \| .*`audit`.* \|/m);
  for (const format of ['junit', 'sarif'])
    assert.match(text, new RegExp(`^\\| \`${format}\` \\| .*\`posture\`.*\`secrets\``, 'm'));
  const page = outputFormatsPage([
    { name: 'one', formats: ['table', 'json'] },
    { name: 'two', formats: ['table', 'json', 'sarif'] },
    { name: 'three', formats: ['table'] },
  ]);
  assert.match(page.text, /^\| `table` \| all \|/m);
  assert.match(page.text, /^\| `json` \| all but `three` \|/m);
  assert.match(page.text, /^\| `sarif` \| `two` \|/m);
});

test('a bar in a cell does not end it', () => assert.match(markdownTable(['a'], [['x|y']]), /^\| x\\\|y \|$/m));

const change = (path: string, text = 'Feature: A title\n\nA text.\n'): { path: string; text: string } => ({
  path,
  text,
});

test('the changelog goes from what is not released to the oldest, weighty first', () => {
  const { text } = changelogPage([
    change('0.9.0/a.md'),
    change('0.10.0/b.md', 'Fix: Mended\n\nIt was broken.\n'),
    change('0.10.0/c.md', 'Security: Closed\n\nIt was open.\r\n'),
    change('unreleased/d.md'),
  ]);
  const order = [
    '## Not released yet',
    '## 0.10.0',
    '### Security',
    '**Closed** It was open.',
    '### Fixed',
    '## 0.9.0',
  ];
  const places = order.map((part) => text.indexOf(part));
  assert.ok(!places.includes(-1), text);
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
});

test('a change that is not in the format is refused by name', () => {
  for (const bad of [
    change('0.1.0/Upper.md'),
    change('next/a.md'),
    change('0.1.0/a.md', 'A title\n\nA text.\n'),
    change('0.1.0/a.md', 'Feature: Only a title\n'),
    change('0.1.0/a.md', 'Rumour: A title\n\nA text.\n'),
  ]) {
    assert.throws(
      () => changelogPage([bad]),
      (error: Error) => error.message.includes(bad.path),
    );
  }
});
