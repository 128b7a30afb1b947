import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createProgress } from './progress.ts';
import type { ProgressOptions, ShownProgress } from './progress.ts';
import { createStyle } from './style.ts';

function create(options: Partial<ProgressOptions>): {
  progress: ShownProgress;
  said: () => string;
  wait: (byMs: number) => void;
} {
  const stream = new PassThrough();
  let nowMs = 0;
  let said = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const progress = createProgress({
    stream,
    isTerminal: false,
    width: () => 40,
    clock: { monotonicMs: () => nowMs },
    style: createStyle(false),
    level: 'info',
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
    ...options,
  });
  return {
    progress,
    said: () => {
      stream.read();
      return said;
    },
    wait: (byMs) => {
      nowMs += byMs;
    },
  };
}

test('in a pipe a line is said for each phase and now and then between', () => {
  const { progress, said, wait } = create({});
  progress.phase('developers');
  for (let done = 1; done <= 20; done += 1) {
    wait(1_000);
    progress.advance(done * 100, 4_000, 'resources');
  }
  assert.deepEqual(said().split('\n'), [
    'Developers …',
    'Developers: 500 of 4,000 resources',
    'Developers: 1,000 of 4,000 resources',
    'Developers: 1,500 of 4,000 resources',
    'Developers: 2,000 of 4,000 resources',
    '',
  ]);
});

test('on a terminal one line is written over, cut to its width, and taken away', () => {
  const { progress, said, wait } = create({ isTerminal: true });
  progress.phase('developers');
  wait(1_000);
  progress.advance(7, undefined, 'resources with a long description');
  progress.clear();
  progress.clear();
  assert.equal(said(), '\r\u001B[KDevelopers …\r\u001B[KDevelopers: 7 resources with a long de…\r\u001B[K');
});

test('the level decides what is said, and no secret gets through', () => {
  const { progress, said } = create({ level: 'warn' });
  progress.phase('developers');
  progress.note('nothing');
  progress.warn('the key hunter2\u001B[2J is weak');
  assert.equal(said(), 'Warning: the key [redacted]\\u{1b}[2J is weak\n');
  const silent = create({ level: 'silent' });
  silent.progress.warn('anything');
  assert.equal(silent.said(), '');
});
