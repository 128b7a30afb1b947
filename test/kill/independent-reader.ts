import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../independent-reader/reader.mjs', import.meta.url));
const MOST_OUTPUT_BYTES = 256 * 1024 * 1024;

export interface ReaderAnswer {
  /** 0: everything held. 13: something did not. */
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the independent reader, which shares nothing with the product but the format's description. */
export function readIndependently(vaultFolder: string, keysFolder: string, point?: string): Promise<ReaderAnswer> {
  const args = [
    program,
    vaultFolder,
    '--keys',
    keysFolder,
    '--json',
    ...(point === undefined ? [] : ['--point', point]),
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: MOST_OUTPUT_BYTES }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ exit: code, stdout, stderr });
      else reject(error ?? new Error('the reader did not end by itself'));
    });
  });
}

/** Every resource of a point, as text; throws what the reader complains of. */
export async function dumpIndependently(vaultFolder: string, keysFolder: string, point: string): Promise<string> {
  const { exit, stdout, stderr } = await readIndependently(vaultFolder, keysFolder, point);
  if (exit !== 0) throw new Error(`the independent reader ended with ${exit}: ${stderr}`);
  return stdout;
}

export interface ListedPoint {
  readonly point: string;
  readonly epoch: string;
  readonly grade: string;
  readonly resources: number;
}

/** The points of a vault as the independent reader finds them. */
export async function listIndependently(vaultFolder: string, keysFolder: string): Promise<readonly ListedPoint[]> {
  const { exit, stdout, stderr } = await readIndependently(vaultFolder, keysFolder);
  if (exit !== 0) throw new Error(`the independent reader ended with ${exit}: ${stderr}`);
  // The reader prints what its own header comment says.
  return JSON.parse(stdout) as ListedPoint[];
}
