import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Reading } from '../../src/app/ports/organization.ts';
import { kinds } from '../../src/core/kinds/index.ts';
import {
  defaultSwitches,
  type FaultRule,
  type RunningApigeeSimulator,
  type SimulatorSwitches,
  startApigeeSimulator,
} from '../../src/sim/apigee/index.ts';
import { parentId } from '../../src/core/resource.ts';
import { openOrganization, readAll, type WholeReading } from './live-organization.ts';

/** Ids of what two readings do not have alike; the order of revision numbers means nothing. */
function differences(a: WholeReading, b: WholeReading): string[] {
  const [first, second] = [meaning(a), meaning(b)];
  return [...new Set([...first.keys(), ...second.keys()])].filter((id) => first.get(id) !== second.get(id));
}

function meaning(reading: WholeReading): ReadonlyMap<string, string> {
  const texts = [...reading.resources.values()].map(({ id, kind, content, marks }) => {
    const body = content.type === 'json' ? JSON.parse(content.text) : content.files.map((file) => file.path);
    if (Array.isArray(body.revision)) body.revision.sort();
    // New with each answer.
    delete body.requestId;
    return [id, JSON.stringify([kind, body, kinds[kind].collection.style === 'revisions' ? marks : null])] as const;
  });
  return new Map(texts);
}

/** The body but for the number that the service gives each request. */
function withoutRequest(text: string): unknown {
  const { requestId: _, ...body } = JSON.parse(text);
  return body;
}

const KEY = 'keystores/acme%20client%20keys%202026/aliases/acme%20pay%20client';

/** What the organization itself does not have, or never tells. */
const usual = [
  'control-plane-access notApplicable ',
  'debug-mask notApplicable environments/dev/debugmask',
  'debug-mask notApplicable environments/test/debugmask',
  'debug-mask notApplicable environments/workbench/debugmask',
  'environment-kvm notApplicable environments/dev',
  'environment-kvm-entry notApplicable environments/dev',
  'environment-kvm-entry unreadable environments/prod/keyvaluemaps/hsm-pins/entries/slot%201',
  'environment-kvm-entry unreadable environments/prod/keyvaluemaps/hsm-pins/entries/slot%202',
  ...['dev', 'prod', 'test'].map((name) => `keystore-alias unreadable environments/${name}/${KEY}/private-key`),
  'trace-config notApplicable environments/dev/traceConfig',
  'trace-config notApplicable environments/test/traceConfig',
  'trace-config notApplicable environments/workbench/traceConfig',
  'trace-override notApplicable environments/dev',
  'trace-override notApplicable environments/test',
  'trace-override notApplicable environments/workbench',
  'sync-authorization notApplicable ',
].toSorted();

const stateOf = ({ kind, gap }: WholeReading['gaps'][number]): string => `${kind} ${gap.state} ${gap.at}`;

/** What was not read beside that. */
const holesOf = (reading: WholeReading): WholeReading['gaps'] =>
  reading.gaps.filter((gap) => !usual.includes(stateOf(gap)));

const states = (reading: WholeReading): string[] => holesOf(reading).map(stateOf).sort();

async function relist(live: ReturnType<typeof openOrganization>['live'], read: WholeReading) {
  const movements: unknown[] = [];
  for (const request of read.requests) for await (const movement of live.relist(request)) movements.push(movement);
  return movements;
}

