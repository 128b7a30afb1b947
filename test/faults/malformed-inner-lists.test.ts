import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type KindName, kinds } from '../../src/core/kinds/index.ts';
import { isWithin } from '../../src/core/resource.ts';
import { type RunningApigeeSimulator, startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { rowsOf, type SeedDocument } from '../../src/sim/apigee/organization-seed.ts';
import { createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { openOrganization, readAll, type WholeReading } from '../apigee/live-organization.ts';
import type { Handle, WireAnswer, WireRequest } from './scene.ts';

const owner = 'developers/many@apps.example';
const APPS = 130;

/** `small` with a developer who has more apps than the service names of a developer. */
function seedOfMany(organizationName: string) {
  const base = createSeed('small', organizationName);
  const developerId = '00000000-0000-4000-8000-000000000001';
  const moments = { createdAt: '1700000000000', lastModifiedAt: '1700000000000' };
  const developer = {
    email: 'many@apps.example',
    firstName: 'M',
    lastName: 'A',
    userName: 'many',
    developerId,
    status: 'active',
    ...moments,
  };
  const apps = Array.from(
    { length: APPS },
    (_, index): SeedDocument => ({
      appId: `00000000-0000-4000-9000-00000000${String(index).padStart(4, '0')}`,
      name: `app ${String(index).padStart(4, '0')}`,
      developerId,
      status: 'approved',
      credentials:
        index < 3 ? [{ consumerKey: `key ${index}`, consumerSecret: 's', status: 'approved', apiProducts: [] }] : [],
      ...moments,
    }),
  );
  return {
    ...base,
    developers: rowsOf([developer], ({ email }) => email),
    apps: rowsOf(apps, (app) => String(app['appId'])),
  };
}

/** What an array in an item of a list is made into. */
const malformations: { readonly [name: string]: (value: unknown) => unknown } = {
  'an object': () => ({}),
  'a text': () => 'x',
  'a number': () => 7,
  'null among others': (value) => [...(Array.isArray(value) ? value : []), null],
  'an object among others': (value) => [...(Array.isArray(value) ? value : []), {}],
  'an array among others': (value) => [[], ...(Array.isArray(value) ? value : [])],
  'empty texts': (value) => (Array.isArray(value) ? value : []).map(() => ''),
};

const left = (_: unknown): unknown => undefined;

describe('a list within an item that is malformed', () => {
  let sim: RunningApigeeSimulator;
  let whole: WholeReading;
  let alter: (request: WireRequest, handle: Handle) => Promise<WireAnswer>;
  const asIs: typeof alter = (request, inner) => inner(request);

  before(async () => {
    sim = await startApigeeSimulator({ port: 0, seedFunction: seedOfMany });
    const handle: Handle = sim.simulator.handle.bind(sim.simulator);
    alter = asIs;
    sim.simulator.handle = (request) => alter(request, handle);
    const only = [
      'developer',
      'developer-app',
      'shared-flow',
      'shared-flow-revision',
      'proxy',
      'proxy-revision',
      'environment',
      'app-key',
      'app-group',
      'app-group-app',
      'app-group-app-key',
      'security-profile',
      'security-profile-environment',
    ] as const;
    whole = await read(only);
    assert.equal(
      [...whole.resources.keys()].filter((id) => isWithin(id, `${owner}/apps`) && !id.includes('/keys/')).length,
      APPS,
    );
    assert.deepEqual(
      whole.gaps.filter(({ gap }) => gap.state === 'failed'),
      [],
    );
  });
  beforeEach(() => {
    alter = asIs;
  });
  after(() => sim.close());

  async function read(only: readonly KindName[]): Promise<WholeReading> {
    const { live, close } = openOrganization(sim.url);
    try {
      return await readAll(live, { only });
    } finally {
      await close();
    }
  }

  /** Answers of this path, with what they say made into something else. */
  function change(path: string | RegExp, to: (body: { [field: string]: unknown }) => void): () => number {
    let struck = 0;
    alter = async (request, handle) => {
      const answer = await handle(request);
      const [asked = ''] = request.target.split('?');
      const place = asked.replace('/v1/organizations/acme-prod/', '');
      const isMeant = typeof path === 'string' ? place === path : path.test(place);
      if (!isMeant || answer.status !== 200) return answer;
      struck += 1;
      const body = JSON.parse(String(answer.body)) as { [field: string]: unknown };
      to(body);
      return { ...answer, body: JSON.stringify(body) };
    };
    return () => struck;
  }

  /** Everything of the kind is there as it was, or a gap covers it. */
  function assertNothingSilent(reading: WholeReading, name: KindName, what: string): void {
    for (const { id, kind } of whole.resources.values()) {
      if (kind !== name || reading.resources.has(id)) continue;
      const isHidden = reading.gaps.some((gap) => gap.kind === kind && isWithin(id, gap.gap.at));
      assert.ok(isHidden, `${what}: ${id} is missing, and no gap says so`);
    }
    for (const id of reading.resources.keys()) assert.ok(whole.resources.has(id), `${what}: ${id} never was`);
  }

  for (const [name, list, field] of [
    ['proxy', 'apis', 'proxies'],
    ['shared-flow', 'sharedflows', 'sharedFlows'],
  ] as const) {
    test(`${kinds[name].title.many}: revisions that are no list of numbers are a hole, never none`, async () => {
      for (const [what, malform] of Object.entries({ ...malformations, nothing: left })) {
        const struck = change(list, (body) => {
          const items = body[field] as { revision?: unknown }[];
          for (const item of items) item.revision = malform(item.revision);
        });
        const reading = await read([name, `${name}-revision`]);
        assert.ok(struck() > 0, what);
        assertNothingSilent(reading, `${name}-revision`, what);
        const failed = reading.gaps.filter(({ kind, gap }) => kind === `${name}-revision` && gap.state === 'failed');
        const revisions = [...reading.resources.values()].filter(({ kind }) => kind === `${name}-revision`);
        assert.ok(failed.length > 0 || revisions.length > 0, `${what}: no revision is read, and no gap says so`);
      }
    });
  }

  test('revisions that are no numbers in a list are asked for at the proxy, which makes them whole; where it says the same, a hole', async () => {
    const path = 'apis/payments-v1';
    const spoiled = (body: { [field: string]: unknown }): void => {
      body['revision'] = [1, 2];
    };
    change('apis', (body) => {
      for (const item of body['proxies'] as { [field: string]: unknown }[]) spoiled(item);
    });
    const whole = await read(['proxy', 'proxy-revision']);
    assertNothingSilent(whole, 'proxy-revision', 'asked for');
    assert.deepEqual(
      whole.gaps.filter(({ gap }) => gap.state === 'failed'),
      [],
    );
    const inList = alter;
    change(path, spoiled);
    const inProxy = alter;
    alter = (request, handle) =>
      (request.target.split('?')[0]?.endsWith(path) === true ? inProxy : inList)(request, handle);
    const reading = await read(['proxy', 'proxy-revision']);
    assertNothingSilent(reading, 'proxy-revision', 'said again');
    const failed = reading.gaps.filter(({ kind, gap }) => kind === 'proxy-revision' && gap.state === 'failed');
    assert.deepEqual(
      failed.map(({ gap }) => [gap.at, gap.reason]),
      [[path, `GET ${path} answered something other than numbers in revision, so it cannot be kept.`]],
    );
  });

  for (const [above, name, embedded, path, items, field] of [
    ['developer', 'developer-app', 'app-key', /^apps$/, 'app', 'credentials'],
    ['app-group', 'app-group-app', 'app-group-app-key', /^appgroups\/[^/]+\/apps$/, 'appGroupApps', 'credentials'],
    [
      'environment',
      'security-profile',
      'security-profile-environment',
      /^securityProfiles$/,
      'securityProfiles',
      'environments',
    ],
  ] as const) {
    test(`${kinds[embedded].title.many} that stand in no list are a hole, never none`, async () => {
      assert.ok([...whole.resources.values()].some(({ kind }) => kind === embedded));
      for (const [what, malform] of Object.entries(malformations)) {
        const struck = change(path, (body) => {
          for (const item of (body[items] ?? []) as { [name: string]: unknown }[])
            if (item[field] !== undefined) item[field] = malform(item[field]);
        });
        const reading = await read([above, name, embedded]);
        assert.ok(struck() > 0, what);
        assertNothingSilent(reading, name, what);
        assertNothingSilent(reading, embedded, what);
      }
    });
  }

  test('names of apps at a developer that are malformed hide no app, and make none', async () => {
    for (const [what, malform] of Object.entries({ ...malformations, nothing: left })) {
      const struck = change('developers', (body) => {
        for (const item of body['developer'] as { apps?: unknown }[]) item.apps = malform(item.apps);
      });
      const reading = await read(['developer', 'developer-app']);
      assert.ok(struck() > 0, what);
      assertNothingSilent(reading, 'developer-app', what);
    }
  });

  for (const [what, numbers] of [
    ['among the first hundred', [3, 40]],
    ['beyond the hundred that the developer names', [120, APPS - 1]],
  ] as const) {
    const isLeftOut = (app: { name?: unknown }): boolean =>
      numbers.some((number) => app.name === `app ${String(number).padStart(4, '0')}`);
    const leaveOut = (body: { [field: string]: unknown }): void => {
      const apps = body['app'] as { name?: unknown }[] | undefined;
      if (apps !== undefined) body['app'] = apps.filter((app) => !isLeftOut(app));
    };
    test(`apps that the list of all leaves out, ${what}, are found at their developer`, async () => {
      const struck = change('apps', (body) => {
        leaveOut(body);
      });
      const reading = await read(['developer', 'developer-app']);
      assert.ok(struck() > 0);
      const ids = [...reading.resources.keys()].filter((id) => isWithin(id, `${owner}/apps`) && !id.includes('/keys/'));
      assert.equal(ids.length, APPS);
    });

    test(`apps that the list of all leaves out, ${what}, are a hole where the developer's own list fails`, async () => {
      const handle = change('apps', (body) => {
        leaveOut(body);
      });
      const without = alter;
      alter = async (request, inner) =>
        request.target.includes('/developers/many') && request.target.includes('/apps')
          ? { ...(await inner(request)), body: '{"app":"x"}' }
          : without(request, inner);
      const reading = await read(['developer', 'developer-app']);
      assert.ok(handle() > 0);
      assertNothingSilent(reading, 'developer-app', what);
      const failed = reading.gaps.filter(({ kind, gap }) => kind === 'developer-app' && gap.state === 'failed');
      assert.deepEqual(
        failed.map(({ gap }) => gap.at),
        [owner],
      );
    });
  }

  test('a list of portals that is answered 404 is no hole: the organization has none', async () => {
    alter = async (request, handle) => {
      const answer = await handle(request);
      return request.target.includes('/sites') ? { ...answer, status: 404, body: '{"error":{"code":404}}' } : answer;
    };
    const reading = await read(['portal-site', 'portal-category', 'portal-item', 'portal-item-documentation']);
    for (const { gap } of reading.gaps) assert.deepEqual([gap.at, gap.state], ['', 'notApplicable']);
    assert.ok(reading.gaps.some(({ kind }) => kind === 'portal-site'));
    assert.equal(reading.resources.size, 0);
  });
});
