import { archiveObjectOfFiles } from '../../src/sim/apigee/archives.ts';
import { filesOfTexts } from '../../src/sim/apigee/bundle-files.ts';
import type {
  BundledSeed,
  OrganizationSeed,
  Rows,
  SeedDocument,
  StoredSeed,
} from '../../src/sim/apigee/organization-seed.ts';
import { rowsOf } from '../../src/sim/apigee/organization-seed.ts';
import { createSeed } from '../../src/sim/apigee/seeds/index.ts';
import type { BundleFlavour, WreckTarget } from '../../src/sim/apigee/wreck-target.ts';
import { BUNDLE_MARK, CONFIG_MARK, SEALED_MARK } from './canary-traces.ts';

const any = /^/u;

/** Lines of a dump that each hold `CONFIG_MARK`: the kind, and what else they hold. */
export const configPlaces: readonly (readonly [kind: string, holding: RegExp])[] = [
  ['organization', any],
  ['environment', any],
  ['environment', new RegExp(`"forwardProxyUri":"http://${CONFIG_MARK}`, 'u')],
  ['resource file', any],
  ['archive deployment', any],
  ['documentation of a catalog item', any],
  ['proxy', any],
  ['shared flow', any],
  ['product', any],
  ['developer', any],
  ['app', any],
  ['key', any],
  ['AppGroup', any],
  ['AppGroup app', any],
  ['AppGroup key', any],
];

/** Characters that look different in JSON, URLs and XML. */
const ODD = '==&ü "q"';

/**
 * The small organization with a recognisable secret in every secret field: keys of apps of both sorts, names and values in maps,
 * conditions; and with another mark wherever else people put a password: `configPlaces` says where.
 */
export function canarySeed(organizationName: string): OrganizationSeed {
  const seed = createSeed('small', organizationName);
  let count = 0;
  const marked = (app: SeedDocument): SeedDocument => {
    const credentials = app['credentials'];
    if (!Array.isArray(credentials)) return app;
    return {
      ...app,
      credentials: credentials.map((credential: SeedDocument) => {
        count += 1;
        return {
          ...credential,
          consumerKey: `key-${SEALED_MARK}-${count}`,
          consumerSecret: `s+${SEALED_MARK}/${count}${ODD}`,
          ...withAttribute({ attributes: credential['attributes'] }),
        };
      }),
    };
  };
  const apps = rowsIn(seed.apps).map((app) => withAttribute(marked(app)));
  const keyValueMaps = seed.keyValueMaps.map(({ entries, ...map }) => ({
    ...map,
    entries: entries.map((entry, index) => ({
      ...entry,
      name: `n+${SEALED_MARK}/${index}${ODD}`,
      value: `v+${SEALED_MARK}/${index}${ODD}`,
    })),
  }));
  const actions = seed.security.actions.map((one) => ({ ...one, action: markConditions(one.action) }));
  return {
    ...seed,
    organization: withProperty(seed.organization),
    environments: seed.environments.map(withProperty).map(behindProxy),
    documents: seed.documents.map(withText).map(labelledArchive),
    proxies: labelled(seed.proxies),
    sharedFlows: labelled(seed.sharedFlows),
    portal: { ...seed.portal, items: seed.portal.items.map(withSpec) },
    products: rowsOf(rowsIn(seed.products).map(withAttribute), (product) => String(product['name'])),
    developers: rowsOf(rowsIn(seed.developers).map(withAttribute), (developer) => String(developer['email'])),
    apps: rowsOf(apps, (app) => String(app['appId'])),
    appGroups: seed.appGroups.map(withAttribute),
    appGroupApps: seed.appGroupApps.map(marked).map(withAttribute),
    keyValueMaps,
    security: { ...seed.security, actions },
  };
}

function rowsIn<Row>(rows: Rows<Row>): Row[] {
  return Array.from({ length: rows.count }, (_, index) => rows.at(index));
}

const note = { name: 'canary', value: `password=${CONFIG_MARK}` };

function withAttribute(document: SeedDocument): SeedDocument {
  const attributes: readonly unknown[] = Array.isArray(document['attributes']) ? document['attributes'] : [];
  // The service takes no more than 18.
  return attributes.length > 10 ? document : { ...document, attributes: [...attributes, note] };
}

function withProperty(document: SeedDocument): SeedDocument {
  const { properties } = document;
  const listed =
    typeof properties === 'object' && properties !== null && 'property' in properties ? properties.property : [];
  const property: readonly unknown[] = Array.isArray(listed) ? listed : [];
  return { ...document, properties: { property: [...property, note] } };
}

/** Whatever the type, a file has some bytes more; a library too. */
function withText(stored: StoredSeed): StoredSeed {
  const { name, content } = stored.document;
  if (stored.kind !== 'resourcefile' || typeof content !== 'string') return stored;
  return { ...stored, document: { ...stored.document, content: appendNote(content, String(name)) } };
}