describe('reading a simulated organization', () => {
  let sim: RunningApigeeSimulator;
  let whole: WholeReading;

  before(async () => {
    sim = await startApigeeSimulator({ port: 0, seed: 'small' });
    whole = await readWith({});
  });
  beforeEach(() => {
    sim.simulator.setFaults([]);
    sim.simulator.setTokens({});
    sim.simulator.setSwitches(defaultSwitches);
  });
  after(() => sim.close());

  async function readWith(setting: {
    readonly faults?: readonly FaultRule[];
    readonly switches?: Partial<SimulatorSwitches>;
  }): Promise<WholeReading> {
    sim.simulator.setFaults(setting.faults ?? []);
    sim.simulator.setSwitches({ ...defaultSwitches, ...setting.switches });
    const { live, close } = openOrganization(sim.url);
    try {
      return await readAll(live);
    } finally {
      await close();
    }
  }

  test('everything that the simulator means is read, in as many calls as its own floor says', async () => {
    const dumped = new Map<string, number>();
    for (const { kind } of sim.simulator.dump()) dumped.set(kind, (dumped.get(kind) ?? 0) + 1);
    const read = (kind: string) => [...whole.resources.values()].filter((resource) => resource.kind === kind).length;
    assert.deepEqual(whole.gaps.map(stateOf).sort(), usual);
    assert.equal(read('environment'), dumped.get('environment'));
    assert.equal(read('target-server'), dumped.get('target server'));
    assert.equal(read('resource-file'), dumped.get('resource file'));
    assert.equal(read('archive-deployment'), dumped.get('archive deployment'));
    assert.equal(read('trace-override'), dumped.get('trace override'));
    const ofAllPlaces = (kind: string) =>
      read(`organization-${kind}`) + read(`environment-${kind}`) + read(`proxy-${kind}`);
    assert.equal(ofAllPlaces('kvm'), dumped.get('key value map'));
    assert.equal(ofAllPlaces('kvm-entry'), (dumped.get('key value map entry') ?? 0) - 2);
    assert.equal(read('proxy'), dumped.get('proxy'));
    assert.equal(read('shared-flow'), dumped.get('shared flow'));
    assert.equal(read('developer'), dumped.get('developer'));
    assert.equal(read('developer-app'), dumped.get('app'));
    assert.equal(read('app-key'), dumped.get('key'));

    sim.simulator.log.reset();
    const again = openOrganization(sim.url);
    await again.live.identify();
    const unchanged = await readAll(again.live, { known: whole });
    const { calls, bundleDownloads } = again.live.usage();
    await again.close();
    const revisions = [...whole.resources.values()].filter(({ kind }) => kinds[kind].content === 'bundle');
    assert.equal(bundleDownloads, 0);
    assert.deepEqual([...unchanged.unchanged].filter((id) => id.includes('/revisions/')).length, revisions.length);
    const { total } = sim.simulator.listingFloor();
    assert.ok(calls <= total * 1.1, `${calls} calls, floor ${total}`);
    assert.equal(sim.simulator.log.entries.length, calls);
  });

  test('whatever the service does where nobody knows, the same is read', async () => {
    const settings: readonly Partial<SimulatorSwitches>[] = [
      { emptyLists: 'present', lastPageToken: 'empty-string', lastEntriesToken: 'omitted', maskedValues: 'omitted' },
      { revisionOrder: 'lexical' },
      { revisionOrder: 'descending', bundleTimestamps: 'fixed' },
      { appListFilters: 'ignored' },
      { expandedAppCredentials: 'with-includeCred' },
      { developerListExpandWithCount: 'names-only' },
      { developerIdDecoding: 'plus-kept' },
    ];
    for (const switches of settings) {
      const read = await readWith({ switches });
      assert.deepEqual(states(read), [], JSON.stringify(switches));
      assert.deepEqual(differences(read, whole), [], JSON.stringify(switches));
    }
  });

  test('what passes does no harm: throttling, server errors, cut and lost answers, repeated pages', async () => {
    const faults: readonly FaultRule[] = [
      { fault: { kind: 'status', status: 429 }, nth: 3 },
      { fault: { kind: 'status', status: 503 }, nth: 20 },
      { fault: { kind: 'status', status: 500 }, route: 'organizations.apis.list', nth: 1 },
      { fault: { kind: 'drop', when: 'before-commit' }, route: 'organizations.apis.revisions.get', nth: 4 },
      { fault: { kind: 'truncate' }, route: 'organizations.apis.revisions.get', nth: 7 },
      { fault: { kind: 'truncate' }, route: 'organizations.apps.list', nth: 1 },
      { fault: { kind: 'html', status: 502 }, route: 'organizations.developers.list', nth: 1 },
      { fault: { kind: 'repeat-page' }, route: 'organizations.developers.list', nth: 2 },
    ];
    const read = await readWith({ faults });
    const hit = sim.simulator.faultReport().filter(({ fired }) => fired > 0).length;
    assert.ok(hit >= 7, `${hit} faults struck`);
    assert.deepEqual(states(read), []);
    assert.deepEqual(differences(read, whole), []);
  });

  test('a denied kind is a hole, what hangs on it too, and others do not suffer', async () => {
    const denied = (route: string): FaultRule => ({ fault: { kind: 'status', status: 403 }, route });
    const developers = await readWith({ faults: [denied('organizations.developers.list')] });
    assert.deepEqual(states(developers), [
      'app-key failed ',
      'developer denied ',
      'developer-app failed ',
      'developer-balance denied ',
      'developer-monetization-config denied ',
      'developer-subscription denied ',
    ]);
    const apis = await readWith({ faults: [denied('organizations.apis.list')] });
    assert.deepEqual(states(apis), [
      'proxy denied ',
      'proxy-kvm denied ',
      'proxy-kvm-entry denied ',
      'proxy-revision denied ',
    ]);
    assert.ok([...apis.resources.values()].some(({ kind }) => kind === 'proxy-deployment'));
    const apps = await readWith({ faults: [denied('organizations.apps.list')] });
    assert.deepEqual(states(apps), ['app-key denied ', 'developer-app denied ']);
    const oneEnvironment = await readWith({
      faults: [{ fault: { kind: 'status', status: 403 }, path: 'environments/test/targetservers$' }],
    });
    assert.deepEqual(states(oneEnvironment), ['target-server denied environments/test']);
    const deployments = await readWith({ faults: [denied('organizations.deployments.list')] });
    assert.deepEqual(states(deployments), [
      'proxy-deployment denied ',
      'proxy-deployment-iam-policy denied ',
      'proxy-revision denied ',
      'shared-flow-deployment denied ',
      'shared-flow-deployment-iam-policy denied ',
      'shared-flow-revision denied ',
    ]);
  });

  test('what stays broken is a hole with the server’s reason, and never ends in silence', async () => {
    const bundles = await readWith({
      faults: [
        {
          fault: { kind: 'status', status: 500 },
          path: 'sharedflows/oauth[^/]*/revisions|sharedflows/[a-k][^/]*/revisions',
        },
      ],
    });
    assert.ok(holesOf(bundles).length > 0);
    for (const { kind, gap } of holesOf(bundles)) {
      assert.equal(kind, 'shared-flow-revision');
      assert.equal(gap.state, 'failed');
      assert.match(gap.reason, /sharedflows\/[^ ]+@\d+: GET sharedflows.* was answered 500/);
    }
    const loop = await readWith({
      faults: [{ fault: { kind: 'html', status: 200 }, route: 'organizations.apiproducts.list' }],
    });
    assert.deepEqual(states(loop), ['api-product failed ', 'rate-plan failed ']);
    assert.match(holesOf(loop)[0]?.gap.reason ?? '', /answers HTML/);
  });

  test('listed but not there: vanished when it is still listed', async () => {
    const gone = await readWith({
      faults: [{ fault: { kind: 'vanish' }, path: 'environments/test/targetservers/[^/]+$', nth: 2 }],
    });
    assert.equal(holesOf(gone).length, 1);
    assert.match(states(gone)[0] ?? '', /^target-server vanished environments\/test\/targetservers\/.+/);
  });

  test('what no list names is a hole when it is answered 404 while what it belongs to is there', async () => {
    const gone = await readWith({
      faults: [{ fault: { kind: 'vanish' }, path: 'environments/prod:getIamPolicy$' }],
    });
    assert.ok(whole.resources.has('environments/prod/iamPolicy'));
    assert.deepEqual(states(gone), ['environment-iam-policy vanished environments/prod/iamPolicy']);
  });

  test('what goes with its environment is no hole; where the list still names the environment it did not go', async () => {
    const prodAnswers404: readonly FaultRule[] = [
      { fault: { kind: 'vanish' }, path: 'environments/prod:getIamPolicy$' },
      { fault: { kind: 'vanish' }, path: 'environments/prod/keystores$' },
      { fault: { kind: 'vanish' }, path: 'environments/prod$', nth: 2 },
    ];
    const named = await readWith({ faults: prodAnswers404 });
    const holes = ['environment-iam-policy', 'keystore', 'keystore-alias'];
    assert.deepEqual(
      states(named).map((state) => state.split(' ').slice(0, 2)),
      holes.map((kind) => [kind, 'vanished']),
    );
    const gone = await readWith({
      faults: [...prodAnswers404, { fault: { kind: 'vanish' }, path: 'environments$', nth: 2 }],
    });
    assert.deepEqual(states(gone), []);
  });

  test('an app that the list leaves out is found by its developer', async () => {
    const [first] = [...whole.resources.values()].filter(({ kind }) => kind === 'developer-app');
    assert.ok(first !== undefined);
    sim.simulator.setFaults([{ fault: { kind: 'skip-page' }, route: 'organizations.apps.list', nth: 2 }]);
    const read = await readWith({
      faults: [{ fault: { kind: 'skip-page' }, route: 'organizations.apps.list', nth: 1 }],
    });
    assert.deepEqual(states(read), []);
    assert.deepEqual(differences(read, whole), []);
  });

  test('a second listing names what appeared, moved and went', async (t) => {
    const own = await startApigeeSimulator({ port: 0, seed: 'small' });
    t.after(() => own.close());
    const { live, close } = openOrganization(own.url);
    const first = await readAll(live);
    const quiet = await relist(live, first);
    assert.deepEqual(quiet, []);
    await close();

    const other = openOrganization(own.url);
    const before = await readAll(other.live);
    const target = own.simulator.target();
    const product = [...before.resources.values()].find(({ kind }) => kind === 'api-product');
    assert.ok(product !== undefined && product.content.type === 'json');
    target.put(['apiproducts', idName(product.id)], {
      ...JSON.parse(product.content.text),
      description: 'changed meanwhile',
    });
    target.post(['developers'], { email: 'new@x.example', firstName: 'N', lastName: 'W', userName: 'new' });
    const newest = [...target.list(['apis', 'payments-v1', 'revisions'])].at(-1) ?? '';
    const files = target.bundleFiles({ flavour: 'proxy', name: 'payments-v1', revision: newest });
    const changed = { ...files, 'apiproxy/resources/jsc/new.js': 'var x = 1;' };
    const revision = target.importBundle({ flavour: 'proxy', name: 'payments-v1', files: changed });
    target.deploy({ flavour: 'proxy', name: 'payments-v1', revision, environment: 'test' });
    const moved = await relist(other.live, before);
    const imported = other.live.find('proxy-revision', `apis/payments-v1@${revision}`);
    assert.ok(imported !== undefined);
    assert.deepEqual(moved, [
      { id: 'apis/payments-v1', change: 'moved' },
      { id: imported, change: 'appeared' },
      { id: 'environments/test/apis/payments-v1/deployment', change: 'moved' },
      { id: product.id, change: 'moved' },
      { id: 'developers/new@x.example', change: 'appeared' },
    ]);
    await other.close();
  });

  test('an expired token is refreshed once; a refused one ends the run', async () => {
    let refreshes = 0;
    const tokens = {
      describe: () => 'test',
      get: async (options?: { readonly refresh?: boolean }) => {
        if (options?.refresh === true) refreshes += 1;
        return { token: `token-${refreshes}` };
      },
    };
    sim.simulator.setFaults([{ fault: { kind: 'expired-token' }, nth: 5 }]);
    const { live, close } = openOrganization(sim.url, { tokens });
    const read = await readAll(live);
    await close();
    assert.equal(refreshes, 1);
    assert.deepEqual(differences(read, whole), []);

    sim.simulator.setFaults([{ fault: { kind: 'status', status: 401 } }]);
    const refused = openOrganization(sim.url, { tokens });
    await assert.rejects(readAll(refused.live), { code: 'UNAUTHENTICATED' });
    await refused.close();
  });

  test('single resources are read with what is embedded in them; absent is an answer', async () => {
    const { live, close } = openOrganization(sim.url);
    const picked = new Map<string, Extract<Reading, { type: 'resource' }>>();
    for (const resource of whole.resources.values())
      if (!picked.has(resource.kind)) picked.set(resource.kind, resource);
    const wanted = [...picked.values()].map(({ id, kind }) => ({ id, kind: kinds[kind] }));
    const absent = [...picked.values()].flatMap(({ id, kind }) => {
      const twin = absentTwin(id, kinds[kind].idPattern);
      return twin === undefined ? [] : [{ id: twin, kind: kinds[kind] }];
    });
    const readings = await live.readOne([...wanted, ...absent]);
    for (const { id, kind } of wanted) {
      const reading = readings.get(id);
      assert.ok(reading?.state === 'present', `${id} is ${reading?.state}`);
      const known = picked.get(kind.name)?.content;
      if (reading.content.type === 'json' && known?.type === 'json') {
        if (kind.collection.style !== 'whole')
          assert.deepEqual(withoutRequest(reading.content.text), withoutRequest(known.text));
      }
      if (kind.collection.style === 'revisions') assert.match(reading.anchor ?? '', /^\d+:\d+/);
    }
    for (const { id } of absent) assert.equal(readings.get(id)?.state, 'absent', id);
    // The deployment's revision can be told although no kind was read as a whole.
    const deployment = picked.get('proxy-deployment');
    assert.ok(deployment?.label !== undefined && live.find('proxy-revision', deployment.label) !== undefined);
    await close();
  });

  test('what stands in one answer is asked for once, whatever kinds it is read for', async () => {
    const { live, close } = openOrganization(sim.url);
    const ids = [...whole.resources.values()].map(({ id, kind }) => ({ id, kind: kinds[kind] }));
    const app = ids.find(({ kind }) => kind.name === 'app-key') ?? assert.fail();
    const revision = ids.find(({ kind }) => kind.name === 'proxy-revision') ?? assert.fail();
    const owners = [parentId(app.id), parentId(revision.id)];
    const wanted = [app, revision, ...ids.filter(({ id }) => owners.includes(id))];
    assert.equal(wanted.length, 4);
    sim.simulator.log.reset();
    const readings = await live.readOne(wanted);
    assert.deepEqual(
      wanted.map(({ id }) => readings.get(id)?.state),
      wanted.map(() => 'present'),
    );
    const paths = sim.simulator.log.entries.map(({ path }) => path.replace(/\?.*/, ''));
    const ownPaths = owners.map((owner) => {
      const { id, kind } = wanted.find((one) => one.id === owner) ?? assert.fail();
      return `/v1/organizations/acme-prod/${kind.path?.(id) ?? id}`;
    });
    assert.deepEqual(
      ownPaths.map((path) => paths.filter((asked) => asked === path).length),
      [1, 1],
      paths.join(' '),
    );
    await close();
  });
});

