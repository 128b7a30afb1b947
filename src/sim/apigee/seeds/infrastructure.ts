import type { SeedDocument, StoredSeed } from '../organization-seed.ts';
import { daysBefore } from './moments.ts';
import { createRandom } from './random.ts';
import type { SeededRandom } from './random.ts';

const madeAt = new Date(Number(daysBefore(300))).toISOString();

function stored(kind: string, name: string, document: SeedDocument, owner = ''): StoredSeed {
  return { kind, owner, name, document: { name, ...document } };
}

function instanceOf(name: string, document: SeedDocument): StoredSeed {
  return stored('instance', name, {
    ...document,
    port: '443',
    runtimeVersion: '1-16-0-apigee-1',
    state: 'ACTIVE',
    createdAt: daysBefore(850),
    lastModifiedAt: daysBefore(20),
  });
}

function attached(instance: string, environment: string): StoredSeed {
  const name = createRandom(`attachment ${instance} ${environment}`).uuid();
  return stored('instanceattachment', name, { environment, createdAt: daysBefore(849) }, instance);
}

function zone(name: string, document: SeedDocument): StoredSeed {
  return stored('dnszone', name, { ...document, state: 'ACTIVE', createTime: madeAt, updateTime: madeAt });
}

/** Two instances with what is attached to them, and what they reach: every writable field is set on one of each. */
export const infrastructure: readonly StoredSeed[] = [
  instanceOf('eu-west1', {
    displayName: 'Frankfurt – main',
    description: 'Where the money is',
    location: 'europe-west3',
    ipRange: '10.20.0.0/22,10.20.4.0/28',
    diskEncryptionKeyName: 'projects/acme-prod/locations/europe-west3/keyRings/apigee/cryptoKeys/disk',
    consumerAcceptList: ['acme-prod', 'acme-dmz'],
    accessLoggingConfig: { enabled: true, filter: 'status_code >= 500' },
    maintenanceUpdatePolicy: {
      maintenanceChannel: 'WEEK2',
      maintenanceWindows: [{ day: 'SUNDAY', startTime: { hours: 3, minutes: 30, seconds: 15, nanos: 500 } }],
    },
    host: '10.20.0.2',
    serviceAttachment: 'projects/acme-prod-tp/regions/europe-west3/serviceAttachments/apigee-eu',
  }),
  instanceOf('us-east1', {
    location: 'us-east1',
    peeringCidrRange: 'SLASH_22',
    host: '10.40.0.2',
    serviceAttachment: 'projects/acme-prod-tp/regions/us-east1/serviceAttachments/apigee-us',
  }),
  ...['dev', 'test', 'prod'].map((environment) => attached('eu-west1', environment)),
  attached('us-east1', 'prod'),
  stored('nataddress', 'out-1', { ipAddress: '34.107.11.9', state: 'ACTIVE' }, 'eu-west1'),
  stored('nataddress', 'out-2', { ipAddress: '34.107.11.10', state: 'RESERVED' }, 'eu-west1'),
  stored('endpointattachment', 'core-banking', {
    location: 'europe-west3',
    serviceAttachment: 'projects/acme-core/regions/europe-west3/serviceAttachments/core',
    host: '7.0.3.4',
    state: 'ACTIVE',
    connectionState: 'ACCEPTED',
  }),
  stored('endpointattachment', 'ledger', {
    location: 'us-east1',
    serviceAttachment: 'projects/acme-core/regions/us-east1/serviceAttachments/ledger',
    host: '7.0.5.4',
    state: 'ACTIVE',
    connectionState: 'PENDING',
  }),
  zone('corp', {
    description: 'Names of the corporate network',
    domain: 'int.acme-pay.example.',
    peeringConfig: { targetProjectId: 'acme-net', targetNetworkId: 'corp' },
  }),
  zone('partners', { description: 'Händler', domain: 'partners.acme-pay.example.' }),
  stored('serviceextension', 'edge', {
    extensionProcessor: 'payments-v2',
    lbForwardingRule: 'projects/acme-prod/regions/europe-west3/forwardingRules/edge',
    network: 'projects/acme-prod/global/networks/default',
    networkConfigs: [{ region: 'europe-west3', subnet: 'projects/acme-prod/regions/europe-west3/subnetworks/apim' }],
    extensions: [
      {
        name: 'all',
        hostname: 'edge.acme-pay.example',
        matchCondition: 'request.path.startsWith("/")',
        supportedEvents: ['REQUEST_HEADERS', 'RESPONSE_HEADERS'],
        failOpen: true,
      },
    ],
    state: 'ACTIVE',
    createTime: madeAt,
    updateTime: madeAt,
  }),
];

/** What of the infrastructure of a random organization a restore makes again without being asked. */
export function generateInfrastructure(random: SeededRandom): StoredSeed[] {
  return random.some(['a1', 'zone-b', 'z-3'], random.integer(0, 2)).map((name) => {
    const peering = { targetProjectId: 'net', targetNetworkId: random.pick(['default', 'corp']) };
    const more = random.chance(0.5) ? { peeringConfig: peering } : {};
    return zone(name, { description: `zone ${name}`, domain: `${name}.acme-pay.test.`, ...more });
  });
}
