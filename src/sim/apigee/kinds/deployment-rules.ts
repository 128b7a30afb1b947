import { failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import type { Document } from '../document.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import type { BundleFlavour } from '../wreck-target.ts';
import { type BundledKind, getBundled, getRevision, proxyKind, sharedFlowKind } from './bundled.ts';
import { assertProxyEnvironment, getActiveEnvironment, getEnvironment } from './environment.ts';

/** One revision in one environment. */
export interface DeploymentTarget {
  readonly environment: string;
  readonly name: string;
  readonly revision: string;
}

interface Violation {
  readonly type: string;
  readonly subject: string;
  readonly description: string;
}

/**
 * Deploys the revision. Refused: another revision stands there and `override` is not set; a FlowCallout's shared flow is not
 * deployed in the environment; a target server is missing.
 */
export function deployRevision(
  organization: SimulatedOrganization,
  kind: BundledKind,
  target: DeploymentTarget & { readonly override: boolean; readonly serviceAccount: string | undefined },
): Document {
  const { environment, name, serviceAccount } = target;
  assertProxyEnvironment(getActiveEnvironment(organization, environment));
  const record = getBundled(organization, kind, name);
  const revision = getRevision(record, kind, target.revision);
  if (serviceAccount !== undefined && !/^[^@\s/]+@[^@\s/]+$/.test(serviceAccount)) {
    throw invalidArgument(`serviceAccount "${serviceAccount}" is not an e-mail address`);
  }
  const number = String(revision.number);
  const standing = organization.store.find('deployment', environment, `${kind.flavour}:${name}`);
  if (standing !== undefined && standing['revision'] !== number) assertReplaceable(organization, kind, target);
  const facts = organization.bundles.facts(kind.flavour, name, revision);
  const violations = [
    ...facts.sharedFlows
      .filter((flow) => !organization.store.has('deployment', environment, `sharedflow:${flow}`))
      .map((flow) =>
        violation(
          'DEPENDENCY_NOT_DEPLOYED',
          `sharedflows/${flow}`,
          `shared flow ${flow} is not deployed in ${environment}`,
        ),
      ),
    ...(organization.world.switches.missingTargetServer === 'accepted' ? [] : facts.targetServers)
      .filter((server) => !organization.store.has('targetserver', environment, server))
      .map((server) =>
        violation(
          'TARGET_SERVER_NOT_FOUND',
          `targetservers/${server}`,
          `target server ${server} does not exist in ${environment}`,
        ),
      ),
  ];
  if (violations.length > 0) throw failedPrecondition('deployment validations failed', violations);
  const deployment: Document = {
    name,
    revision: number,
    deployStartTime: organization.now(),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
  };
  organization.store.put('deployment', environment, `${kind.flavour}:${name}`, deployment);
  if (standing !== undefined) markDeployed(organization, kind, { name, revision: String(standing['revision']) });
  markDeployed(organization, kind, { name, revision: number });
  return deployment;
}

/** Undeploys the revision. A shared flow that something deployed in the environment calls, or a flow hook runs, stays. */
export function undeployRevision(
  organization: SimulatedOrganization,
  kind: BundledKind,
  target: DeploymentTarget,
): void {
  const { environment, name, revision } = target;
  getEnvironment(organization, environment);
  getRevision(getBundled(organization, kind, name), kind, revision);
  const standing = organization.store.find('deployment', environment, `${kind.flavour}:${name}`);
  if (standing === undefined || standing['revision'] !== revision) {
    throw notFound(`revision ${revision} of ${kind.title} ${name} is not deployed in environment ${environment}`);
  }
  if (kind.flavour === 'sharedflow') assertNoDependents(organization, environment, name);
  markDeployed(organization, kind, { name, revision });
  organization.store.delete('deployment', environment, `${kind.flavour}:${name}`);
  organization.store.delete('iampolicy', `environments/${environment}/deployments/${name}`, '');
}

function assertReplaceable(
  organization: SimulatedOrganization,
  kind: BundledKind,
  target: DeploymentTarget & { readonly override: boolean },
): void {
  if (!target.override) {
    const description = `another revision of ${kind.title} ${target.name} is deployed in ${target.environment}; set override`;
    throw failedPrecondition('deployment validations failed', [
      violation('ALREADY_DEPLOYED', target.name, description),
    ]);
  }
  if (kind.flavour === 'sharedflow' && organization.world.switches.sharedFlowReplacement === 'refused') {
    assertNoDependents(organization, target.environment, target.name);
  }
}

function assertNoDependents(organization: SimulatedOrganization, environment: string, flow: string): void {
  const violations: Violation[] = [];
  for (const item of organization.store.list('deployment', environment)) {
    const [flavour = '', name = ''] = item.name.split(':');
    const dependent = flavour === 'proxy' ? proxyKind : sharedFlowKind;
    const revision = getRevision(getBundled(organization, dependent, name), dependent, String(item.read()['revision']));
    if (!organization.bundles.facts(dependent.flavour, name, revision).sharedFlows.includes(flow)) continue;
    const description = `${dependent.title} ${name} revision ${revision.number} depends on shared flow ${flow}`;
    violations.push(violation('WOULD_BREAK_DEPENDENT', `${environment}/${name}`, description));
  }
  for (const hook of organization.store.list('flowhook', environment)) {
    if (hook.read()['sharedFlow'] !== flow) continue;
    const description = `flow hook ${hook.name} depends on shared flow ${flow}`;
    violations.push(violation('WOULD_BREAK_DEPENDENT', `${environment}/${hook.name}`, description));
  }
  if (violations.length === 0) return;
  throw failedPrecondition('generic::failed_precondition: undeployment validations failed', violations);
}

/** From its first deployment on a revision cannot be changed. */
function markDeployed(
  organization: SimulatedOrganization,
  kind: BundledKind,
  target: { readonly name: string; readonly revision: string },
): void {
  const record = getBundled(organization, kind, target.name);
  const marked = record.revisions.find(({ number }) => String(number) === target.revision);
  if (marked === undefined || marked.everDeployed === true) return;
  const revisions = record.revisions.map((revision) =>
    revision === marked ? { ...revision, everDeployed: true } : revision,
  );
  organization.bundles.put(kind.flavour, { ...record, revisions });
}

function violation(type: string, subject: string, description: string): Violation {
  return { type, subject, description };
}

/** Deployed revision of a proxy or flow in an environment, undefined when none is. */
export function findDeployedRevision(
  organization: SimulatedOrganization,
  flavour: BundleFlavour,
  place: { readonly environment: string; readonly name: string },
): string | undefined {
  const deployment = organization.store.find('deployment', place.environment, `${flavour}:${place.name}`);
  return deployment === undefined ? undefined : String(deployment['revision']);
}
