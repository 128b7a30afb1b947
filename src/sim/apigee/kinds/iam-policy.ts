import { ApiError, invalidArgument, notFound } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import { type Document, documentIn, documentsIn, textIn, textsIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import { getEnvironment } from './environment.ts';
import { newEtag } from './hybrid-access.ts';
import { getSpace } from './space.ts';

/** The resource that a policy is of, as a path; 404 when it is not there. */
type Owner = (call: Call) => string;

/** IAM policies of environments, spaces and deployments: read with their conditions in version 3 only, set under an etag. */
export const iamPolicyRoutes: readonly Route[] = [
  ...policyRoutes('organizations.environments', ({ organization, path }) => {
    const environment = path['environmentsId'] ?? '';
    getEnvironment(organization, environment);
    return `environments/${environment}`;
  }),
  ...policyRoutes('organizations.spaces', ({ organization, path }) => {
    getSpace(organization, path['spacesId']);
    return `spaces/${path['spacesId'] ?? ''}`;
  }),
  ...policyRoutes('organizations.environments.deployments', deploymentOf),
];

/** The path of a deployment's policy; both sorts of deployments share one name. */
export function deploymentPolicyOwner(environment: string, name: string): string {
  return `environments/${environment}/deployments/${name}`;
}

function deploymentOf({ organization, path }: Call): string {
  const environment = path['environmentsId'] ?? '';
  const name = path['deploymentsId'] ?? '';
  getEnvironment(organization, environment);
  const isDeployed = ['proxy', 'sharedflow'].some((flavour) =>
    organization.store.has('deployment', environment, `${flavour}:${name}`),
  );
  if (!isDeployed || organization.world.switches.deploymentIds === 'other') {
    throw notFound(`deployment ${name} not found in environment ${environment}`);
  }
  return deploymentPolicyOwner(environment, name);
}

function policyRoutes(methods: string, ownerOf: Owner): readonly Route[] {
  return [
    { id: `${methods}.getIamPolicy`, handle: (call) => readPolicy(call, ownerOf(call)) },
    { id: `${methods}.setIamPolicy`, handle: (call) => setPolicy(call, ownerOf(call)) },
  ];
}

/** What a resource without a policy answers. */
const emptyPolicy: Document = { etag: 'ACAB' };

function readPolicy({ organization, query }: Call, owner: string) {
  const policy = organization.store.find('iampolicy', owner, '') ?? emptyPolicy;
  const version = query['options.requestedPolicyVersion'] ?? '0';
  if (!['0', '1', '3'].includes(version)) throw invalidArgument(`requestedPolicyVersion ${version} is not valid`);
  return ok(version === '3' ? policy : withoutConditions(policy));
}

/** Older versions know no conditions: what has one appears under a role of another name. */
function withoutConditions(policy: Document): Document {
  const bindings = documentsIn(policy, 'bindings').map(({ condition, ...binding }) =>
    condition === undefined ? binding : { ...binding, role: `${textIn(binding, 'role')}_withcond_0123456789abcdef` },
  );
  return { ...policy, ...(bindings.length === 0 ? {} : { bindings, version: 1 }) };
}

const members = [
  /^(?:allUsers|allAuthenticatedUsers)$/,
  /^(?:user|serviceAccount|group):[^@\s]+@[^@\s]+$/,
  /^domain:[^@\s]+$/,
  /^principal(?:Set)?:\/\/\S+$/,
];

function setPolicy({ organization, body }: Call, owner: string) {
  const request = checkedBody('IamSetIamPolicyRequest', body);
  const asked = documentIn(request, 'policy');
  const before = organization.store.find('iampolicy', owner, '') ?? emptyPolicy;
  if (asked['etag'] !== undefined && asked['etag'] !== before['etag']) {
    const message =
      'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.';
    throw new ApiError({ httpStatus: 409, status: 'ABORTED', message });
  }
  const bindings = documentsIn(asked, 'bindings');
  for (const binding of bindings) assertBinding(binding, asked);
  const mask = textIn(request, 'updateMask');
  const auditConfigs = mask.includes('auditConfigs') ? asked['auditConfigs'] : before['auditConfigs'];
  const policy = {
    version: bindings.some(({ condition }) => condition !== undefined) ? 3 : 1,
    etag: newEtag(organization),
    ...(bindings.length === 0 ? {} : { bindings }),
    ...(auditConfigs === undefined ? {} : { auditConfigs }),
  };
  organization.store.put('iampolicy', owner, '', policy);
  return ok(policy);
}

function assertBinding(binding: Document, policy: Document): void {
  const role = textIn(binding, 'role');
  if (!/^(?:roles|(?:projects|organizations)\/[^/]+\/roles)\/[A-Za-z0-9._]+$/.test(role)) {
    throw invalidArgument(`Role ${role} is not supported for this resource.`);
  }
  if (binding['condition'] !== undefined && policy['version'] !== 3) {
    throw invalidArgument('A policy with conditions has to be of version 3.');
  }
  const names = textsIn(binding, 'members');
  if (names.length === 0) throw invalidArgument(`The binding of ${role} has no members.`);
  const wrong = names.find((name) => !members.some((form) => form.test(name)));
  if (wrong !== undefined) throw invalidArgument(`Invalid member ${wrong}: it does not exist or was deleted.`);
}
