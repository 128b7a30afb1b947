import { notFound } from '../api-error.ts';
import { type Document, textFrom } from '../document.ts';
import { listAnswer } from '../paging.ts';
import { type Answer, type Call, flagIn, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import type { BundleFlavour } from '../wreck-target.ts';
import { type BundledKind, getBundled, getRevision, proxyKind, sharedFlowKind } from './bundled.ts';
import { deployRevision, undeployRevision } from './deployment-rules.ts';
import { getEnvironment } from './environment.ts';

/** Deployments of proxies and shared flows; not long-running operations, but PROGRESSING for a while. */
export const deploymentRoutes: readonly Route[] = [
  {
    id: 'organizations.deployments.list',
    handle: ({ organization, query }) => {
      const environments = [...organization.store.list('environment', '')].map((item) => item.name);
      return listOf(organization, environments, { flavour: flavourAsked(query) });
    },
  },
  {
    id: 'organizations.environments.deployments.list',
    handle: ({ organization, path, query }) => {
      const environment = path['environmentsId'] ?? '';
      getEnvironment(organization, environment);
      return listOf(organization, [environment], { flavour: flavourAsked(query) });
    },
  },
  ...routesOf(proxyKind, 'organizations.apis', 'organizations.environments.apis'),
  ...routesOf(sharedFlowKind, 'organizations.sharedflows', 'organizations.environments.sharedflows'),
];

function routesOf(kind: BundledKind, plain: string, inEnvironment: string): readonly Route[] {
  return [
    { id: `${plain}.deployments.list`, handle: (call) => listOfOne(kind, call) },
    { id: `${plain}.revisions.deployments.list`, handle: (call) => listOfOne(kind, call) },
    { id: `${inEnvironment}.deployments.list`, handle: (call) => listOfOne(kind, call) },
    { id: `${inEnvironment}.revisions.getDeployments`, handle: (call) => deploymentStatus(kind, call) },
    {
      id: `${inEnvironment}.revisions.deploy`,
      handle: ({ organization, path, query }) => {
        const environment = path['environmentsId'] ?? '';
        const deployment = deployRevision(organization, kind, {
          environment,
          name: path[kind.parameter] ?? '',
          revision: path['revisionsId'] ?? '',
          override: flagIn(query, 'override'),
          serviceAccount: query['serviceAccount'],
        });
        return ok(deploymentDocument(kind, environment, deployment));
      },
    },
    {
      id: `${inEnvironment}.revisions.undeploy`,
      handle: ({ organization, path }) => {
        undeployRevision(organization, kind, {
          environment: path['environmentsId'] ?? '',
          name: path[kind.parameter] ?? '',
          revision: path['revisionsId'] ?? '',
        });
        return ok({});
      },
    },
  ];
}

function flavourAsked(query: Call['query']): BundleFlavour {
  return flagIn(query, 'sharedFlows') ? 'sharedflow' : 'proxy';
}

interface Selection {
  readonly flavour: BundleFlavour;
  readonly name?: string;
  readonly revision?: string;
}

function listOf(organization: SimulatedOrganization, environments: readonly string[], wanted: Selection): Answer {
  const kind = wanted.flavour === 'proxy' ? proxyKind : sharedFlowKind;
  const found: Document[] = [];
  for (const environment of environments) {
    for (const item of organization.store.list('deployment', environment, `${wanted.flavour}:`)) {
      if (!item.name.startsWith(`${wanted.flavour}:`)) break;
      const deployment = item.read();
      if (wanted.name !== undefined && deployment['name'] !== wanted.name) continue;
      if (wanted.revision !== undefined && deployment['revision'] !== wanted.revision) continue;
      found.push(deploymentDocument(kind, environment, deployment));
    }
  }
  return listAnswer(organization.world.switches, 'deployments', found);
}

function listOfOne(kind: BundledKind, { organization, path }: Call): Answer {
  const record = getBundled(organization, kind, path[kind.parameter] ?? '');
  const revision = path['revisionsId'];
  if (revision !== undefined) getRevision(record, kind, revision);
  const environment = path['environmentsId'];
  if (environment !== undefined) getEnvironment(organization, environment);
  const everywhere = [...organization.store.list('environment', '')].map((item) => item.name);
  return listOf(organization, environment === undefined ? everywhere : [environment], {
    flavour: kind.flavour,
    name: record.name,
    ...(revision === undefined ? {} : { revision }),
  });
}

/** The single GET, the only one with `state`, `instances` and route conflicts. */
function deploymentStatus(kind: BundledKind, { organization, path }: Call): Answer {
  const environment = path['environmentsId'] ?? '';
  getEnvironment(organization, environment);
  const record = getBundled(organization, kind, path[kind.parameter] ?? '');
  const revision = getRevision(record, kind, path['revisionsId'] ?? '');
  const number = String(revision.number);
  const deployment = organization.store.find('deployment', environment, `${kind.flavour}:${record.name}`);
  if (deployment === undefined || deployment['revision'] !== number) {
    if (organization.world.switches.undeployedRevision === 'empty') return ok({});
    throw notFound(`revision ${number} of ${kind.title} ${record.name} is not deployed in environment ${environment}`);
  }
  const age = organization.world.clock.nowMs() - Number(deployment['deployStartTime']);
  const state = age >= organization.world.timings.deploymentMs ? 'READY' : 'PROGRESSING';
  return ok({ ...deploymentDocument(kind, environment, deployment), state });
}

/** Deployment as lists and calls answer it; the account is shown in another form than it is given. */
function deploymentDocument(kind: BundledKind, environment: string, deployment: Document): Document {
  const account = deployment['serviceAccount'];
  return {
    environment,
    apiProxy: deployment['name'],
    revision: deployment['revision'],
    deployStartTime: deployment['deployStartTime'],
    ...(account === undefined ? {} : { serviceAccount: `projects/-/serviceAccounts/${textFrom(account)}` }),
    ...(kind.flavour === 'proxy' ? { proxyDeploymentType: 'EXTENSIBLE' } : {}),
  };
}
