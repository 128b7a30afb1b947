import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { capture } from '../../src/app/capture.ts';
import type { PointReader, Vault } from '../../src/app/ports/vault.ts';
import { HoldfastError, UserError } from '../../src/core/errors.ts';
import { kindNames } from '../../src/core/kinds/index.ts';
import { compareIds } from '../../src/core/resource.ts';
import { everything } from '../../src/core/selection.ts';
import { createHttpClient, type HttpClient } from '../../src/platform/http.ts';
import { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import { createManualClock } from '../../src/platform/manual-clock.ts';
import { createFaultyBlobStore } from '../../src/vault/blob/faulty-blob-store.ts';
import { createMemoryBlobStore } from '../../src/vault/blob/memory-blob-store.ts';
import { createSampleVault, ORGANIZATION, type SampleVault } from '../../src/vault/sample-vault.fixture.ts';
import { openOrganization, readAll } from '../apigee/live-organization.ts';
import { startSimulator } from '../restore/stage.ts';

const nothing = (): void => undefined;
const progress = { phase: nothing, advance: nothing, note: nothing, warn: nothing };

/** Hands answers on in an order of its own: of those that are there, any may be the next. */
function shuffling(inner: HttpClient, random: SeededRandom): HttpClient {
  const held: (() => void)[] = [];
  const release = (): void => {
    const [next] = held.splice(random.integer(held.length), 1);
    next?.();
  };
  return {
    send: async (request) => {
      const answer = await inner.send(request);
      await new Promise<void>((resolve) => {
        held.push(resolve);
        setImmediate(() => setImmediate(release));
      });
      return answer;
    },
    close: () => inner.close(),
  };
}

async function takePoint(
  t: TestContext,
  scene: { readonly url: string; readonly sample: SampleVault; readonly vault: Vault; readonly newEpoch?: false },
  http: HttpClient,
): Promise<PointReader> {
  const { url, sample, vault, newEpoch = true } = scene;
  const { live, close } = openOrganization(url, { http, hasher: vault.hasher });
  t.after(() => close());
  t.after(() => http.close());
  await sample.clock.advance(60_000);
  const { details } = await capture(
    { live, vault, clock: sample.clock, progress },
    {
      organization: ORGANIZATION,
      selection: everything,
      revisions: { newest: 5 },
      acceptedGaps: [],
      tool: 'holdfast test',
      identity: 'a test',
      newEpoch,
    },
  );
  return vault.openPoint(ORGANIZATION, details.id);
}

/** All that a point says, but for times, places and what it cost. */
async function saidBy(point: PointReader): Promise<unknown> {
  const collections = [];
  for (const kind of kindNames) {
    const entries = [];
    for await (const { location: _, ...entry } of point.entries(kind)) entries.push(entry);
    collections.push([kind, point.root(kind), point.gaps(kind), entries]);
  }
  const { ledger, findings, grade, resources, moved, consistent } = point.details;
  return { collections, ledger, findings, grade, resources, moved, consistent };
}

/** The ids that reading kind after kind finds. */
async function readInTurn(t: TestContext, url: string, vault: Vault): Promise<readonly string[]> {
  const { live, close } = openOrganization(url, { hasher: vault.hasher });
  t.after(() => close());
  const { resources } = await readAll(live);
  return [...resources.keys()].sort(compareIds);
}

async function idsIn(point: PointReader): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const kind of kindNames) for await (const { id } of point.entries(kind)) ids.push(id);
  return ids.sort(compareIds);
}

test('a point says the same in whatever order answers come, and all that reading kind after kind finds', async (t) => {
  const { simulator, url } = await startSimulator(t, { seed: 'small' });
  simulator.setFaults([
    { fault: { kind: 'status', status: 403 }, route: 'organizations.environments.references.list' },
    { fault: { kind: 'status', status: 403 }, route: 'organizations.apis.keyvaluemaps.list' },
  ]);
  const sample = await createSampleVault();
  const vault = await sample.open('writer', 'reader');
  const scene = { url, sample, vault };
  const unshuffled = await takePoint(t, scene, createHttpClient());
  assert.deepEqual(await idsIn(unshuffled), await readInTurn(t, url, vault));
  const first = await saidBy(unshuffled);
  for (const seed of [1, 2, 3]) {
    const point = await takePoint(t, scene, shuffling(createHttpClient(), new SeededRandom(seed)));
    assert.equal(point.details.grade, 'partial');
    assert.deepEqual(await saidBy(point), first, `seed ${seed}`);
  }
});

