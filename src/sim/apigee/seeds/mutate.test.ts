import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { WreckTarget } from '../wreck-target.ts';
import { generateSeed } from './generated.ts';
import { createSeed } from './index.ts';
import { mutate } from './mutate.ts';
import { associationStates, listExpired, listLostPending, targetOf } from './seeded-target.contract.ts';

const organization = 'acme-prod';
const small = () => targetOf(createSeed('small', organization));

test('the same seed makes the same changes, another seed others', () => {
  const changes = mutate(small(), { seed: 7, count: 40 });
  assert.equal(changes.length, 40);
  assert.deepEqual(mutate(small(), { seed: 7, count: 40 }), changes);
  assert.notDeepEqual(mutate(small(), { seed: 8, count: 40 }), changes);
});

test('every family and every action comes up', () => {
  const changes = Array.from({ length: 30 }, (_, seed) => mutate(small(), { seed, count: 120 })).flat();
  assert.deepEqual(
    new Set(changes.map((change) => change.action)),
    new Set(['created', 'updated', 'deleted', 'deployed', 'undeployed']),
  );
  const families = new Set(changes.map(({ path }) => [path[0], path[2], path[4], path[6]].filter(Boolean).join('/')));
  for (const family of [
    'environments/targetservers',
    'environments/keyvaluemaps',
    'environments/keyvaluemaps/entries',
    'environments/flowhooks',
    'apis',
    'apis/revisions',
    'sharedflows/revisions',
    'apiproducts',
    'developers',
    'developers/apps',
    'developers/apps/keys',
  ]) {
    assert.ok(families.has(family), family);
  }
  assert.ok(changes.some(({ action, path }) => action === 'deleted' && path[0] === 'apiproducts'));
});

function equalRevisions(target: WreckTarget): string[] {
  return [...target.list(['apis'])].filter((name) => {
    const revisions = [...target.list(['apis', name, 'revisions'])];
    const contents = revisions.map((revision) => {
      const files = target.bundleFiles({ flavour: 'proxy', name, revision });
      return JSON.stringify(Object.entries(files).filter(([path]) => path !== `apiproxy/${name}.xml`));
    });
    return new Set(contents).size < revisions.length;
  });
}

test('whatever is changed, the API could give it back', () => {
  const seeds = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(seeds, fc.boolean(), (seed, generated) => {
      const target = generated ? targetOf(generateSeed({ seed, size: 2 })) : small();
      const expired = listExpired(target);
      const associations = associationStates(target);
      mutate(target, { seed, count: 30 });
      assert.deepEqual(listExpired(target), expired);
      assert.deepEqual(listLostPending(target, associations), []);
      assert.deepEqual(equalRevisions(target), []);
    }),
    { numRuns: 40 },
  );
});

test('with residue allowed, expired keys go and pending products are decided', () => {
  const losses = Array.from({ length: 50 }, (_, seed) => {
    const target = small();
    const expired = listExpired(target);
    const associations = associationStates(target);
    mutate(target, { seed, count: 100, allowResidue: true });
    return {
      expired: expired.length - listExpired(target).length,
      pending: listLostPending(target, associations).length,
    };
  });
  assert.ok(losses.some((loss) => loss.expired > 0));
  assert.ok(losses.some((loss) => loss.pending > 0));
});

test('only the families asked for are changed', () => {
  const roots = (family: 'gateway' | 'consumers'): Set<string | undefined> =>
    new Set(mutate(small(), { seed: 5, count: 40, families: [family] }).map(({ path }) => path[0]));
  assert.deepEqual(roots('consumers'), new Set(['developers', 'appgroups']));
  assert.ok(!roots('gateway').has('developers') && !roots('gateway').has('appgroups'));
});

test('an organization without anything takes only additions', () => {
  const changes = mutate(targetOf(createSeed('empty', organization)), { seed: 1, count: 5 });
  assert.equal(changes.length, 5);
  assert.equal(changes[0]?.action, 'created');
});

test('a huge organization is changed without being read', () => {
  assert.equal(mutate(targetOf(createSeed('huge', organization)), { seed: 3, count: 30 }).length, 30);
});
