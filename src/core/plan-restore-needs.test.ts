import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from './json.ts';
import type { Reference } from './kinds/kind.ts';
import { decideRestore, type MissingNeed } from './plan-restore.ts';
import type { ResourceId } from './resource.ts';
import type { RestorePair } from './restore-pair.ts';
import { inputOf, pairOf } from './restore-pairs.fixture.ts';

const ENVIRONMENT = 'environments/test';
const KEYSTORE = `${ENVIRONMENT}/keystores/k`;
const [first, second, third] = ['a', 'b', 'c'].map((name) => `${ENVIRONMENT}/references/${name}`);
assert.ok(first !== undefined && second !== undefined && third !== undefined);
const missing: MissingNeed = { id: KEYSTORE, needs: ENVIRONMENT, why: 'it stands under it', absence: 'nowhere' };

/** A reference that needs what is named, and is missing live or not. */
function reference(
  id: ResourceId,
  need: ResourceId,
  more: Partial<Reference> & { readonly live?: true } = {},
): RestorePair {
  const { live, ...rest } = more;
  const body: JsonObject = { name: id };
  const pair = pairOf(id, { desired: body, ...(live === true ? { live: { name: 'other' } } : {}) });
  return { ...pair, kind: { ...pair.kind, needs: () => [{ id: need, why: 'it names it', ...rest }] } };
}

function decide(pairs: readonly RestorePair[], missingNeeds: readonly MissingNeed[]) {
  const { calls, cannotRestore } = decideRestore({ ...inputOf(pairs), missingNeeds });
  return { sent: calls.map(({ resource }) => resource), cannotRestore };
}

test('what refers to something that cannot be made cannot be made either, however far away', () => {
  const keystore = pairOf(KEYSTORE, { desired: { name: 'k' } });
  const pairs = [reference(third, second), reference(second, first), reference(first, KEYSTORE), keystore];
  const { sent, cannotRestore } = decide(pairs, [missing]);
  assert.deepEqual(sent, []);
  const blockedBy = (id: ResourceId, need: ResourceId) => ({
    id,
    code: 'NEED_MISSING',
    why: `It refers to ${need}, which cannot be restored.`,
    next: `Create ${need} by hand, then restore again.`,
  });
  assert.deepEqual(cannotRestore, [
    {
      id: KEYSTORE,
      code: 'NEED_MISSING',
      why: 'It refers to environments/test (it stands under it), which neither the point nor the live organization has.',
      next: 'Create environments/test by hand and restore again, or choose a point that has it.',
    },
    blockedBy(first, KEYSTORE),
    blockedBy(second, first),
    blockedBy(third, second),
  ]);
});

test('what refers to something that is live, or only may need it, is sent', () => {
  const live = pairOf(KEYSTORE, { desired: { name: 'k' }, live: { name: 'old' } });
  assert.deepEqual(decide([reference(first, KEYSTORE), live], [missing]).sent, [first]);
  const absent = pairOf(KEYSTORE, { desired: { name: 'k' } });
  for (const more of [{ ifMissing: 'idle' }, { ifMissing: 'sent' }, { ifMissing: 'leftOut' }] as const)
    assert.deepEqual(decide([reference(first, KEYSTORE, more), absent], [missing]).sent, [first]);
  const gone = { ...pairOf(first, { live: { name: 'a' } }) };
  assert.deepEqual(decide([gone, absent], [missing]).sent, [first], 'what goes needs nothing');
});

test('what stands under something that cannot be made is told so', () => {
  const alias = `${KEYSTORE}/aliases/x`;
  const pairs = [pairOf(KEYSTORE, { desired: { name: 'k' } }), pairOf(alias, { desired: { alias: 'x' } })];
  assert.deepEqual(decide(pairs, [missing]).cannotRestore[1], {
    id: alias,
    code: 'NEED_MISSING',
    why: `It stands under ${KEYSTORE}, which cannot be restored.`,
    next: `Create ${KEYSTORE} by hand, then restore again.`,
  });
});

