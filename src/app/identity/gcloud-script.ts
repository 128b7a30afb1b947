import { googleRole, renderRole } from '../../core/roles/google-roles.ts';
import type { DesiredAccount, DesiredProvider, DesiredTrust } from './desired-trust.ts';
import { shellWord } from './quote.ts';

const SERVICES = ['apigee', 'iam', 'iamcredentials', 'sts', 'cloudresourcemanager'];

/** Google's side as a shell script: roles, pool, providers with their conditions, service accounts and bindings. */
export function gcloudScript(trust: DesiredTrust): string {
  const { pool, providers, accounts, projectId } = trust;
  return [
    '#!/usr/bin/env bash',
    '# Lets workloads sign in to Apigee without a stored key. Read it before you run it; it creates, and changes nothing that is there.',
    'set -euo pipefail',
    `project=${shellWord(projectId)}`,
    'work=$(mktemp -d)',
    'trap \'rm -r "$work"\' EXIT',
    '',
    `gcloud services enable ${SERVICES.map((name) => `${name}.googleapis.com`).join(' ')} --project "$project"`,
    '',
    '# The two roles: exactly the permissions of the calls that are made.',
    ...accounts.flatMap(roleLines),
    '# Who may come from outside.',
    command('gcloud iam workload-identity-pools create', pool, ['--location global', '--display-name Holdfast']),
    '',
    ...providers.flatMap((provider) => [...providerLines(provider, pool), '']),
    '# The two service accounts. Only the subject of each may act as it.',
    ...accounts.flatMap(accountLines),
  ].join('\n');
}

function command(words: string, name: string, options: readonly string[]): string {
  const lines = [`${words} ${shellWord(name)}`, '--project "$project"', ...options];
  return lines.join(' \\\n  ');
}

function roleLines({ purpose }: DesiredAccount): string[] {
  const role = googleRole(purpose);
  const file = `"$work/${purpose}.yaml"`;
  return [
    `cat >${file} <<'ROLE'`,
    renderRole(role).trimEnd(),
    'ROLE',
    command('gcloud iam roles create', role.id, [`--file ${file}`]),
    '',
  ];
}

function providerLines({ id, issuer, allowedAudiences, mapping, condition }: DesiredProvider, pool: string): string[] {
  const mapped = Object.entries(mapping).map(([target, expression]) => `${target}=${expression}`);
  return [
    command('gcloud iam workload-identity-pools providers create-oidc', id, [
      '--location global',
      `--workload-identity-pool ${shellWord(pool)}`,
      `--issuer-uri ${shellWord(issuer)}`,
      ...(allowedAudiences.length === 0 ? [] : [`--allowed-audiences ${shellWord(allowedAudiences.join(','))}`]),
      `--attribute-mapping ${shellWord(mapped.join(','))}`,
      `--attribute-condition ${shellWord(condition)}`,
    ]),
  ];
}

function accountLines({ purpose, id, email, role, principal }: DesiredAccount): string[] {
  return [
    command('gcloud iam service-accounts create', id, [`--display-name ${shellWord(`Holdfast ${purpose}`)}`]),
    [
      'gcloud projects add-iam-policy-binding "$project"',
      `--member ${shellWord(`serviceAccount:${email}`)}`,
      `--role ${shellWord(role)}`,
      '--condition None',
    ].join(' \\\n  '),
    command('gcloud iam service-accounts add-iam-policy-binding', email, [
      '--role roles/iam.workloadIdentityUser',
      `--member ${shellWord(principal)}`,
    ]),
    '',
  ];
}
