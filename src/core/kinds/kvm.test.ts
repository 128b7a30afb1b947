import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { sampleContext } from '../sample-kind.fixture.ts';
import { environmentKvmEntry } from './environment-kvm-entry.ts';
import { environmentKvm } from './environment-kvm.ts';
import type { IdContext, Kind } from './kind.ts';
import { organizationKvmEntry } from './organization-kvm-entry.ts';
import { organizationKvm } from './organization-kvm.ts';
import { proxyKvmEntry } from './proxy-kvm-entry.ts';
import { proxyKvm } from './proxy-kvm.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();

/** The kinds of one place, and the path of what its maps stand under. */
const places: readonly { readonly map: Kind; readonly entry: Kind; readonly owner: string }[] = [
  { map: environmentKvm, entry: environmentKvmEntry, owner: 'environments/test' },
  { map: organizationKvm, entry: organizationKvmEntry, owner: '' },
  { map: proxyKvm, entry: proxyKvmEntry, owner: 'apis/orders' },
];

for (const { map, entry, owner } of places) {
  const path = owner === '' ? 'keyvaluemaps' : `${owner}/keyvaluemaps`;
  const state = (body: JsonObject) => stateOf(map, map.idOf(body, owner, sampleContext) ?? '', body);

  test(`${map.title.one}: created, replaced, deleted; always encrypted`, () => {
    const plain = state({ name: 'a/b c', encrypted: true });
    assert.equal(plain.id, `${path}/a%2Fb%20c`);
    const created = map.create(plain, context);
    assert.deepEqual(linesOf(created.calls), [`materialise create: POST ${path}`]);
    assert.deepEqual(jsonOf(created.calls[0]), { name: 'a/b c', encrypted: true });
    assert.equal(created.cannot, undefined);
    assert.deepEqual(created.calls[0]?.lookup, { type: 'get', path: [`${path}/a%2Fb%20c`] });
    assert.deepEqual(linesOf(map.update(plain, plain, context).calls), [`materialise update: PUT ${path}/a%2Fb%20c`]);
    assert.deepEqual(linesOf(map.remove(plain, context).calls), [`remove delete: DELETE ${path}/a%2Fb%20c`]);
  });

  test(`${map.title.one}: one whose values are masked comes back without them, and the plan says so`, () => {
    const masked = state({ name: 'pins', maskedValues: true });
    const { calls, cannot } = map.create(masked, context);
    assert.deepEqual(jsonOf(calls[0]), { name: 'pins', maskedValues: true, encrypted: true });
    assert.deepEqual(
      cannot?.map(({ id, code }) => [id, code]),
      [[`${path}/pins`, 'UNREADABLE']],
    );
    assert.equal(map.update(masked, state({ name: 'pins' }), context).cannot, undefined);
  });

  const id = `${path}/limits/entries/50%25%2Foff%20%7E`;
  const value = { $hole: { hole: 'secret', id, name: 'value' } } as const;
  const desired = { ...stateOf(entry, id, { name: '50%/off ~', value: 'secret' }), body: { name: '50%/off ~', value } };

  test(`${entry.title.one}: one call each, whatever its name`, () => {
    assert.equal(entry.idOf({ name: '50%/off ~' }, `${path}/limits`, sampleContext), id.replace('%7E', '~'));
    const { calls } = entry.create(desired, context);
    assert.deepEqual(linesOf(calls), [`materialise create: POST ${path}/limits/entries`]);
    assert.deepEqual(jsonOf(calls[0]), { name: '50%/off ~', value });
    const encoded = id.replace('%7E', '~');
    assert.deepEqual(linesOf(entry.update(desired, desired, context).calls), [`materialise update: PUT ${encoded}`]);
    assert.deepEqual(linesOf(entry.remove(desired, context).calls), [`remove delete: DELETE ${encoded}`]);
    // An environment that is deleted with entries in it cannot be made again.
    const removing = writeContext({ isRemoved: () => true });
    assert.equal(entry.remove(desired, removing).calls.length, 1);
    assert.equal(map.remove(state({ name: 'x' }), removing).calls.length, 1);
  });

  test(`${map.title.one}: what has an empty name has no id`, () => {
    assert.equal(map.idOf({ name: '' }, '', sampleContext), undefined);
    assert.equal(entry.idOf({ name: '' }, `${path}/limits`, sampleContext), undefined);
  });

  test(`${entry.title.one}: its value is secret, and that of a masked map is never read`, () => {
    assert.deepEqual(desired.canonical, { name: '50%/off ~' });
    const masking = map.indexKeys?.({ name: 'limits', maskedValues: true }, `${path}/limits`) ?? [];
    const find: IdContext['find'] = (kind, key) => (kind === map.name && masking.includes(key) ? 'x' : undefined);
    assert.match(entry.unreadable?.(id, { ...sampleContext, find }) ?? '', /masks its values/);
    assert.equal(entry.unreadable?.(id.replace('limits', 'open'), { ...sampleContext, find }), undefined);
    assert.deepEqual(map.indexKeys?.({ name: 'limits' }, `${path}/limits`), []);
    assert.deepEqual(map.indexKeys?.({ name: 'limits', maskedValues: false }, `${path}/limits`), []);
    assert.deepEqual(map.indexKeys?.({ name: 'limits', maskedValues: 'true' }, `${path}/limits`), masking);
  });
}
