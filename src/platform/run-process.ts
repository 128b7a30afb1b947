import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from './clock.ts';

export interface ProcessRequest {
  /** Program and arguments; no shell sees them. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly timeoutMs: number;
  /** How long a process that was asked to end may take before it is killed. */
  readonly graceMs: number;
  /** How much of its output is kept; the rest is read and dropped. */
  readonly mostOutputBytes: number;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal?: AbortSignal | undefined;
}

export interface ProcessOutcome {
  readonly end:
    | { readonly type: 'exited'; readonly code: number }
    /** Somebody else ended it. */
    | { readonly type: 'killed'; readonly signal: string }
    | { readonly type: 'timedOut' }
    /** `ENOENT`, `EACCES`, … */
    | { readonly type: 'notStarted'; readonly code: string };
  /** The beginning of what it wrote on stdout and stderr, as it came. */
  readonly output: string;
  readonly outputBytes: number;
}

/** Output that is still in the pipe when the process ends is waited for this long: a child it left behind may hold the pipe. */
const LAST_OUTPUT_MS = 250;

/**
 * Runs a program in a process group of its own, with nothing on stdin. After the timeout, or when the signal is aborted, the
 * whole group is asked to end and, after the grace, killed; nothing that ignores the asking survives. Rejects with the
 * signal's reason when it was aborted; every other end is an outcome.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessOutcome> {
  const { command, folder, environment, signal } = request;
  signal?.throwIfAborted();
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput([child.stdout, child.stderr], request.mostOutputBytes);
  const ended = once(child, 'exit').then(
    ([code, by]: unknown[]) => ({ type: 'ended' as const, code, by }),
    (error: unknown) => ({ type: 'notStarted' as const, code: codeOf(error) }),
  );
  const closed = once(child, 'close').catch(() => undefined);
  const end = await waitOrKill(request, child.pid, ended);
  if (end.type !== 'notStarted') await within(request.clock, LAST_OUTPUT_MS, closed);
  child.stdout.destroy();
  child.stderr.destroy();
  signal?.throwIfAborted();
  const { text, bytes } = output();
  return { end, output: text, outputBytes: bytes };
}

type Ended =
  | { readonly type: 'ended'; readonly code: unknown; readonly by: unknown }
  | { readonly type: 'notStarted'; readonly code: string };

async function waitOrKill(
  { clock, timeoutMs, graceMs, signal }: ProcessRequest,
  group: number | undefined,
  ended: Promise<Ended>,
): Promise<ProcessOutcome['end']> {
  const first = await within(clock, timeoutMs, ended, signal);
  if (first !== undefined) return describeEnd(first);
  if (group !== undefined) {
    signalGroup(group, 'SIGTERM');
    await within(clock, graceMs, ended);
    // Its leader may have ended and left others behind.
    signalGroup(group, 'SIGKILL');
  }
  await ended;
  return { type: 'timedOut' };
}

/** What the promise gives, or undefined when the time is over or the signal was aborted before. */
async function within<Value>(
  clock: Pick<Clock, 'sleep'>,
  durationMs: number,
  promise: Promise<Value>,
  signal?: AbortSignal,
): Promise<Value | undefined> {
  const over = new AbortController();
  const signals = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  const time = clock.sleep(durationMs, signals).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([promise, time]);
  } finally {
    over.abort();
  }
}

function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal);
  } catch {
    // Nobody is left in it.
  }
}

function describeEnd(ended: Ended): ProcessOutcome['end'] {
  if (ended.type === 'notStarted') return ended;
  if (typeof ended.code === 'number') return { type: 'exited', code: ended.code };
  return { type: 'killed', signal: String(ended.by) };
}

function collectOutput(
  streams: readonly NodeJS.ReadableStream[],
  mostBytes: number,
): () => { readonly text: string; readonly bytes: number } {
  const pieces: Buffer[] = [];
  let bytes = 0;
  let kept = 0;
  for (const stream of streams) {
    stream.on('data', (piece: Buffer) => {
      bytes += piece.length;
      const room = piece.subarray(0, Math.max(0, mostBytes - kept));
      if (room.length === 0) return;
      pieces.push(room);
      kept += room.length;
    });
    // A pipe that breaks ends its output, not the process.
    stream.on('error', () => undefined);
  }
  return () => ({ text: Buffer.concat(pieces).toString('utf8'), bytes });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
