import type { RoleName } from '../../core/roles/google-roles.ts';
import type { DesiredTrust, Host } from './desired-trust.ts';
import { bicepText as text } from './quote.ts';

const purposes: readonly RoleName[] = ['capture', 'restore'];

/** Azure's side in Bicep: the identities and, where the host has them, their credentials or jobs. Bicep knows nothing of Google. */
export function bicepModule(trust: DesiredTrust): string {
  return [
    '// The identities that capture and restore. Google trusts their object ids, which come out below.',
    'param location string = resourceGroup().location',
    ...parameters[trust.host],
    ...purposes.map(identity),
    ...purposes.flatMap((purpose) => hostResources[trust.host](purpose, trust)),
    ...purposes.map((purpose) => `output ${purpose}Subject string = ${purpose}Identity.properties.principalId`),
  ]
    .join('\n\n')
    .concat('\n');
}

function resource(name: string, type: string, lines: readonly string[]): string {
  return [`resource ${name} '${type}' = {`, ...lines.map((line) => `  ${line}`), '}'].join('\n');
}

function identity(purpose: RoleName): string {
  return resource(`${purpose}Identity`, 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31', [
    `name: 'holdfast-${purpose}'`,
    'location: location',
  ]);
}

const parameters: Readonly<Record<Host, readonly string[]>> = {
  'container-apps': ['param environmentId string', 'param image string'],
  vm: [],
  aks: ['param clusterIssuer string'],
  github: [],
  'azure-pipelines': purposes.flatMap((purpose) => [
    `param ${purpose}ConnectionIssuer string`,
    `param ${purpose}ConnectionSubject string`,
  ]),
};

function credential(purpose: RoleName, issuer: string, subject: string): string {
  return resource(
    `${purpose}Credential`,
    'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31',
    [
      `parent: ${purpose}Identity`,
      `name: 'holdfast-${purpose}'`,
      'properties: {',
      `  issuer: ${issuer}`,
      `  subject: ${subject}`,
      '  audiences: [',
      "    'api://AzureADTokenExchange'",
      '  ]',
      '}',
    ],
  );
}

const hostResources: Readonly<Record<Host, (purpose: RoleName, trust: DesiredTrust) => readonly string[]>> = {
  'container-apps': (purpose) => [job(purpose)],
  // An identity is given to a machine where the machine is described.
  vm: () => [],
  aks: (purpose) => [credential(purpose, 'clusterIssuer', `'system:serviceaccount:holdfast:holdfast-${purpose}'`)],
  github: (purpose, { accounts }) => {
    const subject = accounts.find((account) => account.purpose === purpose)?.subject ?? '';
    return [credential(purpose, "'https://token.actions.githubusercontent.com'", text(subject))];
  },
  'azure-pipelines': (purpose) => [credential(purpose, `${purpose}ConnectionIssuer`, `${purpose}ConnectionSubject`)],
};

function job(purpose: RoleName): string {
  const trigger =
    purpose === 'capture'
      ? [
          "triggerType: 'Schedule'",
          'scheduleTriggerConfig: {',
          "  cronExpression: '15 * * * *'",
          '  parallelism: 1',
          '}',
        ]
      : ["triggerType: 'Manual'", 'manualTriggerConfig: {', '  parallelism: 1', '}'];
  return resource(`${purpose}Job`, 'Microsoft.App/jobs@2024-03-01', [
    `name: 'holdfast-${purpose}'`,
    'location: location',
    'identity: {',
    "  type: 'UserAssigned'",
    '  userAssignedIdentities: {',
    `    '\${${purpose}Identity.id}': {}`,
    '  }',
    '}',
    'properties: {',
    '  environmentId: environmentId',
    '  configuration: {',
    '    replicaTimeout: 7200',
    '    replicaRetryLimit: 0',
    ...trigger.map((line) => `    ${line}`),
    '  }',
    '  template: {',
    '    containers: [',
    '      {',
    "        name: 'holdfast'",
    '        image: image',
    '        command: [',
    "          'holdfast'",
    `          '${purpose === 'capture' ? 'backup' : 'doctor'}'`,
    '        ]',
    '      }',
    '    ]',
    '  }',
    '}',
  ]);
}
