import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandsIn, isAsShown } from './console-blocks.ts';
import { startShell } from './shell.ts';
import { startShownSimulator } from './shown-simulator.ts';

const tutorial = fileURLToPath(new URL('../../docs/tutorial.md', import.meta.url));

test('every command of the tutorial prints what the tutorial shows', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-tutorial-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const markdown = await readFile(tutorial, 'utf8');
  const url = await startShownSimulator(t, { markdown, folder });
  const shell = startShell(t, folder);
  const commands = commandsIn(markdown);
  assert.ok(commands.length > 15);
  const wrong: string[] = [];
  for (const { command, output, line } of commands) {
    const printed = await shell.run(command.replaceAll('http://127.0.0.1:8080', url));
    if (isAsShown(output, printed)) continue;
    wrong.push(`docs/tutorial.md:${line}: ${command}\nshows\n${output.join('\n')}\nbut printed\n${printed.join('\n')}`);
  }
  assert.equal(wrong.join('\n\n'), '');
});

test('what is printed is compared line by line, with room where the document leaves room', () => {
  assert.ok(isAsShown(['a', '…', 'c d'], ['a', 'x', 'y', 'c d']));
  assert.ok(isAsShown(['a', '…'], ['a']));
  assert.ok(isAsShown(['Point p… of acme'], ['Point p12 of acme ']));
  assert.ok(!isAsShown(['a', '…', 'c'], ['a', 'x']));
  assert.ok(!isAsShown(['a'], ['a', 'b']));
  assert.ok(!isAsShown(['a (b)'], ['a b']));
  assert.ok(!isAsShown([], ['something']));
});

test('the commands of console blocks are found, and those of other blocks are not', () => {
  const markdown = 'x\n```console\n$ one\nout\n$ two\n```\n```sh\n$ three\n```\n';
  assert.deepEqual(commandsIn(markdown), [
    { command: 'one', output: ['out'], line: 3 },
    { command: 'two', output: [], line: 5 },
  ]);
});
