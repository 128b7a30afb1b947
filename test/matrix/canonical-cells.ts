import assert from 'node:assert/strict';
import { canonicalise, entryOf } from '../../src/core/canonical.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import type { Kind } from '../../src/core/kinds/kind.ts';
import { testHasher } from '../apigee/live-organization.ts';
import { kindsWithoutAssignedFields } from './nothing-assigned.ts';
import type { Place } from './place.ts';

/** Fields in another order change nothing; another value in a field that is compared does. */
export function checkCanonicalForm(kind: Kind, place: Place): string {
  if (kind.content === 'bundle') {
    for (const id of place.idsOf(kind.name))
      assert.match(id, /\/~[0-9a-f]{32}$/, 'the id is the digest of the content');
    return 'digest of the content';
  }
  let changes = 0;
  for (const body of place.bodiesOf(kind)) {
    const hash = hashOf(kind, place, body);
    assert.equal(hashOf(kind, place, reversed(body)), hash, 'the order of fields counts');
    for (const other of changedBodies(body)) if (hashOf(kind, place, other) !== hash) changes += 1;
  }
  if (changes === 0) assert.ok(place.bodiesOf(kind).every(isOnlyNamed(kind, place)), 'no field of it is compared');
  return changes === 0 ? 'nothing but its name' : `${changes} changes noticed`;
}

/** True for what is told by its id alone (a keystore). */
const isOnlyNamed =
  (kind: Kind, { context }: Place) =>
  (body: JsonObject): boolean =>
    canonicalise(kind, body, context)?.text === '{}' || Object.keys(body).length <= 2;

function reversed(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).reverse());
}

function* changedBodies(body: JsonObject): Generator<JsonObject> {
  for (const [field, value] of Object.entries(body)) {
    yield { ...body, [field]: typeof value === 'string' ? `${value}x` : typeof value === 'boolean' ? !value : ['x'] };
  }
}

/** Another value in a field that the server assigns changes nothing; a kind that has none says why. */
export function checkAssignedFields(kind: Kind, place: Place): string {
  const reason = kindsWithoutAssignedFields[kind.name];
  if (kind.content === 'bundle') {
    const labels = place.idsOf(kind.name).map((id) => place.seeded.resources.get(id)?.label ?? '');
    for (const label of labels) assert.match(label, /@\d+$/, 'the number is a label');
    return 'its number is a label';
  }
  if (reason !== undefined) {
    assert.deepEqual(kind.serverAssigned, [], `${kind.name} has assigned fields after all`);
    return `none: ${reason}`;
  }
  const [first] = place.bodiesOf(kind);
  assert.ok(first !== undefined);
  const tried = kind.serverAssigned.filter((field) => {
    const other = withOther(first, field.split('.'));
    // What references are resolved by is assigned, and still tells one from another.
    return canonicalise(kind, other, place.context)?.text === canonicalise(kind, first, place.context)?.text;
  });
  assert.ok(tried.length > 0, 'no assigned field can change without a difference');
  return tried.join(', ');
}

/** The body with something else in the field, which may stand in objects, and in each object of a list (`wallets[]`). */
function withOther(body: JsonObject, [path = '', ...below]: readonly string[]): JsonObject {
  const field = path.replace(/\[\]$/, '');
  const value = body[field];
  if (field !== path) {
    const elements: readonly JsonValue[] = Array.isArray(value) ? value : [];
    return { ...body, [field]: elements.map((item) => (isJsonObject(item) ? withOther(item, below) : item)) };
  }
  if (below.length > 0) return { ...body, [field]: withOther(isJsonObject(value) ? value : {}, below) };
  return { ...body, [field]: typeof value === 'boolean' ? !value : 'other' };
}

function hashOf(kind: Kind, { context }: Place, body: JsonObject): string {
  const canonical = canonicalise(kind, body, context);
  assert.ok(canonical !== undefined);
  const { configHash, secretHash, tolerant } = entryOf(kind, 'id', canonical, testHasher);
  return JSON.stringify([configHash, secretHash, tolerant]);
}
