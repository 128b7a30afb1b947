import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { createLogger, type Logger, type LogLevel } from './log.ts';
import { createRedactor } from './redact.ts';

function createRecorded(level: LogLevel): { logger: Logger; lines: string[]; conceal: (secret: string) => void } {
  const lines: string[] = [];
  const redactor = createRedactor();
  const logger = createLogger({ level, redactor, write: (line) => void lines.push(line) });
  return { logger, lines, conceal: redactor.conceal };
}

test('lines are JSON with level, time, message and fields, in the order of logging', async () => {
  const { logger, lines } = createRecorded('info');
  logger.log('info', 'one', { calls: 3 });
  logger.log('debug', 'not this one');
  logger.log('warn', 'two');
  await logger.flush();
  const parsed = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    parsed.map(({ level, msg, calls }) => ({ level, msg, calls })),
    [
      { level: 'info', msg: 'one', calls: 3 },
      { level: 'warn', msg: 'two', calls: undefined },
    ],
  );
  assert.match(parsed[0].time, /^\d{4}-\d\d-\d\dT/);
});

test('no secret gets through, in a message, a field, an error or its cause', async () => {
  const { logger, lines, conceal } = createRecorded('debug');
  conceal('top "secret" value');
  const cause = new Error('caused by top "secret" value');
  logger.log('error', 'message with top "secret" value', {
    url: 'https://a.example/c?sig=abcdef',
    nested: { deep: ['top "secret" value'] },
    err: new Error('Bearer abcdef123456', { cause }),
  });
  await logger.flush();
  const text = lines.join('');
  assert.equal(lines.length, 1);
  assert.equal(/secret|abcdef/.test(text), false, text);
  assert.ok(JSON.parse(text).err.message.includes('[redacted]'));
});

test('a silent logger writes nothing and a disabled level is not even loaded', async () => {
  const { logger, lines } = createRecorded('silent');
  logger.log('error', 'x');
  await logger.flush();
  assert.deepEqual(lines, []);
});

test('without another place lines go to standard error and none to standard output', () => {
  const program = `
    import { createLogger } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)};
    import { createRedactor } from ${JSON.stringify(new URL('./redact.ts', import.meta.url).href)};
    const logger = createLogger({ level: 'info', redactor: createRedactor() });
    logger.log('info', 'to standard error');
    await logger.flush();`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
  assert.match(stderr, /"msg":"to standard error"/);
});
