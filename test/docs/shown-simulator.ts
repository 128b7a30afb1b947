import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { environmentIn } from './shell.ts';

/** What the documents say where the simulator is. */
const SHOWN_PORT = '8080';

/**
 * Runs the `holdfast sim` of a document as it stands there, in a process of its own until the test ends, and answers where it
 * is. Only its port is another one: the one that is shown may be taken.
 */
export async function startShownSimulator(
  t: TestContext,
  { markdown, folder }: { readonly markdown: string; readonly folder: string },
): Promise<string> {
  const shown = /(?:^ {4}|`)(?<command>holdfast sim [^`\n]+)/m.exec(markdown)?.groups?.['command'];
  if (shown?.includes(`--port ${SHOWN_PORT} `) !== true)
    throw new Error(`The document shows no holdfast sim on port ${SHOWN_PORT}: ${shown ?? 'none'}.`);
  const command = shown.replace(`--port ${SHOWN_PORT} `, '--port 0 ');
  const simulator = spawn('bash', ['--noprofile', '--norc', '-c', `exec ${command}`], {
    cwd: folder,
    env: environmentIn(folder),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(async () => {
    if (simulator.exitCode !== null) return;
    simulator.kill('SIGINT');
    await once(simulator, 'exit');
  });
  const first = await createInterface({ input: simulator.stdout })[Symbol.asyncIterator]().next();
  const url = /^\{"listening":"(?<url>http:[^"]+)"\}$/.exec(first.value ?? '')?.groups?.['url'];
  if (url === undefined) throw new Error(`${command} says ${first.value ?? 'nothing'}.`);
  return url;
}
