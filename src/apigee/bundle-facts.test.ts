import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveBundleFacts } from './bundle-facts.ts';

const file = (path: string, xml: string) => ({ path: `apiproxy/${path}`, bytes: Buffer.from(xml) });

test('references of every sort are found, once each, sorted', () => {
  const facts = deriveBundleFacts([
    file('policies/F1.xml', '<FlowCallout name="F1"><SharedFlowBundle>security</SharedFlowBundle></FlowCallout>'),
    file(
      'policies/F2.xml',
      '<FlowCallout name="F2"><SharedFlowBundle> logging &amp; more </SharedFlowBundle></FlowCallout>',
    ),
    file('policies/F3.xml', '<FlowCallout name="F3"><SharedFlowBundle>security</SharedFlowBundle></FlowCallout>'),
    file(
      'policies/K.xml',
      '<KeyValueMapOperations name="K" mapIdentifier="rates"><Scope>environment</Scope></KeyValueMapOperations>',
    ),
    file('policies/K2.xml', '<KeyValueMapOperations name="K"><MapName>0012</MapName></KeyValueMapOperations>'),
    file(
      'policies/J.xml',
      '<VerifyJWT name="J"><PublicKey><JWKS uri="https://i.example/jwks"/></PublicKey><Issuer>https://i.example</Issuer></VerifyJWT>',
    ),
    file(
      'policies/S.xml',
      '<ServiceCallout name="S"><HTTPTargetConnection><LoadBalancer><Server name="aux"/></LoadBalancer></HTTPTargetConnection></ServiceCallout>',
    ),
    file(
      'targets/default.xml',
      '<TargetEndpoint name="default"><HTTPTargetConnection><LoadBalancer><Server name="b2"/><Server name="b1"><IsFallback>true</IsFallback></Server></LoadBalancer></HTTPTargetConnection></TargetEndpoint>',
    ),
    file(
      'proxies/default.xml',
      '<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>/v1/orders</BasePath></HTTPProxyConnection></ProxyEndpoint>',
    ),
  ]);
  assert.deepEqual(facts, {
    version: 1,
    sharedFlows: ['logging & more', 'security'],
    targetServers: ['aux', 'b1', 'b2'],
    keyValueMaps: ['0012', 'rates'],
    issuers: ['https://i.example', 'https://i.example/jwks'],
    basePaths: ['/v1/orders'],
  });
});

test('what is only known at run time, odd XML and other files add nothing and break nothing', () => {
  const empty = { version: 1, sharedFlows: [], targetServers: [], keyValueMaps: [], issuers: [], basePaths: [] };
  const bomb = `<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "${'&a;'.repeat(50)}"><!ENTITY c "${'&b;'.repeat(50)}">]><FlowCallout><SharedFlowBundle>&c;</SharedFlowBundle></FlowCallout>`;
  for (const xml of [
    '<FlowCallout><SharedFlowBundle>',
    'FlowCallout',
    '',
    '<FlowCallout><SharedFlowBundle ref="flow.name"/></FlowCallout>',
    '<FlowCallout><SharedFlowBundle>{flow.name}</SharedFlowBundle></FlowCallout>',
    '<ProxyEndpoint><HTTPProxyConnection><BasePath/></HTTPProxyConnection></ProxyEndpoint>',
    '<other><BasePath>/x</BasePath></other>',
  ]) {
    assert.deepEqual(deriveBundleFacts([file('policies/P.xml', xml)]), empty, xml);
  }
  assert.deepEqual(deriveBundleFacts([file('resources/x.js', '"<FlowCallout>"')]), empty);
  assert.deepEqual(deriveBundleFacts([{ path: 'a.xml', bytes: Buffer.from([0xff, 0xfe, 0x00]) }]), empty);
  // Whatever the parser makes of it, it ends and stays small.
  assert.ok(JSON.stringify(deriveBundleFacts([file('policies/B.xml', bomb)])).length < 20_000);
});

test('UTF-16 is read too', () => {
  const xml = '<FlowCallout><SharedFlowBundle>flöw</SharedFlowBundle></FlowCallout>';
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(xml, 'utf16le')]);
  assert.deepEqual(deriveBundleFacts([{ path: 'policies/F.xml', bytes }]).sharedFlows, ['flöw']);
});
