import assert from 'node:assert/strict';
import { XMLValidator } from 'fast-xml-parser';
import type { BundledSeed, OrganizationSeed, Rows, SeedDocument } from '../organization-seed.ts';

/** Every row, in order. */
export function rowsIn<Row>(rows: Rows<Row>): Row[] {
  return Array.from({ length: rows.count }, (_, index) => rows.at(index));
}

const text = (value: unknown): string => {
  assert.equal(typeof value, 'string');
  return String(value);
};
const texts = (value: unknown): string[] => (value === undefined ? [] : documents(value).map(String));

function documents(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  assert.ok(Array.isArray(value));
  return value;
}

function fields(value: unknown): SeedDocument {
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}

/** Fails unless a seed is an organization the API could have: names unique, references alive, states reachable. */
export function assertConsistentSeed(seed: OrganizationSeed): void {
  assertRowsOrdered(seed);
  assertGateway(seed);
  assertProducts(seed);
  assertApps(seed);
}

function assertRowsOrdered(seed: OrganizationSeed): void {
  for (const rows of [seed.proxies, seed.sharedFlows, seed.products, seed.developers, seed.apps]) {
    for (let index = 0; index < rows.count; index += 1) {
      assert.equal(rows.indexOf(rows.key(index)), index);
      if (index > 0) assert.ok(rows.key(index - 1) < rows.key(index));
    }
    assert.equal(rows.indexOf('no such key'), -1);
    assert.throws(() => rows.at(rows.count), RangeError);
  }
}

function assertGateway(seed: OrganizationSeed): void {
  const environments = new Set(seed.environments.map((environment) => text(environment['name'])));
  assert.equal(environments.size, seed.environments.length);
  assert.deepEqual(texts(seed.organization['environments']), [...environments]);
  for (const { environments: attached } of seed.environmentGroups) {
    for (const name of attached) assert.ok(environments.has(name));
  }
  const hostnames = seed.environmentGroups.flatMap(({ group }) => texts(group['hostnames']));
  assert.equal(new Set(hostnames).size, hostnames.length);
  const servers = new Set(seed.targetServers.map((row) => `${row.environment}/${text(row.targetServer['name'])}`));
  assert.equal(servers.size, seed.targetServers.length);
  const collectors = seed.dataCollectors.map((collector) => text(collector['name']));
  assert.equal(new Set(collectors).size, collectors.length);
  for (const name of collectors) assert.match(name, /^dc_./u);
  for (const bundle of rowsIn(seed.proxies)) assertBundle(bundle, 'apiproxy');
  for (const bundle of rowsIn(seed.sharedFlows)) assertBundle(bundle, 'sharedflowbundle');
  assertDeployments(seed, { environments, servers });
  assertFlowHooks(seed);
  assertKeystores(seed);
}

function assertBundle(bundle: BundledSeed, root: string): void {
  assert.match(bundle.name, /^[A-Za-z0-9._-]+$/u);
  assert.ok(bundle.revisions.length > 0);
  for (const [position, revision] of bundle.revisions.entries()) {
    assert.ok(revision.number > (bundle.revisions[position - 1]?.number ?? 0));
    assert.ok(`${root}/${bundle.name}.xml` in revision.files);
    for (const [path, content] of Object.entries(revision.files)) {
      assert.ok(path.startsWith(`${root}/`));
      if (path.endsWith('.xml'))
        assert.equal(XMLValidator.validate(content), true, `${bundle.name}@${revision.number} ${path}`);
    }
  }
}

const calloutPattern = /<SharedFlowBundle>([^<]+)</gu;
const serverPattern = /<Server name="([^"]+)"/gu;

function mentions(files: Readonly<Record<string, string>>, pattern: RegExp): string[] {
  return Object.values(files).flatMap((content) => [...content.matchAll(pattern)].map((match) => match[1] ?? ''));
}

function assertDeployments(
  seed: OrganizationSeed,
  known: { readonly environments: ReadonlySet<string>; readonly servers: ReadonlySet<string> },
): void {
  const places = seed.deployments.map((row) => `${row.environment}/${row.flavour}/${row.name}`);
  assert.equal(new Set(places).size, places.length);
  for (const [position, row] of seed.deployments.entries()) {
    assert.ok(known.environments.has(row.environment));
    const rows = row.flavour === 'proxy' ? seed.proxies : seed.sharedFlows;
    const revision = rows.at(rows.indexOf(row.name)).revisions.find(({ number }) => number === row.revision);
    assert.ok(revision, `${row.name}@${row.revision} is deployed but does not exist`);
    for (const flow of mentions(revision.files, calloutPattern)) {
      const callee = places.indexOf(`${row.environment}/sharedflow/${flow}`);
      assert.ok(
        callee >= 0 && callee < position,
        `${row.name} calls ${flow}, not deployed earlier in ${row.environment}`,
      );
    }
    for (const server of mentions(revision.files, serverPattern)) {
      assert.ok(known.servers.has(`${row.environment}/${server}`), `${row.name} lacks ${server} in ${row.environment}`);
    }
  }
}

