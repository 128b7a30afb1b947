import { systemClock } from '../platform/clock.ts';
import { UserError } from '../core/errors.ts';
import { TextFileError } from '../platform/text-file.ts';
import { compose } from '../compose.ts';
import { createRedactor } from '../platform/redact.ts';
import { LastWords } from './last-words.ts';
import { columnsOf } from './output.ts';
import { describeError, renderError, renderErrorJson } from './render/error.ts';
import { createStyle } from './render/style.ts';
import { findFormat, runCli } from './run-cli.ts';
import { createStopAsking } from './stop-asking.ts';

// The edge of the process: everything below is handed what it needs of it.

const interrupted = new UserError({
  code: 'INTERRUPTED',
  message: 'Interrupted.',
  next: 'Run it again when you like; what was finished is kept.',
});
const terminated = new UserError({
  code: 'TERMINATED',
  message: 'Terminated.',
  next: 'Run it again when you like; what was finished is kept.',
});

const lastWords = new LastWords();

/** What nobody caught is a bug of ours; it ends the process like any other error, without a stack. */
function onCrash(error: unknown): void {
  const { redact } = createRedactor();
  const shown = describeError(error);
  const lines = renderError(shown, createStyle(false), columnsOf(process.stderr));
  process.stderr.write(lines.map((line) => `${redact(line)}\n`).join(''));
  if (findFormat({ argv: process.argv.slice(2), environment: process.env }) === 'json')
    process.stderr.write(`${redact(renderErrorJson(shown))}\n`);
  process.exit(shown.exit);
}

// Node prints warnings of libraries whenever it gets to them, even behind the last line of a failure, which scripts read.
process.removeAllListeners('warning');
process.on('uncaughtException', onCrash);
process.on('unhandledRejection', onCrash);

// Whoever asks twice does not want to wait until things are put away.
const stop = createStopAsking(systemClock, (reason: UserError): void => {
  process.stderr.write(
    lastWords
      .all()
      .map((words) => `\n${words}\n`)
      .join(''),
  );
  process.exit(reason.exit);
});

process.on('SIGINT', () => stop.ask(interrupted));
process.on('SIGTERM', () => stop.ask(terminated));
process.on('SIGHUP', () => stop.ask(terminated));
// A reader that has seen enough (`holdfast drift | head`) is no failure: the verb goes on, and its exit code counts.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') onCrash(new TextFileError('stdout', 'written', error));
});

const exit = await runCli({
  argv: process.argv.slice(2),
  environment: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  signal: stop.signal,
  lastWords,
  compose,
});
process.exitCode = exit;
// Sockets kept alive and timers of a finished run must not hold the process; what was written is let out first.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise<void>((done) => void stream.write('', () => done()))),
);
process.exit(exit);
