import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderCalls } from '../call-graph.ts';
import { pairOf } from '../restore-pairs.fixture.ts';
import { environmentGroupAttachment } from './environment-group-attachment.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';
import { sampleContext } from '../sample-kind.fixture.ts';

const context = writeContext();
const id = 'envgroups/public/attachments/prod';
const attachment = (uuid: string) =>
  stateOf(environmentGroupAttachment, id, {
    name: uuid,
    environment: 'prod',
    environmentGroupId: 'public',
    createdAt: '1',
  });

test('it is told apart by its environment, whatever id the server gave it', () => {
  const { idOf } = environmentGroupAttachment;
  assert.equal(idOf({ name: 'uuid', environment: 'prod' }, 'envgroups/public', sampleContext), id);
  assert.equal(idOf({ name: 'uuid' }, 'envgroups/public', sampleContext), undefined);
  assert.deepEqual(attachment('one').canonical, attachment('two').canonical);
  assert.deepEqual(environmentGroupAttachment.update(attachment('one'), attachment('two'), context), { calls: [] });
});

test('attaching brings hostnames to life: last, long-running, and harmless when it is done already', () => {
  const { calls } = environmentGroupAttachment.create(attachment('one'), context);
  assert.deepEqual(linesOf(calls), ['activate attach: POST envgroups/public/attachments']);
  assert.deepEqual(jsonOf(calls[0]), { environment: 'prod' });
  const { longRunning, tolerates, lookup } = calls[0] ?? assert.fail();
  assert.deepEqual(
    [longRunning, tolerates, lookup],
    [true, [409], { type: 'resource', id: 'envgroups/public/attachments/prod' }],
  );
  assert.deepEqual(
    environmentGroupAttachment.needs(attachment('one')).map((need) => need.id),
    ['environments/prod'],
  );
});

test('detaching goes by the id that the live server gave', () => {
  const { calls } = environmentGroupAttachment.remove(attachment('a1-b2'), context);
  assert.deepEqual(linesOf(calls), ['remove detach: DELETE envgroups/public/attachments/a1-b2']);
  assert.deepEqual([calls[0]?.longRunning, calls[0]?.tolerates], [true, [404]]);
});

test('group and environment are there before it, and go after it', () => {
  const group = { name: 'public', hostnames: ['a.example'] };
  const environment = { name: 'prod' };
  const body = { name: 'uuid', environment: 'prod' };
  const orderOf = (side: 'desired' | 'live'): string[] => {
    const pairs = [
      pairOf(id, { [side]: body }),
      pairOf('envgroups/public', { [side]: group }),
      pairOf('environments/prod', { [side]: environment }),
    ];
    const written = pairs.map((pair) => ({
      pair,
      writes:
        pair.desired === undefined
          ? pair.kind.remove(pair.live ?? assert.fail(), context)
          : pair.kind.create(pair.desired, context),
    }));
    return orderCalls(written).map((call) => call.id);
  };
  assert.deepEqual(orderOf('desired'), ['environments/prod#create', 'envgroups/public#create', `${id}#attach`]);
  assert.deepEqual(orderOf('live'), [`${id}#detach`, 'envgroups/public#delete', 'environments/prod#delete']);
});
