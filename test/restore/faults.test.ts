import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { encodeSegment, parentId } from '../../src/core/resource.ts';
import type { FaultRule } from '../../src/sim/apigee/index.ts';
import { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import { idsOf, kindsOf } from '../faults/places.ts';
import { backUp, createStage, differencesOf, dumpOf, ORGANIZATION, runsOf, type Stage } from './stage.ts';

type Fault = FaultRule['fault'];

const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--yes'];

const faults: { readonly [name: string]: Fault } = {
  'lost after commit': { kind: 'drop', when: 'after-commit' },
  'lost before commit': { kind: 'drop', when: 'before-commit' },
  'answer cut': { kind: 'truncate' },
  '429 with Retry-After': { kind: 'status', status: 429, retryAfterSeconds: 1 },
  '429 without': { kind: 'status', status: 429 },
  '503': { kind: 'status', status: 503 },
  '500': { kind: 'status', status: 500 },
};

/** Method ids of the calls whose repetition would leave something behind. */
const calls = {
  import: 'organizations.apis.create',
  'import of a flow': 'organizations.sharedflows.create',
  'app create': 'organizations.developers.apps.create',
  'key create': 'organizations.developers.apps.keys.create',
  'product link': 'organizations.developers.apps.keys.updateDeveloperAppKey',
  'product create': 'organizations.apiproducts.create',
  'developer create': 'organizations.developers.create',
  deploy: 'organizations.environments.apis.revisions.deploy',
  'key delete': 'organizations.developers.apps.keys.delete',
};

/** What the wreck leaves, and more: every call of `calls` is needed to make it good. */
function damage({ simulator }: Stage): void {
  const target = simulator.target();
  simulator.wreck();
  target.delete(['developers', 'platform@marketplace.example']);
  target.settle();
}

/** The dump without the money of the deleted developer: nobody names it, and what has ended cannot begin again. */
function meantBy({ simulator }: Pick<Stage, 'simulator'>): ReturnType<typeof dumpOf> {
  const isGone = /^(?:wallet|subscription) platform@marketplace\.example\//;
  return dumpOf(simulator).filter(({ kind, key }) => !isGone.test(`${kind} ${key}`));
}

/** One point, and for each case the same organization damaged anew. */
async function createDamagedStage(t: TestContext) {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = meantBy(stage);
  const damageAgain = (): void => {
    stage.simulator.setFaults([]);
    stage.simulator.setTokens({});
    stage.simulator.addOrganization(ORGANIZATION, 'small');
    damage(stage);
    stage.simulator.log.reset();
  };
  return { stage, whole, damageAgain };
}

/** The dump is the judge: done means that nothing differs, and what differs is told. Answers the exit code. */
async function assertHonest(stage: Stage, whole: ReturnType<typeof dumpOf>, what: string): Promise<number> {
  const { exit, document, stderr } = await stage.json('restore', RESTORE);
  const left = differencesOf(whole, meantBy(stage));
  const unlike = document.resources.filter(({ result }) => ['failed', 'notExecuted', 'differs'].includes(result));
  // Some reads are POSTs: what one of these refused could not be compared.
  const unread = document.cannotRestore.filter(({ why }) => /side does not tell/.test(why));
  const told = [...unlike, ...unread];
  const context = `${what}: exit ${exit}, ${JSON.stringify({ left, told })}\n${stderr}`;
  if (exit === 0) {
    assert.equal(document.status, 'done', context);
    assert.deepEqual(left, [], context);
    assert.deepEqual(told, [], context);
  } else {
    assert.ok([3, 13].includes(exit), context);
    assert.notEqual(document.status, 'done', context);
    for (const line of left) {
      const places = placesOf(line);
      const isTold = told.some(({ id }) => places.some((place) => id === place || id.startsWith(`${place}/`)));
      assert.ok(isTold, `${line} is not told; ${context}`);
    }
  }
  assert.deepEqual(doubledRevisions(whole, stage), [], context);
  // A minted key may only stay where its deletion itself was refused, which the report says of its app.
  const refused = told.filter(({ why = '' }) => / DELETE developers\/\S+ was answered 4/.test(why)).map(({ id }) => id);
  for (const line of left.filter((one) => /^only right: key (?!value map)/.test(one))) {
    const isRefused = refused.some((id) => placesOf(line).some((app) => id === app || id.startsWith(`${app}/`)));
    assert.ok(isRefused, `a minted key is left: ${line}; ${context}`);
  }
  return exit;
}

/** Where resources stand that are called otherwise in dumps than their kinds are; `*` is a name of the key. */
const otherwiseCalled: { readonly [dumped: string]: string } = {
  'environment add-ons': 'environments/*/addonsConfig',
  'DNS zone': 'dnsZones/*',
  'service extension': 'apimServiceExtensions/*',
  'NAT address': 'instances/*/natAddresses/*',
  'environment of a security profile': 'securityProfiles/*/environments/*',
  'risk assessment profile': 'securityProfilesV2/*/*',
  'switch of security actions': 'environments/*/securityActionsConfig',
  'catalog item': 'sites/*/apidocs/*',
  'documentation of a catalog item': 'sites/*/apidocs/*',
  AppGroup: 'appgroups/*',
  'AppGroup app': 'appgroups/*/apps/*',
  'AppGroup key': 'appgroups/*/apps/*',
  'billing type': 'developers/*',
  subscription: 'developers/*',
  wallet: 'developers/*',
};

/** The ids of the report under which a line of `dumpDifferences` may be told. */
function placesOf(line: string): readonly string[] {
  const text = line.replace(/^(?:only left|only right|differs): /, '').trimEnd();
  const words = text.split(' ');
  // The longest beginning that names a kind: keys may have spaces, and so may kinds.
  for (let count = words.length; count > 0; count -= 1) {
    const kind = words.slice(0, count).join(' ');
    const key = words.slice(count).join(' ');
    const pattern = otherwiseCalled[kind];
    const names = key.split('/').map(encodeSegment);
    if (pattern !== undefined) return [pattern.replaceAll('*', () => names.shift() ?? '')];
    if (kindsOf(kind).length === 0) continue;
    const ids = idsOf({ kind, key });
    // The report of the map stands for that of an entry.
    return kind === 'key value map entry' ? [...ids, ...ids.map(parentId)] : ids;
  }
  return [];
}

/** Revisions that stand more often than in the point: the sign of an import that was repeated. */
function doubledRevisions(whole: ReturnType<typeof dumpOf>, { simulator }: Stage): readonly string[] {
  const count = (lines: ReturnType<typeof dumpOf>): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { key, value } of lines) {
      const { revisions } = value;
      for (const digest of Array.isArray(revisions) ? revisions : []) {
        const place = `${key} ${String(digest)}`;
        counts.set(place, (counts.get(place) ?? 0) + 1);
      }
    }
    return counts;
  };
  const before = count(whole);
  return [...count(dumpOf(simulator))]
    .filter(([place, n]) => n > 1 && n > (before.get(place) ?? 0))
    .map(([place]) => place);
}

