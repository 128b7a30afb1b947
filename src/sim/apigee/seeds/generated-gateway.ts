import type { BundledSeed, OrganizationSeed, SeedDocument } from '../organization-seed.ts';
import { generateAnalytics } from './analytics.ts';
import { noAccess, organizationDocument } from './environments.ts';
import { generateFlowHooks } from './flow-hooks.ts';
import { generateInfrastructure } from './infrastructure.ts';
import { generateKeyValueMaps } from './key-value-maps.ts';
import { generateKeystores } from './keystores.ts';
import { daysBefore } from './moments.ts';
import { oddText } from './odd-text.ts';
import { proxyOf } from './proxy-bundle.ts';
import { deploymentsOf } from './proxy-plan.ts';
import type { EnvironmentName, ProxyPlan } from './proxy-plan.ts';
import type { SeededRandom } from './random.ts';
import { generateResourceFiles } from './resource-files.ts';
import { generateSecurity } from './security.ts';
import { sharedFlowOf, sharedFlowPlans } from './shared-flows.ts';
import { generateTracing } from './tracing.ts';

type GeneratedGateway = Omit<
  OrganizationSeed,
  'portal' | 'proxies' | 'sharedFlows' | 'products' | 'developers' | 'apps' | 'appGroups' | 'appGroupApps' | 'relations'
> & {
  readonly proxies: readonly BundledSeed[];
  readonly sharedFlows: readonly BundledSeed[];
};

/** Environments, target servers, bundles and deployments of a random organization; everything named is there. */
export function generateGateway(
  random: SeededRandom,
  options: { readonly organizationName: string; readonly mostProxies: number; readonly allowResidue: boolean },
): GeneratedGateway {
  const environments = random.some(['dev', 'test', 'prod'] as const, random.pick([0, 1, 2, 2, 3]));
  const servers = random.some(['core', 'Core', 'odd_server.1', 'x'], random.integer(0, 3));
  const flows = random.chance(0.5) ? sharedFlowPlans : [];
  const plans = Array.from({ length: random.integer(0, options.mostProxies) }, (_, index) =>
    proxyPlan(random, index, {
      environments,
      servers,
      flows: flows.length > 0 ? ['caller-identity', 'error-envelope'] : [],
    }),
  );
  const documents = environments.map((name) => environmentDocument(random, name));
  const withMaps = documents.filter(({ type }) => type !== 'BASE').map(({ name }) => `environments/${String(name)}`);
  const repeat = options.allowResidue && random.chance(0.5);
  const collectors = dataCollectors(random);
  const deployments = [...flowDeployments(flows, environments), ...proxyDeployments(random, plans)];
  return {
    organization: organizationDocument(options.organizationName, environments),
    ...noAccess,
    spaces: [{ name: 'generated', displayName: oddText(random) }],
    iamPolicies: iamPolicies(random, environments),
    environmentAddons: environmentAddons(random, documents),
    securitySettings: random.chance(0.5) ? { mlRetrainingFeedbackEnabled: true } : {},
    environments: documents,
    environmentGroups: environmentGroups(random, environments),
    ...generateKeystores(random, environments, options.allowResidue),
    targetServers: environments.flatMap((environment) =>
      servers.map((name) => ({ environment, targetServer: targetServer(random, name) })),
    ),
    keyValueMaps: generateKeyValueMaps(random, ['', ...withMaps, ...plans.map((plan) => `apis/${plan.name}`)], options),
    proxies: plans
      .map((plan) => (repeat ? withRepeatedRevision(proxyOf(plan)) : proxyOf(plan)))
      .map((proxy, index) => (index % 2 === 0 ? proxy : { ...proxy, space: 'generated' })),
    sharedFlows: flows.map(sharedFlowOf),
    deployments,
    flowHooks: generateFlowHooks(random, deployments),
    debugMasks: debugMasks(random, documents),
    dataCollectors: collectors,
    security: generateSecurity(
      random,
      environments,
      plans.map((plan) => plan.name),
    ),
    analytics: generateAnalytics(
      random,
      collectors.map(({ name }) => String(name)),
    ),
    documents: [
      ...generateResourceFiles(random, environments),
      ...generateInfrastructure(random),
      ...generateTracing(
        random,
        documents,
        plans.map(({ name }) => name),
      ),
    ],
  };
}

