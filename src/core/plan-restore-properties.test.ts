import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from './json.ts';
import type { PlannedCall } from './plan.ts';
import { decideRestore } from './plan-restore.ts';
import type { ResourceId } from './resource.ts';
import type { RestorePair } from './restore-pair.ts';
import { inputOf, pairOf, type PairOptions } from './restore-pairs.fixture.ts';

type Fate = 'create' | 'update' | 'remove' | 'same';

const fate = fc.constantFrom<Fate>('create', 'update', 'remove', 'same');

/** The two bodies of a resource of this fate; undefined when it stays as it is. */
function bodies(of: Fate, body: JsonObject, other: JsonObject): PairOptions | undefined {
  if (of === 'create') return { desired: body };
  if (of === 'update') return { desired: body, live: other };
  return of === 'remove' ? { live: body } : undefined;
}

const secretBody = { consumerKey: { $hole: { hole: 'secret', id: 'x', name: 'consumerKey' } } };

/**
 * Random organizations as pairs in random order: environments with target servers, flows that call each other in any way
 * (rings too), proxies with revisions and deployments, products, developers with apps and keys.
 */
const anyPairs: fc.Arbitrary<readonly RestorePair[]> = fc
  .record({
    environments: fc.array(fate, { minLength: 1, maxLength: 2 }),
    servers: fc.array(fate, { maxLength: 2 }),
    owners: fc.array(
      fc.record({ flow: fc.boolean(), fate, labels: fc.boolean(), calls: fc.array(fc.nat(4), { maxLength: 2 }) }),
      { maxLength: 5 },
    ),
    products: fc.array(fc.record({ fate, names: fc.array(fc.nat(4), { maxLength: 2 }) }), { maxLength: 3 }),
    developers: fc.array(
      fc.record({
        fate,
        inactive: fc.boolean(),
        apps: fc.array(
          fc.record({
            fate,
            revoked: fc.boolean(),
            keys: fc.array(fc.record({ fate, revoked: fc.boolean(), product: fc.nat(2) }), { maxLength: 2 }),
          }),
          { maxLength: 2 },
        ),
      }),
      { maxLength: 2 },
    ),
  })
  .map((shape) => {
    const pairs: RestorePair[] = [];
    const add = (id: ResourceId, options: PairOptions | undefined, more: PairOptions = {}): void => {
      if (options !== undefined) pairs.push(pairOf(id, { ...more, ...options }));
    };
    const flows = shape.owners.flatMap(({ flow }, index) => (flow ? [`f${index}`] : []));
    for (const [index, own] of shape.environments.entries()) {
      add(`environments/e${index}`, bodies(own, { name: `e${index}` }, { name: `e${index}`, displayName: 'x' }));
      for (const [number, server] of shape.servers.entries()) {
        const name = `t${number}`;
        add(`environments/e${index}/targetservers/${name}`, bodies(server, { name, host: 'a' }, { name, host: 'b' }));
      }
    }
    for (const [index, owner] of shape.owners.entries()) {
      const path = owner.flow ? 'sharedflows' : 'apis';
      const name = `${owner.flow ? 'f' : 'p'}${index}`;
      const labels = owner.labels && !owner.flow ? { labels: { a: 'b' } } : {};
      add(`${path}/${name}`, bodies(owner.fate, { name, ...labels }, { name, labels: { other: 'x' } }));
      const facts = {
        sharedFlows: flows.filter((_, place) => owner.calls.includes(place)),
        targetServers: shape.servers.map((_, number) => `t${number}`),
      };
      for (const number of ['11', '9']) {
        const own = owner.fate === 'update' ? 'create' : owner.fate;
        add(`${path}/${name}/revisions/~${number}`, bodies(own, { digest: number }, {}), {
          label: `${path}/${name}@${number}`,
        });
      }
      const deployed = (revision: string) => ({ environment: 'e0', apiProxy: name, revision });
      const id = `environments/e0/${path}/${name}/deployment`;
      add(id, bodies(owner.fate, deployed('11'), deployed('8')), { facts, liveFacts: facts });
    }
    for (const [index, product] of shape.products.entries()) {
      const name = `product${index}`;
      const body = { name, proxies: product.names.map((place) => `p${place}`), environments: ['e0'] };
      add(`apiproducts/${name}`, bodies(product.fate, body, { name }));
    }
    for (const [index, person] of shape.developers.entries()) {
      const email = `d${index}@x`;
      const status = person.inactive ? 'inactive' : 'active';
      add(`developers/${email}`, bodies(person.fate, { email, status }, { email, firstName: 'x', status: 'inactive' }));
      for (const [place, app] of person.apps.entries()) {
        const appId = `developers/${email}/apps/a${place}`;
        const appStatus = app.revoked ? 'revoked' : 'approved';
        add(appId, bodies(app.fate, { name: `a${place}`, status: appStatus }, { name: `a${place}`, callbackUrl: 'x' }));
        for (const [number, key] of app.keys.entries()) {
          const body = {
            ...secretBody,
            status: key.revoked ? 'revoked' : 'approved',
            apiProducts: [{ apiproduct: `product${key.product}`, status: 'approved' }],
          };
          add(`${appId}/keys/~${number}`, bodies(key.fate, body, { ...secretBody, status: 'approved' }));
        }
      }
    }
    return pairs;
  })
  .chain((pairs) => fc.shuffledSubarray([...pairs], { minLength: pairs.length }));

