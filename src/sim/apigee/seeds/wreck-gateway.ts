import { ApiError } from '../api-error.ts';
import { textIn, textsIn } from '../document.ts';
import type { BundleFlavour, RevisionAddress, WreckTarget } from '../wreck-target.ts';
import { wreckAnalytics } from './analytics.ts';
import { wreckArchive } from './archives.ts';
import { damagedBundle } from './damaged-bundle.ts';
import { wreckAccess } from './wreck-access.ts';
import { wreckMaps } from './wreck-maps.ts';
import { wreckFiles } from './wreck-files.ts';
import { wreckInfrastructure } from './wreck-infrastructure.ts';
import { traceAll } from './wreck-tracing.ts';
import { wreckPortal } from './portal.ts';
import { wreckSecurity } from './security.ts';
import { findResource, proxyEnvironments, withoutServerFields } from './restorable.ts';

type Deployment = RevisionAddress & { readonly serviceAccount?: string };

/** Damage to target servers, proxies, shared flows and products, one sentence for each. */
export function wreckGateway(target: WreckTarget): string[] {
  const environment = liveEnvironment(target);
  const damages = environment === undefined ? [] : environmentDamages(target, environment);
  return [
    ...damages,
    ...replaceHostnames(target),
    ...detachEnvironment(target),
    ...wreckInfrastructure(target),
    ...unmask(target),
    ...wreckAccess(target, environment),
    ...traceAll(target),
    ...wreckAnalytics(target),
    ...dataDamages(target),
    ...wreckSecurity(target),
    ...wreckPortal(target),
    ...revisionDamages(target),
    ...wreckArchive(target),
    ...productDamages(target),
  ];
}

/** The environment that hurts most: production, else the last one. */
function liveEnvironment(target: WreckTarget): string | undefined {
  const names = proxyEnvironments(target);
  return names.includes('prod') ? 'prod' : names.at(-1);
}

function environmentDamages(target: WreckTarget, environment: string): string[] {
  return [
    ...redirectTargetServer(target, environment),
    ...deleteTargetServer(target, environment),
    ...wreckMaps(target, ['environments', environment]),
    ...wreckFiles(target, ['environments', environment]),
    ...switchReference(target, environment),
    ...deleteCertificate(target, environment),
    ...deployDamaged(target, { environment, flavour: 'proxy', preferred: 'payments-v2' }),
    ...deployDamaged(target, { environment, flavour: 'sharedflow', preferred: 'error-envelope' }),
    ...undeployProxy(target, environment),
    ...detachFlowHook(target, environment),
  ];
}

/** `preferred` where it is among the names, else the one at `position`. */
function choose(names: readonly string[], preferred: string, position: number): string | undefined {
  return names.includes(preferred) ? preferred : names[position];
}

function redirectTargetServer(target: WreckTarget, environment: string): string[] {
  const collection = ['environments', environment, 'targetservers'];
  const name = choose([...target.list(collection)], 'core-banking', 0);
  if (name === undefined) return [];
  const before = target.get([...collection, name]);
  const host = 'core-migrated.acme-pay.invalid';
  target.put([...collection, name], { ...withoutServerFields(before), host, port: 443, isEnabled: true });
  return [`pointed the target server ${name} in ${environment} at ${host}`];
}

function deleteTargetServer(target: WreckTarget, environment: string): string[] {
  const collection = ['environments', environment, 'targetservers'];
  const name = choose([...target.list(collection)], 'core-banking-dr', 1);
  if (name === undefined) return [];
  target.delete([...collection, name]);
  return [`deleted the target server ${name} in ${environment}`];
}

/** A certificate that somebody took for an old one. */
function deleteCertificate(target: WreckTarget, environment: string): string[] {
  const path = ['environments', environment, 'keystores', 'acme-roots.v1', 'aliases', 'acme root ca'];
  if (findResource(target, path) === undefined) return [];
  target.delete(path);
  return [`deleted the certificate "acme root ca" from the keystore acme-roots.v1 in ${environment}`];
}

