import { googleRole } from '../../core/roles/google-roles.ts';
import type { DesiredAccount, DesiredProvider, DesiredTrust, Host } from './desired-trust.ts';
import { hclText } from './quote.ts';

/** Both sides in Terraform: roles, pool, providers, accounts, bindings at Google; the identities on Azure and, where the host has them, their credentials. */
export function terraformText(trust: DesiredTrust): string {
  const { pool, providers, accounts, projectId, host } = trust;
  return [
    '# Lets workloads sign in to Apigee without a stored key. Providers google and azurerm are configured elsewhere.',
    block('locals', [], [`project = ${hclText(projectId)}`]),
    block('variable', ['resource_group'], ['type = string']),
    block('variable', ['location'], ['type = string']),
    block(
      'resource',
      ['google_iam_workload_identity_pool', 'holdfast'],
      ['project                   = local.project', `workload_identity_pool_id = ${hclText(pool)}`],
    ),
    ...providers.map(providerBlock),
    ...accounts.flatMap(accountBlocks),
    ...accounts.map(({ purpose }) =>
      block(
        'resource',
        ['azurerm_user_assigned_identity', purpose],
        [
          `name                = "holdfast-${purpose}"`,
          'resource_group_name = var.resource_group',
          'location            = var.location',
        ],
      ),
    ),
    ...hostBlocks[host](trust),
    ...accounts.map(({ purpose }) =>
      block('output', [`${purpose}_subject`], [`value = azurerm_user_assigned_identity.${purpose}.principal_id`]),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

function block(type: string, labels: readonly string[], lines: readonly string[]): string {
  const head = [type, ...labels.map((label) => `"${label}"`)].join(' ');
  return [`${head} {`, ...lines.map((line) => `  ${line}`), '}'].join('\n');
}

function listOf(values: readonly string[]): string {
  return `[${values.map(hclText).join(', ')}]`;
}

/** A label of HCL: letters, digits and underscores. */
function labelOf(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
}

function providerBlock({ id, issuer, allowedAudiences, mapping, condition }: DesiredProvider): string {
  return block(
    'resource',
    ['google_iam_workload_identity_pool_provider', labelOf(id)],
    [
      'project                            = local.project',
      'workload_identity_pool_id          = google_iam_workload_identity_pool.holdfast.workload_identity_pool_id',
      `workload_identity_pool_provider_id = ${hclText(id)}`,
      'attribute_mapping = {',
      ...Object.entries(mapping).map(([target, expression]) => `  ${hclText(target)} = ${hclText(expression)}`),
      '}',
      `attribute_condition = ${hclText(condition)}`,
      'oidc {',
      `  issuer_uri = ${hclText(issuer)}`,
      ...(allowedAudiences.length === 0 ? [] : [`  allowed_audiences = ${listOf(allowedAudiences)}`]),
      '}',
    ],
  );
}

function accountBlocks({ purpose, id, principal }: DesiredAccount): string[] {
  const role = googleRole(purpose);
  return [
    block(
      'resource',
      ['google_project_iam_custom_role', purpose],
      [
        'project     = local.project',
        `role_id     = ${hclText(role.id)}`,
        `title       = ${hclText(role.title)}`,
        `description = ${hclText(role.description)}`,
        'permissions = [',
        ...role.permissions.map((permission) => `  ${hclText(permission)},`),
        ']',
      ],
    ),
    block(
      'resource',
      ['google_service_account', purpose],
      [
        'project      = local.project',
        `account_id   = ${hclText(id)}`,
        `display_name = ${hclText(`Holdfast ${purpose}`)}`,
      ],
    ),
    block(
      'resource',
      ['google_project_iam_member', purpose],
      [
        'project = local.project',
        `role    = google_project_iam_custom_role.${purpose}.name`,
        `member  = google_service_account.${purpose}.member`,
      ],
    ),
    block(
      'resource',
      ['google_service_account_iam_member', purpose],
      [
        `service_account_id = google_service_account.${purpose}.name`,
        'role               = "roles/iam.workloadIdentityUser"',
        `member             = ${hclText(principal)}`,
      ],
    ),
  ];
}

function credential(purpose: string, issuer: string, subject: string): string {
  return block(
    'resource',
    ['azurerm_federated_identity_credential', purpose],
    [
      `name                = "holdfast-${purpose}"`,
      'resource_group_name = var.resource_group',
      `parent_id           = azurerm_user_assigned_identity.${purpose}.id`,
      'audience            = ["api://AzureADTokenExchange"]',
      `issuer              = ${issuer}`,
      `subject             = ${subject}`,
    ],
  );
}

function variable(name: string): string {
  return block('variable', [name], ['type = string']);
}

const hostBlocks: Readonly<Record<Host, (trust: DesiredTrust) => readonly string[]>> = {
  'container-apps': ({ accounts }) => [
    variable('container_apps_environment_id'),
    variable('image'),
    ...accounts.map(({ purpose }) =>
      block(
        'resource',
        ['azurerm_container_app_job', purpose],
        [
          `name                         = "holdfast-${purpose}"`,
          'resource_group_name          = var.resource_group',
          'location                     = var.location',
          'container_app_environment_id = var.container_apps_environment_id',
          'replica_timeout_in_seconds   = 7200',
          'replica_retry_limit          = 0',
          ...(purpose === 'capture'
            ? ['schedule_trigger_config {', '  cron_expression = "15 * * * *"', '}']
            : ['manual_trigger_config {', '  parallelism = 1', '}']),
          'identity {',
          '  type         = "UserAssigned"',
          `  identity_ids = [azurerm_user_assigned_identity.${purpose}.id]`,
          '}',
          'template {',
          '  container {',
          '    name    = "holdfast"',
          '    image   = var.image',
          '    cpu     = 1',
          '    memory  = "2Gi"',
          `    command = ["holdfast", "${purpose === 'capture' ? 'backup' : 'doctor'}"]`,
          '  }',
          '}',
        ],
      ),
    ),
  ],
  // An identity is given to a machine where the machine is described.
  vm: () => [],
  aks: ({ accounts }) => [
    variable('cluster_oidc_issuer_url'),
    ...accounts.map(({ purpose }) =>
      credential(purpose, 'var.cluster_oidc_issuer_url', `"system:serviceaccount:holdfast:holdfast-${purpose}"`),
    ),
  ],
  github: ({ accounts }) =>
    accounts.map(({ purpose, subject }) =>
      credential(purpose, '"https://token.actions.githubusercontent.com"', hclText(subject)),
    ),
  'azure-pipelines': ({ accounts }) =>
    accounts.flatMap(({ purpose }) => [
      variable(`${purpose}_connection_issuer`),
      variable(`${purpose}_connection_subject`),
      credential(purpose, `var.${purpose}_connection_issuer`, `var.${purpose}_connection_subject`),
    ]),
};
