import type { BundleFlavour, RevisionAddress } from '../wreck-target.ts';
import { changeOf, pickAny, sampleName } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { oddAttributes, oddText } from './odd-text.ts';
import { proxyOf } from './proxy-bundle.ts';
import { withoutServerFields } from './restorable.ts';

const collectionOf = (flavour: BundleFlavour): string => (flavour === 'proxy' ? 'apis' : 'sharedflows');

interface ServerPlace {
  readonly collection: readonly string[];
  readonly name: string;
  readonly label: string;
}

function findServer(scene: MutationScene): ServerPlace | undefined {
  const environment = sampleName(scene, ['environments']);
  if (environment === undefined) return undefined;
  const collection = ['environments', environment, 'targetservers'];
  const name = pickAny(scene.random, [...scene.target.list(collection)]);
  return name === undefined ? undefined : { collection, name, label: `target server ${name} in ${environment}` };
}

function updateServer(scene: MutationScene): Change | undefined {
  const place = findServer(scene);
  if (place === undefined) return undefined;
  const path = [...place.collection, place.name];
  const before = withoutServerFields(scene.target.get(path));
  const changes = [
    { host: `moved-${scene.serial}.acme-pay.test` },
    { port: scene.random.integer(1, 65_535) },
    { isEnabled: before['isEnabled'] !== true },
    { description: `${scene.serial} ${oddText(scene.random)}` },
    {
      sSLInfo: {
        enabled: true,
        protocols: ['TLSv1.3'],
        commonName: { value: `${scene.serial}.test`, wildcardMatch: true },
      },
    },
  ];
  const change = scene.random.pick(changes);
  scene.target.put(path, { ...before, ...change });
  return changeOf('updated', path, `${Object.keys(change).join()} of ${place.label}`);
}

function deleteServer(scene: MutationScene): Change | undefined {
  const place = findServer(scene);
  if (place === undefined) return undefined;
  const path = [...place.collection, place.name];
  scene.target.delete(path);
  return changeOf('deleted', path, place.label);
}

function createServer(scene: MutationScene): Change | undefined {
  const environment = sampleName(scene, ['environments']);
  if (environment === undefined) return undefined;
  const collection = ['environments', environment, 'targetservers'];
  const name = `added-${scene.serial}`;
  scene.target.post(collection, {
    name,
    host: `${name}.acme-pay.test`,
    port: 443,
    isEnabled: scene.random.chance(0.5),
  });
  return changeOf('created', [...collection, name], `target server ${name} in ${environment}`);
}

/** Detaches what is attached to a hook point, or attaches a shared flow that is deployed there. */
function changeFlowHook(scene: MutationScene): Change | undefined {
  const environment = sampleName(scene, ['environments']);
  if (environment === undefined) return undefined;
  const point = scene.random.pick(['PreProxyFlowHook', 'PreTargetFlowHook', 'PostProxyFlowHook']);
  const path = ['environments', environment, 'flowhooks', point];
  const label = `flow hook ${point} in ${environment}`;
  if (scene.target.get(path)['sharedFlow'] !== undefined && scene.random.chance(0.5)) {
    scene.target.delete(path);
    return changeOf('deleted', path, label);
  }
  const flows = scene.target.deployments(environment).filter((row) => row.flavour === 'sharedflow');
  const flow = pickAny(scene.random, flows);
  if (flow === undefined) return undefined;
  scene.target.put(path, {
    sharedFlow: flow.name,
    description: scene.serial,
    continueOnError: scene.random.chance(0.5),
  });
  return changeOf('updated', path, label);
}

function sampleBundle(scene: MutationScene): { readonly flavour: BundleFlavour; readonly name: string } | undefined {
  const flavour = scene.random.chance(0.75) ? 'proxy' : 'sharedflow';
  const name = sampleName(scene, [collectionOf(flavour)]);
  return name === undefined ? undefined : { flavour, name };
}

function revisionsOf(
  scene: MutationScene,
  bundle: { readonly flavour: BundleFlavour; readonly name: string },
): string[] {
  return [...scene.target.list([collectionOf(bundle.flavour), bundle.name, 'revisions'])];
}

const revisionPath = (address: RevisionAddress): string[] => [
  collectionOf(address.flavour),
  address.name,
  'revisions',
  address.revision,
];

/** Imports a copy of some revision with a note nobody else has: no two revisions become equal. */
function importRevision(scene: MutationScene): Change | undefined {
  const bundle = sampleBundle(scene);
  const source = bundle === undefined ? undefined : pickAny(scene.random, revisionsOf(scene, bundle));
  if (bundle === undefined || source === undefined) return undefined;
  const files = scene.target.bundleFiles({ ...bundle, revision: source });
  const paths = Object.keys(files).filter((path) => /^[^/]+\/(?:policies|proxies|sharedflows)\/.*\.xml$/u.test(path));
  const path = pickAny(scene.random, paths);
  if (path === undefined) return undefined;
  const edited = { ...files, [path]: `${files[path] ?? ''}<!-- edit ${scene.serial} -->\n` };
  const revision = scene.target.importBundle({ ...bundle, files: edited });
  return changeOf('created', revisionPath({ ...bundle, revision }), `revision ${revision} of ${bundle.name}`);
}

function isDeployed(scene: MutationScene, address: RevisionAddress): boolean {
  return [...scene.target.list(['environments'])].some((environment) =>
    scene.target
      .deployments(environment)
      .some((row) => row.flavour === address.flavour && row.name === address.name && row.revision === address.revision),
  );
}

