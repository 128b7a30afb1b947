import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { WreckTarget } from '../../src/sim/apigee/wreck-target.ts';
import { backUp, createStage, type Stage } from './stage.ts';

const NAME = 'payments-v1';

/** Imports so many revisions that nobody had before. */
function importNewer(target: WreckTarget, count: number): void {
  const [newest = ''] = revisionsOf(target).slice(-1);
  const files = target.bundleFiles({ flavour: 'proxy', name: NAME, revision: newest });
  for (let index = 0; index < count; index += 1) {
    const extra = { 'apiproxy/resources/jsc/extra.js': `// ${index}\n` };
    target.importBundle({ flavour: 'proxy', name: NAME, files: { ...files, ...extra } });
  }
}

function revisionsOf(target: WreckTarget): readonly string[] {
  return [...target.list(['apis', NAME, 'revisions'])].sort((a, b) => Number(a) - Number(b));
}

/** A point that has an undeployed revision, which a restore then brought back under another number; six newer ones follow. */
async function renumber(stage: Stage): Promise<{ readonly point: string }> {
  const target = stage.simulator.target();
  const { point } = await backUp(stage);
  const deployed = ['dev', 'test', 'prod'].flatMap((name) => target.deployments(name));
  const gone = revisionsOf(target).findLast(
    (number) => !deployed.some(({ name, revision }) => name === NAME && revision === number),
  );
  assert.ok(gone !== undefined);
  target.delete(['apis', NAME, 'revisions', gone]);
  const restored = await stage.json('restore', ['restore', '--yes']);
  assert.deepEqual([restored.exit, restored.document.calls.planned], [0, 1], restored.stderr);
  assert.ok(!revisionsOf(target).includes(gone));
  importNewer(target, 6);
  return { point };
}

test('a revision that came back under another number is looked for below the newest ones before it is called gone', async (t) => {
  const stage = await createStage(t);
  const { point } = await renumber(stage);
  const target = stage.simulator.target();
  const before = revisionsOf(target);
  const drift = async (...flags: readonly string[]) => {
    const { exit, document } = await stage.json('drift', ['drift', '--point', point, ...flags]);
    const counted = document.differences.filter(({ informational }) => !informational);
    return { exit, changes: counted.map(({ change, kind }) => `${change} ${kind}`) };
  };
  await t.test('it is no difference, and a restore does not import it again', async () => {
    assert.deepEqual(await drift(), { exit: 0, changes: [] });
    assert.deepEqual(await drift('--revisions', '0'), { exit: 0, changes: [] });
    const restored = await stage.json('restore', ['restore', '--point', point, '--revisions', '0', '--yes']);
    assert.deepEqual([restored.exit, restored.document.calls.planned], [0, 0], restored.stderr);
    assert.deepEqual(revisionsOf(target), before);
  });
  const returned = before.at(-7) ?? '';
  await t.test('where it cannot be read, nothing is claimed and nothing imported', async () => {
    const path = `apis/${NAME}/revisions/${returned}$`;
    stage.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, path }]);
    assert.deepEqual(await drift(), { exit: 3, changes: ['unknown proxy-revision'] });
    const planned = await stage.json('plan', ['plan', '--point', point, '--exit-code']);
    assert.deepEqual([planned.exit, planned.document.calls], [3, []]);
    stage.simulator.setFaults([]);
  });
  await t.test('when it is gone, it is removed, and comes back', async () => {
    target.delete(['apis', NAME, 'revisions', returned]);
    assert.deepEqual(await drift(), { exit: 2, changes: ['removed proxy-revision'] });
    const restored = await stage.json('restore', ['restore', '--point', point, '--yes']);
    assert.deepEqual([restored.exit, restored.document.calls.planned], [0, 1], restored.stderr);
  });
});

test('of two points, a revision that the newer one left out is unknown, and not removed', async (t) => {
  const stage = await createStage(t);
  const { point } = await renumber(stage);
  const left = await backUp(stage);
  const diff = await stage.json('diff', ['diff', point, left.point]);
  const counted = diff.document.differences.filter(({ informational }) => !informational);
  assert.deepEqual(
    counted.map(({ change }) => change),
    ['unknown'],
  );
  assert.match(counted[0]?.note ?? '', /--revisions all/);
  assert.equal(diff.exit, 3);
  const environment = {
    HOLDFAST_KEYS: './nowhere',
    HOLDFAST_WRITER_KEY: await readFile(join(stage.workplace.folder, 'keys', 'writer.key'), 'utf8'),
  };
  const unread = await stage.json('diff', ['diff', point, left.point], { environment });
  assert.equal(unread.exit, 3, unread.stderr);
  const whole = await stage.json('backup', ['backup', '--revisions', 'all']);
  const same = await stage.json('diff', ['diff', point, whole.document.point]);
  assert.equal(same.exit, 0, same.stdout);
});

test('a number that holds another content than in the point does not keep a restore from removing it', async (t) => {
  const stage = await createStage(t, { switches: { revisionCounter: 'highest-plus-one' } });
  const target = stage.simulator.target();
  const [newest = ''] = revisionsOf(target).slice(-1);
  // The point has the content under two numbers, so that it is still there when the higher one is taken by another.
  const again = target.importBundle({
    flavour: 'proxy',
    name: NAME,
    files: target.bundleFiles({ flavour: 'proxy', name: NAME, revision: newest }),
  });
  const { point } = await backUp(stage);
  target.delete(['apis', NAME, 'revisions', again]);
  importNewer(target, 1);
  assert.ok(revisionsOf(target).includes(again));
  const flags = ['--point', point, '--revisions', 'all', '--delete-extra', '--yes'];
  const restored = await stage.json('restore', ['restore', ...flags]);
  assert.deepEqual([restored.exit, restored.document.calls.planned], [0, 1], restored.stderr);
  assert.ok(!revisionsOf(target).includes(again));
});
