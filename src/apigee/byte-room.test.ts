import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteRoom } from './byte-room.ts';

test('what is taken is not there for others until it is released', () => {
  const room = new ByteRoom(10);
  assert.equal(room.take(6), true);
  assert.equal(room.take(5), false);
  assert.equal(room.take(4), true, 'what was refused took nothing');
  room.release(6);
  assert.equal(room.take(7), false);
  assert.equal(room.take(6), true);
});

test('those who hold nothing wait until half of the room is free', async () => {
  const room = new ByteRoom(10);
  await room.whenHalfFree();
  room.take(9);
  let isFree = false;
  const waiting = room.whenHalfFree().then(() => {
    isFree = true;
  });
  room.release(3);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isFree, false, '4 of 10');
  room.release(1);
  await waiting;
});