/** Of a bundle with more than five revisions nothing is deleted: a capture of the newest five would not have it. */
function deleteRevision(scene: MutationScene): Change | undefined {
  const bundle = sampleBundle(scene);
  if (bundle === undefined) return undefined;
  const revisions = revisionsOf(scene, bundle);
  const revision = pickAny(scene.random, revisions);
  if (revision === undefined || revisions.length < 2 || revisions.length > 5) return undefined;
  if (isDeployed(scene, { ...bundle, revision })) return undefined;
  scene.target.delete(revisionPath({ ...bundle, revision }));
  return changeOf('deleted', revisionPath({ ...bundle, revision }), `revision ${revision} of ${bundle.name}`);
}

function moveDeployment(scene: MutationScene): Change | undefined {
  const environment = sampleName(scene, ['environments']);
  const bundle = sampleBundle(scene);
  const revision = bundle === undefined ? undefined : pickAny(scene.random, revisionsOf(scene, bundle));
  if (environment === undefined || bundle === undefined || revision === undefined) return undefined;
  const address = { ...bundle, revision };
  const before = scene.target
    .deployments(environment)
    .find((row) => row.flavour === bundle.flavour && row.name === bundle.name);
  const serviceAccount = scene.random.chance(0.2)
    ? `moved-${scene.serial}@acme-pay-prod.iam.gserviceaccount.com`
    : before?.serviceAccount;
  if (before?.revision === revision && before.serviceAccount === serviceAccount) return undefined;
  scene.target.deploy({ ...address, environment, ...(serviceAccount === undefined ? {} : { serviceAccount }) });
  return changeOf('deployed', revisionPath(address), `revision ${revision} of ${bundle.name} in ${environment}`);
}

function undeploy(scene: MutationScene): Change | undefined {
  const environment = sampleName(scene, ['environments']);
  if (environment === undefined) return undefined;
  const row = pickAny(scene.random, scene.target.deployments(environment));
  if (row === undefined) return undefined;
  const address = { flavour: row.flavour, name: row.name, revision: row.revision };
  scene.target.undeploy({ ...address, environment });
  return changeOf('undeployed', revisionPath(address), `revision ${row.revision} of ${row.name} from ${environment}`);
}

function relabel(scene: MutationScene): Change | undefined {
  const name = sampleName(scene, ['apis']);
  if (name === undefined) return undefined;
  const labels = scene.random.chance(0.3) ? {} : { changed: `m${scene.serial}` };
  scene.target.patch(['apis', name], { labels }, { updateMask: 'labels' });
  return changeOf('updated', ['apis', name], `the labels of ${name}`);
}

function createProxy(scene: MutationScene): Change {
  const name = `added-${scene.serial}`;
  const proxy = proxyOf({
    name,
    basePath: `/added/${scene.serial}`,
    displayName: 'Added',
    guard: 'api-key',
    targetServers: [],
    sharedFlows: [],
    revisions: [1],
    deployed: {},
    ageDays: 1,
  });
  scene.target.importBundle({ flavour: 'proxy', name, files: proxy.revisions[0]?.files ?? {} });
  return changeOf('created', ['apis', name], `proxy ${name}`);
}

function updateProduct(scene: MutationScene): Change | undefined {
  const name = sampleName(scene, ['apiproducts']);
  if (name === undefined) return undefined;
  const { random, serial } = scene;
  const path = ['apiproducts', name];
  const before = withoutServerFields(scene.target.get(path));
  const environment = sampleName(scene, ['environments']);
  const changes = [
    {
      quota: String(random.integer(1, 1_000_000)),
      quotaInterval: '1',
      quotaTimeUnit: random.pick(['minute', 'hour', 'day']),
    },
    { displayName: `Changed ${serial}` },
    { description: `${serial} ${oddText(random)}` },
    { attributes: [...oddAttributes(random, 6), { name: 'serial', value: serial }] },
    { environments: environment === undefined ? [] : [environment] },
  ];
  const change = random.pick(changes);
  scene.target.put(path, { ...before, ...change });
  return changeOf('updated', path, `${Object.keys(change).join()} of product ${name}`);
}

function createProduct(scene: MutationScene): Change {
  const name = `added-${scene.serial}`;
  const proxy = sampleName(scene, ['apis']);
  scene.target.post(['apiproducts'], {
    name,
    displayName: `Added ${oddText(scene.random)}`,
    approvalType: scene.random.pick(['auto', 'manual']),
    ...(proxy === undefined ? {} : { proxies: [proxy] }),
  });
  return changeOf('created', ['apiproducts', name], `product ${name}`);
}

function deleteProduct(scene: MutationScene): Change | undefined {
  const name = scene.crowded ? undefined : sampleName(scene, ['apiproducts']);
  if (name === undefined) return undefined;
  scene.target.delete(['apiproducts', name]);
  return changeOf('deleted', ['apiproducts', name], `product ${name}`);
}

/** Mutations of target servers, bundles, deployments and products. */
export const gatewayMutations: readonly Mutation[] = [
  updateServer,
  updateServer,
  deleteServer,
  createServer,
  importRevision,
  importRevision,
  deleteRevision,
  moveDeployment,
  moveDeployment,
  undeploy,
  changeFlowHook,
  relabel,
  createProxy,
  updateProduct,
  updateProduct,
  createProduct,
  deleteProduct,
];