test('what appears while the capture runs is in the point with all that stands below it', async (t) => {
  const { simulator, url } = await startSimulator(t, { seed: 'small' });
  const sample = await createSampleVault();
  const vault = await sample.open('writer', 'reader');
  const inner = createHttpClient();
  const seen = new Set<string>();
  const target = simulator.target();
  const late: { readonly [list: string]: () => void } = {
    envgroups: () => {
      target.post(['envgroups'], { name: 'late', hostnames: ['late.acme-pay.test'] });
      simulator.settle();
      target.post(['envgroups', 'late', 'attachments'], { environment: 'test' });
    },
    appgroups: () => {
      target.post(['appgroups'], { name: 'late' });
      target.post(['appgroups', 'late', 'apps'], { name: 'first' });
    },
  };
  const http: HttpClient = {
    ...inner,
    send: async (request) => {
      const answer = await inner.send(request);
      const list = /\/v1\/organizations\/[^/]+\/([a-z]+)\?/.exec(String(request.url))?.[1] ?? '';
      if (!seen.has(list)) late[list]?.();
      seen.add(list);
      return answer;
    },
  };
  const point = await takePoint(t, { url, sample, vault }, http);
  const ids = await idsIn(point);
  for (const id of ['envgroups/late/attachments/test', 'appgroups/late/apps/first']) assert.ok(ids.includes(id), id);
  assert.equal(ids.filter((id) => id.startsWith('appgroups/late/apps/first/keys/')).length, 1);
  assert.deepEqual([point.details.grade, point.details.consistent], ['complete', false]);
  assert.deepEqual(ids, await readInTurn(t, url, vault));
});

test('a capture that finds damage at its very end begins anew, and is whole', async (t) => {
  const { simulator, url } = await startSimulator(t, { seed: 'small' });
  // What could not be read the first time must not be held against the second.
  simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: 'organizations.developers.list', nth: 1 }]);
  const clock = createManualClock(Date.UTC(2026, 4, 10));
  let harms = 1;
  const store = createFaultyBlobStore(createMemoryBlobStore({ clock }), {
    damage: ({ operation, name }, bytes) => {
      if (operation !== 'get' || harms === 0 || !name.includes('/indexes/')) return bytes;
      harms -= 1;
      return bytes.map((byte) => byte ^ 1);
    },
  });
  const sample = await createSampleVault({ store, clock });
  const vault = await sample.open('writer', 'reader');
  const point = await takePoint(t, { url, sample, vault, newEpoch: false }, createHttpClient());
  assert.deepEqual([harms, point.details.grade, point.details.consistent], [0, 'complete', true]);
  assert.deepEqual(await idsIn(point), await readInTurn(t, url, vault));
});

test('an interruption ends a capture at once, although calls go unanswered, and leaves no rejection behind', async (t) => {
  const { url } = await startSimulator(t, { seed: 'small' });
  const sample = await createSampleVault();
  const vault = await sample.open('writer');
  const interruption = new AbortController();
  let answered = 0;
  const inner = createHttpClient();
  const http: HttpClient = {
    ...inner,
    send: async (request) => {
      answered += 1;
      // From here on the service says nothing any more, and heeds no signal.
      if (answered > 60) return new Promise(() => undefined);
      if (answered === 60) setImmediate(() => interruption.abort(new UserError({ code: 'INTERRUPTED', message: 'x' })));
      return inner.send(request);
    },
  };
  const { live, close } = openOrganization(url, { http, hasher: vault.hasher, signal: interruption.signal });
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', onUnhandled);
  const request = {
    organization: ORGANIZATION,
    selection: everything,
    revisions: { newest: 5 },
    acceptedGaps: [],
    tool: 'holdfast test',
    identity: 'a test',
  };
  await assert.rejects(
    capture({ live, vault, clock: sample.clock, progress }, request),
    (error) => error instanceof HoldfastError && error.code === 'INTERRUPTED',
  );
  await close();
  inner.close();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', onUnhandled);
  assert.deepEqual(unhandled, []);
  const { points } = await vault.listPoints(ORGANIZATION);
  assert.deepEqual(
    points.map(({ grade }) => grade),
    ['interrupted'],
  );
});
