import { type Document, documentsIn, textIn, textsIn } from './document.ts';
import type { DumpLine } from './dump.ts';
import { deploymentPolicyOwner } from './kinds/iam-policy.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';

/** Spaces, and who may do what by the policies of environments, spaces and deployments. */
export function* accessLines(organization: SimulatedOrganization): Generator<DumpLine> {
  const { store } = organization;
  const spaces = [...store.list('space', '')];
  for (const item of spaces) {
    yield { kind: 'space', key: item.name, value: { displayName: textIn(item.read(), 'displayName') } };
  }
  const environments = [...store.list('environment', '')].map(({ name }) => name);
  const owners = [
    ...spaces.map(({ name }) => `spaces/${name}`),
    ...environments.map((name) => `environments/${name}`),
    ...environments.flatMap((environment) =>
      [...store.list('deployment', environment)].map((item) =>
        deploymentPolicyOwner(environment, textIn(item.read(), 'name')),
      ),
    ),
  ];
  for (const owner of new Set(owners)) {
    const policy = store.find('iampolicy', owner, '') ?? {};
    const [grants, audited] = [grantsOf(policy), auditedIn(policy)];
    if (grants.length > 0 || audited.length > 0)
      yield { kind: 'IAM policy', key: owner, value: { grants, ...(audited.length > 0 ? { audited } : {}) } };
  }
}

/** Role, condition and member of each grant; members that were deleted have none. */
function grantsOf(policy: Document): string[] {
  const grants = documentsIn(policy, 'bindings').flatMap((binding) =>
    textsIn(binding, 'members')
      .filter((member) => !member.startsWith('deleted:'))
      .map((member) => `${textIn(binding, 'role')} ${JSON.stringify(binding['condition'] ?? null)} ${member}`),
  );
  return [...new Set(grants)].sort();
}

/** Service and kind of access that is logged, and whose is not. */
function auditedIn(policy: Document): string[] {
  return documentsIn(policy, 'auditConfigs')
    .flatMap((config) =>
      documentsIn(config, 'auditLogConfigs').map((log) =>
        [textIn(config, 'service'), textIn(log, 'logType'), ...textsIn(log, 'exemptedMembers').sort()].join(' '),
      ),
    )
    .sort();
}
