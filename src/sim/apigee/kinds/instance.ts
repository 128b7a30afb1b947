import { alreadyExists, failedPrecondition } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import type { Call, Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getActiveEnvironment } from './environment.ts';
import { getOne, type InfrastructureKind, infrastructureRoutes, startOn } from './infrastructure.ts';

const instanceKind: InfrastructureKind = {
  methods: 'organizations.instances',
  parameter: 'instancesId',
  stored: 'instance',
  noun: 'instance',
  items: 'instances',
  schema: 'Instance',
  required: ['location'],
  cloudOnly: true,
  given: (organization, name) => ({
    host: addressOf(organization, '10'),
    port: '443',
    serviceAttachment: `projects/${organization.name}-tp/regions/europe-west1/serviceAttachments/apigee-${name}-${organization.world.random.uuid().slice(0, 4)}`,
    runtimeVersion: '1-16-0-apigee-1',
    state: 'ACTIVE',
    createdAt: organization.now(),
    lastModifiedAt: organization.now(),
  }),
  checkDeletion: ({ store }, name) => {
    if (store.count('instanceattachment', name) > 0) throw failedPrecondition(`instance ${name} has attachments`);
    if (store.count('nataddress', name) > 0) throw failedPrecondition(`instance ${name} has NAT addresses`);
  },
  patchable: ['consumerAcceptList', 'accessLoggingConfig', 'maintenanceUpdatePolicy'],
};

/** The name of an instance, which has to be there, as owner of what stands under it. */
function instanceOf(organization: SimulatedOrganization, path: Call['path']): string {
  return textIn(getOne(instanceKind, organization, path), 'name');
}

/** An address that nobody else has. */
export function addressOf({ world }: SimulatedOrganization, first: string): string {
  const digits = world.random.uuid().replaceAll('-', '');
  const part = (at: number): number => Number.parseInt(digits.slice(at, at + 2), 16);
  return `${first}.${part(0)}.${part(2)}.${part(4)}`;
}

const natAddressKind: InfrastructureKind = {
  methods: 'organizations.instances.natAddresses',
  parameter: 'natAddressesId',
  stored: 'nataddress',
  noun: 'NAT address',
  items: 'natAddresses',
  schema: 'NatAddress',
  required: [],
  cloudOnly: true,
  ownerOf: instanceOf,
  given: (organization) => ({ ipAddress: addressOf(organization, '34'), state: 'RESERVED' }),
};

const attachmentKind: InfrastructureKind = {
  methods: 'organizations.instances.attachments',
  parameter: 'attachmentsId',
  stored: 'instanceattachment',
  noun: 'instance attachment',
  items: 'attachments',
  schema: 'InstanceAttachment',
  required: ['environment'],
  cloudOnly: true,
  ownerOf: instanceOf,
  given: () => ({}),
};

/** Instances with their attachments and NAT addresses: every change is long-running, one at a time. */
export const instanceRoutes: readonly Route[] = [
  ...infrastructureRoutes(instanceKind),
  ...infrastructureRoutes(natAddressKind),
  { id: 'organizations.instances.natAddresses.activate', handle: activate },
  ...infrastructureRoutes(attachmentKind).filter(({ id }) => !id.endsWith('.create')),
  { id: 'organizations.instances.attachments.create', handle: attach },
];

function activate({ organization, path }: Call) {
  const owner = instanceOf(organization, path);
  const address = getOne(natAddressKind, organization, path);
  const name = textIn(address, 'name');
  if (address['state'] !== 'RESERVED') throw failedPrecondition(`NAT address ${name} is ${textIn(address, 'state')}`);
  organization.operations.assertUnlocked();
  const finish = (): Document => {
    organization.store.put('nataddress', owner, name, { ...address, state: 'ACTIVE' });
    return { ...address, state: 'ACTIVE' };
  };
  return startOn(natAddressKind, organization, { type: 'UPDATE', name, doing: 'activated', finish });
}

function attach({ organization, path, body }: Call) {
  const owner = instanceOf(organization, path);
  const checked = checkedBody('InstanceAttachment', body);
  assertPresent(checked, ['environment']);
  const environment = textIn(checked, 'environment');
  getActiveEnvironment(organization, environment);
  organization.operations.assertUnlocked();
  for (const item of organization.store.list('instanceattachment', owner)) {
    if (item.read()['environment'] !== environment) continue;
    throw alreadyExists(`environment ${environment} is already attached to instance ${owner}`);
  }
  const name = organization.world.random.uuid();
  const attachment = { name, environment, createdAt: organization.now() };
  const finish = (): Document => {
    organization.store.put('instanceattachment', owner, name, attachment);
    return attachment;
  };
  return startOn(attachmentKind, organization, { type: 'INSERT', name, doing: 'created', finish });
}
