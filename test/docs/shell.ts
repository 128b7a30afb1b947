import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export interface Shell {
  /** Runs one command line and answers what it printed; where it printed nothing, what it said on stderr (an error). */
  run(command: string): Promise<readonly string[]>;
}

/** What a terminal in `folder` has that finds `holdfast` of this checkout. */
export function environmentIn(folder: string): Readonly<Record<string, string>> {
  const bin = fileURLToPath(new URL('../../bin', import.meta.url));
  return {
    PATH: `${bin}:${process.execPath.replace(/\/node$/, '')}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    TMPDIR: folder,
    NO_COLOR: '1',
    HOLDFAST_QUOTA_PER_MINUTE: 'unlimited',
  };
}

/** A shell in `folder` that keeps its variables from command to command and finds `holdfast` of this checkout. */
export function startShell(t: TestContext, folder: string): Shell {
  const shell = spawn('bash', ['--noprofile', '--norc'], {
    cwd: folder,
    env: environmentIn(folder),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(async () => {
    shell.stdin.end();
    if (shell.exitCode === null) await once(shell, 'exit');
  });
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  let count = 0;
  return {
    async run(command) {
      count += 1;
      const end = `--- end of command ${count} ---`;
      // The status of the command stays what the next command asks for.
      shell.stdin.write(`{ ${command}\n} 2>stderr.txt\nstatus=$?; echo; echo '${end}'; (exit $status)\n`);
      const printed: string[] = [];
      for (;;) {
        const next = await lines.next();
        if (next.done === true) throw new Error(`the shell ended in ${command}`);
        if (next.value === end) break;
        printed.push(next.value);
      }
      while (printed.at(-1) === '') printed.pop();
      return printed.length > 0 ? printed : linesOf(await readFile(join(folder, 'stderr.txt'), 'utf8'));
    },
  };
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.trimEnd().split('\n');
}
