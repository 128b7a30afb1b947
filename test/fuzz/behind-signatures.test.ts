import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Vault } from '../../src/app/ports/vault.ts';
import { joinActions } from '../../src/core/audit/audit-action.ts';
import { toCef } from '../../src/core/audit/cef.ts';
import { examineTrail } from '../../src/core/audit/examine-trail.ts';
import { toOcsf } from '../../src/core/audit/ocsf.ts';
import { toSiemEvent } from '../../src/core/audit/siem-event.ts';
import { HoldfastError } from '../../src/core/errors.ts';
import { signerRoles } from '../../src/core/key-role.ts';
import { leftBehind } from '../../src/core/left-behind.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import { createManualClock } from '../../src/platform/manual-clock.ts';
import { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import { capture, copyStore, openWith, ORGANIZATION, sampleKind } from '../../src/vault/sample-vault.fixture.ts';
import { runsOf } from '../restore/stage.ts';
import { withOneNodeChanged } from './one-node.ts';
import { createFullVault, type SignedValue, signedValuesOf } from './signed-vault.ts';

/** Far above what any of these takes of a processor, however busy it is with others. */
const MOST_CPU_MS = 10_000;
const SEED = 20_261_130;

const sample = await createFullVault();
const keys = Object.fromEntries([...signerRoles, 'reader' as const].map((role) => [role, sample.keyFiles[role]]));

/** What of a vault anybody reads; each by itself, since one that refuses must not hide another that fails. */
const readings: Readonly<Record<string, (vault: Vault) => Promise<void>>> = {
  points: async (vault) => {
    const { points } = await vault.listPoints(ORGANIZATION);
    for (const { id } of points) await readPoint(vault, id);
  },
  epoch: async (vault) => {
    await vault.findEpoch(ORGANIZATION, 'month');
  },
  verify: async (vault) => {
    await Array.fromAsync(vault.verify({ organization: ORGANIZATION, allData: true }));
  },
  runs: async (vault) => {
    await vault.listUnended(ORGANIZATION);
    for (const { run } of await vault.listRuns(ORGANIZATION))
      leftBehind(await vault.readRun(ORGANIZATION, run), vault.hasher);
  },
  unended: async (vault) => {
    leftBehind(await vault.readRun(ORGANIZATION, 1), vault.hasher);
  },
  holds: async (vault) => {
    await vault.holds.listHolds(ORGANIZATION);
  },
  prunes: async (vault) => {
    await vault.prunes.readPruneGround(ORGANIZATION);
  },
  records: async (vault) => {
    await vault.listRecords(ORGANIZATION, 'posture');
    await vault.listVerified(ORGANIZATION);
    await vault.audit.proofs(ORGANIZATION);
  },
  trail: async (vault) => {
    examineTrail(await vault.audit.facts([]));
    const records = await Array.fromAsync(vault.audit.records({}));
    joinActions(records);
    for (const record of records) {
      const event = toSiemEvent(record, Date.parse(record.record.at), undefined);
      JSON.stringify([toCef(event), toOcsf(event)]);
    }
  },
  'the next backup': async (vault) => {
    await capture(vault, createManualClock(sample.clock.epochMs()), [{ id: 'e/1', text: 'new', secret: 's' }]);
  },
};

async function readPoint(vault: Vault, id: string): Promise<void> {
  const reader = await vault.openPoint(ORGANIZATION, id);
  JSON.stringify([reader.details, reader.gaps(sampleKind.name), reader.root(sampleKind.name)]);
  for await (const entry of reader.entries(sampleKind.name)) {
    const content = await reader.readContent(entry);
    if (content.type === 'json') parseJson(content.text);
    await reader.readFacts(entry);
    await reader.readSecrets(entry);
  }
  await reader.find('e/3', sampleKind.name);
}

/** Reads everything of the vault with these blobs in it; what went wrong but for errors of ours that say what to do. */
async function wrongsOf(blobs: Readonly<Record<string, Uint8Array>>): Promise<readonly string[]> {
  const store = await copyStore(sample.store, { put: blobs });
  const started = process.cpuUsage();
  const wrongs: string[] = [];
  const tame = async (what: string, read: () => Promise<void>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      if (error instanceof HoldfastError && error.code !== 'INTERNAL' && error.next !== undefined) return;
      wrongs.push(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  };
  await tame('open', async () => {
    const vault = await openWith(store, sample.clock, keys);
    for (const [what, read] of Object.entries(readings)) await tame(what, () => read(vault));
  });
  const { user, system } = process.cpuUsage(started);
  const tookMs = (user + system) / 1000;
  if (tookMs > MOST_CPU_MS) wrongs.push(`it took ${Math.round(tookMs)} ms of a processor`);
  return wrongs;
}

async function fuzzed({ what, value, withValue }: SignedValue, rounds: number): Promise<readonly string[]> {
  const random = new SeededRandom(SEED);
  const wrongs: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const changed = withOneNodeChanged(value, random);
    for (const wrong of await wrongsOf(await withValue(changed.value)))
      wrongs.push(`${what}, round ${round}: ${changed.what}: ${wrong}`);
  }
  return wrongs;
}

test('a vault that was signed and sealed again as it was reads without a word', async () => {
  const values = await signedValuesOf(sample);
  assert.ok(values.length > 30, `${values.length} values`);
  for (const { what, value, withValue } of values) {
    const store = await copyStore(sample.store, { put: await withValue(value) });
    const vault = await openWith(store, sample.clock, keys);
    const { points, damaged } = await vault.listPoints(ORGANIZATION);
    assert.deepEqual([points.length, damaged.length], [2, 0], what);
    for (const { id } of points) await readPoint(vault, id);
  }
});

test('whatever is signed or sealed in the place of what was written is read or refused', async (t) => {
  for (const value of await signedValuesOf(sample)) {
    await t.test(value.what, async () => {
      assert.deepEqual(await fuzzed(value, runsOf(2)), []);
    });
  }
});
