import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bundleViolations } from '../bundle-facts.ts';
import { filesOfTexts } from '../bundle-files.ts';
import { documentsIn, isDocument, textIn } from '../document.ts';
import type { Document } from '../document.ts';
import { rowsOf } from '../organization-seed.ts';
import type { OrganizationSeed, Rows, SeedDocument } from '../organization-seed.ts';
import type { BundleFlavour, WreckTarget } from '../wreck-target.ts';
import { writeAnalytics } from './analytics.ts';
import { rowsIn } from './consistent-seed.contract.ts';
import { generateSeed } from './generated.ts';
import { createSeed } from './index.ts';
import { withoutServerFields, writableApp, writableGroupApp } from './restorable.ts';
import { writeMonetization } from './monetization.ts';
import { writePortal } from './portal.ts';
import { noSecurity, writeSecurity } from './security.ts';
import { targetOf } from './seeded-target.contract.ts';
import { writeDocuments } from './write-documents.contract.ts';

/** The same environments with nothing in them. */
function shellOf(seed: OrganizationSeed): OrganizationSeed {
  const none = <Row>(): Rows<Row> => rowsOf<Row>([], () => '');
  const bundles = {
    proxies: none<never>(),
    sharedFlows: none<never>(),
    deployments: [],
    flowHooks: [],
    keystores: [],
    aliases: [],
    references: [],
    targetServers: [],
    keyValueMaps: [],
    debugMasks: [],
    dataCollectors: [],
    analytics: { reports: [], datastores: [] },
    documents: [],
    security: noSecurity,
    portal: { ...seed.portal, categories: [], items: [] },
  };
  return { ...seed, ...bundles, products: none(), developers: none(), apps: none(), appGroups: [], appGroupApps: [] };
}

/** Writes a seed by the calls a client has; any refusal fails the test. */
function writeSeed(target: WreckTarget, seed: OrganizationSeed): void {
  for (const { environment, keystore } of seed.keystores) {
    target.post(['environments', environment, 'keystores'], keystore);
  }
  for (const { environment, keystore, alias } of seed.aliases) {
    const query = { format: 'keycertfile', alias: String(alias['alias']) };
    const files = { certFile: alias['certificate'], ...(alias['type'] === 'CERT' ? {} : { keyFile: 'a key' }) };
    target.post(['environments', environment, 'keystores', keystore, 'aliases'], files, query);
  }
  for (const { environment, reference } of seed.references) {
    target.post(['environments', environment, 'references'], reference);
  }
  for (const { environment, targetServer } of seed.targetServers) {
    target.post(['environments', environment, 'targetservers'], targetServer);
  }
  for (const { environment, mask } of seed.debugMasks) {
    target.patch(['environments', environment, 'debugmask'], mask, { replaceRepeatedFields: 'true' });
  }
  for (const collector of seed.dataCollectors) {
    target.post(['datacollectors'], withoutServerFields(collector), { dataCollectorId: String(collector['name']) });
  }
  writeAnalytics(target, seed.analytics);
  const numbers = new Map<string, string>();
  const importAll = (flavour: BundleFlavour, rows: OrganizationSeed['proxies']): void => {
    for (const { name, revisions } of rowsIn(rows)) {
      for (const { number, files } of revisions) {
        assert.deepEqual(bundleViolations(flavour, filesOfTexts(files)), []);
        numbers.set(`${flavour}/${name}/${number}`, target.importBundle({ flavour, name, files }));
      }
    }
  };
  importAll('sharedflow', seed.sharedFlows);
  importAll('proxy', seed.proxies);
  for (const { owner, map, entries } of seed.keyValueMaps) {
    const maps = [...owner.split('/').filter((part) => part !== ''), 'keyvaluemaps'];
    target.post(maps, map);
    for (const entry of entries) target.post([...maps, String(map['name']), 'entries'], entry);
  }
  for (const { labels, name } of rowsIn(seed.proxies)) {
    if (labels !== undefined) target.patch(['apis', name], { labels }, { updateMask: 'labels' });
  }
  writeSecurity(target, seed.security);
  for (const product of rowsIn(seed.products)) target.post(['apiproducts'], withoutServerFields(product));
  writeDocuments(target, seed);
  writePortal(target, seed.portal);
  for (const developer of rowsIn(seed.developers)) target.post(['developers'], withoutServerFields(developer));
  for (const app of rowsIn(seed.apps)) writeApp(target, { ...app }, emailsOf(seed).get(app['developerId']) ?? '');
  for (const { email, status } of rowsIn(seed.developers)) {
    if (status === 'inactive') target.post(['developers', String(email)], undefined, { action: 'inactive' });
  }
  for (const group of seed.appGroups) target.post(['appgroups'], withoutServerFields(group));
  for (const app of seed.appGroupApps) writeGroupApp(target, { ...app });
  writeMonetization(target, seed);
  for (const { name, status } of seed.appGroups)
    if (status === 'inactive') target.setStatus(['appgroups', String(name)], 'inactive');
  for (const row of seed.deployments) {
    const revision = numbers.get(`${row.flavour}/${row.name}/${row.revision}`) ?? '';
    target.deploy({ ...row, revision, override: false });
  }
  for (const { environment, flowHook } of seed.flowHooks) {
    target.put(['environments', environment, 'flowhooks', String(flowHook['flowHookPoint'])], flowHook);
  }
}