test('a restore survives each fault on each call that must not be done twice', async (t) => {
  const { stage, whole, damageAgain } = await createDamagedStage(t);
  const all = Object.entries(calls).flatMap(([call, route]) =>
    Object.entries(faults).map(([name, fault]) => ({ what: `${name} on ${call}`, rule: { fault, route, nth: 1 } })),
  );
  // A few of all pairs each time, the ones that lose an answer always; HOLDFAST_TEST_RUNS takes more.
  const random = new SeededRandom(7);
  const must = all.filter(({ what }) => /^lost after commit on (import|app create|key create|deploy)$/.test(what));
  const rest = all.filter((one) => !must.includes(one));
  while (must.length < runsOf(10)) {
    const [one] = rest.splice(random.integer(rest.length), 1);
    if (one === undefined) break;
    must.push(one);
  }
  for (const { what, rule } of must) {
    await t.test(what, async () => {
      damageAgain();
      stage.simulator.setFaults([rule]);
      const exit = await assertHonest(stage, whole, what);
      const [report] = stage.simulator.faultReport();
      assert.equal(report?.fired, 1, `${what} struck`);
      assert.equal(exit, 0, `${what} is overcome`);
    });
  }
});

for (let seed = 1; seed <= runsOf(2); seed += 1) {
  test(`a restore in a storm of faults ends right or says what is missing (seed ${seed})`, async (t) => {
    const { stage, whole, damageAgain } = await createDamagedStage(t);
    damageAgain();
    const random = new SeededRandom(seed);
    const kinds: readonly Fault[] = [...Object.values(faults), { kind: 'html', status: 502 }];
    const storm = kinds.map((fault): FaultRule => ({ fault, probability: 0.01 + random.fraction() * 0.04 }));
    stage.simulator.setFaults(storm);
    const { exit, stderr } = await stage.run(RESTORE);
    // Without a plan nothing was touched, and the next run finds the same.
    assert.ok([0, 1, 3, 5, 13].includes(exit), stderr);
    t.diagnostic(`exit ${exit} in the storm`);
    stage.simulator.setFaults([]);
    await assertHonest(stage, whole, 'after the storm');
    assert.deepEqual(differencesOf(whole, meantBy(stage)), []);
  });
}

