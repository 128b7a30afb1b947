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
    ceilingPerSecond: () => 50,
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
    'Developers: 500 of 4,000 resources, about 35 s left',
    'Developers: 1,000 of 4,000 resources, about 30 s left',
    'Developers: 1,500 of 4,000 resources, about 25 s left',
    'Developers: 2,000 of 4,000 resources, about 20 s left',
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

test('the calls of a run are shown with their rate, the bound of the quota and an honest time', () => {
  const { progress, said, wait } = create({});
  let calls = 0;
  const run = (expected: { least: number; most: number } | undefined): void => {
    calls = 0;
    progress.measure?.({ calls: () => calls, ...(expected === undefined ? {} : { expected }) });
    for (let step = 0; step < 3; step += 1) {
      wait(5_000);
      calls += 200;
      progress.advance(calls, undefined, 'resources');
    }
  };
  run({ least: 800, most: 1_000 });
  // More than was expected: nothing is said of an end.
  run({ least: 100, most: 300 });
  run(undefined);
  assert.deepEqual(said().trim().split('\n'), [
    '200 resources, 200 of up to 1,000 calls',
    '400 resources, 400 of up to 1,000 calls, 40/s of at most 50/s, 10 to 15 s left',
    '600 resources, 600 of up to 1,000 calls, 40/s of at most 50/s, 5 to 10 s left',
    '200 resources, 200 of up to 300 calls',
    '400 resources, 400 calls, 40/s of at most 50/s',
    '600 resources, 600 calls, 40/s of at most 50/s',
    '200 resources, 200 calls',
    '400 resources, 400 calls, 40/s of at most 50/s',
    '600 resources, 600 calls, 40/s of at most 50/s',
  ]);
});

test('of a first run the least of its calls and of its time is told, as far as it is known', () => {
  const { progress, said, wait } = create({});
  let calls = 0;
  let foreseen = 1_000;
  progress.measure?.({ calls: () => calls, foreseen: () => foreseen });
  for (const next of [900, 800, 39, 0, 0]) {
    wait(5_000);
    calls += 200;
    progress.advance(calls, undefined, 'resources');
    foreseen = next;
  }
  assert.deepEqual(said().trim().split('\n'), [
    '200 resources, 200 of at least 1,200 calls',
    '400 resources, 400 of at least 1,300 calls, 40/s of at most 50/s, at least 22 s left',
    '600 resources, 600 of at least 1,400 calls, 40/s of at most 50/s, at least 20 s left',
    // Less than a second is nothing to wait for.
    '800 resources, 800 of at least 839 calls, 40/s of at most 50/s',
    '1,000 resources, 1,000 calls, 40/s of at most 50/s',
  ]);
});

test('on a terminal that is wide enough, work with an end has a bar', () => {
  const { progress, said, wait } = create({ isTerminal: true, width: () => 80 });
  progress.phase('restoring');
  wait(1_000);
  progress.advance(5, 20, 'calls');
  assert.match(said(), /\[==== {12}\] Restoring: 5 of 20 calls$/);
});