test('each call stands after all it waits for, once, and no stage waits for a later one', () => {
  fc.assert(
    fc.property(anyPairs, (pairs) => {
      const { calls } = decideRestore(inputOf(pairs));
      const placed = new Map<string, PlannedCall>();
      let stage = 0;
      for (const call of calls) {
        assert.ok(!placed.has(call.id), `${call.id} twice`);
        for (const need of [...call.needs, ...call.after]) assert.ok(placed.has(need), `${call.id} before ${need}`);
        assert.ok(call.stage >= stage, `${call.id} goes back a stage`);
        stage = call.stage;
        placed.set(call.id, call);
      }
    }),
  );
});

test('equal input is an equal plan, whatever its order', () => {
  fc.assert(
    fc.property(anyPairs, (pairs) => {
      const [one, other] = [decideRestore(inputOf(pairs)), decideRestore(inputOf(pairs.toReversed()))];
      assert.deepEqual(other, one);
    }),
  );
});

test('every resource of a plan is acted on, goes along, or has its reason', () => {
  fc.assert(
    fc.property(anyPairs, (pairs) => {
      const { calls, resources, cannotRestore, fingerprints } = decideRestore(inputOf(pairs));
      const acting = new Set(calls.map(({ resource }) => resource));
      for (const { id, change } of resources) {
        const isMadeBelow = change === 'create' && [...acting].some((other) => other.startsWith(`${id}/revisions/`));
        const goesAlong =
          change === 'delete' && resources.some((up) => up.change === 'delete' && id.startsWith(`${up.id}/`));
        const isSaid = cannotRestore.some((item) => item.id === id);
        assert.ok(acting.has(id) || isMadeBelow || goesAlong || isSaid, `${id} is left out in silence`);
        // The safety point is taken of fingerprinted resources: whatever goes must be in it.
        if (change === 'delete' || acting.has(id))
          assert.ok(
            fingerprints.some((item) => item.id === id),
            id,
          );
      }
    }),
  );
});

test('what is below comes after what is above; what goes below goes before', () => {
  fc.assert(
    fc.property(anyPairs, (pairs) => {
      const { calls } = decideRestore(inputOf(pairs));
      const place = new Map(calls.map(({ id }, index) => [id, index]));
      for (const [index, call] of calls.entries()) {
        for (const above of calls.filter(({ resource }) => call.resource.startsWith(`${resource}/`))) {
          const other = place.get(above.id) ?? -1;
          const isMadeByBelow = above.kind === 'proxy' || above.kind === 'shared-flow';
          if (call.phase === 'remove' && above.phase === 'remove') assert.ok(index < other, call.id);
          else if (call.phase !== 'remove' && above.action === 'create' && !isMadeByBelow)
            assert.ok(other < index, call.id);
          else if (call.phase !== 'remove' && above.phase === 'activate' && above.action === 'status')
            assert.ok(index < other, `${call.id} after ${above.id}`);
        }
      }
    }),
  );
});

test('what refers to a removed resource is over before it goes', () => {
  fc.assert(
    fc.property(anyPairs, (pairs) => {
      const decision = decideRestore(inputOf(pairs));
      const place = new Map(decision.calls.map(({ id }, index) => [id, index]));
      const isRing = (id: string): boolean => id.includes('sharedflows');
      for (const { id, kind, live } of pairs) {
        if (live === undefined) continue;
        for (const reference of kind.needs(live)) {
          const removal = decision.calls.find(({ resource, phase }) => resource === reference.id && phase === 'remove');
          if (removal === undefined || (isRing(id) && isRing(reference.id))) continue;
          for (const own of decision.calls.filter(({ resource }) => resource === id)) {
            assert.ok((place.get(own.id) ?? 0) < (place.get(removal.id) ?? 0), `${removal.id} before ${own.id}`);
          }
        }
      }
    }),
  );
});

test('what is only shown is never touched', () => {
  fc.assert(
    fc.property(anyPairs, fc.integer({ min: 0, max: 30 }), (pairs, index) => {
      const shown = pairs.map((pair, place): RestorePair => (place === index ? { ...pair, role: 'shown' } : pair));
      const id = shown[index]?.id;
      const { calls, fingerprints, resources } = decideRestore(inputOf(shown));
      assert.ok(!calls.some(({ resource }) => resource === id) && !fingerprints.some((item) => item.id === id));
      if (id !== undefined) assert.equal(resources.find((item) => item.id === id)?.change, 'shown');
    }),
  );
});