/** An exchange of certificates that went to the wrong keystore. */
function switchReference(target: WreckTarget, environment: string): string[] {
  const path = ['environments', environment, 'references', 'core-banking-keystore'];
  const before = findResource(target, path);
  if (before === undefined) return [];
  const refers = 'acme-rotated-keys';
  if (findResource(target, ['environments', environment, 'keystores', refers]) === undefined) {
    target.post(['environments', environment, 'keystores'], { name: refers });
  }
  target.put(path, { ...before, refers });
  return [`created the keystore ${refers} in ${environment} and let the reference core-banking-keystore refer to it`];
}

function deploymentsOf(target: WreckTarget, environment: string, flavour: BundleFlavour): Deployment[] {
  return target.deployments(environment).filter((deployment) => deployment.flavour === flavour);
}

/** Imports a damaged copy of a deployed revision and deploys it over the good one. */
function deployDamaged(
  target: WreckTarget,
  place: { readonly environment: string; readonly flavour: BundleFlavour; readonly preferred: string },
): string[] {
  const deployed = deploymentsOf(target, place.environment, place.flavour);
  const name = choose(
    deployed.map((each) => each.name),
    place.preferred,
    0,
  );
  const good = deployed.find((each) => each.name === name);
  if (good === undefined) return [];
  const { damage, files } = damagedBundle(target.bundleFiles(good));
  const revision = target.importBundle({ flavour: good.flavour, name: good.name, files });
  const noun = place.flavour === 'proxy' ? 'proxy' : 'shared flow';
  const imported = `imported revision ${revision} of the ${noun} ${good.name}, which ${damage}`;
  try {
    target.deploy({ ...good, revision, environment: place.environment });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [imported];
  }
  return [`${imported}, and deployed it over revision ${good.revision} in ${place.environment}`];
}

function undeployProxy(target: WreckTarget, environment: string): string[] {
  const deployed = deploymentsOf(target, environment, 'proxy');
  const name = choose(
    deployed.map((each) => each.name),
    'merchants-v1',
    1,
  );
  const victim = deployed.find((each) => each.name === name);
  if (victim === undefined) return [];
  target.undeploy({ flavour: 'proxy', name: victim.name, revision: victim.revision, environment });
  return [`undeployed revision ${victim.revision} of the proxy ${victim.name} from ${environment}`];
}

/** "Only for a test." */
function detachFlowHook(target: WreckTarget, environment: string): string[] {
  const path = ['environments', environment, 'flowhooks', 'PreProxyFlowHook'];
  const flow = textIn({ ...target.get(path) }, 'sharedFlow');
  if (flow === '') return [];
  target.delete(path);
  return [`detached the shared flow ${flow} from PreProxyFlowHook in ${environment}`];
}

/** Gives a group of environments another hostname than its clients call. */
function replaceHostnames(target: WreckTarget): string[] {
  const name = choose([...target.list(['envgroups'])], 'partners', 0);
  if (name === undefined) return [];
  const hostname = 'moved.acme-pay.invalid';
  target.settle();
  target.patch(['envgroups', name], { hostnames: [hostname] }, { updateMask: 'hostnames' });
  target.settle();
  return [`replaced the hostnames of the environment group ${name} with ${hostname}`];
}

/** Takes an environment out of a group, so that nothing of it answers at the group's hostnames. */
function detachEnvironment(target: WreckTarget): string[] {
  const groups = [...target.list(['envgroups'])].filter(
    (name) => [...target.list(['envgroups', name, 'attachments'])].length > 0,
  );
  const group = choose(groups, 'public', 0);
  const attachment = group === undefined ? undefined : [...target.list(['envgroups', group, 'attachments'])][0];
  if (group === undefined || attachment === undefined) return [];
  const path = ['envgroups', group, 'attachments', attachment];
  const environment = textIn({ ...target.get(path) }, 'environment');
  target.settle();
  target.delete(path);
  target.settle();
  return [`detached the environment ${environment} from the environment group ${group}`];
}

