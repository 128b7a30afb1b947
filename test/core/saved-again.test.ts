import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallDraft } from '../../src/core/call.ts';
import { holesOf } from '../../src/core/call-holes.ts';
import { canonicalise, entryOf } from '../../src/core/canonical.ts';
import type { Content } from '../../src/core/entry.ts';
import { isJsonObject, type JsonObject, omitFields } from '../../src/core/json.ts';
import { type KindName, kindNames, kinds } from '../../src/core/kinds/index.ts';
import type { Desired, Kind, Live } from '../../src/core/kinds/kind.ts';
import { stateOf, writeContext } from '../../src/core/kinds/write-context.fixture.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import type { PlannedCall } from '../../src/core/plan.ts';
import { type RunningApigeeSimulator, startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { createHybridSeed, createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { createRandom } from '../../src/sim/apigee/seeds/random.ts';
import { openOrganization, readAll, testHasher, type WholeReading } from '../apigee/live-organization.ts';
import { repacked } from './repacked.ts';

type Client = ReturnType<typeof openOrganization>;

/** Google's own, and what is in the state already: refused, which leaves it as it is. */
const nothingToSave =
  /the default profile cannot be changed|NAT address \S+ is ACTIVE|security action \S+ is (?:EN|DIS)ABLED/;

const fixed = 'no call of the API changes one that is there';

/** Kinds of which no write leaves what is there as it is, and why. */
const unwritten: Readonly<Partial<Record<KindName, string>>> = {
  'dns-zone': fixed,
  'endpoint-attachment': fixed,
  'instance-attachment': fixed,
  'nat-address': 'one that is in use cannot be put to use',
  keystore: fixed,
  'environment-group-attachment': fixed,
  'developer-subscription': 'writing one is another purchase',
  'app-group-subscription': 'writing one is another purchase',
  'developer-balance': 'a credit is money more',
  'app-group-balance': 'a credit is money more',
  'portal-site': 'no call of the API writes a portal',
  'portal-category': 'it is nothing but its name',
  'security-profile-revision': 'it is written with its profile',
  'security-profile-environment': fixed,
};

/** Ids with their hashes: what a point of this would be compared by. */
function hashesOf({ resources }: WholeReading, { live }: Client): ReadonlyMap<string, string> {
  return new Map(
    [...resources.values()].map(({ id, kind: name, content }) => {
      if (content.type === 'bundle') return [id, 'its id is its content'];
      const canonical = canonicalise(kinds[name], bodyOf(content), live) ?? assert.fail(id);
      const { configHash, secretHash, tolerant } = entryOf(kinds[name], id, canonical, testHasher);
      return [id, JSON.stringify([configHash, secretHash, tolerant])];
    }),
  );
}

function bodyOf(content: Content): JsonObject {
  const body = content.type === 'json' ? parseJson(content.text) : undefined;
  return isJsonObject(body) ? body : assert.fail('no object');
}

for (const runtime of ['CLOUD', 'HYBRID'] as const) {
  test(`everything of an organization is saved again as it is, and nothing differs (${runtime})`, async (t) => {
    const create = runtime === 'HYBRID' ? createHybridSeed : createSeed;
    const timings = { operationMs: 1, deploymentMs: 1, cascadeMs: 1 };
    const sim = await startApigeeSimulator({ port: 0, timings, seedFunction: (name) => create('small', name) });
    t.after(() => sim.close());
    const client = openOrganization(sim.url, { writable: true });
    t.after(() => client.close());
    const whole = await readAll(client.live, { newest: 'all' });
    const before = hashesOf(whole, client);
    sim.simulator.log.reset();
    const tried = kindNames.filter((name) => (kinds[name].needsRuntime === 'HYBRID') === (runtime === 'HYBRID'));
    const saved = await saveAgain(client, whole, tried);
    const imported = runtime === 'CLOUD' ? await importAgain(sim, whole) : 0;
    sim.simulator.settle();
    const later = openOrganization(sim.url);
    t.after(() => later.close());
    const after = hashesOf(await readAll(later.live, { newest: 'all' }), later);
    assert.deepEqual([...after.keys()].toSorted(), [...before.keys()].toSorted());
    for (const [id, hash] of after) assert.equal(hash, before.get(id), `${id} differs`);
    const accepted = sim.simulator.log.mutations.filter(({ status }) => status === 200);
    t.diagnostic(
      `${accepted.length} writes: ${[...saved].map(([name, count]) => `${name} ${count}`).join(', ')}; ${imported} bundles`,
    );
    assert.deepEqual(
      tried.filter((name) => kinds[name].content === 'json' && !saved.has(name) && unwritten[name] === undefined),
      [],
    );
  });
}

/** Sends what a restore would send for a resource that differs, with everything as it is live. Answers how many calls for each kind. */
async function saveAgain(
  { live }: Client,
  { resources }: WholeReading,
  tried: readonly KindName[],
): Promise<ReadonlyMap<KindName, number>> {
  const states = new Map<string, Desired & Live>();
  for (const { id, kind: name, content, label, marks } of resources.values()) {
    const state: Desired & Live =
      content.type === 'bundle'
        ? { id, body: {}, canonical: { digest: id }, tolerant: {} }
        : stateOf(kinds[name], id, bodyOf(content), live);
    states.set(id, { ...state, label, marks });
  }
  const context = writeContext({
    plannedAtMs: Date.now(),
    consulted: (id) => states.get(id)?.canonical,
    liveRevision: (id) => states.get(id)?.label?.split('@').at(-1),
    liveName: (id) => {
      const name = states.get(id)?.marks?.['serverName'];
      return typeof name === 'string' ? name : undefined;
    },
  });
  const valueOf = (id: string, name: string): string => {
    const content = resources.get(id)?.content;
    const value = content === undefined ? undefined : bodyOf(content)[name];
    return typeof value === 'string' ? value : assert.fail(`${id} has no ${name}`);
  };
  const filler = {
    secret: async (id: string, name: string) => valueOf(id, name),
    live: valueOf,
    assigned: () => assert.fail('nothing is assigned'),
    bundle: () => assert.fail('no bundle is sent'),
    json: async (id: string) => bodyOf(resources.get(id)?.content ?? assert.fail(id)),
  };
  const saved = new Map<KindName, number>();
  for (const { id, kind: name } of resources.values()) {
    if (!tried.includes(name)) continue;
    const state = states.get(id) ?? assert.fail(id);
    for (const call of callsOf(kinds[name], state, context)) {
      const outcome = await live.send(call, filler, async () => undefined);
      if (outcome.status === 'failed' && nothingToSave.test(outcome.detail ?? '')) continue;
      assert.equal(outcome.status, 'done', `${call.id}: ${outcome.detail}`);
      saved.set(name, (saved.get(name) ?? 0) + 1);
    }
  }
  return saved;
}

function callsOf(kind: Kind, state: Desired & Live, context: Parameters<Kind['update']>[2]): readonly PlannedCall[] {
  const whole = isJsonObject(state.canonical) ? state.canonical : {};
  const { riskAssessmentType } = whole;
  // A part of the id, so never written.
  const fixed = riskAssessmentType === undefined ? {} : { riskAssessmentType };
  // Against one that has nothing every field is written. Where that means to delete it first, against one that lacks a field.
  const lacking = Object.keys(whole).map((field) => omitFields(whole, [field]));
  const calls =
    [fixed, ...lacking, whole]
      .map((canonical) => kind.update(state, { ...state, canonical }, context).calls)
      .find((way) => way.length > 0 && way.every(isOfItself)) ?? [];
  return calls.map((call) => ({
    ...call,
    id: `${state.id}#${call.step}`,
    resource: state.id,
    kind: kind.name,
    stage: 0,
    needs: [],
    after: [],
  }));
}

/** Imports what is deployed once more, packed otherwise, and deploys that in its place: other numbers, the same content. */
async function importAgain({ simulator, url }: RunningApigeeSimulator, { resources }: WholeReading): Promise<number> {
  const random = createRandom('saved again');
  const target = simulator.target();
  let count = 0;
  for (const environment of target.list(['environments'])) {
    for (const deployed of target.deployments(environment)) {
      const collection = deployed.flavour === 'proxy' ? 'apis' : 'sharedflows';
      const label = `${collection}/${deployed.name}@${deployed.revision}`;
      const content = [...resources.values()].find((one) => one.label === label)?.content;
      assert.ok(content?.type === 'bundle', label);
      const form = new FormData();
      form.append('file', new Blob([Buffer.from(await repacked(content.files, random))]), 'bundle.zip');
      const answer = await fetch(
        `${url}/v1/organizations/acme-prod/${collection}?action=import&name=${deployed.name}`,
        {
          method: 'POST',
          headers: { authorization: 'Bearer test' },
          body: form,
        },
      );
      const { revision } = (await answer.json()) as { readonly revision: string };
      assert.notEqual(revision, deployed.revision);
      target.deploy({ ...deployed, revision, environment });
      count += 1;
    }
  }
  assert.ok(count > 3);
  return count;
}

/** True for a call that deletes nothing, and needs nothing that the service has yet to give. */
function isOfItself(call: CallDraft): boolean {
  return call.method !== 'DELETE' && holesOf(call).every(({ hole }) => hole !== 'assigned');
}
