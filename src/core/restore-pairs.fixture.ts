import fc from 'fast-check';
import { findKindOf } from './kind-of.ts';
import type { JsonObject } from './json.ts';
import type { BundleFacts, IdContext } from './kinds/kind.ts';
import { stateOf } from './kinds/write-context.fixture.ts';
import type { LiveRevision, RestoreInput } from './plan-restore.ts';
import type { ResourceId } from './resource.ts';
import { sampleContext } from './sample-kind.fixture.ts';
import type { RestorePair } from './restore-pair.ts';

export interface PairOptions {
  readonly desired?: JsonObject;
  readonly live?: JsonObject;
  readonly label?: string;
  readonly role?: RestorePair['role'];
  readonly facts?: Partial<BundleFacts>;
  readonly liveFacts?: Partial<BundleFacts>;
  readonly changedSecrets?: readonly string[];
}

/** A deployment's number resolves to the revision whose digest is that number. */
const context: IdContext = {
  ...sampleContext,
  find: (_kind, key) => key.replace(/@(.*)$/, '/revisions/~$1'),
};

const noFacts: BundleFacts = {
  version: 1,
  sharedFlows: [],
  targetServers: [],
  keyValueMaps: [],
  issuers: [],
  basePaths: [],
};

/** A pair of states from their bodies. */
export function pairOf(id: ResourceId, options: PairOptions): RestorePair {
  const kind = findKindOf(id);
  if (kind === undefined) throw new TypeError(`${id} is of no kind`);
  const { desired, live, label, role = 'chosen', facts = {}, liveFacts = {}, changedSecrets = [] } = options;
  const marks = { marks: { numbers: { [label?.split('@')[1] ?? '1']: {} } } };
  const side = (body: JsonObject, own: Partial<BundleFacts>) => ({
    ...stateOf(kind, id, body, context),
    facts: { ...noFacts, ...own },
  });
  return {
    kind,
    id,
    ...(desired === undefined ? {} : { desired: side(desired, facts) }),
    ...(live === undefined ? {} : { live: { ...side(live, liveFacts), ...marks } }),
    ...(label === undefined ? {} : { label }),
    changedSecrets,
    fingerprint: { id, kind: kind.name, state: live === undefined ? 'absent' : 'present' },
    fields: [],
    role,
  };
}

export function inputOf(pairs: readonly RestorePair[], revisions: readonly ResourceId[] = []): RestoreInput {
  const revisionOf = (id: ResourceId): [ResourceId, LiveRevision] => [
    id,
    { number: '1', fingerprint: { id, kind: 'proxy-revision', state: 'present', configHash: 'c' } },
  ];
  return { plannedAtMs: 1_000_000, pairs, liveRevisions: new Map(revisions.map(revisionOf)), missingNeeds: [] };
}

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
export const anyPairs: fc.Arbitrary<readonly RestorePair[]> = fc
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
