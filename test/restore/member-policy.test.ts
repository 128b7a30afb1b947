import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import type { RunOptions } from '../harness/run-holdfast.ts';
import { epochEndsAt } from '../../src/vault/epoch.ts';
import { backUp, createStage, ORGANIZATION, type Stage } from './stage.ts';

const wide = 'environments/test/keyvaluemaps/rates';
const flags = 'environments/prod/keyvaluemaps/feature-flags';

async function configure(stage: Stage, rules: readonly { readonly at: string; readonly entries: string }[]) {
  const text = JSON.stringify({ keyValueMaps: rules });
  await writeFile(join(stage.workplace.folder, 'holdfast.yaml'), text);
}

/** The maps of the seed that have entries, by how many. */
async function mapsOf(stage: Stage, options: RunOptions = {}): Promise<ReadonlyMap<string, number>> {
  const { document } = await stage.json('ls', ['ls', 'latest', 'environments/*/keyvaluemaps/*'], options);
  const entries = document.resources.filter(({ kind }) => kind === 'environment-kvm-entry');
  const byMap = Map.groupBy(entries, ({ id }) => id.split('/').slice(0, 4).join('/'));
  return new Map([...byMap].map(([map, found]) => [map, found.length]));
}

/** The real time, so many days on. */
const later = (days: number): Clock => {
  const byMs = days * 86_400_000;
  return {
    ...systemClock,
    now: () => new Date(systemClock.epochMs() + byMs).toISOString(),
    epochMs: () => systemClock.epochMs() + byMs,
  };
};

test('entries are taken, named, skipped or carried as the configuration says, and the ledger tells which', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const before = await mapsOf(stage);
  const [first, second, third] = [...before.keys()];
  assert.ok(first !== undefined && second !== undefined && third !== undefined, `${[...before].join()}`);
  await configure(stage, [
    { at: first, entries: 'skip' },
    { at: second, entries: 'names' },
    { at: third, entries: '7d' },
  ]);
  const point = await backUp(stage);
  const row = point.ledger.find(({ kind }) => kind === 'environment-kvm-entry');
  const states = (at: string) =>
    row?.exceptions.filter((gap) => gap.at === at || gap.at.startsWith(`${at}/`)).map(({ state }) => state);
  assert.deepEqual(states(first), ['leftOut']);
  assert.deepEqual(new Set(states(second)), new Set(['leftOut']));
  assert.equal(states(second)?.length, before.get(second));
  assert.deepEqual(states(third), ['carried']);
  const now = await mapsOf(stage);
  assert.deepEqual([now.get(first), now.get(second), now.get(third)], [undefined, undefined, before.get(third)]);
  // What was left out by choice is no finding.
  const drift = await stage.run(['drift']);
  assert.equal(drift.exit, 0, drift.stdout);
});

/**
 * Takes a point from which on no epoch ends for a week and a day, since one that opens reads everything afresh. Answers how many
 * days from now it was taken.
 */
async function backUpEarlyInEpoch(stage: Stage): Promise<number> {
  const vault = createHash('sha256').update(await readFile(join(stage.workplace.folder, 'vault', 'vault.json')));
  const of = { vaultAndOrganization: `${vault.digest('hex')}\n${ORGANIZATION}`, period: 'month' } as const;
  const isNear = Date.parse(epochEndsAt(later(0).now(), of)) < later(8).epochMs();
  // The end is passed by then, and the next one is weeks away.
  const days = isNear ? 9 : 0;
  await backUp(stage, { clock: later(days) });
  return days;
}

test('what is carried costs no call until it is too old, and is then read again', async (t) => {
  const stage = await createStage(t);
  const start = await backUpEarlyInEpoch(stage);
  const [map] = [...(await mapsOf(stage, { clock: later(start) })).keys()];
  assert.ok(map !== undefined);
  await configure(stage, [{ at: map, entries: '7d' }]);
  const path = map.split('/').map(decodeURIComponent);
  stage.simulator.target().post([...path, 'entries'], { name: 'fresh', value: 'v' });
  const readings = async (days: number): Promise<boolean> => {
    const { exit, stderr } = await stage.run(['backup'], { clock: later(start + days) });
    assert.equal(exit, 0, stderr);
    const { document } = await stage.json('ls', ['ls', 'latest', `${map}/entries/fresh`], {
      clock: later(start + days),
    });
    return document.resources.length > 0;
  };
  assert.equal(await readings(1), false, 'carried');
  // Carried twice: what counts is when it was read.
  assert.equal(await readings(6.5), false, 'still carried');
  assert.equal(await readings(7.1), true, 'read again');
});

test('a map that is gone comes back without what was left out, and the plan names it', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const [map] = [...(await mapsOf(stage)).keys()];
  assert.ok(map !== undefined);
  await configure(stage, [{ at: map, entries: 'names' }]);
  await backUp(stage);
  stage.simulator.target().delete(map.split('/').map(decodeURIComponent));
  const { document } = await stage.json('plan', ['plan', '--point', 'latest']);
  const named = document.cannotRestore.filter(({ id }) => id.startsWith(`${map}/`));
  assert.ok(named.length > 0);
  assert.match(named[0]?.why ?? '', /left out by the configuration/);
});

test('a rule that says nothing known is refused with its line', async (t) => {
  const stage = await createStage(t);
  await configure(stage, [{ at: wide, entries: 'weekly' }]);
  const { exit, stderr } = await stage.run(['backup']);
  assert.equal(exit, 64);
  assert.match(stderr, /keyValueMaps/);
  await configure(stage, [{ at: flags, entries: 'skip' }]);
  assert.equal((await stage.run(['backup'])).exit, 0);
});