function environmentDocument(random: SeededRandom, name: EnvironmentName): SeedDocument {
  return {
    name,
    type: random.pick(['BASE', 'INTERMEDIATE', 'COMPREHENSIVE']),
    ...(random.chance(0.7) ? { displayName: oddText(random) } : {}),
    ...(random.chance(0.5) ? { description: oddText(random) } : {}),
    ...(random.chance(0.4)
      ? {
          properties: {
            property: [
              { name: 'b', value: oddText(random) },
              { name: 'a', value: '1' },
            ],
          },
        }
      : {}),
    ...(random.chance(0.2) ? { nodeConfig: { minNodeCount: '1', maxNodeCount: '9007199254740993' } } : {}),
    state: 'ACTIVE',
    deploymentType: 'PROXY',
    apiProxyType: 'PROGRAMMABLE',
    createdAt: daysBefore(random.integer(10, 900)),
    lastModifiedAt: daysBefore(random.integer(1, 9)),
  };
}

function environmentGroups(
  random: SeededRandom,
  environments: readonly string[],
): OrganizationSeed['environmentGroups'] {
  const names = random.some(['public', 'internal-1'], random.integer(0, 2));
  return names.map((name) => ({
    group: {
      name,
      hostnames: [`b.${name}.acme-pay.test`, ...(random.chance(0.5) ? [`a.${name}.acme-pay.test`] : [])],
      state: 'ACTIVE',
      createdAt: daysBefore(300),
      lastModifiedAt: daysBefore(random.integer(1, 299)),
    },
    environments: random.some(environments, random.integer(0, environments.length)),
  }));
}

function iamPolicies(random: SeededRandom, environments: readonly string[]): OrganizationSeed['iamPolicies'] {
  const owners = ['spaces/generated', ...environments.map((name) => `environments/${name}`)];
  return random.some(owners, random.integer(0, owners.length)).map((resource, index) => ({
    resource,
    policy: {
      version: 3,
      etag: Buffer.from(`etag ${index}`).toString('base64'),
      bindings: [
        { role: 'roles/apigee.environmentAdmin', members: ['user:b@acme-pay.example', 'user:a@acme-pay.example'] },
        ...(random.chance(0.5)
          ? [
              {
                role: 'roles/apigee.environmentAdmin',
                members: ['group:c@acme-pay.example'],
                condition: { title: oddText(random), expression: 'true' },
              },
            ]
          : []),
      ],
    },
  }));
}

function environmentAddons(
  random: SeededRandom,
  environments: readonly SeedDocument[],
): OrganizationSeed['environmentAddons'] {
  return environments.map(({ name, type }) => ({
    environment: String(name),
    addons: {
      ...(type !== 'BASE' && random.chance(0.5) ? { analyticsConfig: { enabled: true, state: 'ENABLED' } } : {}),
      ...(random.chance(0.5) ? { apiSecurityConfig: { enabled: true } } : {}),
    },
  }));
}

function debugMasks(random: SeededRandom, environments: readonly SeedDocument[]): OrganizationSeed['debugMasks'] {
  const comprehensive = environments.filter(({ type }) => type === 'COMPREHENSIVE' && random.chance(0.7));
  return comprehensive.map(({ name }) => ({
    environment: String(name),
    mask: {
      variables: [oddText(random), 'request.header.authorization'],
      ...(random.chance(0.5) ? { requestJSONPaths: ['$.b', '$.a'], namespaces: { s: 'urn:s' } } : {}),
    },
  }));
}

function dataCollectors(random: SeededRandom): SeedDocument[] {
  return random.some(['dc_a', 'dc_A', 'dc_with-dash', 'dc_1'], random.integer(0, 3)).map((name) => ({
    name,
    type: random.pick(['INTEGER', 'FLOAT', 'STRING', 'BOOLEAN', 'DATETIME']),
    ...(random.chance(0.6) ? { description: oddText(random) } : {}),
    createdAt: daysBefore(random.integer(100, 900)),
    lastModifiedAt: daysBefore(random.integer(1, 99)),
  }));
}

function targetServer(random: SeededRandom, name: string): SeedDocument {
  return {
    name,
    host: random.pick(['a.acme-pay.test', '192.0.2.1', 'localhost', 'xn--bcher-kva.example', '2001:db8::1']),
    port: random.pick([1, 80, 443, 65_535]),
    ...(random.chance(0.5) ? { description: oddText(random) } : {}),
    isEnabled: random.chance(0.6),
    protocol: random.pick(['HTTP', 'HTTP', 'HTTP2', 'GRPC_TARGET', 'GRPC', 'EXTERNAL_CALLOUT']),
    ...(random.chance(0.6) ? { sSLInfo: tlsInfo(random) } : {}),
  };
}

