/** A thread that runs the independent reader again and again: its module is loaded anew for each command line. */
import { parentPort } from 'node:worker_threads';

export interface ReaderTask {
  readonly id: number;
  readonly argv: readonly string[];
}

export interface ReaderAnswer {
  /** 0: everything held. 13: something did not. */
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const program = new URL('../independent-reader/reader.mjs', import.meta.url);
let turn = Promise.resolve();

parentPort?.on('message', (task: ReaderTask) => {
  turn = turn.then(async () => parentPort?.postMessage({ id: task.id, ...(await run(task)) }));
});

async function run({ id, argv }: ReaderTask): Promise<ReaderAnswer> {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (chunk: string | Uint8Array) => {
      written[name] += String(chunk);
      return true;
    };
  }
  process.argv = [process.execPath, program.pathname, ...argv];
  process.exitCode = undefined;
  await import(`${program.href}?${id}`);
  return { exit: Number(process.exitCode ?? 0), ...written };
}
