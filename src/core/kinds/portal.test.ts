import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { plainHasher, sampleContext } from '../sample-kind.fixture.ts';
import type { IdContext } from './kind.ts';
import { portalCategory } from './portal-category.ts';
import { portalItem } from './portal-item.ts';
import { portalItemDocumentation } from './portal-item-documentation.ts';
import { portalSite } from './portal-site.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const site = 'sites/acme-developers';
const pay = `${site}/apicategories/Pay`;
const context = writeContext();

const finding: IdContext = {
  hasher: plainHasher,
  find: (_kind, key) => ({ 'uuid-1': pay, 'uuid-2': `${site}/apicategories/FX` })[key],
};

const itemId = `${site}/apidocs/gold`;
const item = (change: JsonObject = {}, found = finding) =>
  stateOf(
    portalItem,
    itemId,
    { id: '7', siteId: 'acme-developers', title: 'Gold', apiProductName: 'gold', modified: '1', ...change },
    found,
  );

test('no call makes or deletes a portal: what to do by hand is said', () => {
  const portal = stateOf(portalSite, site, { id: 'acme-developers', name: 'x' });
  assert.equal(portalSite.idOf({ id: 'acme-developers' }, '', sampleContext), site);
  assert.deepEqual(portal.canonical, {});
  const { calls, cannot } = portalSite.create(portal, context);
  assert.deepEqual([calls, cannot?.[0]?.code], [[], 'NO_WRITE']);
  assert.match(cannot?.[0]?.next ?? '', /acme-developers/);
  assert.equal(portalSite.remove(portal, context).cannot?.length, 1);
});

test('a category is told apart by its name and deleted under the id that it has live', () => {
  const category = stateOf(portalCategory, pay, { id: 'uuid-1', name: 'Pay', siteId: 'acme-developers' });
  assert.equal(portalCategory.idOf(category.body, site, sampleContext), pay);
  assert.deepEqual(portalCategory.indexKeys?.(category.body, pay), ['uuid-1']);
  const [call] = portalCategory.create(category, context).calls;
  assert.deepEqual(jsonOf(call), { name: 'Pay' });
  assert.deepEqual(call?.assigns, { id: { path: 'data.id', inBody: 'id', secret: false } });
  assert.deepEqual(linesOf(portalCategory.remove(category, context).calls), [
    `remove delete: DELETE ${site}/apicategories/uuid-1`,
  ]);
});

test('an item names its categories by what they are called, in any order', () => {
  const canonical = item({ categoryIds: ['uuid-1', 'uuid-2'] }).canonical;
  assert.deepEqual(Object(canonical).categoryIds, [`${site}/apicategories/FX`, pay]);
  assert.deepEqual(item({ categoryIds: ['uuid-2', 'uuid-1'], id: '8' }).canonical, canonical);
  assert.throws(() => item({ categoryIds: ['uuid-9'] }), /unknown/);
  assert.deepEqual(
    portalItem.needs(item({ categoryIds: ['uuid-1'] })).map(({ id }) => id),
    ['apiproducts/gold', pay],
  );
});

test('an item is written with the ids that its categories have live, or are given by the plan', () => {
  const desired = item({ categoryIds: ['uuid-1'] });
  const [create] = portalItem.create(desired, context).calls;
  assert.deepEqual(jsonOf(create), {
    title: 'Gold',
    apiProductName: 'gold',
    categoryIds: [{ $hole: { hole: 'assigned', call: `${pay}#create`, field: 'id' } }],
  });
  const live = item({ id: '99' });
  const named = writeContext({ liveName: (id) => (id === pay ? 'uuid-77' : undefined) });
  const { calls } = portalItem.update(desired, live, named);
  assert.deepEqual(linesOf(calls), [`materialise update: PUT ${site}/apidocs/99`]);
  assert.deepEqual(Object(jsonOf(calls[0])).categoryIds, ['uuid-77']);
  assert.deepEqual(linesOf(portalItem.remove(live, context).calls), [`remove delete: DELETE ${site}/apidocs/99`]);
});

test('documentation is read and written under the id of its item, without what the service finds out', () => {
  const id = `${itemId}/documentation`;
  const body = {
    requestId: 'x',
    data: { oasDocumentation: { format: 'YAML', spec: { displayName: 'a', contents: 'YQ==' } } },
  };
  const documentation = stateOf(portalItemDocumentation, id, body);
  assert.equal(portalItemDocumentation.idOf({}, itemId, sampleContext), id);
  assert.equal(portalItemDocumentation.pathUnder?.(id, '7/8'), `${site}/apidocs/7%2F8/documentation`);
  assert.equal(portalItemDocumentation.isVacant?.({ requestId: 'x' }), true);
  const [fresh] = portalItemDocumentation.create(documentation, context).calls;
  assert.deepEqual(linesOf(fresh === undefined ? [] : [fresh]), [
    `materialise set: PATCH ${site}/apidocs/<assigned>/documentation`,
  ]);
  assert.deepEqual(jsonOf(fresh), { oasDocumentation: { spec: { displayName: 'a', contents: 'YQ==' } } });
  const named = writeContext({ liveName: () => '7' });
  assert.deepEqual(linesOf(portalItemDocumentation.update(documentation, documentation, named).calls), [
    `materialise set: PATCH ${site}/apidocs/7/documentation`,
  ]);
  assert.equal(portalItemDocumentation.remove(documentation, context).cannot?.[0]?.code, 'NO_WRITE');
  const gone = writeContext({ isRemoved: (other) => other === itemId });
  assert.deepEqual(portalItemDocumentation.remove(documentation, gone), { calls: [] });
});