function emailsOf(seed: OrganizationSeed): Map<unknown, string> {
  return new Map(rowsIn(seed.developers).map((row) => [row['developerId'], String(row['email'])]));
}

function writeApp(target: WreckTarget, app: Document, email: string): void {
  const path = ['developers', email, 'apps', textIn(app, 'name')];
  const body = writableApp({ email, name: textIn(app, 'name'), path, document: app });
  const created = target.post(path.slice(0, 3), body);
  for (const minted of documentsIn({ ...created }, 'credentials')) {
    target.delete([...path, 'keys', textIn(minted, 'consumerKey')]);
  }
  for (const key of documentsIn(app, 'credentials')) {
    const consumerKey = textIn(key, 'consumerKey');
    target.post([...path, 'keys'], { consumerKey, consumerSecret: key['consumerSecret'] });
    const products = documentsIn(key, 'apiProducts');
    const apiProducts = products.map((row) => textIn(row, 'apiproduct'));
    target.post([...path, 'keys', consumerKey], {
      apiProducts,
      scopes: key['scopes'] ?? [],
      attributes: key['attributes'] ?? [],
    });
    for (const row of products.filter((each) => each['status'] !== 'pending')) {
      const action = row['status'] === 'approved' ? 'approve' : 'revoke';
      target.post([...path, 'keys', consumerKey, 'apiproducts', textIn(row, 'apiproduct')], undefined, { action });
    }
    if (key['status'] === 'revoked') target.post([...path, 'keys', consumerKey], undefined, { action: 'revoke' });
  }
  if (app['status'] === 'revoked') target.post(path, undefined, { action: 'revoke' });
}

function writeGroupApp(target: WreckTarget, app: Document): void {
  const apps = ['appgroups', textIn(app, 'appGroup'), 'apps'];
  const path = [...apps, textIn(app, 'name')];
  const created = target.post(apps, writableGroupApp(app));
  for (const minted of documentsIn({ ...created }, 'credentials')) {
    target.delete([...path, 'keys', textIn(minted, 'consumerKey')]);
  }
  for (const key of documentsIn(app, 'credentials')) {
    const { consumerKey, consumerSecret, scopes = [], attributes = [] } = key;
    const keyPath = [...path, 'keys', textIn(key, 'consumerKey')];
    const products = documentsIn(key, 'apiProducts');
    const apiProducts = products.map((row) => textIn(row, 'apiproduct'));
    target.post([...path, 'keys'], { consumerKey, consumerSecret });
    target.post(keyPath, { apiProducts, appGroupAppKey: { scopes, attributes } });
    for (const row of products.filter((each) => each['status'] !== 'pending')) {
      const action = row['status'] === 'approved' ? 'approve' : 'revoke';
      target.post([...keyPath, 'apiproducts', textIn(row, 'apiproduct')], undefined, { action });
    }
    if (key['status'] === 'revoked') target.post(keyPath, { action: 'revoke' });
  }
  if (app['status'] === 'revoked') target.setStatus(path, 'revoke');
}

