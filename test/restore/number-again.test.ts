import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backUp, createStage } from './stage.ts';

const NAME = 'payments-v1';
const scripts = 'apiproxy/resources/jsc';

test('a revision number that is given again means another revision: to a backup, to a comparison, to a restore', async (t) => {
  const stage = await createStage(t, { switches: { revisionCounter: 'highest-plus-one' } });
  const target = stage.simulator.target();
  const newest = () =>
    [...target.list(['apis', NAME, 'revisions'])].toSorted((a, b) => Number(a) - Number(b)).at(-1) ?? assert.fail();
  const filesOf = (revision: string) => target.bundleFiles({ flavour: 'proxy', name: NAME, revision });
  const deploy = (revision: string) => target.deploy({ flavour: 'proxy', name: NAME, revision, environment: 'dev' });
  const before = newest();
  const importWith = (script: string): string => {
    const files = { ...filesOf(before), [`${scripts}/${script}`]: `// ${script}\n` };
    const number = target.importBundle({ flavour: 'proxy', name: NAME, files });
    deploy(number);
    return number;
  };
  const takeAway = (number: string): void => {
    deploy(before);
    target.delete(['apis', NAME, 'revisions', number]);
  };
  const isLive = (script: string): boolean => `${scripts}/${script}` in filesOf(newest());

  const number = importWith('one.js');
  const first = await backUp(stage);
  takeAway(number);
  assert.equal(importWith('other.js'), number);
  const drift = await stage.json('drift', ['drift', '--kinds', 'proxy-deployment']);
  const changed = drift.document.summary.find(({ kind }) => kind === 'proxy-deployment')?.changed;
  assert.deepEqual([drift.exit, changed], [2, 1], drift.stderr);
  const second = await backUp(stage);

  takeAway(number);
  const again = await stage.json('restore', ['restore', '--point', second.point, '--yes', '--only', `apis/${NAME}/**`]);
  assert.equal(again.exit, 0, again.stderr);
  assert.ok(isLive('other.js'), 'the second point has the second revision of this number');
  const back = await stage.json('restore', ['restore', '--point', first.point, '--yes', '--only', `apis/${NAME}/**`]);
  assert.equal(back.exit, 0, back.stderr);
  assert.ok(isLive('one.js'), 'the first point has the first');
});
