import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { sampleContext } from '../sample-kind.fixture.ts';
import { dataCollector } from './data-collector.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();
const id = 'datacollectors/dc_amount';
const collector = (change: JsonObject = {}) =>
  stateOf(dataCollector, id, { name: 'dc_amount', type: 'FLOAT', description: 'sums', createdAt: '1', ...change });

test('its id is the last part of its name, however long the service says it', () => {
  assert.equal(dataCollector.idOf({ name: 'dc_amount' }, '', sampleContext), id);
  assert.equal(dataCollector.idOf({ name: 'organizations/o/datacollectors/dc_amount' }, '', sampleContext), id);
  assert.equal(dataCollector.idOf({}, '', sampleContext), undefined);
  const { canonical } = collector({ name: 'organizations/o/datacollectors/dc_amount' });
  assert.deepEqual(canonical, collector().canonical);
});

test('a collector is created with its id in the query, and deleted', () => {
  const { calls } = dataCollector.create(collector(), context);
  assert.deepEqual(linesOf(calls), ['materialise create: POST datacollectors?dataCollectorId=dc_amount']);
  assert.deepEqual(jsonOf(calls[0]), { type: 'FLOAT', description: 'sums' });
  assert.deepEqual(linesOf(dataCollector.remove(collector(), context).calls), [`remove delete: DELETE ${id}`]);
});

test('its description is patched, also to none', () => {
  const { calls } = dataCollector.update(collector(), collector({ description: 'x' }), context);
  assert.deepEqual(linesOf(calls), [`materialise update: PATCH ${id}?updateMask=description`]);
  assert.deepEqual(jsonOf(calls[0]), { description: 'sums' });
  const [emptied] = dataCollector.update(collector({ description: '' }), collector(), context).calls;
  assert.deepEqual(jsonOf(emptied), { description: '' });
});

test('its type is fixed: what cannot be restored is named', () => {
  const { calls, cannot } = dataCollector.update(collector(), collector({ type: 'STRING' }), context);
  assert.deepEqual([calls, cannot?.map(({ code }) => code)], [[], ['IMMUTABLE_FIELD']]);
  const both = dataCollector.update(collector(), collector({ type: 'STRING', description: 'x' }), context);
  assert.deepEqual([both.calls.length, both.cannot?.length], [1, 1]);
});
