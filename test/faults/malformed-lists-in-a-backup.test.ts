import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KindName, kindNames, kinds } from '../../src/core/kinds/index.ts';
import { openOrganization, readAll } from '../apigee/live-organization.ts';
import { createStage, type Stage } from '../restore/stage.ts';
import { findList, isListAnswer, type ListPlace, type Malformation, malformations } from './malform-list.ts';
import type { Handle } from './scene.ts';

const listed = kindNames.filter((name) => 'list' in kinds[name].collection);
/** Where a second source of the same names is read instead, nothing is missing. */
const hasSecondSource = (name: KindName): boolean => 'crossCheck' in kinds[name].collection;

async function readWhole({ url }: Stage) {
  const { live, close } = openOrganization(url);
  try {
    return await readAll(live);
  } finally {
    await close();
  }
}

/** From then on the list is answered malformed. */
function spoil({ simulator }: Stage, handle: Handle, list: ListPlace, malform: Malformation): () => number {
  let struck = 0;
  simulator.handle = async (request) => {
    const answer = await handle(request);
    if (!isListAnswer(request, answer, list)) return answer;
    struck += 1;
    return { ...answer, body: malform(answer.body, list.field) };
  };
  return () => struck;
}

test('a list that is malformed, of every kind in turn: exit 3, and the ledger names the kind and where', async (t) => {
  const stage = await createStage(t);
  const handle: Handle = stage.simulator.handle.bind(stage.simulator);
  const whole = await readWhole(stage);
  const ways = Object.entries(malformations);
  let tried = 0;
  for (const name of listed) {
    const list = findList(kinds[name], whole);
    const [what, malform] = ways[tried % ways.length] ?? assert.fail();
    if (list === undefined) continue;
    tried += 1;
    const struck = spoil(stage, handle, list, malform);
    const { exit, document, stderr } = await stage.json('backup', ['backup', '--kinds', name]);
    const told = `${name}, ${what}: ${stderr}`;
    assert.ok(struck() > 0, `${told} was asked for`);
    const row = document.ledger.find(({ kind }) => kind === name) ?? assert.fail(told);
    if (hasSecondSource(name) && row.failed === 0) {
      assert.deepEqual([exit, row.captured], [0, row.listed], told);
      continue;
    }
    assert.deepEqual([exit, document.grade], [3, 'partial'], told);
    assert.ok(row.failed > 0, told);
    const holes = row.exceptions.filter(({ state }) => state === 'failed');
    assert.ok(
      holes.some(({ at, reason }) => at === list.parent && reason.length > 20),
      `${told}: ${JSON.stringify(holes)} names ${list.parent}`,
    );
    assert.doesNotMatch(stderr, /matches no resource/, told);
  }
  assert.ok(tried > 30);
});

test('what is printed of a list that is malformed names it, and the next step', async (t) => {
  const stage = await createStage(t);
  const handle: Handle = stage.simulator.handle.bind(stage.simulator);
  const whole = await readWhole(stage);
  const some: readonly KindName[] = ['environment', 'target-server', 'developer', 'proxy', 'api-product'];
  for (const [index, what] of [
    'no JSON',
    'an HTML page',
    'null among the items',
    'the other shape',
    'JSON null',
  ].entries()) {
    const name = some[index] ?? assert.fail();
    const list = findList(kinds[name], whole) ?? assert.fail(name);
    spoil(stage, handle, list, malformations[what] ?? assert.fail(what));
    const { exit, stdout } = await stage.run(['backup', '--kinds', name]);
    assert.equal(exit, 3, stdout);
    const text = stdout.replaceAll(/\s+/g, ' ');
    const where = list.parent === '' ? `every ${name}` : list.parent;
    assert.ok(text.includes(`Exceptions: failed ${name} ${where} `), stdout);
    assert.ok(text.includes(`GET ${list.path}`), stdout);
    assert.match(text, /→ Back up again: what failed is read anew\./);
    assert.match(text, /acceptedGaps/);
  }
});

test('a backup that was denied something names the next step, and a whole one has none', async (t) => {
  const stage = await createStage(t);
  const whole = await stage.run(['backup', '--kinds', 'developer']);
  assert.equal(whole.exit, 0, whole.stderr);
  assert.doesNotMatch(whole.stdout, /→/);
  stage.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: 'organizations.developers.list' }]);
  const denied = await stage.run(['backup', '--kinds', 'developer']);
  assert.equal(denied.exit, 3, denied.stderr);
  assert.match(denied.stdout, /→ Give the identity of the backup the permissions to read what was denied/);
  assert.doesNotMatch(denied.stdout, /Back up again/);
});
