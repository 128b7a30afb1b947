import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { UserError } from '../core/errors.ts';
import { systemClock } from '../platform/clock.ts';
import type { Compose } from './house.ts';
import { runCli } from './run-cli.ts';
import { versionDocument } from './schema/version.ts';

interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const interrupted = new UserError({ code: 'INTERRUPTED', message: 'Interrupted.' });

async function run(argv: readonly string[], compose: Compose, signal = new AbortController().signal): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = [text(stdout), text(stderr)];
  const surroundings = {
    environment: {},
    cwd: '/',
    clock: systemClock,
    signal,
    stdin: Readable.from([]),
    stdout,
    stderr,
  };
  const exit = await runCli({ argv, compose, ...surroundings });
  stdout.end();
  stderr.end();
  const [out = '', error = ''] = await Promise.all(said);
  return { exit, stdout: out, stderr: error };
}

/** A house that cannot be built. */
function failing(error: unknown): Compose {
  return () => {
    throw error;
  };
}

test('what is no error of ours is reported without its stack, but with it at level debug', async () => {
  const compose = failing(new TypeError('x is not a function', { cause: new Error('below') }));
  const plain = await run(['points'], compose);
  assert.equal(plain.exit, 1);
  assert.match(plain.stderr, /Unexpected: x is not a function/);
  assert.match(plain.stderr, /INTERNAL, exit 1/);
  assert.ok(!plain.stderr.includes('run-cli'));
  const debug = await run(['points', '--log-level', 'debug'], compose);
  assert.match(debug.stderr, /TypeError: x is not a function\n +at .*run-cli\.test/);
  assert.match(debug.stderr, /caused by Error: below/);
});

test('a secret that was concealed is in no error, nor in its stack', async () => {
  const compose: Compose = (_settings, { conceal }) => {
    conceal('hunter2hunter2');
    throw new Error('the answer was hunter2hunter2');
  };
  const { stderr } = await run(['points', '-o', 'json', '--log-level', 'debug'], compose);
  assert.match(stderr, /the answer was \[redacted\]/);
  assert.ok(!stderr.includes('hunter2'));
});

test('what an interruption tears apart is an interruption; an error of ours stays what it is', async () => {
  const signal = AbortSignal.abort(interrupted);
  const torn = await run(['points'], failing(new DOMException('aborted', 'AbortError')), signal);
  assert.deepEqual([torn.exit, torn.stderr.startsWith('Interrupted.')], [130, true]);
  const damaged = new UserError({ code: 'KEY_INVALID', message: 'The key is cut.' });
  assert.equal((await run(['points'], failing(damaged), signal)).exit, 12);
});

test('the version is for people and for scripts', async () => {
  const compose = failing(new Error('not needed'));
  assert.match((await run(['--version'], compose)).stdout, /^holdfast \d+\.\d+\.\d+\S*\n$/);
  const { exit, stdout } = await run(['--version', '-o', 'json'], compose);
  assert.equal(exit, 0);
  assert.equal(versionDocument.parse(JSON.parse(stdout)).node, process.version);
});
