import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { backUp, createStage } from './stage.ts';

/** The machine's clock, moved. */
function movedClock(byMs: number): Clock {
  const epochMs = (): number => systemClock.epochMs() + byMs;
  return { ...systemClock, epochMs, now: () => new Date(epochMs()).toISOString() };
}

test('a clock that is an hour wrong moves the expiry of a key, and the restore ends with 13', async (t) => {
  for (const [byMs, exit] of [
    [3_600_000, 13],
    [60_000, 0],
  ] as const) {
    const stage = await createStage(t);
    await backUp(stage);
    stage.simulator.target().delete(['appgroups', 'partner-guild', 'apps', 'Guild checkout']);
    stage.simulator.settle();
    const argv = ['restore', '--point', 'latest', '--yes', '-o', 'json'];
    const restored = await stage.workplace.run(argv, { clock: movedClock(byMs) });
    assert.equal(restored.exit, exit, restored.stderr + restored.stdout);
    if (exit === 13) assert.match(restored.stdout, /"status": "differs"/);
  }
});