for (let seed = 1; seed <= runsOf(3); seed += 1) {
  test(`what is refused for good is told by name, and the next restore brings it (seed ${seed})`, async (t) => {
    const { stage, whole, damageAgain } = await createDamagedStage(t);
    damageAgain();
    const random = new SeededRandom(100 + seed);
    const rules = ['POST', 'PUT', 'PATCH', 'DELETE'].map((http): FaultRule => {
      const status = [400, 403, 409][random.integer(3)] ?? 400;
      return { fault: { kind: 'status', status }, http, probability: 0.1 + 0.3 * random.fraction() };
    });
    stage.simulator.setFaults(rules);
    const exit = await assertHonest(stage, whole, `refusals of seed ${seed}`);
    assert.equal(exit, 3, 'something was refused');
    stage.simulator.setFaults([]);
    assert.equal(await assertHonest(stage, whole, 'without refusals'), 0);
  });
}

test('a token that expires in the middle is refreshed once, and the restore goes on', async (t) => {
  const { stage, whole, damageAgain } = await createDamagedStage(t);
  damageAgain();
  const file = join(stage.workplace.folder, 'token');
  await writeFile(file, 'first');
  stage.simulator.setFaults([{ fault: { kind: 'expired-token' }, route: calls['app create'], nth: 1 }]);
  const handle = stage.simulator.handle.bind(stage.simulator);
  let renewals = 0;
  stage.simulator.handle = async (request) => {
    const answer = await handle(request);
    if (answer.status !== 401) return answer;
    // Several calls are refused at once: none may read a file that another one is just writing.
    const fresh = `${file}-${(renewals += 1)}`;
    await writeFile(fresh, 'second');
    await rename(fresh, file);
    return answer;
  };
  const environment = { HOLDFAST_APIGEE_TOKEN: undefined, HOLDFAST_APIGEE_TOKEN_FILE: file };
  const { exit, stderr } = await stage.run(RESTORE, { environment });
  assert.equal(exit, 0, stderr);
  assert.deepEqual(differencesOf(whole, meantBy(stage)), []);
});

test('a token that expires for good ends the restore with 12, and the next one ends it', async (t) => {
  const { stage, whole, damageAgain } = await createDamagedStage(t);
  damageAgain();
  stage.simulator.setFaults([{ fault: { kind: 'expired-token' }, route: calls['app create'], nth: 1 }]);
  const { exit, stderr } = await stage.run(RESTORE);
  assert.equal(exit, 12, stderr);
  assert.notDeepEqual(differencesOf(whole, meantBy(stage)), []);
  const again = await stage.run(RESTORE, { environment: { HOLDFAST_APIGEE_TOKEN: 'fresh' } });
  assert.equal(again.exit, 0, again.stderr);
  assert.deepEqual(differencesOf(whole, meantBy(stage)), []);
});
