import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OutputDocument } from '../../src/cli/schema/documents.ts';
import { type Clock, formatInstant, systemClock } from '../../src/platform/clock.ts';
import { accountOf, bindings, PROJECT, PROJECT_NUMBER, startFederation, useFederation } from '../harness/federation.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const DAY_MS = 86_400_000;

/** The machine's clock, so many days later. */
function later(days: number): Clock {
  const epochMs = (): number => systemClock.epochMs() + days * DAY_MS;
  return {
    ...systemClock,
    sleep: systemClock.sleep.bind(systemClock),
    monotonicMs: () => systemClock.monotonicMs(),
    epochMs,
    now: () => formatInstant(epochMs()),
  };
}

type Status = OutputDocument<'secrets-status'>;

const states = ({ secrets }: Status, kind: string): readonly string[] =>
  secrets.filter((one) => one.kind === kind).map(({ state }) => state);

test('keys of the vault and secrets of the configuration are told with their age, and are overdue after 90 days', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['backup'])).exit, 0);
  const rotatedAt = formatInstant(systemClock.epochMs() - 10 * DAY_MS).slice(0, 10);
  const configuration = { secrets: { items: [{ name: 'okta-client', kind: 'idp client', rotatedAt }] } };
  await writeFile(join(workplace.folder, 'holdfast.yaml'), JSON.stringify(configuration));
  const young = await workplace.json('secrets-status', ['secrets', 'status']);
  assert.equal(young.exit, 3, 'the Google project is not named');
  assert.deepEqual(states(young.document, 'service-account-key'), ['unknown']);
  assert.deepEqual(states(young.document, 'storage-account-key'), [], 'a vault in a folder has none');
  assert.deepEqual(
    states(young.document, 'vault-key'),
    Array.from({ length: 7 }, () => 'ok'),
  );
  assert.deepEqual(states(young.document, 'configured'), ['ok']);
  assert.match(
    young.document.secrets.find(({ kind }) => kind === 'app-key')?.evidence ?? '',
    /\d+ keys in p[0-9a-f]+ of/,
  );

  const old = await workplace.json('secrets-status', ['secrets', 'status'], { clock: later(91) });
  assert.equal(old.exit, 2);
  // All but root.key, which cannot be replaced.
  assert.deepEqual(states(old.document, 'vault-key'), [...Array.from({ length: 6 }, () => 'overdue'), 'ok']);
  assert.deepEqual(states(old.document, 'configured'), ['overdue']);
  const table = await workplace.run(['secrets', 'status'], { clock: later(91) });
  assert.match(
    table.stdout,
    /overdue +class keys, generation 1: 91 days old\. Due on .*\n +→ Begin new ones: `holdfast key rotate`\./,
  );
  assert.match(
    (await workplace.run(['secrets', 'status', '-o', 'junit'], { clock: later(91) })).stdout,
    /failures="7"/,
  );
  const sarif = JSON.parse(
    (await workplace.run(['secrets', 'status', '-o', 'sarif'], { clock: later(91) })).stdout,
  ) as {
    readonly runs: readonly { readonly results: readonly { readonly level: string }[] }[];
  };
  assert.equal(sarif.runs[0]?.results.filter(({ level }) => level === 'error').length, 7);
  // What the configuration allows longer, and what was rotated, is due later.
  const longer = {
    secrets: { maxAgeDays: 365, items: [{ name: 'okta-client', kind: 'idp client', rotatedAt, maxAgeDays: 30 }] },
  };
  await writeFile(join(workplace.folder, 'holdfast.yaml'), JSON.stringify(longer));
  const allowed = await workplace.json('secrets-status', ['secrets', 'status'], { clock: later(91) });
  assert.deepEqual([allowed.exit, allowed.document.counts.overdue], [2, 1]);
  await writeFile(join(workplace.folder, 'holdfast.yaml'), '{}');
  assert.equal((await workplace.run(['key', 'rotate', '--yes'], { clock: later(89) })).exit, 0);
  const rotated = await workplace.json('secrets-status', ['secrets', 'status'], { clock: later(91) });
  const classKeys = rotated.document.secrets.find(({ name }) => name === 'class keys, generation 2');
  assert.deepEqual([classKeys?.state, classKeys?.ageDays], ['ok', 2]);
});

