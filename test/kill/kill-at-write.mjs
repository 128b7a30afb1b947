/**
 * Loaded before a program with `--import`: kills the process with SIGKILL before or after its n-th change to the file system,
 * or after half of it where it writes a file. KILL_AT is `before 3`, `half 3` or `after 3`; without it the names of all
 * changes go, one a line, into the file that KILL_LIST names.
 */
import { promises, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [when, number] = (process.env.KILL_AT ?? '').split(' ');
const changes = [];

const die = () => process.kill(process.pid, 'SIGKILL');

function around(name, original, halfOf) {
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

const halfOfFile = ([file, data, ...rest]) => [file, data.slice(0, data.length >> 1), ...rest];
promises.writeFile = around('writeFile', promises.writeFile, halfOfFile);
for (const name of ['mkdir', 'link', 'unlink', 'rename', 'rm']) promises[name] = around(name, promises[name]);
const { open } = promises;
promises.open = async (path, flags, ...rest) => {
  const handle = await open(path, flags, ...rest);
  if (flags !== 'r') handle.writeFile = around('writeFile', handle.writeFile.bind(handle), ([data, ...more]) => [data.slice(0, data.length >> 1), ...more]);
  return handle;
};
syncBuiltinESMExports();
if (process.env.KILL_LIST !== undefined) {
  process.on('exit', () => writeFileSync(process.env.KILL_LIST, changes.join('\n')));
}