/** The id with another name in its last place for one; undefined for what is there once in every organization. */
function absentTwin(id: string, pattern: string): string | undefined {
  const place = pattern.split('/').lastIndexOf('*');
  if (place < 0) return undefined;
  return id
    .split('/')
    .map((segment, index) => (index === place ? `${segment}xyz` : segment))
    .join('/');
}

function idName(id: string): string {
  return decodeURIComponent(id.slice(id.lastIndexOf('/') + 1));
}

test('a second listing names all that a first one, which came empty, did not have', async (t) => {
  const own = await startApigeeSimulator({ port: 0, seed: 'empty' });
  t.after(() => own.close());
  const { live, close } = openOrganization(own.url);
  t.after(() => close());
  const first = await readAll(live);
  own.simulator.target().post(['appgroups'], { name: 'new' });
  assert.deepEqual(await relist(live, first), [{ id: 'appgroups/new', change: 'appeared' }]);
});

test('a list that is not there does not say that what stood in it is gone', async (t) => {
  const own = await startApigeeSimulator({ port: 0, seed: 'small' });
  t.after(() => own.close());
  own.simulator.setFaults([
    { fault: { kind: 'vanish' }, path: '/sites$', nth: 2 },
    { fault: { kind: 'vanish' }, path: '/sites/acme-prod-developers/apidocs$' },
  ]);
  const { live, close } = openOrganization(own.url);
  t.after(() => close());
  const { gaps } = await readAll(live);
  const lost = gaps.filter(({ kind }) => kind === 'portal-item').map(({ gap }) => `${gap.state} ${gap.at}`);
  assert.deepEqual(lost, ['vanished sites/acme-prod-developers']);
});

for (const { said, nth, states } of [
  { said: 'once', nth: { nth: 1 }, states: ['failed'] },
  { said: 'again', nth: {}, states: ['notApplicable'] },
])
  test(`that there are no portals is believed when it is said twice: ${said}`, async (t) => {
    const own = await startApigeeSimulator({ port: 0, seed: 'small' });
    t.after(() => own.close());
    own.simulator.setFaults([{ fault: { kind: 'status', status: 404 }, path: '/sites$', ...nth }]);
    const { live, close } = openOrganization(own.url);
    t.after(() => close());
    const { gaps } = await readAll(live, { only: ['portal-site'] });
    assert.deepEqual(
      gaps.map(({ gap }) => gap.state),
      states,
    );
  });