/** A value without its empty lists, which the API does not keep. */
function withoutEmptyLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyLists);
  if (!isDocument(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => !Array.isArray(item) || item.length > 0);
  return Object.fromEntries(kept.map(([field, item]) => [field, withoutEmptyLists(item)]));
}

/** What a client can see of products, developers and apps, less what the server gives. */
function seenOf(target: WreckTarget): unknown[] {
  const products: SeedDocument[] = [...target.list(['apiproducts'])].map((name) => target.get(['apiproducts', name]));
  const developers = [...target.list(['developers'])].map((email) => target.get(['developers', email]));
  const apps: SeedDocument[] = developers.flatMap((developer) =>
    [...target.list(['developers', String(developer['email']), 'apps'])].map((name) => {
      const { appId: _, ...app } = { ...target.get(['developers', String(developer['email']), 'apps', name]) };
      const credentials = documentsIn(app, 'credentials').map(({ issuedAt, expiresAt, ...key }) => key);
      return { ...app, credentials };
    }),
  );
  const groups = [...target.list(['appgroups'])].map((name) => target.get(['appgroups', name]));
  const plainGroups: SeedDocument[] = groups.map(({ appGroupId: _, organization: __, attributes, ...group }) => ({
    ...group,
    attributes: documentsIn({ attributes }, 'attributes').filter(({ name }) => !String(name).startsWith('__apigee')),
  }));
  const groupApps: SeedDocument[] = groups.flatMap((group) =>
    [...target.list(['appgroups', String(group['name']), 'apps'])].map((name) => {
      const { appId: _, ...app } = { ...target.get(['appgroups', String(group['name']), 'apps', name]) };
      return { ...app, credentials: documentsIn(app, 'credentials').map(({ issuedAt, expiresAt, ...key }) => key) };
    }),
  );
  const masks = [...target.list(['environments'])]
    .filter((name) => target.get(['environments', name])['type'] === 'COMPREHENSIVE')
    .flatMap((name) => ['debugmask', 'traceConfig'].map((last) => target.get(['environments', name, last])));
  const collectors = [...target.list(['datacollectors'])].map((name) => target.get(['datacollectors', name]));
  return [...products, ...masks, ...collectors, ...developers, ...apps, ...plainGroups, ...groupApps].map((each) =>
    withoutEmptyLists({ ...withoutServerFields(each), status: each['status'] }),
  );
}

const serversOf = (target: WreckTarget): unknown[] =>
  [...target.list(['environments'])].flatMap((environment) =>
    [...target.list(['environments', environment, 'targetservers'])].map((name) =>
      withoutEmptyLists(target.get(['environments', environment, 'targetservers', name])),
    ),
  );

const mapsOf = (target: WreckTarget, seed: OrganizationSeed): unknown[] =>
  [...new Set(seed.keyValueMaps.map(({ owner }) => owner))].flatMap((owner) => {
    const maps = [...owner.split('/').filter((part) => part !== ''), 'keyvaluemaps'];
    return [...target.list(maps)].map((name) => ({
      map: target.get([...maps, name]),
      entries: [...target.list([...maps, name, 'entries'])].map((key) => target.get([...maps, name, 'entries', key])),
    }));
  });

function assertWritable(seed: OrganizationSeed): void {
  const original = targetOf(seed);
  const copy = targetOf(shellOf(seed));
  writeSeed(copy, seed);
  assert.deepEqual(seenOf(copy), seenOf(original));
  assert.deepEqual(serversOf(copy), serversOf(original));
  assert.deepEqual(mapsOf(copy, seed), mapsOf(original, seed));
  for (const environment of original.list(['environments'])) {
    const place = ({ flavour, name, serviceAccount }: { flavour: string; name: string; serviceAccount?: string }) => [
      flavour,
      name,
      serviceAccount,
    ];
    assert.deepEqual(copy.deployments(environment).map(place), original.deployments(environment).map(place));
  }
}

test('small can be written by a client, to the last status', () => {
  assertWritable(createSeed('small', 'acme-prod'));
});

test('so can generated organizations', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), (seed) => assertWritable(generateSeed({ seed }))),
    { numRuns: 40 },
  );
});
