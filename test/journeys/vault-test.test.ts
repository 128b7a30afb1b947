import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { systemClock } from '../../src/platform/clock.ts';
import { virtualClock } from '../../src/sim/control/clock.ts';
import { type GuardedStorage, startGuardedStorage } from '../harness/blob-guard.ts';
import { createWorkplace } from '../harness/run-holdfast.ts';

const DAY_MS = 86_400_000;
let storage: GuardedStorage | undefined;
let count = 0;

before(async () => {
  storage = await startGuardedStorage({ clock: virtualClock(systemClock.epochMs()), settings: { versioning: true } });
});

after(async () => {
  await storage?.close();
});

/** Runs `vault test` in a fresh container with the letters of a signature. */
async function testContainer(
  t: TestContext,
  given: { letters: string; prepare?: (name: string) => void; expiresOn?: Date; clock?: typeof systemClock },
) {
  assert.ok(storage !== undefined);
  count += 1;
  const name = `tested-${count}`;
  const container = storage.admin.getContainerClient(name);
  await container.create();
  given.prepare?.(name);
  const times = given.expiresOn === undefined ? {} : { expiresOn: given.expiresOn };
  const workplace = await createWorkplace(t, {
    HOLDFAST_VAULT: `az://${storage.key.account}/${name}`,
    HOLDFAST_AZURE_SAS_URL: storage.signedUrl(name, given.letters, times),
  });
  const options = given.clock === undefined ? {} : { clock: given.clock };
  const outcome = await workplace.json('vault-test', ['vault', 'test'], options);
  const states = Object.fromEntries(outcome.document.checks.map(({ id, state }) => [id, state]));
  const remaining = (await Array.fromAsync(container.listBlobsFlat())).map((blob) => blob.name);
  return { ...outcome, workplace, states, remaining, name };
}

const good = {
  'create-only': 'ok',
  'read-after-write': 'ok',
  listing: 'ok',
  'clock-skew': 'ok',
  'attested-time': 'ok',
  'overwrite-refusal': 'ok',
  'delete-refusal': 'ok',
  versions: 'ok',
  namespace: 'ok',
  signature: 'ok',
};

test('a store that lets its writer only read and add guarantees all; what was left is named, and a vault is made all the same', async (t) => {
  const { exit, document, states, remaining, workplace, name } = await testContainer(t, { letters: 'rcl' });
  assert.equal(exit, 0);
  assert.deepEqual(states, good);
  assert.deepEqual([...document.left].sort(), remaining);
  assert.ok(remaining.length > 10 && remaining.every((left) => left.startsWith('probes/')));
  assert.ok(document.throughput.writeBytesPerSecond > 0);
  const shown = await workplace.run(['vault', 'test']);
  assert.match(shown.stdout, /probes could not be removed and will stay/);
  const admin = {
    HOLDFAST_VAULT: `az://${name}`,
    HOLDFAST_AZURE_SAS_URL: undefined,
    HOLDFAST_AZURE_CONNECTION_STRING: storage?.connectionString,
  };
  const made = await workplace.run(['init'], { environment: admin });
  assert.equal(made.exit, 0, made.stderr);
});

test('an identity that may overwrite and delete is a finding, and cleans up after itself', async (t) => {
  const { exit, document, states, remaining, workplace } = await testContainer(t, { letters: 'rwdl' });
  assert.equal(exit, 2);
  assert.deepEqual(states, { ...good, 'overwrite-refusal': 'finding', 'delete-refusal': 'finding' });
  assert.deepEqual([document.left, remaining], [[], []]);
  const shown = await workplace.run(['vault', 'test']);
  assert.equal(shown.exit, 2);
  assert.match(shown.stdout, /This identity may overwrite[^]*→ Give who writes a role[^]*2 findings/);
});

test('immutability refuses to those who may: nothing is a finding, and the probes stay', async (t) => {
  const prepare = (name: string): void => storage?.account.setContainerPolicy(name, 30);
  const { exit, states, document, remaining } = await testContainer(t, { letters: 'rwdl', prepare });
  assert.equal(exit, 0);
  assert.deepEqual(states, good);
  assert.deepEqual([...document.left].sort(), remaining);
});

test('a signature that ends soon and a clock that is off are findings', async (t) => {
  const expiresOn = new Date(systemClock.epochMs() + 3 * DAY_MS);
  const late = { ...systemClock, epochMs: () => systemClock.epochMs() - 3_600_000 };
  const { exit, states } = await testContainer(t, { letters: 'rcl', expiresOn, clock: late });
  assert.equal(exit, 2);
  assert.deepEqual(states, { ...good, signature: 'finding', 'clock-skew': 'finding' });
});

test('an account without versions and one with a hierarchical namespace are told', async (t) => {
  assert.ok(storage !== undefined);
  const { settings } = storage.account;
  settings.versioning = false;
  settings.hierarchicalNamespace = true;
  t.after(() => {
    settings.versioning = true;
    settings.hierarchicalNamespace = false;
  });
  const { exit, states } = await testContainer(t, { letters: 'rcl' });
  assert.equal(exit, 2);
  assert.deepEqual(states, { ...good, versions: 'no-guarantee', namespace: 'finding' });
});

test('a folder: what it does not guarantee is said, which is no finding', async (t) => {
  const workplace = await createWorkplace(t);
  await mkdir(join(workplace.folder, 'vault'));
  const { exit, document } = await workplace.json('vault-test', ['vault', 'test']);
  assert.equal(exit, 0);
  const notPromised = document.checks.filter(({ state }) => state === 'no-guarantee').map(({ id }) => id);
  assert.deepEqual(notPromised, ['clock-skew', 'attested-time', 'overwrite-refusal', 'delete-refusal', 'versions']);
  assert.deepEqual(document.left, []);
  const { stdout } = await workplace.run(['vault', 'test']);
  assert.match(stdout, /not promised +Whoever may write/);
  assert.equal((await workplace.run(['init'])).exit, 0);
});

test('what cannot be tested is an error that says why', async (t) => {
  const workplace = await createWorkplace(t);
  const missing = await workplace.run(['vault', 'test']);
  assert.deepEqual([missing.exit, /There is no vault in folder/.test(missing.stderr)], [10, true]);
  const unknown = await workplace.run(['vault', 'tset']);
  assert.deepEqual([unknown.exit, /Use `holdfast vault test`/.test(unknown.stderr)], [64, true]);
});
