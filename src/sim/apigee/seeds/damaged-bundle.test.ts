import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLValidator } from 'fast-xml-parser';
import { damagedBundle } from './damaged-bundle.ts';
import { createSeed } from './index.ts';

const seed = createSeed('small', 'acme-prod');

function damagedFiles(files: Readonly<Record<string, string>>): {
  readonly damage: string;
  readonly changed: string[];
} {
  const damaged = damagedBundle(files);
  assert.deepEqual(Object.keys(damaged.files), Object.keys(files));
  for (const [path, text] of Object.entries(damaged.files)) {
    if (path.endsWith('.xml')) assert.equal(XMLValidator.validate(text), true, path);
  }
  return { damage: damaged.damage, changed: Object.keys(files).filter((path) => damaged.files[path] !== files[path]) };
}

test('a bundle that checks tokens ends up trusting another issuer', () => {
  const { files = {} } = seed.proxies.at(seed.proxies.indexOf('payments-v2')).revisions[0] ?? {};
  assert.deepEqual(damagedFiles(files), {
    damage: 'trusts the issuer of staging',
    changed: ['apiproxy/policies/VJ-Issuer.xml'],
  });
});

test('a bundle that sets headers ends up leaking one', () => {
  const { files = {} } = seed.sharedFlows.at(seed.sharedFlows.indexOf('error-envelope')).revisions[0] ?? {};
  assert.deepEqual(damagedFiles(files), {
    damage: 'sends the caller’s token back in a header',
    changed: ['sharedflowbundle/policies/AM-Problem.xml'],
  });
});

test('any other bundle gets a note, and its descriptor stays as it was', () => {
  const { files = {} } = seed.sharedFlows.at(seed.sharedFlows.indexOf('traffic-guard')).revisions[0] ?? {};
  assert.deepEqual(damagedFiles(files), {
    damage: 'carries a leftover note',
    changed: ['sharedflowbundle/sharedflows/default.xml'],
  });
  assert.throws(() => damagedBundle({ 'apiproxy/only.xml': '<APIProxy/>' }), /without any endpoint/u);
});
