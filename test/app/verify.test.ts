import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PointStore, Vault, VerifyFinding } from '../../src/app/ports/vault.ts';
import { verifyPoints } from '../../src/app/verify.ts';
import { createManualClock } from '../../src/platform/manual-clock.ts';

const nothing = (): void => undefined;
const progress = { phase: nothing, advance: nothing, note: nothing, warn: nothing };

type VerificationRecord = Parameters<PointStore['recordVerification']>[1];

/** Verifies a vault that has these findings. */
async function verify(
  findings: readonly VerifyFinding[],
  options: { readonly allData?: boolean; readonly signs?: boolean } = {},
) {
  const records: VerificationRecord[] = [];
  const { allData = true, signs = true } = options;
  const vault = {
    abilities: {
      readMeta: true,
      readConfig: true,
      readSecrets: true,
      compare: true,
      signPoints: false,
      signRuns: false,
      signProofs: signs,
      signHolds: false,
      liftHolds: false,
      signPrunes: false,
    },
    verify: async function* () {
      yield* findings;
    },
    recordVerification: async (_organization: string, record: VerificationRecord) => {
      records.push(record);
      return `proof ${record.point}`;
    },
  } as Partial<Vault> as Vault;
  const deps = { vault, clock: createManualClock(), progress };
  const verification = await verifyPoints(deps, { organization: 'acme-prod', allData, record: true });
  return { verification, records: records.map(({ point, depth, result }) => `${point} ${depth} ${result}`) };
}

const checked = (...points: string[]): VerifyFinding => ({ type: 'checked', objects: 2, bytes: 10, points });

test('each point that was checked is recorded', async () => {
  const { verification, records } = await verify([checked('p2', 'p1'), checked('p1')]);
  assert.deepEqual(records, ['p1 all-data good', 'p2 all-data good']);
  assert.deepEqual([verification.checkedObjects, verification.checkedBytes, verification.result], [4, 20, 'good']);
  assert.deepEqual(verification.records, ['proof p1', 'proof p2']);
});

test('damage is recorded of the points it hurts, of all where it cannot be told', async () => {
  const hurt: VerifyFinding = { type: 'damaged', object: 'pack', reason: 'bad', points: ['p1'] };
  const { verification, records } = await verify([checked('p2'), hurt]);
  assert.deepEqual([verification.result, records], ['damaged', ['p1 all-data damaged', 'p2 all-data good']]);
  const all = await verify([checked('p2'), { ...hurt, points: [] }]);
  assert.deepEqual(all.records, ['p2 all-data damaged']);
});

test('a record does not claim all data where something was not checked', async () => {
  const { verification, records } = await verify([
    checked('p1'),
    { type: 'notChecked', object: 'pack', reason: 'no key' },
  ]);
  assert.deepEqual(records, ['p1 all-bytes good']);
  assert.equal(verification.findings.length, 1);
  assert.deepEqual((await verify([checked('p1')], { allData: false })).records, ['p1 structure good']);
});

test('a record needs a key that signs', async () => {
  await assert.rejects(verify([checked('p1')], { signs: false }), { code: 'KEY_MISSING' });
});
