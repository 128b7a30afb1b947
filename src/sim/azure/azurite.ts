import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

/** Azurite's blob service in a process of its own, on a free port of this machine, all in memory. */
export interface RunningAzurite {
  readonly url: string;
  readonly connectionString: string;
  close(): Promise<void>;
}

// The account that every Azurite has; its key is published in Azurite's documentation and guards nothing.
const ACCOUNT_NAME = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const OPTIONS = [
  '--inMemoryPersistence',
  '--blobHost=127.0.0.1',
  '--blobPort=0',
  '--silent',
  // The client library is often newer than Azurite.
  '--skipApiVersionCheck',
  '--disableTelemetry',
];

/** Starts Azurite where it is installed (a checkout has it), else answers undefined. */
export async function startAzurite(): Promise<RunningAzurite | undefined> {
  const program = findProgram();
  if (program === undefined) return undefined;
  const child = spawn(process.execPath, [program, ...OPTIONS], { stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await firstAddress(child);
  return {
    url,
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT_NAME}`,
      `AccountKey=${ACCOUNT_KEY}`,
      `BlobEndpoint=${url}/${ACCOUNT_NAME}`,
    ].join(';'),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      // Nothing it holds is to be kept.
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function findProgram(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
  } catch {
    return undefined;
  }
}

async function firstAddress(child: ChildProcess): Promise<string> {
  if (child.stdout !== null) {
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /listens on (http:\/\/\S+)/.exec(line)?.[1];
      if (address !== undefined) {
        child.stdout.resume();
        return address;
      }
    }
  }
  throw new Error('Azurite ended before it listened.');
}
