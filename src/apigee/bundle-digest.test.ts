import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Hasher } from '../core/hasher.ts';
import { digestBundle, readDescriptorFacts } from './bundle-digest.ts';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);
const text = (value: string): string => digest(Buffer.from(value));
const hasher: Hasher = { config: text, secret: text, idTag: text, digest };

const descriptor = (parts: { readonly revision?: string; readonly at?: string; readonly description?: string }) =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<APIProxy revision="${parts.revision ?? '1'}" name="orders">
  <CreatedAt>${parts.at ?? '1'}</CreatedAt><CreatedBy>me@x.example</CreatedBy>
  <LastModifiedAt>${parts.at ?? '2'}</LastModifiedAt><LastModifiedBy>me@x.example</LastModifiedBy>
  <Description>${parts.description ?? 'Orders'}</Description>
  <Policies><Policy>A</Policy><Policy>B</Policy></Policies>
</APIProxy>`;

const bundle = (root: string, policy = '<A x="1"/>') => [
  { path: 'apiproxy/orders.xml', bytes: Buffer.from(root) },
  { path: 'apiproxy/policies/A.xml', bytes: Buffer.from(policy) },
];

test('what the server writes into the descriptor does not change the digest', () => {
  const first = digestBundle(bundle(descriptor({})), hasher);
  assert.equal(digestBundle(bundle(descriptor({ revision: '12', at: '99' })), hasher), first);
  assert.equal(digestBundle(bundle(descriptor({})).reverse(), hasher), first);
  const reordered = descriptor({}).replace(
    '<Policy>A</Policy><Policy>B</Policy>',
    '<Policy>B</Policy><Policy>A</Policy>',
  );
  assert.equal(digestBundle(bundle(reordered), hasher), first);
  const manifest = { path: 'apiproxy/manifests/manifest.xml', bytes: Buffer.from('<Manifest/>') };
  assert.equal(digestBundle([...bundle(descriptor({})), manifest], hasher), first);
  assert.match(first, /^[0-9a-f]{32}$/);
});

test('everything a person can change changes it, formatting included', () => {
  const variants = [
    bundle(descriptor({})),
    bundle(descriptor({ description: 'Other' })),
    bundle(descriptor({}), '<A x="2"/>'),
    bundle(descriptor({}), '<A x="1"></A>'),
    bundle(descriptor({}).replace('name="orders"', 'name="other"')),
    bundle(descriptor({}).replace('<Policy>B</Policy>', '')),
    [...bundle(descriptor({})), { path: 'apiproxy/resources/jsc/a.js', bytes: Buffer.from('') }],
    bundle(descriptor({})).map((file) => ({ ...file, path: file.path.replace('A.xml', 'C.xml') })),
  ];
  assert.equal(new Set(variants.map((files) => digestBundle(files, hasher))).size, variants.length);
});

test('a broken descriptor counts byte for byte', () => {
  const first = digestBundle(bundle('<APIProxy revision="1"'), hasher);
  assert.notEqual(digestBundle(bundle('<APIProxy revision="2"'), hasher), first);
});

test('the descriptor says when its revision was made', () => {
  assert.deepEqual(readDescriptorFacts(bundle(descriptor({ at: '17' }))), { createdAt: '17', lastModifiedAt: '17' });
  assert.deepEqual(readDescriptorFacts([]), {});
});
