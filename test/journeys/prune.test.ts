import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { type Clock, formatInstant, systemClock } from '../../src/platform/clock.ts';
import { epochEndsAt } from '../../src/vault/epoch.ts';
import { startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { type GuardedStorage, startGuardedStorage } from '../harness/blob-guard.ts';
import { createBackedWorkplace, createWorkplace, type Workplace } from '../harness/run-holdfast.ts';

const DAY_MS = 86_400_000;
const ORGANIZATION = 'acme-prod';

let storage: GuardedStorage | undefined;

before(async () => {
  storage = await startGuardedStorage({ settings: { versioning: true } });
});

after(async () => {
  await storage?.close();
});

function guard(): GuardedStorage {
  assert.ok(storage !== undefined);
  return storage;
}

/** The machine's clock shows what that of the storage does, or so much more. */
function clockOf(aheadMs = 0): Clock {
  const epochMs = (): number => guard().clock.nowMs() + aheadMs;
  return { ...systemClock, epochMs, now: () => formatInstant(epochMs()) };
}

interface Stage {
  readonly workplace: Workplace;
  readonly container: string;
  /** Takes a point as somebody who may read and add, and changes the organization first. */
  backup(...flags: readonly string[]): Promise<string>;
  /** What the capture of a point put. */
  wroteOf(point: string): readonly string[];
  /** With every key but the writer's taken away from it: as the one who prunes. */
  asPruner(argv: readonly string[], aheadMs?: number): ReturnType<Workplace['run']>;
  asVerifier(argv: readonly string[]): ReturnType<Workplace['run']>;
}

let stages = 0;

/** An organization with a vault in guarded storage, a folder of keys for each part somebody plays, and a fresh month. */
async function createStage(t: TestContext, retention: string): Promise<Stage> {
  const started = await startApigeeSimulator({ organization: ORGANIZATION, seed: 'small', port: 0 });
  t.after(() => started.close());
  stages += 1;
  const container = `prune-${stages}`;
  const workplace = await createWorkplace(t, {
    HOLDFAST_APIGEE_ENDPOINT: started.url,
    HOLDFAST_APIGEE_TOKEN: 'journey-token',
    HOLDFAST_ORG: ORGANIZATION,
    HOLDFAST_VAULT: `az://${container}`,
    HOLDFAST_AZURE_CONNECTION_STRING: guard().connectionString,
  });
  const clock = clockOf();
  const { document } = await workplace.json('init', ['init'], { clock });
  for (const role of ['writer', 'verifier', 'pruner', 'restorer']) {
    await mkdir(join(workplace.folder, role));
    await copyFile(join(workplace.folder, 'keys', `${role}.key`), join(workplace.folder, role, `${role}.key`));
  }
  await writeFile(join(workplace.folder, 'holdfast.yaml'), `retention: ${retention}\n`);
  const ends = epochEndsAt(clock.now(), {
    vaultAndOrganization: `${document.vaultId}\n${ORGANIZATION}`,
    period: 'month',
  });
  guard().clock.advance(Date.parse(ends) - guard().clock.nowMs() + 3_600_000);
  let changes = 0;
  const wrote = new Map<string, readonly string[]>();
  return {
    workplace,
    container,
    async backup(...flags) {
      changes += 1;
      await addServer(started.url, `server-${changes}`);
      const environment = {
        HOLDFAST_KEYS: './writer',
        HOLDFAST_AZURE_CONNECTION_STRING: guard().signedConnection(container, 'rcl'),
      };
      const known = new Set(await namesIn(container));
      const { document: taken } = await workplace.json('backup', ['backup', ...flags], { environment, clock });
      wrote.set(
        taken.point,
        (await namesIn(container)).filter((name) => !known.has(name)),
      );
      return taken.point;
    },
    wroteOf: (point) => wrote.get(point) ?? [],
    asPruner: (argv, aheadMs = 0) =>
      workplace.run(argv, { environment: { HOLDFAST_KEYS: './pruner' }, clock: clockOf(aheadMs) }),
    asVerifier: (argv) => workplace.run(argv, { environment: { HOLDFAST_KEYS: './verifier' }, clock }),
  };
}

async function addServer(url: string, name: string): Promise<void> {
  const { ok } = await fetch(`${url}/v1/organizations/${ORGANIZATION}/environments/test/targetservers`, {
    method: 'POST',
    headers: { authorization: 'Bearer journey-token', 'content-type': 'application/json' },
    body: JSON.stringify({ name, host: `${name}.example`, port: 443 }),
  });
  assert.ok(ok);
}

async function namesIn(container: string): Promise<readonly string[]> {
  const blobs = await Array.fromAsync(guard().admin.getContainerClient(container).listBlobsFlat());
  return blobs.map(({ name }) => name);
}

/** Lines broken for the terminal as one. */
function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** Runs as the pruner and answers the document. */
async function prune(stage: Stage, flags: readonly string[] = [], aheadMs = 0) {
  return stage.workplace.json('prune', ['prune', ...flags], {
    environment: { HOLDFAST_KEYS: './pruner' },
    clock: clockOf(aheadMs),
  });
}

test('two epochs under immutability: what is protected or held stays, the rest is marked, waits, and is swept', async (t) => {
  const stage = await createStage(t, '{ daily: 2, guaranteedDays: 10, graceDays: 3, minimumVerified: 2 }');
  const { account, clock } = guard();
  account.enableVersionLevel(stage.container, { days: 45, mode: 'Locked' });
  const january: string[] = [];
  for (let day = 0; day < 3; day += 1) {
    january.push(await stage.backup());
    clock.advance(DAY_MS);
  }
  clock.advance(29 * DAY_MS);
  const february = [await stage.backup()];
  clock.advance(DAY_MS);
  february.push(await stage.backup());
  assert.equal((await stage.asVerifier(['verify', '--all-data', '--record'])).exit, 0);

  // Under immutability nothing goes, and nothing is tried.
  const early = await prune(stage);
  assert.equal(early.exit, 0);
  assert.deepEqual(
    early.document.epochs.map(({ epoch, closed }) => [epoch, closed]),
    [
      ['000001', true],
      ['000002', false],
    ],
  );
  assert.deepEqual(early.document.goes, []);
  for (const point of january) {
    const keeps = early.document.stays.find((stays) => stays.point === point)?.keeps ?? [];
    assert.deepEqual(
      keeps.map(({ rule }) => rule),
      ['immutable'],
    );
    assert.match(keeps[0]?.why ?? '', /^immutable until 2026-/);
  }
  assert.deepEqual((await prune(stage, ['--mark', '--yes'])).document.marked, undefined);

  // Its protection has ended; one is held.
  clock.advance(15 * DAY_MS);
  const held = january[1] ?? '';
  const hold = await stage.asVerifier(['hold', 'add', held, '--owner', 'legal', '--reason', 'case 17']);
  assert.equal(hold.exit, 0, hold.stderr);
  const preview = await prune(stage);
  const going = january.filter((point) => point !== held);
  assert.deepEqual(
    preview.document.goes.map(({ point }) => point),
    going,
  );
  assert.match(
    preview.document.stays
      .find(({ point }) => point === held)
      ?.keeps.map(({ why }) => why)
      .join() ?? '',
    /held by legal until it is removed: case 17/,
  );
  const table = await stage.asPruner(['prune']);
  assert.match(table.stdout, /Would go: 2 points, with \d+ packs and indexes/);
  assert.match(table.stdout, /Nothing was written or deleted/);
  const marked = await prune(stage, ['--mark', '--yes']);
  assert.deepEqual([marked.exit, marked.document.marked], [0, 1]);
  const waiting = await stage.asPruner(['prune', '--sweep', '--yes']);
  assert.equal(waiting.exit, 0);
  assert.match(waiting.stdout, /No mark is due/);
  assert.ok(!guard().log.entries.some(({ route }) => route === 'DeleteBlob'), 'nothing was deleted, or tried to');

  // The grace has ended; a legal hold lies on one pack.
  clock.advance(3 * DAY_MS);
  const packs = guard().admin.getContainerClient(stage.container);
  const lone = stage.wroteOf(january[2] ?? '').find((name) => name.includes('/packs/')) ?? '';
  const before = await namesIn(stage.container);
  await packs.getBlobClient(lone).setLegalHold(true);
  const sweep = await prune(stage, ['--sweep', '--yes']);
  assert.equal(sweep.exit, 3, 'what is left makes it partial');
  assert.deepEqual(
    sweep.document.sweeps.map(({ points, left }) => [points, left.map(({ name, why }) => [name, why])]),
    [[going, [[lone, 'a legal hold']]]],
  );
  const left = new Set(await namesIn(stage.container));
  const gone = before.filter((name) => !left.has(name));
  assert.deepEqual(
    gone.filter((name) => name.includes('/points/')).map((name) => name.split('-').at(-1)),
    going,
  );
  assert.ok(gone.length > 2 && left.has(lone), 'what only they needed is gone too, but for what the store holds');

  // What is held, and all of the newer epoch, is whole.
  for (const point of [held, ...february]) {
    const verified = await stage.workplace.json('verify', ['verify', point, '--all-data'], {
      environment: { HOLDFAST_KEYS: './restorer' },
      clock: clockOf(),
    });
    assert.deepEqual([verified.exit, verified.document.result], [0, 'good']);
  }
  const all = await stage.asVerifier(['verify']);
  assert.equal(all.exit, 0);
  assert.match(all.stdout, /2 points more were pruned, and are not lost/);
  const shown = await stage.asVerifier(['show', going[0] ?? '']);
  assert.equal(shown.exit, 1);
  assert.match(shown.stderr, /was swept on\s+2026-.*\sby prune 1/);

  // Once the store lets it go, the next sweep ends the work.
  await packs.getBlobClient(lone).setLegalHold(false);
  const asked = await stage.workplace.run(['prune', '--sweep'], {
    environment: { HOLDFAST_KEYS: './pruner' },
    clock: clockOf(),
    typed: 'acme-test\r',
  });
  assert.equal(asked.exit, 1, 'it asks although no point goes');
  assert.match(flat(`${asked.stdout} ${asked.stderr}`), /0 points, 1 pack or index will be deleted/);
  assert.ok((await namesIn(stage.container)).includes(lone));
  const rest = await prune(stage, ['--sweep', '--yes']);
  assert.deepEqual([rest.exit, rest.document.sweeps.map(({ objects, left }) => [objects, left.length])], [0, [[1, 0]]]);
  assert.equal((await prune(stage, ['--sweep', '--yes'])).document.sweeps.length, 0);
  assert.ok(
    !guard().log.entries.some(({ route, status }) => route === 'DeleteBlob' && status === 409),
    'what the store holds was never tried',
  );
});

test('a vault in a folder shows what would go and refuses; wrong inputs are told apart', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const point = (await workplace.json('backup', ['backup'])).document.point;
  const none = await workplace.run(['prune']);
  assert.equal(none.exit, 64);
  assert.match(flat(none.stderr), /No retention is configured/);
  await writeFile(join(workplace.folder, 'holdfast.yaml'), 'retention: { minimumVerified: 1 }\n');
  const empty = await workplace.run(['prune']);
  assert.equal(empty.exit, 64);
  assert.match(flat(empty.stderr), /keeps nothing: give at least one of hourly/);
  await writeFile(join(workplace.folder, 'holdfast.yaml'), 'retention: { daly: 3 }\n');
  assert.match(flat((await workplace.run(['prune'])).stderr), /did you mean daily/);
  await writeFile(join(workplace.folder, 'holdfast.yaml'), "retention: { daily: 3, zone: 'Europe/Atlantis' }\n");
  assert.match(flat((await workplace.run(['prune'])).stderr), /must be a time zone/);

  await writeFile(
    join(workplace.folder, 'holdfast.yaml'),
    "epoch: week\nretention: { daily: 3, zone: 'Europe/Vienna' }\n",
  );
  const preview = await workplace.json('prune', ['prune']);
  assert.equal(preview.exit, 4);
  assert.match(preview.document.refusals.join(' '), /does not attest .* Only 0 of the points are verified/);
  assert.deepEqual(
    preview.document.stays.map((stays) => [stays.point, stays.keeps.map(({ rule }) => rule)]),
    [[point, ['daily', 'guaranteed', 'open-epoch', 'newest-copy']]],
  );
  assert.match(flat((await workplace.run(['prune'])).stdout), /Refused: The store does not attest/);
  for (const [protectionDays, says] of [
    [36, /protects each blob for 36 days, and 37 are needed: 7 of an epoch \+ 30 guaranteed\. For 1 day points rest/],
    [37, /^(?!.*are needed)/],
  ] as const) {
    const text = JSON.stringify({ epoch: 'week', retention: { daily: 3, protectionDays } });
    await writeFile(join(workplace.folder, 'holdfast.yaml'), text);
    assert.match(flat((await workplace.run(['prune'])).stderr), says);
  }
  for (const act of ['--mark', '--sweep']) {
    const refused = await workplace.run(['prune', act, '--yes', '-o', 'json']);
    assert.equal(refused.exit, 4);
    assert.match(flat(refused.stderr), /"code":"PRUNE_REFUSED"/);
    const unasked = await workplace.run(['prune', act]);
    assert.equal(unasked.exit, 64);
    assert.match(flat(unasked.stderr), /CONFIRMATION_NEEDED/);
  }
  assert.equal((await workplace.run(['prune', '--mark', '--sweep', '--yes'])).exit, 64);
  const asWriter = { environment: { HOLDFAST_KEYS: './writer' } };
  await mkdir(join(workplace.folder, 'writer'));
  await copyFile(join(workplace.folder, 'keys', 'writer.key'), join(workplace.folder, 'writer', 'writer.key'));
  const keyless = await workplace.run(['prune', '--mark', '--yes'], asWriter);
  assert.equal(keyless.exit, 12);
  assert.match(flat(keyless.stderr), /pruner\.key/);
  const strange = await workplace.run(['prune', '--give-up', 'nothing']);
  assert.equal(strange.exit, 64);
  assert.match(flat(strange.stderr), /nothing is no damaged manifest/);

  const why = await workplace.json('points', ['points', '--why']);
  assert.deepEqual(
    why.document.retention?.map((one) => [one.point, one.keeps.length]),
    [[point, 4]],
  );
  assert.match(flat((await workplace.run(['points', '--why'])).stdout), /daily 1 of 3: the newest complete of 20/);
  const scoped = await workplace.run(['backup', '--new-epoch', '--kinds', 'target-server']);
  assert.equal(scoped.exit, 64);
  assert.equal((await workplace.json('backup', ['backup', '--new-epoch'])).exit, 0);
  assert.deepEqual(
    (await workplace.json('points', ['points'])).document.points.map(({ epoch }) => epoch),
    ['000001', '000002'],
  );
});

