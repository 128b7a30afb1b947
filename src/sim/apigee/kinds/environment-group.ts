import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn, textsIn } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getActiveEnvironment } from './environment.ts';

/** Environment groups and attachments: every change is long-running; a hostname lives in one group only. */
export const environmentGroupRoutes: readonly Route[] = [
  {
    id: 'organizations.envgroups.list',
    paging: { style: 'token', field: 'environmentGroups' },
    handle: (call) => listPage(call, { kind: 'envgroup', owner: '', field: 'environmentGroups' }),
  },
  {
    id: 'organizations.envgroups.get',
    handle: ({ organization, path }) => ok(getGroup(organization, path['envgroupsId'] ?? '')),
  },
  { id: 'organizations.envgroups.create', handle: createGroup },
  { id: 'organizations.envgroups.patch', handle: patchGroup },
  { id: 'organizations.envgroups.delete', handle: deleteGroup },
  {
    id: 'organizations.envgroups.attachments.list',
    paging: { style: 'token', field: 'environmentGroupAttachments' },
    handle: (call) => {
      const owner = call.path['envgroupsId'] ?? '';
      getGroup(call.organization, owner);
      return listPage(call, { kind: 'attachment', owner, field: 'environmentGroupAttachments' });
    },
  },
  {
    id: 'organizations.envgroups.attachments.get',
    handle: ({ organization, path }) => ok(getAttachment(organization, path)),
  },
  { id: 'organizations.envgroups.attachments.create', handle: createAttachment },
  { id: 'organizations.envgroups.attachments.delete', handle: deleteAttachment },
];

function listPage({ organization, query }: Call, list: { kind: string; owner: string; field: string }) {
  const source = {
    from: (name: string) => organization.store.list(list.kind, list.owner, name),
    nameOf: (item: ListedDocument) => item.name,
  };
  const page = tokenPage(source, query, pageCaps.small);
  const items = page.items.map((item) => item.read());
  return tokenAnswer(organization.world.switches, list.field, { items, nextPageToken: page.nextPageToken });
}

function getGroup(organization: SimulatedOrganization, name: string): Document {
  const group = organization.store.find('envgroup', '', name);
  if (group === undefined) throw notFound(`environment group ${name} not found`);
  return group;
}

function getAttachment(organization: SimulatedOrganization, path: Call['path']): Document {
  const group = path['envgroupsId'] ?? '';
  const id = path['attachmentsId'] ?? '';
  const attachment = organization.store.find('attachment', group, id);
  if (attachment === undefined) throw notFound(`attachment ${id} not found in environment group ${group}`);
  return attachment;
}

function assertHostnamesFree(organization: SimulatedOrganization, group: string, hostnames: readonly string[]): void {
  for (const item of organization.store.list('envgroup', '')) {
    if (item.name === group) continue;
    const taken = textsIn(item.read(), 'hostnames').find((hostname) => hostnames.includes(hostname));
    if (taken !== undefined) {
      throw invalidArgument(`hostname ${taken} is already used by environment group ${item.name}`);
    }
  }
}

function createGroup({ organization, query, body }: Call) {
  const checked = checkedBody('EnvironmentGroup', body);
  const name = query['name'] ?? textIn(checked, 'name');
  assertPresent({ name, hostnames: checked['hostnames'] }, ['name', 'hostnames']);
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) throw invalidArgument(`environment group name ${name} is invalid`);
  organization.operations.assertUnlocked();
  if (organization.store.has('envgroup', '', name)) throw alreadyExists(`environment group ${name} already exists`);
  assertHostnamesFree(organization, name, textsIn(checked, 'hostnames'));
  const now = organization.now();
  const group = { ...checked, name, createdAt: now, lastModifiedAt: now, state: 'CREATING' };
  organization.store.put('envgroup', '', name, group);
  return ok(
    organization.operations.start({
      type: 'INSERT',
      target: `organizations/${organization.name}/envgroups/${name}`,
      doing: `environment group ${name} is currently being created`,
      finish: () => storedGroup(organization, { ...group, state: 'ACTIVE' }),
    }),
  );
}

function patchGroup({ organization, path, query, body }: Call) {
  const name = path['envgroupsId'] ?? '';
  const group = getGroup(organization, name);
  const checked = checkedBody('EnvironmentGroup', body);
  const mask = (query['updateMask'] ?? 'hostnames').split(',');
  if (mask.some((field) => field !== 'hostnames')) throw invalidArgument('updateMask can only name hostnames');
  assertPresent(checked, ['hostnames']);
  assertHostnamesFree(organization, name, textsIn(checked, 'hostnames'));
  const hostnames = checked['hostnames'];
  return ok(
    organization.operations.start({
      type: 'UPDATE',
      target: `organizations/${organization.name}/envgroups/${name}`,
      doing: `environment group ${name} is currently being updated`,
      finish: () => storedGroup(organization, { ...group, hostnames, lastModifiedAt: organization.now() }),
    }),
  );
}

function storedGroup(organization: SimulatedOrganization, group: Document): Document {
  organization.store.put('envgroup', '', String(group['name']), group);
  return { '@type': 'type.googleapis.com/google.cloud.apigee.v1.EnvironmentGroup', ...group };
}

function deleteGroup({ organization, path }: Call) {
  const name = path['envgroupsId'] ?? '';
  const group = getGroup(organization, name);
  if (organization.store.count('attachment', name) > 0) {
    throw failedPrecondition(`environment group ${name} has attachments`);
  }
  organization.operations.assertUnlocked();
  organization.store.put('envgroup', '', name, { ...group, state: 'DELETING' });
  return ok(
    organization.operations.start({
      type: 'DELETE',
      target: `organizations/${organization.name}/envgroups/${name}`,
      doing: `environment group ${name} is currently being deleted`,
      finish: () => {
        organization.store.delete('envgroup', '', name);
        return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
      },
    }),
  );
}

function createAttachment({ organization, path, body }: Call) {
  const groupName = path['envgroupsId'] ?? '';
  getGroup(organization, groupName);
  const checked = checkedBody('EnvironmentGroupAttachment', body);
  assertPresent(checked, ['environment']);
  const environment = String(checked['environment']);
  getActiveEnvironment(organization, environment);
  for (const item of organization.store.list('attachment', groupName)) {
    if (item.read()['environment'] !== environment) continue;
    throw alreadyExists(`environment ${environment} is already attached to environment group ${groupName}`);
  }
  const id = organization.world.random.uuid();
  const attachment = { name: id, environment, environmentGroupId: groupName, createdAt: organization.now() };
  return ok(
    organization.operations.start({
      type: 'INSERT',
      target: `organizations/${organization.name}/envgroups/${groupName}/attachments/${id}`,
      doing: `environment group attachment ${id} is currently being created`,
      finish: () => {
        organization.store.put('attachment', groupName, id, attachment);
        return { '@type': 'type.googleapis.com/google.cloud.apigee.v1.EnvironmentGroupAttachment', ...attachment };
      },
    }),
  );
}

function deleteAttachment({ organization, path }: Call) {
  const group = path['envgroupsId'] ?? '';
  const id = String(getAttachment(organization, path)['name']);
  return ok(
    organization.operations.start({
      type: 'DELETE',
      target: `organizations/${organization.name}/envgroups/${group}/attachments/${id}`,
      doing: `environment group attachment ${id} is currently being deleted`,
      finish: () => {
        organization.store.delete('attachment', group, id);
        return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
      },
    }),
  );
}
