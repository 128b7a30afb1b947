import { Worker } from 'node:worker_threads';
import type { ReaderAnswer, ReaderTask } from './reader-thread.ts';

let thread: Worker | undefined;
let lastId = 0;
const waiting = new Map<number, (answer: ReaderAnswer) => void>();

/**
 * Runs the independent reader, which shares nothing with the product but the format's description. In a thread, which costs
 * less than a process for each command line.
 */
export function readIndependently(vaultFolder: string, keysFolder: string, point?: string): Promise<ReaderAnswer> {
  const argv = [vaultFolder, '--keys', keysFolder, '--json', ...(point === undefined ? [] : ['--point', point])];
  thread ??= startThread();
  lastId += 1;
  const task: ReaderTask = { id: lastId, argv };
  return new Promise((resolve) => {
    waiting.set(task.id, resolve);
    thread?.ref();
    thread?.postMessage(task);
  });
}

function startThread(): Worker {
  const worker = new Worker(new URL('./reader-thread.ts', import.meta.url));
  worker.on('message', ({ id, ...answer }: ReaderAnswer & { readonly id: number }) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
    // A thread that waits for work must not hold the process.
    if (waiting.size === 0) worker.unref();
  });
  return worker;
}

/** Every resource of a point, as text; throws what the reader complains of. */
export async function dumpIndependently(vaultFolder: string, keysFolder: string, point: string): Promise<string> {
  return assertRead(await readIndependently(vaultFolder, keysFolder, point));
}

export interface ListedPoint {
  readonly point: string;
  readonly epoch: string;
  readonly grade: string;
  readonly resources: number;
}

/** The points of a vault as the independent reader finds them. */
export async function listIndependently(vaultFolder: string, keysFolder: string): Promise<readonly ListedPoint[]> {
  // The reader prints what its own header comment says.
  return JSON.parse(assertRead(await readIndependently(vaultFolder, keysFolder))) as ListedPoint[];
}

function assertRead({ exit, stdout, stderr }: ReaderAnswer): string {
  if (exit !== 0) throw new Error(`the independent reader ended with ${exit}: ${stderr}`);
  return stdout;
}