test('app keys that end within two weeks are overdue by their id; those that have ended are counted', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['backup'])).exit, 0);
  const now = await workplace.json('secrets-status', ['secrets', 'status']);
  const note = now.document.secrets.find(({ kind }) => kind === 'app-key')?.evidence ?? '';
  const [, ending = ''] = /: (\d+) end some day/.exec(note) ?? [];
  assert.ok(Number(ending) > 0, note);
  const listed = await workplace.run(['ls', 'latest', '**/keys/*', '-o', 'ndjson']);
  assert.equal(listed.exit, 0);
  let soon: readonly string[] = [];
  for (let days = 1; days < 4000 && soon.length === 0; days += 13) {
    const { document } = await workplace.json('secrets-status', ['secrets', 'status'], { clock: later(days) });
    soon = document.secrets
      .filter(({ kind, state }) => kind === 'app-key' && state === 'overdue')
      .map(({ name }) => name);
  }
  assert.ok(soon.length > 0, 'some key ends some day');
  assert.ok(
    soon.every((id) => /\/keys\/~[0-9a-f]{32}$/.test(id) && listed.stdout.includes(id)),
    'by its id, which is no credential',
  );
});

test('service account keys of the project are read as the capture identity; denied is unknown', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const scene = await startFederation(t);
  const { google } = scene;
  await writeFile(join(workplace.folder, 'holdfast.yaml'), JSON.stringify({ identity: scene.identity }));
  const environment = { ...useFederation(t, scene), HOLDFAST_APIGEE_TOKEN: undefined };
  const look = () => workplace.json('secrets-status', ['secrets', 'status'], { environment });
  const denied = await look();
  assert.equal(denied.exit, 3);
  const [row] = denied.document.secrets.filter(({ kind }) => kind === 'service-account-key');
  assert.equal(row?.state, 'unknown');
  assert.match(`${row.evidence} ${row.remedy}`, /answered 403.*iam\.serviceAccountKeys\.list/);

  google.putRole('roles/iam.serviceAccountViewer', ['iam.serviceAccounts.list', 'iam.serviceAccountKeys.list']);
  const viewer = { role: 'roles/iam.serviceAccountViewer', members: [`serviceAccount:${accountOf('capture')}`] };
  google.putProject(PROJECT, bindings(viewer), PROJECT_NUMBER);
  assert.deepEqual(states((await look()).document, 'service-account-key'), ['ok']);
  const nowMs = systemClock.epochMs();
  google.putKey(accountOf('restore'), { id: 'old', madeAtMs: nowMs - 200 * DAY_MS, disabled: false });
  google.putKey(accountOf('restore'), { id: 'new', madeAtMs: nowMs - DAY_MS, disabled: false });
  google.putKey(accountOf('capture'), { id: 'off', madeAtMs: nowMs - 900 * DAY_MS, disabled: true });
  const { exit, document } = await look();
  assert.equal(exit, 2);
  const found = document.secrets.filter(({ kind }) => kind === 'service-account-key');
  assert.deepEqual(
    found.map(({ name, state }) => `${name.split(' ').at(-1)} ${state}`).sort(),
    [`${PROJECT} ok`, 'new ok', 'off ok', 'old overdue'].sort(),
  );
});

test('an action that is none, and formats', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['secrets'])).exit, 64);
  assert.equal((await workplace.run(['secrets', 'rotate'])).exit, 64);
  assert.equal((await workplace.run(['secrets', 'status', '-o', 'markdown'])).exit, 64);
});

test('app keys that a point does not have are unknown, not in order', async (t) => {
  const workplace = await createBackedWorkplace(t);
  workplace.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: '*organizations.developers*' }]);
  assert.equal((await workplace.run(['backup'])).exit, 3);
  workplace.simulator.setFaults([]);
  const { exit, document } = await workplace.json('secrets-status', ['secrets', 'status']);
  assert.equal(exit, 3);
  const told = document.secrets.filter(({ kind, state }) => kind === 'app-key' && state === 'unknown');
  assert.match(told[0]?.evidence ?? '', /does not have all: .*app/);
});
