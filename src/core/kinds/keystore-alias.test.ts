import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { keystoreAlias } from './keystore-alias.ts';
import { linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const id = 'environments/test/keystores/acme%20keys/aliases/root%20ca';
const body: JsonObject = { alias: 'root ca', type: 'CERT', certsInfo: { certInfo: [] }, certificate: 'PEM\r\nx\n' };
const alias = (change: JsonObject = {}) => stateOf(keystoreAlias, id, { ...body, ...change });

test('a certificate is uploaded again, expired or not, and replaced in place', () => {
  const { calls } = keystoreAlias.create(alias(), writeContext());
  assert.deepEqual(linesOf(calls), [
    'materialise create: POST environments/test/keystores/acme%20keys/aliases?format=keycertfile&alias=root+ca&ignoreExpiryValidation=true&ignoreNewlineValidation=true',
  ]);
  assert.deepEqual(calls[0]?.body, {
    type: 'upload',
    field: 'certFile',
    fileName: 'certificate.pem',
    text: 'PEM\r\nx\n',
  });
  assert.deepEqual(linesOf(keystoreAlias.update(alias(), alias({ certificate: 'y' }), writeContext()).calls), [
    `materialise update: PUT ${id}?ignoreExpiryValidation=true&ignoreNewlineValidation=true`,
  ]);
});

test('line ends of a certificate and what the service reads out of it are no difference', () => {
  const same = alias({ certificate: 'PEM\nx', certsInfo: { certInfo: [{ isValid: 'No' }] } });
  assert.deepEqual(same.canonical, alias().canonical);
  assert.notDeepEqual(alias({ certificate: 'PEM\ny' }).canonical, alias().canonical);
});

test('an alias with a private key is asked for where it is gone, and left alone where it lives', () => {
  const key = alias({ type: 'KEY_CERT' });
  const writes = [
    keystoreAlias.create(key, writeContext()),
    keystoreAlias.update(key, alias(), writeContext()),
    keystoreAlias.update(key, alias({ type: 'KEY_CERT', certificate: 'y' }), writeContext()),
    keystoreAlias.update(alias(), key, writeContext()),
  ];
  for (const { calls, cannot } of writes) {
    assert.deepEqual([calls.length, cannot?.map(({ code }) => code)], [0, ['UNREADABLE']]);
  }
  assert.equal(keystoreAlias.unreadablePart?.(key.body)?.name, 'private-key');
  assert.equal(keystoreAlias.unreadablePart?.(body), undefined);
});

test('it goes with its keystore; a private key at a stated risk', () => {
  const key = alias({ type: 'KEY_CERT' });
  assert.match(keystoreAlias.remove(key, writeContext()).calls[0]?.risk ?? '', /lost/);
  assert.equal(keystoreAlias.remove(alias(), writeContext()).calls[0]?.risk, undefined);
  const isRemoved = (gone: string): boolean => gone === 'environments/test/keystores/acme%20keys';
  assert.deepEqual(keystoreAlias.remove(key, writeContext({ isRemoved })).calls, []);
});
