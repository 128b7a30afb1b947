import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ORGANIZATION } from '../restore/stage.ts';
import { commandsIn, isAsShown } from './console-blocks.ts';
import { startShell } from './shell.ts';
import { startShownSimulator } from './shown-simulator.ts';

const readme = fileURLToPath(new URL('../../README.md', import.meta.url));

/** What happens to the organization between two commands of the session. */
const somebody = `
const organization = process.env.HOLDFAST_APIGEE_ENDPOINT + '/v1/organizations/${ORGANIZATION}';
const headers = { authorization: 'Bearer anything' };
for (const [method, path] of [
  ['DELETE', '/developers/orders@bakery.example/apps/Cake%20line'],
  ['POST', '/developers/finance-tools@acme-pay.example?action=inactive'],
]) {
  const answer = await fetch(organization + path, { method, headers });
  if (!answer.ok) console.log(method, path, answer.status);
}
`;

/** The line without what is other in every run: ids of points, tags of keys, times, calls (some are sent again), and where the folder is. */
function withoutChance(line: string, folder: string): string {
  return line
    .replaceAll(folder, '/home/you')
    .replace(/\bp[0-9a-f]{16}\b/g, 'p0')
    .replace(/\/keys\/~[0-9a-f]{32}\b/g, '/keys/~0')
    .replace(/\b\d+ calls \(floor \d+, efficiency \d+ %\)/g, '0 calls')
    .replace(/\b\d+(?:\.\d+)? (?:s|min)\b/g, '0 s');
}

test('the session in the README is what is printed', async (t) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-readme-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const markdown = await readFile(readme, 'utf8');
  const url = await startShownSimulator(t, { markdown, folder });
  await writeFile(join(folder, 'delete-the-app-and-switch-the-developer-off.mjs'), somebody);
  const shell = startShell(t, folder);
  const commands = commandsIn(markdown);
  assert.ok(commands.length >= 9);
  const wrong: string[] = [];
  for (const { command, output, line } of commands) {
    const printed = await shell.run(command.replaceAll('http://127.0.0.1:8080', url));
    const [shown, found] = [output, printed].map((lines) => lines.map((text) => withoutChance(text, folder)));
    if (isAsShown(shown ?? [], found ?? [])) continue;
    wrong.push(`README.md:${line}: ${command}\nshows\n${output.join('\n')}\nbut printed\n${printed.join('\n')}`);
  }
  assert.equal(wrong.join('\n\n'), '');
});