function assertKeystores(seed: OrganizationSeed): void {
  const stores = new Set(seed.keystores.map((row) => `${row.environment}/${text(row.keystore['name'])}`));
  assert.equal(stores.size, seed.keystores.length);
  const names = new Set(seed.references.map((row) => `${row.environment}/${text(row.reference['name'])}`));
  assert.equal(names.size, seed.references.length);
  for (const row of seed.aliases) assert.ok(stores.has(`${row.environment}/${row.keystore}`));
  for (const row of seed.references) assert.ok(stores.has(`${row.environment}/${text(row.reference['refers'])}`));
  for (const { environment, targetServer } of seed.targetServers) {
    const tls = targetServer['sSLInfo'] === undefined ? {} : fields(targetServer['sSLInfo']);
    for (const name of [tls['keyStore'], tls['trustStore']].filter((each) => each !== undefined).map(text)) {
      const isReference = name.startsWith('ref://');
      const place = `${environment}/${isReference ? name.slice('ref://'.length) : name}`;
      assert.ok((isReference ? names : stores).has(place), place);
    }
  }
}

function assertFlowHooks(seed: OrganizationSeed): void {
  const places = seed.deployments.map((row) => `${row.environment}/${row.flavour}/${row.name}`);
  const points = new Set<string>();
  for (const { environment, flowHook } of seed.flowHooks) {
    points.add(`${environment}/${text(flowHook['flowHookPoint'])}`);
    assert.ok(places.includes(`${environment}/sharedflow/${text(flowHook['sharedFlow'])}`));
  }
  assert.equal(points.size, seed.flowHooks.length);
}

const groupFields = [
  'operationGroup',
  'graphqlOperationGroup',
  'grpcOperationGroup',
  'llmOperationGroup',
  'payloadOperationGroup',
] as const;

function assertProducts(seed: OrganizationSeed): void {
  const environments = new Set(seed.environments.map((environment) => environment['name']));
  for (const product of rowsIn(seed.products)) {
    const groups = groupFields.flatMap((field) => (product[field] === undefined ? [] : [fields(product[field])]));
    const sources = groups.flatMap((group) =>
      documents(group['operationConfigs']).map((row) => fields(row)['apiSource']),
    );
    if (groups.length > 0) assert.ok(product['proxies'] === undefined && product['apiResources'] === undefined);
    for (const name of [...texts(product['proxies']), ...sources.map(text)]) {
      assert.ok(seed.proxies.indexOf(name) >= 0, `${text(product['name'])} names ${name}`);
    }
    for (const name of texts(product['environments'])) assert.ok(environments.has(name));
    assert.match(text(product['approvalType']), /^(?:auto|manual)$/u);
    assertAttributes(product['attributes']);
  }
}

function assertAttributes(value: unknown): void {
  const names = documents(value).map((attribute) => text(fields(attribute)['name']));
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length <= 18);
}

function assertApps(seed: OrganizationSeed): void {
  const owners = new Map(rowsIn(seed.developers).map((developer) => [developer['developerId'], developer]));
  assert.equal(owners.size, seed.developers.count);
  for (const developer of owners.values()) {
    assert.equal(developer['email'], text(developer['email']).toLowerCase());
    assert.ok(developer['firstName'] && developer['lastName'] && developer['userName']);
    assertAttributes(developer['attributes']);
  }
  const names = new Set<string>();
  const keys = new Set<string>();
  for (const app of rowsIn(seed.apps)) {
    assert.ok(owners.has(app['developerId']));
    names.add(`${text(app['developerId'])}/${text(app['name'])}`);
    assertAttributes(app['attributes']);
    for (const credential of documents(app['credentials']).map(fields)) {
      const key = text(credential['consumerKey']);
      assert.ok(!keys.has(key), 'a consumer key twice');
      keys.add(key);
      assertCredential(seed, credential);
    }
  }
  assert.equal(names.size, seed.apps.count);
  const groups = new Set(seed.appGroups.map((group) => text(group['name'])));
  assert.equal(groups.size, seed.appGroups.length);
  for (const group of seed.appGroups) assertAttributes(group['attributes']);
  for (const app of seed.appGroupApps) {
    assert.ok(groups.has(text(app['appGroup'])));
    for (const credential of documents(app['credentials']).map(fields)) {
      assert.ok(!keys.has(text(credential['consumerKey'])), 'a consumer key twice');
      keys.add(text(credential['consumerKey']));
      assertCredential(seed, credential);
    }
  }
}

function assertCredential(seed: OrganizationSeed, credential: SeedDocument): void {
  for (const field of ['consumerKey', 'consumerSecret'])
    assert.match(text(credential[field]), /^[A-Za-z0-9_-]{1,2048}$/u);
  assert.match(text(credential['status']), /^(?:approved|revoked)$/u);
  assert.match(text(credential['expiresAt']), /^(?:-1|\d{13})$/u);
  const products = documents(credential['apiProducts']).map((row) => {
    const { apiproduct, status } = fields(row);
    const product = seed.products.at(seed.products.indexOf(text(apiproduct)));
    if (status === 'pending') assert.equal(product['approvalType'], 'manual');
    else assert.match(text(status), /^(?:approved|revoked)$/u);
    return product;
  });
  const known = new Set(products.flatMap((product) => texts(product['scopes'])));
  for (const scope of texts(credential['scopes'])) assert.ok(known.has(scope), `scope ${scope} is of no product`);
}
