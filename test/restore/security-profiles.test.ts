import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backUp, createStage, differencesOf, dumpOf, ORGANIZATION, type Stage } from './stage.ts';

const RESTORE = ['restore', '--point', 'latest', '--yes'];
const STRICT = ['securityProfiles', 'strict'];

/** What a client sees of the revisions of a profile, newest first: numbers and content, nothing of when. */
async function revisionsOf({ url }: Stage, profile = 'strict'): Promise<readonly object[]> {
  const answer = await fetch(
    `${url}/v1/organizations/${ORGANIZATION}/securityProfiles/${profile}:listRevisions?pageSize=50`,
    { headers: { authorization: 'Bearer somebody' } },
  );
  const body = (await answer.json()) as { readonly securityProfiles?: readonly Record<string, unknown>[] };
  return (body.securityProfiles ?? []).map(({ revisionId, description, profileConfig, scoringConfigs }) => ({
    revisionId,
    description,
    profileConfig,
    scoringConfigs,
  }));
}

function deleteStrict({ simulator }: Stage): void {
  const target = simulator.target();
  target.delete([...STRICT, 'environments', 'prod']);
  target.delete(STRICT);
}

const isRevision = ({ id }: { readonly id: string }): boolean => id.startsWith('securityProfiles/strict/revisions/');

test('a profile that is gone comes back with its history in order, and its environment', async (t) => {
  const stage = await createStage(t);
  const { ledger } = await backUp(stage);
  const row = ledger.find(({ kind }) => kind === 'security-profile-revision');
  assert.deepEqual([row?.captured, row?.exceptions], [4, []], 'three of strict, one of light, none of Google’s');
  const before = await revisionsOf(stage);
  assert.equal(before.length, 3);
  const whole = dumpOf(stage.simulator);
  deleteStrict(stage);
  const { exit, document, stderr } = await stage.json('restore', RESTORE);
  assert.deepEqual([exit, document.status, document.cannotRestore], [0, 'done', []], stderr);
  assert.deepEqual(document.calls.planned, 4, 'three revisions and an environment');
  assert.deepEqual(
    document.resources.filter(isRevision).map(({ result }) => result),
    ['created', 'created', 'created'],
  );
  assert.deepEqual(await revisionsOf(stage), before);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator), 'ordered'), []);
  const diff = await stage.run(['diff', 'latest', 'live']);
  assert.equal(diff.exit, 0, diff.stdout);
  const again = await stage.json('restore', RESTORE);
  assert.deepEqual([again.document.calls.planned, again.document.resources], [0, []]);
});

test('to a profile that is there no earlier revision is added, and each that stays away is named', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  deleteStrict(stage);
  stage.simulator.target().post(
    ['securityProfiles'],
    { profileConfig: { categories: [{ cors: {} }] } },
    {
      securityProfileId: 'strict',
    },
  );
  const { exit, document, stderr } = await stage.json('restore', RESTORE);
  assert.deepEqual([exit, document.status], [0, 'done'], stderr);
  assert.deepEqual(
    document.cannotRestore.map(({ id, code }) => [isRevision({ id }), code]),
    [
      [true, 'NOT_SETTABLE'],
      [true, 'NOT_SETTABLE'],
    ],
  );
  assert.match(document.cannotRestore[0]?.why ?? '', /cannot be put below the newest/);
  assert.deepEqual(
    document.resources
      .filter(isRevision)
      .map(({ result }) => result)
      .toSorted(),
    ['created', 'skipped', 'skipped'],
  );
  const [newest, other, ...rest] = await revisionsOf(stage);
  assert.match(JSON.stringify(newest), /"revisionId":"2".*Everything that/);
  assert.match(JSON.stringify(other), /cors/);
  assert.deepEqual(rest, []);
  const diff = await stage.json('diff', ['diff', 'latest', 'live']);
  assert.deepEqual(
    diff.document.differences.filter(({ informational }) => !informational).map(({ change }) => change),
    ['removed', 'removed'],
  );
});

test('what live has added to a history is no difference and nothing to delete, but goes with its profile', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  const target = stage.simulator.target();
  const { description } = target.get(STRICT);
  for (const text of ['another', description])
    target.patch(STRICT, { description: text }, { updateMask: 'description' });
  const diff = await stage.json('diff', ['diff', 'latest', 'live']);
  assert.equal(diff.exit, 0, diff.stderr);
  assert.equal(diff.document.differences.filter(isRevision).length, 1, 'the one with a content of its own');
  const kept = await stage.json('restore', [...RESTORE, '--delete-extra']);
  assert.deepEqual([kept.document.calls.planned, kept.document.resources, kept.document.cannotRestore], [0, [], []]);

  target.post(['securityProfiles'], { profileConfig: { categories: [{ cors: {} }] } }, { securityProfileId: 'extra' });
  target.patch(['securityProfiles', 'extra'], { description: 'x' }, { updateMask: 'description' });
  const { exit, document } = await stage.json('restore', [...RESTORE, '--delete-extra']);
  assert.deepEqual([exit, document.calls.planned], [0, 1]);
  assert.deepEqual(
    document.resources.map(({ kind, result }) => `${kind} ${result}`),
    ['security-profile deleted', 'security-profile-revision deleted', 'security-profile-revision deleted'],
  );
  const safety = await stage.json('show', ['show', document.safetyPoint]);
  const held = safety.document.ledger.find(({ kind }) => kind === 'security-profile-revision');
  assert.equal(held?.captured, 2, 'the safety point holds what went along');
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
});

test('a change that is answered with success and makes no revision is found when it is read back', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  deleteStrict(stage);
  const route = 'organizations.securityProfiles.patch';
  stage.simulator.setFaults([{ route, nth: 1, fault: { kind: 'status', status: 200 } }]);
  const { exit, document } = await stage.json('restore', RESTORE);
  assert.deepEqual([exit, document.status], [13, 'differs']);
  const results = document.resources.filter(isRevision);
  assert.deepEqual(results.map(({ result }) => result).toSorted(), ['created', 'created', 'differs']);
  assert.match(results.find(({ result }) => result === 'differs')?.why ?? '', /it is not there/);
  assert.equal((await revisionsOf(stage)).length, 2);
});

test('a history of several pages is captured as a whole', async (t) => {
  const stage = await createStage(t);
  const target = stage.simulator.target();
  for (let count = 1; count <= 120; count += 1)
    target.patch(STRICT, { description: `change ${count}` }, { updateMask: 'description' });
  const { ledger } = await backUp(stage);
  assert.equal(ledger.find(({ kind }) => kind === 'security-profile-revision')?.captured, 124);
});