/** Base64 of what was there with a line more. */
function appendNote(content: string, name: string): string {
  const line = Buffer.from(`\n// ${name} has ${CONFIG_MARK}\n`);
  return Buffer.concat([Buffer.from(content, 'base64'), line]).toString('base64');
}

/** An environment that has a forward proxy has another, whose name tells too much. */
function behindProxy(environment: SeedDocument): SeedDocument {
  if (environment['forwardProxyUri'] === undefined) return environment;
  return { ...environment, forwardProxyUri: `http://${CONFIG_MARK}.int.acme-pay.test:3128` };
}

const label = { canary: CONFIG_MARK };

function labelled(rows: Rows<BundledSeed>): Rows<BundledSeed> {
  const bundled = rowsIn(rows).map((row) => ({ ...row, labels: { ...row.labels, ...label } }));
  return rowsOf(bundled, ({ name }) => name);
}

function labelledArchive(stored: StoredSeed): StoredSeed {
  if (stored.kind !== 'archivedeployment') return stored;
  const labels: unknown = stored.document['labels'];
  const known = typeof labels === 'object' && labels !== null ? labels : {};
  return { ...stored, document: { ...stored.document, labels: { ...known, ...label } } };
}

type PortalItem = OrganizationSeed['portal']['items'][number];

/** Of either sort of documentation, the text that it has has a line more. */
function withSpec({ item, documentation }: PortalItem): PortalItem {
  const marked = Object.entries(documentation ?? {}).map(([sort, value]: [string, unknown]) => [
    sort,
    withNotes(value),
  ]);
  return { item, ...(documentation === undefined ? {} : { documentation: Object.fromEntries(marked) }) };
}

function withNotes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]: [string, unknown]) => [
    name,
    name === 'contents' && typeof inner === 'string' ? appendNote(inner, 'documentation') : withNotes(inner),
  ]);
  return Object.fromEntries(fields);
}

function markConditions(action: SeedDocument): SeedDocument {
  const conditions = action['conditionConfig'];
  if (typeof conditions !== 'object' || conditions === null) return action;
  const marked = Object.entries(conditions).map(([name, value]: [string, unknown]) => [
    name,
    ['apiKeys', 'accessTokens'].includes(name) ? [`${name}-${SEALED_MARK}-1`, `${name}-${SEALED_MARK}-2`] : value,
  ]);
  return { ...action, conditionConfig: Object.fromEntries(marked) };
}

/**
 * Imports a revision of one proxy and of one shared flow whose policies and scripts hold `BUNDLE_MARK`, with `note` to tell it from
 * others, and deploys it wherever the flow is deployed; an archive too. Answers how many files hold the mark.
 */
export function plantInBundles(target: WreckTarget, note: string): number {
  return plant(target, 'proxy', note) + plant(target, 'sharedflow', note) + plantInArchive(target, note);
}

/** The zip of an archive holds the mark beside names that credentials have, where no scan of its bytes would find it. */
function plantInArchive(target: WreckTarget, note: string): number {
  const environment = Array.from(target.list(['environments'])).find(
    (name) => target.get(['environments', name])['deploymentType'] === 'ARCHIVE',
  );
  if (environment === undefined) throw new Error('the organization has no environment for archives');
  const root = `src/main/apigee/environments/${environment}`;
  const files = {
    [`${root}/deployments.json`]: '{}',
    [`${root}/bench.properties`]: `bench.password=${BUNDLE_MARK}-${note}\n${'# padding\n'.repeat(1_000)}`,
  };
  const uploaded = archiveObjectOfFiles(filesOfTexts(files));
  if (Buffer.from(uploaded.content, 'base64').includes(BUNDLE_MARK)) throw new Error('the zip is not compressed');
  target.deployArchive({ environment, uploaded, labels: { note, ...label } });
  target.settle();
  return 1;
}

function plant(target: WreckTarget, flavour: BundleFlavour, note: string): number {
  for (const environment of target.list(['environments'])) {
    const deployed = target.deployments(environment).find((one) => one.flavour === flavour);
    if (deployed === undefined) continue;
    const { name } = deployed;
    let planted = 0;
    const files = Object.entries(target.bundleFiles(deployed)).map(([path, text]): [string, string] => {
      if (!/\/(?:policies|proxies|sharedflows)\/.*\.xml$/u.test(path)) return [path, text];
      planted += 1;
      const password = `<Password>${BUNDLE_MARK}-${note}</Password>`;
      return [path, text.replace(/(<\/[\w.-]+>)\s*$/u, `${password}$1\n`)];
    });
    const revision = target.importBundle({ flavour, name, files: Object.fromEntries(files) });
    target.deploy({ ...deployed, revision, environment, override: true });
    return planted;
  }
  return 0;
}
