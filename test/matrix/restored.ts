import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type KindName, kindNames, kinds } from '../../src/core/kinds/index.ts';
import type { SimulatorSwitches } from '../../src/sim/apigee/index.ts';
import { createHybridSeed, createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { backUp, createStage, startSimulator } from '../restore/stage.ts';

/**
 * Restores into an empty organization, and answers what came back of the kinds that only organizations of that runtime have, or of
 * all others in the cloud. What does not come back has to be named.
 */
export async function checkRestore(
  t: TestContext,
  runtime: 'CLOUD' | 'HYBRID',
  switches: Partial<SimulatorSwitches>,
): Promise<ReadonlyMap<KindName, string>> {
  const isHybrid = runtime === 'HYBRID';
  const create = isHybrid ? createHybridSeed : createSeed;
  const stage = await createStage(t, { seedFunction: (name) => create('small', name), switches });
  const first = await backUp(stage);
  const target = await startSimulator(t, { seedFunction: (name) => create('empty', name), randomSeed: 4711, switches });
  const environment = { HOLDFAST_APIGEE_ENDPOINT: target.url };
  const argv = ['restore', '--point', first.point, '--yes'];
  const whole = await stage.json('restore', argv, { environment });
  assert.ok(whole.exit === 0 || whole.exit === 3, whole.stderr);
  const optIn = kindNames.filter((name) => kinds[name].restore === 'opt-in');
  const costly = optIn.length === 0 ? [] : [['--kinds', optIn.join(',')]];
  const named: { readonly id: string; readonly code: string }[] = [];
  for (const flags of costly) {
    const second = await stage.json('restore', [...argv, ...flags], { environment });
    assert.ok(second.exit === 0 || second.exit === 3, second.stderr);
    named.push(...second.document.cannotRestore);
    // What stands under them can come now.
    const third = await stage.json('restore', argv, { environment });
    assert.ok(third.exit === 0 || third.exit === 3, third.stderr);
    named.push(...third.document.cannotRestore);
  }
  const left = await stage.json('diff', ['diff', first.point, 'live'], { environment });
  const cannot = [...whole.document.cannotRestore, ...named].filter(({ code }) => code !== 'OPT_IN');
  const residue = left.document.differences.filter(({ informational }) => !informational);
  const unnamed = residue.filter(({ id }) => !cannot.some((one) => one.id === id));
  assert.deepEqual(
    unnamed.map(({ id, change }) => `${change} ${id}`),
    [],
    'differs after the restore, and no report says why',
  );
  const evidence = new Map<KindName, string>();
  for (const name of kindNames.filter((each) => (kinds[each].needsRuntime === 'HYBRID') === isHybrid)) {
    const captured = first.ledger.find(({ kind }) => kind === name)?.captured ?? 0;
    const missing = new Set(residue.filter(({ kind }) => kind === name).map(({ id }) => id)).size;
    assert.ok(captured > missing, `none of ${captured} ${name} came back`);
    evidence.set(name, `${captured - missing} of ${captured} back${missing === 0 ? '' : `, ${missing} named`}`);
  }
  return evidence;
}
