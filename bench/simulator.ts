import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { SimulatedSetting } from './simulator-process.ts';

const listening = z.object({ listening: z.string() });
const floorSchema = z.object({ total: z.number(), byRoute: z.record(z.string(), z.number()) });
const logSchema = z.object({
  entries: z.array(
    z.looseObject({ http: z.string(), path: z.string(), route: z.string(), status: z.number(), mutating: z.boolean() }),
  ),
});

export type LoggedCall = z.infer<typeof logSchema>['entries'][number];

/** A simulated organization named `acme-prod` in a process of its own. */
export interface BenchSimulator {
  readonly url: string;
  /** The least number of calls that list the organization once. */
  floor(): Promise<z.infer<typeof floorSchema>>;
  /** Calls since the log was last forgotten, in order. */
  log(): Promise<readonly LoggedCall[]>;
  forgetLog(): Promise<void>;
  control(method: 'POST' | 'PUT', path: string, body: object): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts one and waits until it listens. */
export async function startSimulator(setting: SimulatedSetting): Promise<BenchSimulator> {
  const script = new URL('simulator-process.ts', import.meta.url).pathname;
  const args = ['--disable-warning=ExperimentalWarning', script, JSON.stringify(setting)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: unknown[] = await once(createInterface(child.stdout), 'line');
  const { listening: url } = listening.parse(JSON.parse(String(lines[0])));
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url}/_sim${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The simulator answered ${answer.status} to ${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    url,
    floor: async () => floorSchema.parse(await ask('GET', '/floor')),
    log: async () => logSchema.parse(await ask('GET', '/log')).entries,
    forgetLog: async () => void (await ask('DELETE', '/log')),
    control: (method, path, body) => ask(method, path, body),
    close: async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
