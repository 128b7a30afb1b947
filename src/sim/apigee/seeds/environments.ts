import type { OrganizationSeed, SeedDocument } from '../organization-seed.ts';
import { archiveEnvironment } from './archives.ts';
import { daysAfter, daysBefore } from './moments.ts';
import type { EnvironmentName } from './proxy-plan.ts';

/** The profile of a seeded organization, with its add-ons on. */
export function organizationDocument(name: string, environments: readonly string[]): SeedDocument {
  return {
    name,
    displayName: 'Acme Pay – payments platform',
    description: 'APIs of Acme Pay, an invented payments company',
    projectId: name,
    apigeeProjectId: `${name}-tp`,
    state: 'ACTIVE',
    runtimeType: 'CLOUD',
    billingType: 'PAYG',
    subscriptionType: 'PAID',
    subscriptionPlan: 'SUBSCRIPTION_2024',
    type: 'TYPE_PAID',
    analyticsRegion: 'europe-west1',
    authorizedNetwork: 'default',
    customerName: 'Acme Pay GmbH',
    attributes: ['payments', 'Zahlungen'],
    runtimeDatabaseEncryptionKeyName: `projects/${name}/locations/europe-west1/keyRings/apigee/cryptoKeys/runtime`,
    controlPlaneEncryptionKeyName: `projects/${name}/locations/eu/keyRings/apigee/cryptoKeys/control-plane`,
    apiConsumerDataLocation: 'europe-west1',
    apiConsumerDataEncryptionKeyName: `projects/${name}/locations/europe-west1/keyRings/apigee/cryptoKeys/consumers`,
    createdAt: daysBefore(900),
    lastModifiedAt: daysBefore(14),
    ...(environments.length === 0 ? {} : { environments }),
    properties: {
      property: [
        { name: 'features.hybrid.enabled', value: 'false' },
        { name: 'features.mart.connect.enabled', value: 'true' },
      ],
    },
    addonsConfig: {
      analyticsConfig: { enabled: true, state: 'ENABLED', updateTime: '2024-05-02T08:00:00Z' },
      monetizationConfig: { enabled: true },
      apiSecurityConfig: { enabled: true, expiresAt: daysAfter(300) },
      advancedApiOpsConfig: { enabled: true },
      integrationConfig: { enabled: true },
      connectorsPlatformConfig: { enabled: true, expiresAt: daysAfter(300) },
    },
  };
}

/** The profile of an organization that was just provisioned: another list of properties, and no add-on that costs. */
export function newOrganizationDocument(name: string): SeedDocument {
  return {
    ...organizationDocument(name, []),
    properties: { property: [{ name: 'features.mart.connect.enabled', value: 'true' }] },
    addonsConfig: { analyticsConfig: { enabled: true, state: 'ENABLED' }, monetizationConfig: {} },
  };
}

function environment(name: EnvironmentName, details: SeedDocument): SeedDocument {
  return {
    name,
    ...details,
    state: 'ACTIVE',
    deploymentType: 'PROXY',
    apiProxyType: 'PROGRAMMABLE',
    createdAt: daysBefore(880),
    lastModifiedAt: daysBefore(30),
  };
}

/** One environment of each type, and one that archives are deployed to. */
export const environmentDocuments: readonly SeedDocument[] = [
  environment('dev', { displayName: 'Development', type: 'BASE' }),
  environment('test', {
    displayName: 'Test (Abnahme für Händler)',
    description: 'What partners integrate against',
    type: 'INTERMEDIATE',
    forwardProxyUri: 'http://egress.int.acme-pay.test:3128',
    properties: { property: [{ name: 'owner', value: 'integration+test@acme-pay.example' }] },
  }),
  environment('prod', {
    displayName: 'Production',
    description: 'Live money. Changes need two people.',
    type: 'COMPREHENSIVE',
    properties: { property: [{ name: 'pager', value: 'payments-oncall' }] },
    clientIpResolutionConfig: { headerIndexAlgorithm: { ipHeaderName: 'X-Forwarded-For', ipHeaderIndex: 1 } },
    nodeConfig: { minNodeCount: '2', maxNodeCount: '8' },
  }),
  archiveEnvironment,
];

/** What is on in each environment; those of type BASE have no analytics. */
export const environmentAddons: OrganizationSeed['environmentAddons'] = [
  { environment: 'dev', addons: { apiSecurityConfig: { enabled: true } } },
  {
    environment: 'test',
    addons: {
      analyticsConfig: { enabled: true, state: 'ENABLED', updateTime: '2024-05-02T08:00:00Z' },
      apiSecurityConfig: {},
    },
  },
  {
    environment: 'prod',
    addons: {
      analyticsConfig: { enabled: true, state: 'ENABLED', expireTimeMillis: daysAfter(300) },
      apiSecurityConfig: { enabled: true, expiresAt: daysAfter(300) },
    },
  },
];

const account = (name: string): string => `serviceAccount:${name}@acme-pay-prod.iam.gserviceaccount.com`;

/** What the profile of a hybrid organization says otherwise: its runtime is in a network of its own, and so is its portal. */
export const hybridProfile: SeedDocument = {
  runtimeType: 'HYBRID',
  disableVpcPeering: true,
  networkEgressRestricted: true,
  portalDisabled: true,
};

