/**
 * Loaded before a program with `--import`: kills the process with SIGKILL before or after its n-th change to the file system,
 * or after half of it where it writes a file. KILL_AT is `before 3`, `half 3` or `after 3`; without it the names of all
 * changes go, one a line, into the file that KILL_LIST names.
 */
import { promises, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

type Action = (...args: readonly unknown[]) => Promise<unknown>;
type Functions = Record<'writeFile' | 'open' | (typeof simple)[number], Action>;

const simple = ['mkdir', 'link', 'unlink', 'rename', 'rm'] as const;
const [when, number] = (process.env['KILL_AT'] ?? '').split(' ');
const list = process.env['KILL_LIST'];
const changes: string[] = [];
// Each is called with the very arguments that its caller gave.
const functions = promises as unknown as Functions;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function around(name: string, original: Action, halfOf?: (args: readonly unknown[]) => readonly unknown[]): Action {
  return async (...args) => {
    changes.push(name);
    const isTheOne = changes.length === Number(number);
    if (isTheOne && when === 'before') die();
    if (isTheOne && when === 'half' && halfOf !== undefined) {
      await original(...halfOf(args));
      die();
    }
    const result = await original(...args);
    if (isTheOne) die();
    return result;
  };
}

/** Of texts and bytes alike. */
function half(data: unknown): unknown {
  if (typeof data === 'string') return data.slice(0, data.length >> 1);
  return data instanceof Uint8Array ? data.subarray(0, data.length >> 1) : data;
}

functions.writeFile = around('writeFile', functions.writeFile, ([file, data, ...rest]) => [file, half(data), ...rest]);
for (const name of simple) functions[name] = around(name, functions[name]);
const { open } = functions;
functions.open = async (...args) => {
  const handle = await open(...args);
  if (args[1] !== 'r') {
    // What open answers has a writeFile of its own.
    const file = handle as { writeFile: Action };
    const halfOf = ([data, ...rest]: readonly unknown[]): readonly unknown[] => [half(data), ...rest];
    file.writeFile = around('writeFile', file.writeFile.bind(handle), halfOf);
  }
  return handle;
};
syncBuiltinESMExports();
if (list !== undefined) process.on('exit', () => writeFileSync(list, changes.join('\n')));
