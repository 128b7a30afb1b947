import type { RoleName } from '../../core/roles/google-roles.ts';
import type { DesiredTrust, Host } from './desired-trust.ts';
import { shellWord } from './quote.ts';

const EXCHANGE = 'api://AzureADTokenExchange';
const purposes: readonly RoleName[] = ['capture', 'restore'];

/** Azure's side as a shell script: the application that tokens are for, the identities, and what the host needs to have them. */
export function azScript(trust: DesiredTrust): string {
  const { host, appIdUri } = trust;
  return [
    '#!/usr/bin/env bash',
    `# The identities that capture and restore, for the host ${host}. Read it before you run it.`,
    'set -euo pipefail',
    'group=${RESOURCE_GROUP:?the resource group of the identities}',
    'location=${LOCATION:?the region, as westeurope}',
    '',
    ...(host === 'github' ? [] : applicationLines(appIdUri)),
    ...purposes.flatMap(identityLines),
    ...hostLines[host](trust),
    '',
    "# Subjects for identity.trust in holdfast.yaml: the object ids of the identities (GitHub: the job's own subject).",
    ...purposes.map(
      (purpose) =>
        `echo "${purpose}Subject: $(az identity show --resource-group "$group" --name holdfast-${purpose} --query principalId --output tsv)"`,
    ),
    '',
  ].join('\n');
}

function applicationLines(appIdUri: string): string[] {
  return [
    '# What the tokens are asked for. It needs no secret and no permission.',
    `az ad app create --display-name Holdfast --identifier-uris ${shellWord(appIdUri)} --sign-in-audience AzureADMyOrg`,
    `application=$(az ad app list --identifier-uri ${shellWord(appIdUri)} --query '[0].appId' --output tsv)`,
    'az ad sp create --id "$application"',
    '',
  ];
}

function identityLines(purpose: RoleName): string[] {
  return [
    `az identity create --resource-group "$group" --location "$location" --name holdfast-${purpose}`,
    `${purpose}=$(az identity show --resource-group "$group" --name holdfast-${purpose} --query id --output tsv)`,
  ];
}

function federation(purpose: RoleName, issuer: string, subject: string): string {
  return [
    `az identity federated-credential create --name holdfast-${purpose}`,
    `--identity-name holdfast-${purpose} --resource-group "$group"`,
    `--issuer ${issuer} --subject ${subject}`,
    `--audiences ${EXCHANGE}`,
  ].join(' \\\n  ');
}

const hostLines: Readonly<Record<Host, (trust: DesiredTrust) => readonly string[]>> = {
  'container-apps': () => [
    '',
    '# One job for each identity: a scheduled one that captures, a manual one that restores.',
    'environment=${CONTAINER_APPS_ENVIRONMENT:?the Container Apps environment}',
    'image=${IMAGE:?the image with holdfast}',
    jobCommand('capture', "--trigger-type Schedule --cron-expression '15 * * * *'"),
    jobCommand('restore', '--trigger-type Manual'),
  ],
  vm: () => [
    '',
    '# The machine that captures. The identity that restores belongs on another one.',
    'machine=${MACHINE:?the virtual machine that captures}',
    'az vm identity assign --resource-group "$group" --name "$machine" --identities "$capture"',
    'restorer=${RESTORE_MACHINE:?the virtual machine that restores}',
    'az vm identity assign --resource-group "$group" --name "$restorer" --identities "$restore"',
  ],
  aks: () => [
    '',
    "# The pods' own tokens stand for the identities. Annotate each service account with azure.workload.identity/client-id, and label",
    '# the pods azure.workload.identity/use: "true".',
    'cluster=${CLUSTER:?the AKS cluster, with OIDC issuer and workload identity on}',
    'issuer=$(az aks show --resource-group "$group" --name "$cluster" --query oidcIssuerProfile.issuerUrl --output tsv)',
    ...purposes.map((purpose) =>
      federation(purpose, '"$issuer"', `system:serviceaccount:holdfast:holdfast-${purpose}`),
    ),
  ],
  github: ({ accounts }) => [
    '',
    '# For the vault on Azure: the job signs in to Azure with the same subject as to Google, and needs no application there.',
    ...accounts.map(({ purpose, subject }) =>
      federation(purpose, 'https://token.actions.githubusercontent.com', shellWord(subject)),
    ),
  ],
  'azure-pipelines': () => [
    '',
    '# One service connection for each identity; issuer and subject stand in the draft that Azure DevOps shows while it is made.',
    ...purposes.map((purpose) =>
      federation(
        purpose,
        `"\${${purpose.toUpperCase()}_CONNECTION_ISSUER:?of the service connection}"`,
        `"\${${purpose.toUpperCase()}_CONNECTION_SUBJECT:?of the service connection}"`,
      ),
    ),
  ],
};

function jobCommand(purpose: RoleName, trigger: string): string {
  return [
    `az containerapp job create --name holdfast-${purpose} --resource-group "$group"`,
    '--environment "$environment" --image "$image"',
    `${trigger} --replica-timeout 7200 --replica-retry-limit 0 --parallelism 1`,
    `--mi-user-assigned "$${purpose}"`,
    ...(purpose === 'capture' ? ['--command holdfast --args backup'] : ['--command holdfast --args doctor']),
  ].join(' \\\n  ');
}