test('of several needs that a resource lacks the first is told', () => {
  const other = { ...missing, needs: 'environments/other' };
  const { cannotRestore } = decide([pairOf(KEYSTORE, { desired: { name: 'k' } })], [missing, other]);
  assert.match(cannotRestore[0]?.why ?? '', /environments\/test \(/);
  assert.equal(cannotRestore.length, 1);
});

test('a need that the service may pass over, or that is of a kind restored only when named, has its own way on', () => {
  const pair = pairOf(KEYSTORE, { desired: { name: 'k' } });
  const unchecked = decide([pair], [{ ...missing, ifMissing: 'sent' }]);
  assert.deepEqual(unchecked.sent, [KEYSTORE]);
  assert.equal(
    unchecked.cannotRestore[0]?.next,
    'Create environments/test first, if the call for this resource is refused.',
  );
  const unnamed = decide([pair], [{ ...missing, absence: 'unnamed' }]);
  assert.deepEqual(unnamed.sent, []);
  assert.deepEqual(unnamed.cannotRestore, [
    {
      id: KEYSTORE,
      code: 'NEED_MISSING',
      why: 'It refers to environments/test (it stands under it), which is missing live and restored only when named.',
      next: "Add --only '**' --only 'environments/test', or create it by hand.",
    },
  ]);
  const revision = decide([pair], [{ ...missing, needs: 'apis/a/revisions/~1' }]);
  assert.deepEqual(revision.sent, [KEYSTORE], 'a deployment says itself that its revision is missing');
  const nobody = decide([pair], [{ ...missing, needs: 'of/no/kind' }]);
  assert.deepEqual(nobody.sent, []);
});

test('secrets that are needed are in order of resources and names, whatever the order of the calls', () => {
  const hole = (id: ResourceId, name: string): JsonObject => ({ $hole: { hole: 'secret', id, name } });
  const entry = `${ENVIRONMENT}/keyvaluemaps/m/entries/e`;
  const key = 'developers/x/apps/a/keys/~1';
  const pairs = [
    pairOf(entry, { desired: { name: 'e', value: hole(entry, 'value') } }),
    pairOf(key, {
      desired: { consumerSecret: hole(key, 'consumerSecret'), consumerKey: hole(key, 'consumerKey') },
    }),
  ];
  const { calls, secretsRequired } = decideRestore(inputOf(pairs));
  assert.deepEqual(
    calls.slice(0, 2).map(({ resource }) => resource),
    [entry, key],
  );
  assert.deepEqual(secretsRequired, [
    { id: key, name: 'consumerKey' },
    { id: key, name: 'consumerSecret' },
    { id: entry, name: 'value' },
  ]);
});

test('apply has to find again what a call is sent for and what goes, and nothing else, in order of ids', () => {
  const untouched = { ...pairOf(first, { desired: { name: 'a' }, live: { name: 'b' } }) };
  const unsettable = { ...untouched, kind: { ...untouched.kind, update: () => ({ calls: [] }) } };
  const pairs = [
    pairOf(KEYSTORE, { desired: { name: 'k' } }),
    unsettable,
    pairOf('developers/x/apps/a', { live: { name: 'a' } }),
    pairOf('developers/x', { live: { email: 'x' } }),
    pairOf(second, { desired: { name: 'b' }, role: 'shown' }),
  ];
  const { calls, fingerprints } = decideRestore(inputOf(pairs));
  assert.ok(calls.some(({ resource }) => resource === KEYSTORE));
  assert.deepEqual(
    fingerprints.map(({ id }) => id),
    ['developers/x', 'developers/x/apps/a', KEYSTORE],
  );
});

test('a key is linked to what is there or made, but not to a product that the plan should make and cannot', () => {
  const key = 'developers/x/apps/a/keys/~1';
  const apiProducts = ['gold', 'silver', 'bronze', 'hidden'].map((apiproduct) => ({ apiproduct, status: 'pending' }));
  const product = (name: string, more = {}) => ({
    ...pairOf(`apiproducts/${name}`, { desired: { name, approvalType: 'auto' } }),
    ...more,
  });
  const decision = decideRestore({
    ...inputOf([
      pairOf(key, { desired: { consumerKey: 'k', status: 'approved', apiProducts } }),
      product('gold'),
      product('silver'),
      product('hidden', { role: 'shown' }),
    ]),
    missingNeeds: [
      { id: 'apiproducts/silver', needs: 'spaces/gone', why: 'it is in this space', absence: 'nowhere' },
      { id: key, needs: 'apiproducts/bronze', why: 'it is linked to it', absence: 'nowhere', ifMissing: 'leftOut' },
    ],
  });
  const linked = decision.calls.filter(({ resource }) => resource === key).map(({ id, body }) => [id, body]);
  assert.match(JSON.stringify(linked), /"apiProducts":\["gold"\]/);
  assert.doesNotMatch(JSON.stringify(linked), /silver|bronze|hidden/);
  // What is not linked comes back neither approved nor pending.
  assert.deepEqual(
    decision.cannotRestore.filter(({ id }) => id === key).map(({ why }) => why.split(':')[0]),
    [
      'Its access to product gold was pending and comes back approved, because the product asks for no approval; pending cannot be set.',
      'Its access to product bronze is left out',
      'Its access to product hidden is left out',
      'Its access to product silver is left out',
    ],
  );
});