function tlsInfo(random: SeededRandom): SeedDocument {
  return {
    enabled: random.chance(0.8),
    ...(random.chance(0.4) ? { clientAuthEnabled: random.chance(0.5) } : {}),
    ...(random.chance(0.3) ? { keyStore: 'ref://keys', keyAlias: random.pick(['one', 'with space', 'ü']) } : {}),
    ...(random.chance(0.3) ? { trustStore: 'trust' } : {}),
    ...(random.chance(0.3) ? { ignoreValidationErrors: random.chance(0.5) } : {}),
    ...(random.chance(0.4) ? { protocols: random.some(['TLSv1.3', 'TLSv1.2', 'TLSv1.1'], random.integer(0, 3)) } : {}),
    ...(random.chance(0.4)
      ? { ciphers: random.some(['TLS_AES_256_GCM_SHA384', 'TLS_AES_128_GCM_SHA256'], random.integer(0, 2)) }
      : {}),
    ...(random.chance(0.3) ? { commonName: { value: '*.acme-pay.test', wildcardMatch: random.chance(0.5) } } : {}),
    ...(random.chance(0.3) ? { enforce: random.chance(0.5) } : {}),
  };
}

const oddFiles: Readonly<Record<string, string>> = {
  'apiproxy/resources/properties/windows.properties': 'greeting=Gr\u00fc\u00dfe\r\nempty=\r\n',
  'apiproxy/resources/jsc/empty.js': '',
  'apiproxy/resources/jsc/with mark.js': '\ufeff// starts with a byte order mark, ends without a line end',
  'apiproxy/resources/xsl/支払い.xsl': '<x xmlns:a="urn:a">\n\t<a:b c="1"/>\n</x>',
};

function proxyPlan(
  random: SeededRandom,
  index: number,
  places: {
    readonly environments: readonly EnvironmentName[];
    readonly servers: readonly string[];
    readonly flows: readonly string[];
  },
): ProxyPlan {
  const name = `${random.pick(['p', 'Proxy.', 'under_', 'with-dash-'])}${index}`;
  const revisions = [random.integer(1, 9)];
  while (random.chance(0.5) && revisions.length < 5) revisions.push((revisions.at(-1) ?? 0) + random.integer(1, 4));
  const deployed = places.environments
    .filter(() => random.chance(0.6))
    .map((place) => [place, random.pick(revisions)] as const);
  return {
    name,
    basePath: `/generated/${index}`,
    displayName: oddText(random).replaceAll(/\s/gu, ' '),
    guard: random.pick(['api-key', 'oauth', 'jwt', 'token-endpoint']),
    targetServers: random.some(places.servers, random.integer(0, 2)),
    sharedFlows: random.some(places.flows, random.integer(0, 2)),
    revisions,
    deployed: Object.fromEntries(deployed),
    ...(random.chance(0.3) ? { labels: { team: 'a-b_c', empty: '' } } : {}),
    ...(random.chance(0.3) ? { serviceAccount: 'generated@acme-pay-prod.iam.gserviceaccount.com' } : {}),
    extraFiles: Object.fromEntries(random.some(Object.entries(oddFiles), random.integer(0, 3))),
    ageDays: random.integer(60, 500),
  };
}

/** The same bundle imported twice in a row, as pipelines do. */
function withRepeatedRevision(proxy: BundledSeed): BundledSeed {
  const newest = proxy.revisions.at(-1);
  if (newest === undefined) return proxy;
  return { ...proxy, revisions: [...proxy.revisions, { ...newest, number: newest.number + 1 }] };
}

function flowDeployments(
  flows: typeof sharedFlowPlans,
  environments: readonly EnvironmentName[],
): OrganizationSeed['deployments'][number][] {
  return flows.flatMap((flow) =>
    deploymentsOf(flow)
      .filter((place) => environments.includes(place.environment))
      .map((place) => ({ ...place, flavour: 'sharedflow' as const, name: flow.name })),
  );
}

function proxyDeployments(
  random: SeededRandom,
  plans: readonly ProxyPlan[],
): OrganizationSeed['deployments'][number][] {
  return plans.flatMap((plan) =>
    deploymentsOf(plan).map((place) => ({
      ...place,
      flavour: 'proxy' as const,
      name: plan.name,
      ...(plan.serviceAccount !== undefined && random.chance(0.7) ? { serviceAccount: plan.serviceAccount } : {}),
    })),
  );
}
