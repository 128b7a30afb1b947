import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleContext } from '../sample-kind.fixture.ts';
import { apimServiceExtension } from './apim-service-extension.ts';
import { dnsZone } from './dns-zone.ts';
import { endpointAttachment } from './endpoint-attachment.ts';
import { instanceAttachment } from './instance-attachment.ts';
import { instance } from './instance.ts';
import { natAddress } from './nat-address.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();

test('names are told with or without everything above them', () => {
  for (const name of ['eu', 'organizations/acme/x/eu']) {
    assert.equal(instance.idOf({ name }, '', sampleContext), 'instances/eu');
    assert.equal(dnsZone.idOf({ name }, '', sampleContext), 'dnsZones/eu');
    assert.equal(endpointAttachment.idOf({ name }, '', sampleContext), 'endpointAttachments/eu');
    assert.equal(apimServiceExtension.idOf({ name }, '', sampleContext), 'apimServiceExtensions/eu');
    assert.equal(natAddress.idOf({ name }, 'instances/eu', sampleContext), 'instances/eu/natAddresses/eu');
  }
  assert.equal(instance.idOf({}, '', sampleContext), undefined);
});

test('of an instance that exists only some fields are changed, the others are named', () => {
  const live = stateOf(instance, 'instances/eu', { name: 'eu', location: 'a', consumerAcceptList: ['x'], host: '1' });
  const wanted = { name: 'eu', location: 'b', consumerAcceptList: ['x', 'y'], host: '2' };
  const { calls, cannot } = instance.update(stateOf(instance, 'instances/eu', wanted), live, context);
  assert.deepEqual(linesOf(calls), ['materialise update: PATCH instances/eu?updateMask=consumerAcceptList']);
  assert.deepEqual(jsonOf(calls[0]), { consumerAcceptList: ['x', 'y'] });
  assert.equal(calls[0]?.longRunning, true);
  assert.deepEqual(
    cannot?.map(({ code, why }) => [code, why]),
    [['IMMUTABLE_FIELD', 'location is fixed when it is created.']],
  );
  const [create] = instance.create(live, context).calls;
  assert.deepEqual(jsonOf(create), { name: 'eu', location: 'a', consumerAcceptList: ['x'] });
});

test('a NAT address is reserved, and activated where it was', () => {
  const id = 'instances/eu/natAddresses/out';
  const active = stateOf(natAddress, id, { name: 'out', ipAddress: '34.1.1.1', state: 'ACTIVE' });
  const reserved = stateOf(natAddress, id, { name: 'out', ipAddress: '34.2.2.2', state: 'RESERVED' });
  assert.deepEqual(linesOf(natAddress.create(active, context).calls), [
    'materialise create: POST instances/eu/natAddresses',
    'activate activate: POST instances/eu/natAddresses/out:activate',
  ]);
  assert.equal(natAddress.create(reserved, context).calls.length, 1);
  assert.deepEqual(
    natAddress.update(active, reserved, context).calls.map(({ step }) => step),
    ['activate'],
  );
  assert.equal(natAddress.update(reserved, active, context).cannot?.[0]?.code, 'NOT_SETTABLE');
  assert.match(natAddress.create(active, context).calls[0]?.risk ?? '', /34\.1\.1\.1/);
  const other = stateOf(natAddress, id, { name: 'out', ipAddress: '34.3.3.3', state: 'ACTIVE' });
  assert.deepEqual(other.canonical, active.canonical, 'the address is no difference');
});

test('what cannot be changed is named', () => {
  const zone = (domain: string) =>
    stateOf(dnsZone, 'dnsZones/z', { name: 'organizations/o/dnsZones/z', domain, description: 'd', state: 'ACTIVE' });
  assert.deepEqual(linesOf(dnsZone.create(zone('a.'), context).calls), [
    'materialise create: POST dnsZones?dnsZoneId=z',
  ]);
  assert.deepEqual(jsonOf(dnsZone.create(zone('a.'), context).calls[0]), { domain: 'a.', description: 'd' });
  const { calls, cannot } = dnsZone.update(zone('a.'), zone('b.'), context);
  assert.deepEqual([calls.length, cannot?.[0]?.code], [0, 'IMMUTABLE_FIELD']);
  const attachment = (host: string, location: string) =>
    stateOf(endpointAttachment, 'endpointAttachments/e', { name: 'e', host, location, serviceAttachment: 's' });
  const [create] = endpointAttachment.create(attachment('7.0.0.1', 'a'), context).calls;
  assert.match(create?.risk ?? '', /target servers and bundles that name 7\.0\.0\.1/);
  assert.deepEqual(attachment('7.0.0.1', 'a').canonical, attachment('7.0.0.2', 'a').canonical);
  const differs = endpointAttachment.update(attachment('7.0.0.1', 'a'), attachment('7.0.0.1', 'b'), context);
  assert.equal(differs.cannot?.[0]?.code, 'IMMUTABLE_FIELD');
});

test('an attachment is told apart by its environment, and addressed by the id that the server made', () => {
  const body = { name: 'uuid', environment: 'prod' };
  const id = 'instances/eu/attachments/prod';
  assert.equal(instanceAttachment.idOf(body, 'instances/eu', sampleContext), id);
  const state = stateOf(instanceAttachment, id, body);
  assert.deepEqual(
    linesOf([...instanceAttachment.create(state, context).calls, ...instanceAttachment.remove(state, context).calls]),
    ['materialise attach: POST instances/eu/attachments', 'remove detach: DELETE instances/eu/attachments/uuid'],
  );
  assert.deepEqual(
    instanceAttachment.needs(state).map((need) => need.id),
    ['environments/prod'],
  );
});

test('an extension needs its proxy, and is changed by what differs', () => {
  const state = (network: string) =>
    stateOf(apimServiceExtension, 'apimServiceExtensions/e', { name: 'e', extensionProcessor: 'p', network });
  assert.deepEqual(
    apimServiceExtension.needs(state('n')).map((need) => need.id),
    ['apis/p'],
  );
  assert.deepEqual(linesOf(apimServiceExtension.update(state('n'), state('m'), context).calls), [
    'materialise update: PATCH apimServiceExtensions/e?allowMissing=true&updateMask=network',
  ]);
});
