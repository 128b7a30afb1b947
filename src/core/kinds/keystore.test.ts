import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { keystore } from './keystore.ts';
import { reference } from './reference.ts';
import { targetServer } from './target-server.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const id = 'environments/test/keystores/acme%20keys';
const store = (change: JsonObject = {}) => stateOf(keystore, id, { name: 'acme keys', aliases: ['a'], ...change });

test('a keystore is created by its name alone; which aliases it holds is no difference', () => {
  const { calls } = keystore.create(store(), writeContext());
  assert.deepEqual(linesOf(calls), ['materialise create: POST environments/test/keystores']);
  assert.deepEqual(jsonOf(calls[0]), { name: 'acme keys' });
  assert.deepEqual(store({ aliases: ['b'] }).canonical, store().canonical);
  assert.deepEqual(keystore.update(store(), store(), writeContext()).calls, []);
});

test('a keystore is deleted at a stated risk, and not when its environment goes', () => {
  const { calls } = keystore.remove(store(), writeContext());
  assert.deepEqual(linesOf(calls), [`remove delete: DELETE ${id}`]);
  assert.match(calls[0]?.risk ?? '', /lost/);
  const isRemoved = (gone: string): boolean => gone === 'environments/test';
  assert.deepEqual(keystore.remove(store(), writeContext({ isRemoved })).calls, []);
});

const referenceId = 'environments/test/references/keys';
const referring = (refers: string) =>
  stateOf(reference, referenceId, { name: 'keys', refers, resourceType: 'KeyStore', description: 'd' });

test('a reference is created and replaced as a whole, after the keystore it refers to', () => {
  const { calls } = reference.create(referring('acme keys'), writeContext());
  assert.deepEqual(linesOf(calls), ['materialise create: POST environments/test/references']);
  assert.deepEqual(jsonOf(calls[0]), {
    name: 'keys',
    refers: 'acme keys',
    resourceType: 'KeyStore',
    description: 'd',
  });
  assert.deepEqual(linesOf(reference.update(referring('a'), referring('b'), writeContext()).calls), [
    `materialise update: PUT ${referenceId}`,
  ]);
  assert.deepEqual(
    reference.needs(referring('acme keys')).map((need) => need.id),
    [id],
  );
});

test('a target server needs the keystores and references of its TLS settings', () => {
  const server = (sSLInfo: JsonObject) =>
    stateOf(targetServer, 'environments/test/targetservers/core', { name: 'core', host: 'h', port: 1, sSLInfo });
  const needed = (sSLInfo: JsonObject) => targetServer.needs(server(sSLInfo)).map((need) => need.id);
  assert.deepEqual(needed({ enabled: true, keyStore: 'ref://keys', trustStore: 'acme keys' }), [referenceId, id]);
  assert.deepEqual(needed({ enabled: true, keyStore: 'acme keys', trustStore: 'acme keys' }), [id]);
  assert.deepEqual(needed({ enabled: true, keyStore: '{request.header.x}' }), []);
  assert.deepEqual(needed({ enabled: true }), []);
});
