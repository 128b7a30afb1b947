import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derivedLists, isRootDescriptor, isServerManifest, serverElements } from './bundle-descriptor.ts';

test('the descriptor is the one XML file right in the folder of the bundle', () => {
  for (const path of ['apiproxy/orders.xml', 'sharedflowbundle/auth.xml']) assert.ok(isRootDescriptor(path), path);
  for (const path of [
    'apiproxy/proxies/default.xml',
    'apiproxy/.xml.txt',
    'apiproxy/orders.xml.bak',
    'x/apiproxy/orders.xml',
    'apiproxy/ordersxml',
    'other/orders.xml',
    'apiproxy/',
  ])
    assert.ok(!isRootDescriptor(path), path);
});

test('the manifest of the server is one file of the bundle', () => {
  for (const folder of ['apiproxy', 'sharedflowbundle'])
    assert.ok(isServerManifest(`${folder}/manifests/manifest.xml`));
  for (const path of [
    'apiproxy/manifests/manifestxxml',
    'apiproxy/manifests/manifest.xml.bak',
    'x/apiproxy/manifests/manifest.xml',
    'other/manifests/manifest.xml',
    'apiproxy/manifest.xml',
  ])
    assert.ok(!isServerManifest(path), path);
});

test('what the server writes into a descriptor, and derives from other files, is known', () => {
  assert.deepEqual([...serverElements].toSorted(), [
    'ConfigurationVersion',
    'CreatedAt',
    'CreatedBy',
    'LastModifiedAt',
    'LastModifiedBy',
    'ManifestVersion',
  ]);
  assert.deepEqual([...derivedLists].toSorted(), [
    'Policies',
    'ProxyEndpoints',
    'Resources',
    'SharedFlows',
    'TargetEndpoints',
    'TargetServers',
  ]);
});
