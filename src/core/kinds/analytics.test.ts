import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { sampleContext } from '../sample-kind.fixture.ts';
import { customReport } from './custom-report.ts';
import { datastore } from './datastore.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();
const reportId = 'reports/Traffic%20by%20partner';
const report = (change: JsonObject = {}) =>
  stateOf(customReport, reportId, {
    name: '4711',
    displayName: 'Traffic by partner',
    metrics: [
      { name: 'message_count', function: 'sum' },
      { name: 'dc_amount', function: 'avg' },
    ],
    dimensions: ['developer', 'dc_merchant'],
    organization: 'acme',
    createdAt: '1',
    ...change,
  });

test('a report is told apart by its display name; the name that the server made is not compared', () => {
  assert.equal(customReport.idOf({ name: '4711', displayName: 'Traffic by partner' }, '', sampleContext), reportId);
  assert.equal(customReport.idOf({ name: '4711' }, '', sampleContext), 'reports/4711');
  assert.equal(customReport.idOf({}, '', sampleContext), undefined);
  assert.deepEqual(report({ name: '4712', lastViewedAt: '9' }).canonical, report().canonical);
  assert.notDeepEqual(report({ dimensions: ['dc_merchant', 'developer'] }).canonical, report().canonical);
});

test('a report needs the data collectors that it shows', () => {
  assert.deepEqual(
    customReport.needs(report()).map(({ id }) => id),
    ['datacollectors/dc_amount', 'datacollectors/dc_merchant'],
  );
});

test('a report is created as it was, and found by its display name', () => {
  const [call] = customReport.create(report(), context).calls;
  assert.deepEqual(linesOf(call === undefined ? [] : [call]), ['materialise create: POST reports']);
  assert.deepEqual(call?.lookup, { type: 'resource', id: reportId });
  const { organization: _, createdAt: __, ...rest } = report().body;
  assert.deepEqual(jsonOf(call), rest);
});

test('a live report is written and deleted under the name that it has live', () => {
  const live = report({ name: 'a/b', filter: 'x' });
  const { calls } = customReport.update(report(), live, context);
  assert.deepEqual(linesOf(calls), ['materialise update: PUT reports/a%2Fb']);
  assert.ok(JSON.stringify(jsonOf(calls[0])).includes('"name":"a/b"'));
  assert.deepEqual(linesOf(customReport.remove(live, context).calls), ['remove delete: DELETE reports/a%2Fb']);
});

const storeId = 'analytics/datastores/gcs/Nightly%2Fexport';
const store = (change: JsonObject = {}) =>
  stateOf(datastore, storeId, {
    self: '/organizations/acme/analytics/datastores/uuid-1',
    org: 'acme',
    displayName: 'Nightly/export',
    targetType: 'gcs',
    datastoreConfig: { projectId: 'p', bucketName: 'b', path: 'apigee/' },
    createTime: '1',
    ...change,
  });

test('a datastore is told apart by target type and display name', () => {
  assert.equal(datastore.idOf(store().body, '', sampleContext), storeId);
  assert.equal(datastore.idOf({ displayName: 'x' }, '', sampleContext), undefined);
  assert.equal(datastore.idOf({ targetType: 'gcs' }, '', sampleContext), undefined);
  assert.deepEqual(store({ self: '/organizations/acme/analytics/datastores/uuid-2' }).canonical, store().canonical);
});

test('a datastore is created without what the server says of it, and written where it stands live', () => {
  const [create] = datastore.create(store(), context).calls;
  assert.deepEqual(linesOf(create === undefined ? [] : [create]), ['materialise create: POST analytics/datastores']);
  assert.deepEqual(create?.lookup, { type: 'resource', id: storeId });
  assert.deepEqual(Object.keys(Object(jsonOf(create))), ['displayName', 'targetType', 'datastoreConfig']);
  const live = store({ self: '/organizations/acme/analytics/datastores/uuid-9', datastoreConfig: { projectId: 'q' } });
  assert.deepEqual(linesOf(datastore.update(store(), live, context).calls), [
    'materialise update: PUT analytics/datastores/uuid-9',
  ]);
  assert.deepEqual(linesOf(datastore.remove(live, context).calls), [
    'remove delete: DELETE analytics/datastores/uuid-9',
  ]);
});
