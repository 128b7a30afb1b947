import assert from 'node:assert/strict';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { displayWidth } from '../../src/cli/render/printable.ts';
import { createWorkplace } from '../harness/run-holdfast.ts';

test('the demo backs up, wrecks, restores, and leaves nothing behind', async (t) => {
  const workplace = await createWorkplace(t);
  const folder = join(workplace.folder, 'temporary');
  await mkdir(folder);
  const { exit, stdout, stderr } = await workplace.spawn(['demo', '--seed', 'small'], { TMPDIR: folder }).ended();
  assert.equal(exit, 0, stderr);
  for (const sentence of [
    /An empty vault in Azurite/,
    /✔ Point p\w+: \d+ resources with \d+ calls/,
    /✘ 11 of 24 clients that got through before are refused now\./,
    /✔ No difference\./,
    /gets through again with the key it always had, and so do all 24\./,
    /✔ A second restore has nothing to do\./,
  ]) {
    assert.match(stdout.replaceAll(/\n +/g, ' '), sentence);
  }
  for (const line of stdout.split('\n')) assert.ok(displayWidth(line) <= 80, line);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('holdfast')),
    [],
  );
});

test('an interrupted demo leaves nothing behind either', async (t) => {
  const workplace = await createWorkplace(t);
  const folder = join(workplace.folder, 'temporary');
  await mkdir(folder);
  const running = workplace.spawn(['demo', '--seed', 'medium'], { TMPDIR: folder });
  await running.printed(/holdfast backup/);
  running.kill('SIGINT');
  assert.equal((await running.ended()).exit, 130);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('holdfast')),
    [],
  );
});

test('the simulator says where it listens, answers, and ends with the signal', async (t) => {
  const workplace = await createWorkplace(t);
  const running = workplace.spawn(['sim', '--port', '0', '--org', 'acme-test', '--seed', 'small', '--latency', '1']);
  const { listening }: { listening: string } = JSON.parse(await running.firstLine());
  const answer = await fetch(`${listening}/v1/organizations/acme-test`, { headers: { authorization: 'Bearer any' } });
  assert.equal(answer.status, 200);
  running.kill('SIGTERM');
  const { exit, stdout } = await running.ended();
  assert.equal(exit, 143);
  assert.equal(stdout.trim().split('\n').length, 1);
  const refused = await workplace.run(['sim', '--port', '99999']);
  assert.equal(refused.exit, 64);
});
