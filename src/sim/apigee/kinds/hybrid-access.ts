import { ApiError, failedPrecondition, invalidArgument } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import { type Document, textsIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** Who of a hybrid organization's runtime may reach the control plane: synchronizer authorization and access lists. */
export const hybridAccessRoutes: readonly Route[] = [
  {
    id: 'organizations.getSyncAuthorization',
    readOnly: () => true,
    handle: ({ organization, body }) => {
      assertHybrid(organization);
      checkedBody('GetSyncAuthorizationRequest', body);
      return ok(readAuthorization(organization));
    },
  },
  { id: 'organizations.setSyncAuthorization', handle: setAuthorization },
  {
    id: 'organizations.getControlPlaneAccess',
    handle: ({ organization }) => {
      assertHybrid(organization);
      return ok(readAccess(organization));
    },
  },
  { id: 'organizations.updateControlPlaneAccess', handle: patchAccess },
];

/** True for an organization whose runtime is its owner's. */
export function isHybrid(organization: SimulatedOrganization): boolean {
  return organization.store.find('organization', '', '')?.['runtimeType'] === 'HYBRID';
}

function assertHybrid(organization: SimulatedOrganization): void {
  if (!isHybrid(organization)) {
    throw failedPrecondition(`organization ${organization.name} is not of runtime type HYBRID`);
  }
}

function readAuthorization(organization: SimulatedOrganization): Document {
  return organization.store.find('syncauthorization', '', '') ?? {};
}

function setAuthorization({ organization, body }: Call) {
  assertHybrid(organization);
  const checked = checkedBody('SyncAuthorization', body);
  const { etag } = readAuthorization(organization);
  if (checked['etag'] !== undefined && checked['etag'] !== etag) {
    const message = 'The etag is not that of the current authorization: somebody else has changed it.';
    throw new ApiError({ httpStatus: 409, status: 'ABORTED', message });
  }
  const identities = textsIn(checked, 'identities');
  assertServiceAccounts(identities);
  const stored = { ...(identities.length === 0 ? {} : { identities }), etag: newEtag(organization) };
  organization.store.put('syncauthorization', '', '', stored);
  return ok(stored);
}

function assertServiceAccounts(identities: readonly string[]): void {
  const wrong = identities.find((identity) => !/^serviceAccount:[^@\s]+@[^@\s]+$/.test(identity));
  if (wrong !== undefined) throw invalidArgument(`identity ${wrong} is not a service account`);
}

/** A tag that no earlier state had. */
export function newEtag(organization: SimulatedOrganization): string {
  return Buffer.from(organization.world.random.uuid().slice(0, 8)).toString('base64');
}

const accessFields: { readonly [mask: string]: string } = {
  synchronizer_identities: 'synchronizerIdentities',
  analytics_publisher_identities: 'analyticsPublisherIdentities',
  watcher_identities: 'watcherIdentities',
};

function readAccess(organization: SimulatedOrganization): Document {
  const name = `organizations/${organization.name}/controlPlaneAccess`;
  return { name, ...organization.store.find('controlplaneaccess', '', '') };
}

function patchAccess({ organization, query, body }: Call) {
  assertHybrid(organization);
  const checked = checkedBody('ControlPlaneAccess', body);
  const mask = query['updateMask']?.split(',').filter((field) => field !== '') ?? [];
  if (mask.length === 0) throw invalidArgument('updateMask is required');
  const fields = mask.map((field) => {
    const name = accessFields[field] ?? Object.values(accessFields).find((known) => known === field);
    if (name === undefined) throw invalidArgument(`updateMask names ${field}`);
    return name;
  });
  for (const field of fields) assertServiceAccounts(textsIn(checked, field));
  organization.operations.assertUnlocked();
  const operation = organization.operations.start({
    type: 'UPDATE',
    target: `organizations/${organization.name}/controlPlaneAccess`,
    doing: 'control plane access is currently being updated',
    finish: () => {
      const stored: Document = { ...organization.store.find('controlplaneaccess', '', '') };
      for (const field of fields) {
        delete stored[field];
        if (checked[field] !== undefined) stored[field] = checked[field];
      }
      organization.store.put('controlplaneaccess', '', '', stored);
      const type = 'type.googleapis.com/google.cloud.apigee.v1.ControlPlaneAccess';
      return { '@type': type, ...readAccess(organization) };
    },
  });
  return ok(operation);
}