/** "Just to see what goes through." */
function unmask(target: WreckTarget): string[] {
  const environment = [...target.list(['environments'])].find((name) => {
    if (target.get(['environments', name])['type'] !== 'COMPREHENSIVE') return false;
    return textsIn({ ...target.get(['environments', name, 'debugmask']) }, 'variables').length > 0;
  });
  if (environment === undefined) return [];
  const mask = { variables: ['request.header.x-masked'] };
  target.patch(['environments', environment, 'debugmask'], mask, { replaceRepeatedFields: 'true' });
  return [`overwrote the debug mask of ${environment}`];
}

/** Deletes a data collector and overwrites what another one is said to collect. */
function dataDamages(target: WreckTarget): string[] {
  const [first, second] = [...target.list(['datacollectors'])];
  const damages: string[] = [];
  if (first !== undefined) {
    target.delete(['datacollectors', first]);
    damages.push(`deleted the data collector ${first}`);
  }
  if (second !== undefined) {
    target.patch(['datacollectors', second], { description: 'unused?' }, { updateMask: 'description' });
    damages.push(`overwrote the description of the data collector ${second}`);
  }
  return damages;
}

/** Deletes a newest revision that runs nowhere, and the labels of a proxy. */
function revisionDamages(target: WreckTarget): string[] {
  const name = choose([...target.list(['apis'])], 'payments-v1', 0);
  if (name === undefined) return [];
  return [...deleteIdleRevision(target, name), ...dropLabels(target, name)];
}

function deleteIdleRevision(target: WreckTarget, name: string): string[] {
  const revisions = [...target.list(['apis', name, 'revisions'])].sort((a, b) => Number(a) - Number(b));
  const newest = revisions.at(-1);
  const isDeployed = [...target.list(['environments'])].some((environment) =>
    deploymentsOf(target, environment, 'proxy').some((each) => each.name === name && each.revision === newest),
  );
  if (newest === undefined || revisions.length < 2 || revisions.length > 5 || isDeployed) return [];
  target.delete(['apis', name, 'revisions', newest]);
  return [`deleted revision ${newest} of the proxy ${name}, which ran nowhere`];
}

function dropLabels(target: WreckTarget, name: string): string[] {
  if (target.get(['apis', name])['labels'] === undefined) return [];
  target.patch(['apis', name], { labels: { team: 'unknown' } }, { updateMask: 'labels' });
  return [`overwrote the labels of the proxy ${name}`];
}

function productDamages(target: WreckTarget): string[] {
  const names = [...target.list(['apiproducts'])];
  const limited = choose(names, 'payments-standard', 0);
  const emptied = choose(
    names.filter((name) => name !== limited && isSoldByName(target, name)),
    'payments-sandbox',
    0,
  );
  const damages: string[] = [];
  if (limited !== undefined) {
    const before = withoutServerFields(target.get(['apiproducts', limited]));
    target.put(['apiproducts', limited], { ...before, quota: '1', quotaInterval: '1', quotaTimeUnit: 'day' });
    damages.push(`cut the quota of the product ${limited} to 1 call a day`);
  }
  if (emptied !== undefined) {
    const { proxies: _, environments: __, ...before } = withoutServerFields(target.get(['apiproducts', emptied]));
    target.put(['apiproducts', emptied], before);
    damages.push(`emptied the lists of proxies and environments of the product ${emptied}, which opens all of them`);
  }
  return [...damages, ...renameProduct(target)];
}

function isSoldByName(target: WreckTarget, name: string): boolean {
  return textsIn({ ...target.get(['apiproducts', name]) }, 'proxies').length > 0;
}

function renameProduct(target: WreckTarget): string[] {
  const name = 'fx-rates-free';
  const before = findResource(target, ['apiproducts', name]);
  if (before === undefined) return [];
  const body = { ...withoutServerFields(before), displayName: 'TEMP do not use', description: 'migration in progress' };
  target.put(['apiproducts', name], body);
  return [`renamed the product ${name} from "${textIn({ ...before }, 'displayName')}" to "TEMP do not use"`];
}
