import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlan } from '../../src/app/plan.ts';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { HoldfastError } from '../../src/core/errors.ts';
import type { JsonValue } from '../../src/core/json.ts';
import type { Plan } from '../../src/core/plan.ts';
import { readPlan } from '../../src/cli/read-plan.ts';
import { planDocument } from '../../src/cli/schema/plan.ts';
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

test('a plan whose hash was computed anew is what a plan is, or is refused by name', () => {
  const honest = readPlan(forged(plan), testHasher);
  assert.deepEqual(honest.calls.length, 1);
  assert.equal(readPlan(formatPlan(honest), testHasher).hash, honest.hash);
  const random = new SeededRandom(20_261_130);
  let refused = 0;
  for (let round = 0; round < runsOf(400); round += 1) {
    const { what, value } = withOneNodeChanged(plan, random);
    let read: Plan | undefined;
    try {
      read = readPlan(forged(value), testHasher);
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'PLAN_INVALID' || error.next === undefined)
        throw new Error(`round ${round}: ${what}`, { cause: error });
      refused += 1;
    }
    assert.ok(read === undefined || planDocument.safeParse(read).success, what);
  }
  assert.ok(refused > 0);
});

test('what no plan says is told by its place, and a plan nested without end is no plan', () => {
  const refusal = (value: unknown, message: RegExp) =>
    assert.throws(() => readPlan(forged(value), testHasher), { code: 'PLAN_INVALID', message });
  refusal({ ...plan, calls: null }, /no plan at calls:/);
  refusal({ ...plan, calls: [null] }, /no plan at calls\.0:/);
  refusal({ ...plan, calls: [{ ...plan.calls[0], method: 'GET' }] }, /no plan at calls\.0\.method:/);
  refusal({ ...plan, fingerprints: [{ id: 'a' }] }, /no plan at fingerprints\.0/);
  const deep = forged({ ...plan, calls: 0 }).replace(
    '"calls":0',
    `"calls":${'['.repeat(200_000)}${']'.repeat(200_000)}`,
  );
  assert.throws(() => readPlan(deep, testHasher), { code: 'PLAN_INVALID', message: 'The plan file is not JSON.' });
});
