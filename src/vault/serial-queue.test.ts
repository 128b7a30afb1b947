import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SerialQueue } from './serial-queue.ts';

test('work begins when all that was asked for before has ended, and gives each caller its own result', async () => {
  const queue = new SerialQueue();
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const one = queue.run(async () => {
    log.push('one begins');
    await first.promise;
    log.push('one ends');
    return 1;
  });
  const two = queue.run(async () => {
    log.push('two');
    return 2;
  });
  await new Promise<void>((resolve) => setImmediate(resolve));
  assert.deepEqual(log, ['one begins']);
  first.resolve();
  assert.deepEqual(await Promise.all([one, two]), [1, 2]);
  assert.deepEqual(log, ['one begins', 'one ends', 'two']);
});

test('work that fails is told to its caller, and what comes after it runs all the same', async () => {
  const queue = new SerialQueue();
  const failing = queue.run(() => Promise.reject(new Error('no')));
  const next = queue.run(async () => 'yes');
  await assert.rejects(failing, { message: 'no' });
  assert.equal(await next, 'yes');
});