test('holds are laid with an owner and a reason, listed, and lifted by the verifier alone', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const point = (await workplace.json('backup', ['backup'])).document.point;
  const statement = ['--owner', 'legal', '--reason', 'case 17'];
  const wrong: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['hold', 'keep', 'latest'], 64, /cannot "keep"/],
    [['hold', 'add', ...statement], 64, /No point was named/],
    [['hold', 'add', 'latest', '--owner', 'legal'], 64, /--reason is missing/],
    [['hold', 'add', 'latest', '--reason', 'case 17'], 64, /--owner is missing/],
    [['hold', 'add', 'latest', ...statement, '--until', 'soon'], 64, /neither a day/],
    [['hold', 'add', 'latest', ...statement, '--until', '2001-01-01'], 64, /which is past/],
    [['hold', 'add', 'p0123456789abcdef', ...statement], 1, /POINT_NOT_FOUND/],
    [['hold', 'list', 'latest'], 64, /takes no names/],
    [['hold', 'remove', 'h0123', ...statement, '--yes'], 1, /There is no hold h0123/],
    [['hold', 'remove', ...statement, '--yes'], 64, /Exactly one hold/],
  ];
  for (const [argv, exit, pattern] of wrong) {
    const outcome = await workplace.run(argv);
    assert.deepEqual([argv.join(' '), outcome.exit], [argv.join(' '), exit], outcome.stderr);
    assert.match(flat(outcome.stderr), pattern);
  }
  assert.match(flat((await workplace.run(['hold', 'list'])).stdout), /No point of acme-prod is or was held/);
  const added = await workplace.json('hold', ['hold', 'add', 'latest', ...statement, '--until', '2999-12-31']);
  assert.equal(added.exit, 0);
  const [hold] = added.document.holds;
  assert.deepEqual(
    [hold?.points, hold?.owner, hold?.reason, hold?.state, hold?.until],
    [[point], 'legal', 'case 17', 'active', '2999-12-31T23:59:59.999Z'],
  );
  await mkdir(join(workplace.folder, 'pruner'));
  await copyFile(join(workplace.folder, 'keys', 'pruner.key'), join(workplace.folder, 'pruner', 'pruner.key'));
  const remove = ['hold', 'remove', hold?.hold ?? '', '--owner', 'legal', '--reason', 'closed'];
  const asPruner = { environment: { HOLDFAST_KEYS: './pruner' } };
  const byPruner = await workplace.run([...remove, '--yes'], asPruner);
  assert.equal(byPruner.exit, 12);
  assert.match(flat(byPruner.stderr), /verifier\.key/);
  assert.equal((await workplace.run(remove, { typed: 'acme-test\r' })).exit, 1);
  assert.equal((await workplace.run(remove, { typed: 'acme-prod\r' })).exit, 0);
  const listed = await workplace.json('hold', ['hold', 'list']);
  assert.deepEqual(
    listed.document.holds.map(({ state, removed }) => [state, removed?.reason]),
    [['removed', 'closed']],
  );
  assert.match(flat((await workplace.run([...remove, '--yes'])).stderr), /was lifted on .* already/);
});