/** The service accounts of a hybrid runtime. */
export const hybridAccess = {
  syncAuthorization: { identities: [account('sync-eu'), account('sync-ap')], etag: 'c2VlZGVk' },
  controlPlaneAccess: {
    synchronizerIdentities: [account('sync-eu'), account('sync-ap')],
    analyticsPublisherIdentities: [account('udca')],
    watcherIdentities: [account('watcher')],
  },
} satisfies Partial<OrganizationSeed>;

/** As an organization begins: nobody has access. */
export const noAccess = {
  syncAuthorization: { etag: 'bmV3' },
  controlPlaneAccess: {},
} satisfies Partial<OrganizationSeed>;

function group(name: string, hostnames: readonly string[]): SeedDocument {
  return { name, hostnames, state: 'ACTIVE', createdAt: daysBefore(870), lastModifiedAt: daysBefore(200) };
}

/** The hostnames by which the environments are reached. */
export const environmentGroups: OrganizationSeed['environmentGroups'] = [
  { group: group('internal', ['api.int.acme-pay.test', 'api-dev.int.acme-pay.test']), environments: ['dev', 'test'] },
  { group: group('partners', ['sandbox.acme-pay.example']), environments: ['test'] },
  { group: group('public', ['api.acme-pay.example', 'api.acmepay.test']), environments: ['prod'] },
];

const hostSuffixes: Readonly<Record<EnvironmentName, string>> = {
  dev: 'dev.int.acme-pay.test',
  test: 'test.int.acme-pay.test',
  prod: 'int.acme-pay.example',
};

/** The target servers of one environment, less what most of them have; each proxy of the seeds finds here every server that it balances over. */
function targetServersOf(name: EnvironmentName): SeedDocument[] {
  const suffix = hostSuffixes[name];
  const servers: SeedDocument[] = [
    {
      name: 'core-banking',
      description: `Core banking system – ${name}`,
      host: `core.${suffix}`,
      port: 8443,
      sSLInfo: {
        enabled: true,
        clientAuthEnabled: true,
        keyStore: 'ref://core-banking-keystore',
        keyAlias: 'acme pay client',
        trustStore: 'ref://acme-truststore',
        protocols: ['TLSv1.2', 'TLSv1.3'],
        ciphers: ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384'],
        commonName: { value: `*.${suffix}`, wildcardMatch: true },
        enforce: true,
      },
    },
    {
      name: 'core-banking-dr',
      description: 'Stands by; switched on by hand',
      host: `core-dr.${suffix}`,
      port: 8443,
      isEnabled: false,
    },
    {
      name: 'payout.engine',
      host: `payouts.${suffix}`,
      port: 443,
      protocol: 'HTTP2',
      sSLInfo: { enabled: true },
    },
    {
      name: 'merchant_registry',
      host: `merchants.${suffix}`,
      port: 443,
      sSLInfo: { enabled: true, ignoreValidationErrors: name !== 'prod', commonName: { value: `merchants.${suffix}` } },
    },
    {
      name: 'card-vault',
      description: 'PCI zone; "no logging" & no retries',
      host: `vault.${suffix}`,
      port: 9443,
      protocol: 'GRPC_TARGET',
      sSLInfo: { enabled: true, trustStore: 'acme-truststore', protocols: ['TLSv1.3'], enforce: true },
    },
    { name: 'fx-feed', host: '192.0.2.17', port: 8080 },
  ];
  return name === 'dev' ? [...servers, { name: 'mock-bank', host: 'localhost', port: 65535 }] : servers;
}

/** The target servers of the three environments that have some. */
export const targetServers: OrganizationSeed['targetServers'] = (['dev', 'test', 'prod'] as const).flatMap((name) =>
  targetServersOf(name).map((server) => ({
    environment: name,
    targetServer: { protocol: 'HTTP', isEnabled: true, ...server },
  })),
);

function collector(name: string, type: string, description?: string): SeedDocument {
  const text = description === undefined ? {} : { description };
  return { name, type, ...text, createdAt: daysBefore(400), lastModifiedAt: daysBefore(90) };
}

/** What policies of the seeds' owners collect for their reports, one of each type. */
export const dataCollectors: OrganizationSeed['dataCollectors'] = [
  collector('dc_amount_minor', 'INTEGER', 'Amount in cents, yen … – whatever is smallest'),
  collector('dc_fx-rate', 'FLOAT', 'Rate used for "settlement"'),
  collector('dc_merchant', 'STRING', 'Händlernummer'),
  collector('dc_is_retry', 'BOOLEAN'),
  collector('dc_booked_at', 'DATETIME', 'When the core booked it'),
];

/** What debug sessions do not show in production; other types of environment have no mask. */
export const debugMasks: OrganizationSeed['debugMasks'] = [
  {
    environment: 'prod',
    mask: {
      namespaces: { pay: 'urn:acme-pay:messages', empty: '' },
      requestXPaths: ['/pay:Transfer/pay:Iban', '//pay:Card'],
      requestJSONPaths: ['$.card.number', '$.card.cvv'],
      responseXPaths: ['/pay:Answer/pay:Balance'],
      responseJSONPaths: ['$..iban'],
      faultXPaths: ['/pay:Fault/pay:Detail'],
      faultJSONPaths: ['$.error["detail"]'],
      variables: ['request.header.authorization', 'request.queryparam.apikey'],
    },
  },
];
