import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlan } from '../../src/app/plan.ts';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { HoldfastError } from '../../src/core/errors.ts';
import type { JsonValue } from '../../src/core/json.ts';
import { readPlan, readProtectionPlan } from '../../src/cli/read-plan.ts';
import { planDocument } from '../../src/cli/schema/plan.ts';
import { protectPlanDocument } from '../../src/cli/schema/protect.ts';
import { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import { testHasher } from '../apigee/live-organization.ts';
import { runsOf } from '../restore/stage.ts';
import { withOneNodeChanged } from './one-node.ts';

const AT = '2026-05-10T00:00:00.000Z';
const path = ['developers/', { hole: 'secret', id: 'developers/d', name: 'key' }] as const;
const plan = {
  schema: 'holdfast/plan/1',
  vault: 'v',
  organization: 'acme-prod',
  point: 'p1',
  pointTime: AT,
  plannedAt: AT,
  tool: 'test',
  selection: { only: ['developers/**'], kinds: [] },
  deleteExtra: false,
  resources: [
    { id: 'developers/d', kind: 'developer', label: 'd', change: 'create', reason: 'missing', fields: ['a'] },
  ],
  calls: [
    {
      id: 'developers/d#create',
      resource: 'developers/d',
      kind: 'developer',
      stage: 0,
      needs: [],
      after: [],
      step: 'create',
      action: 'create',
      phase: 'materialise',
      method: 'POST',
      path,
      query: { a: 'b' },
      body: { type: 'json', value: { list: [1, { $hole: { hole: 'live', id: 'developers/d', name: 'x' } }] } },
      reason: 'the developer is missing',
      assigns: { key: { path: 'credentials.0.consumerKey', secret: true } },
      tolerates: [404],
      awaitReady: path,
      lookup: { type: 'get', path, expect: { field: 'a', value: 'b' } },
      risk: 'some',
    },
  ],
  fingerprints: [{ id: 'developers/d', kind: 'developer', state: 'absent' }],
  cannotRestore: [{ id: 'developers/e', code: 'NO_WRITE', why: 'no call', next: 'none' }],
  unknown: [{ id: 'developers/f', kind: 'developer', reason: 'denied' }],
  secretsRequired: [{ id: 'developers/d', name: 'key' }],
  risks: [{ id: 'developers/d', risk: 'some' }],
  estimate: { mutatingCalls: 1, reads: 1, seconds: 1.5 },
};

/** A plan file that fits its hash, as anybody can write one. */
function forged(value: unknown): string {
  // What was put together of JSON is JSON.
  const text = canonicalJson(value as JsonValue);
  const hash = testHasher.digest(new TextEncoder().encode(text));
  return typeof value === 'object' && value !== null ? JSON.stringify({ ...value, hash }) : text;
}

const armId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/v';
const protectionPlan = {
  schema: 'holdfast/protect-plan/1',
  createdAt: AT,
  tool: 'test',
  accountId: armId,
  vaultId: armId,
  instanceId: armId,
  settings: {
    subscription: 's',
    resourceGroup: 'g',
    account: { name: 'a', resourceGroup: 'g' },
    containers: ['c'],
    vault: { name: 'v', redundancy: 'LocallyRedundant', softDeleteDays: 14 },
    policy: { name: 'p', every: 'day', day: 'Sunday', at: '02:00', retentionDays: 30 },
    blobSoftDeleteDays: 30,
    containerSoftDeleteDays: 30,
    immutability: { epochDays: 30, guaranteedDays: 30 },
    replicationMarginMinutes: 15,
  },
  instance: { policyInfo: { policyId: armId } },
  steps: [
    {
      id: 'vault',
      what: 'the Backup vault',
      why: 'it is missing',
      method: 'PUT',
      path: armId,
      body: { principal: { $assigned: 'vault.principalId' } },
      ifMatch: '*',
      changes: [{ field: 'sku', from: null, to: { name: 'x' } }],
      awaitsRole: 'validated',
    },
  ],
  inPlace: ['policy'],
  notes: ['none'],
  ground: { vault: 'digest' },
};

for (const { name, whole, document, read } of [
  { name: 'a plan', whole: plan, document: planDocument, read: readPlan },
  { name: 'a protection plan', whole: protectionPlan, document: protectPlanDocument, read: readProtectionPlan },
])
  test(`whatever a plan says under a hash computed anew is what a plan says, or is refused by name: ${name}`, () => {
    const honest = read(forged(whole), testHasher);
    assert.ok(document.safeParse(honest).success);
    const random = new SeededRandom(20_261_130);
    let refused = 0;
    for (let round = 0; round < runsOf(400); round += 1) {
      const { what, value } = withOneNodeChanged(whole, random);
      let found: unknown;
      try {
        found = read(forged(value), testHasher);
      } catch (error) {
        if (!(error instanceof HoldfastError) || error.code !== 'PLAN_INVALID' || error.next === undefined)
          throw new Error(`round ${round}: ${what}`, { cause: error });
        refused += 1;
      }
      assert.ok(found === undefined || document.safeParse(found).success, what);
    }
    assert.ok(refused > 100, `${refused} refused`);
  });

test('a plan that was read is written as it was', () => {
  const honest = readPlan(forged(plan), testHasher);
  assert.equal(honest.calls.length, 1);
  assert.equal(readPlan(formatPlan(honest), testHasher).hash, honest.hash);
});

test('what no plan says is told by its place, and a plan nested without end is no plan', () => {
  const refusal = (value: unknown, message: RegExp) =>
    assert.throws(() => readPlan(forged(value), testHasher), { code: 'PLAN_INVALID', message });
  refusal({ ...plan, calls: null }, /no plan at calls:/);
  refusal({ ...plan, calls: [null] }, /no plan at calls\.0:/);
  refusal({ ...plan, calls: [{ ...plan.calls[0], method: 'GET' }] }, /no plan at calls\.0\.method:/);
  refusal({ ...plan, fingerprints: [{ id: 'a' }] }, /no plan at fingerprints\.0/);
  refusal({ ...plan, more: 1 }, /no plan at its top: Unrecognized key/);
  const deep = forged({ ...plan, calls: 0 }).replace(
    '"calls":0',
    `"calls":${'['.repeat(200_000)}${']'.repeat(200_000)}`,
  );
  assert.throws(() => readPlan(deep, testHasher), {
    code: 'PLAN_INVALID',
    message: 'The plan file is no JSON that can be read.',
  });
});
