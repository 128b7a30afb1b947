import assert from 'node:assert/strict';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { addArchivingPolicy } from '../../src/sim/azure/resource-manager/index.ts';
import { startAlteringProxy } from '../harness/altering-proxy.ts';
import { ACCOUNT_ID, GROUP_ID, VAULT_ID } from '../harness/azure-world.ts';
import { type AzureWorkplace, configure, createAzureWorkplace, protectSection } from '../harness/azure-workplace.ts';
import {
  assign,
  DATA_OWNER,
  INSTANCE_ID,
  OWNER,
  protectWell,
  PROXY_ID,
  READER,
  refuseDeletions,
  WRITER,
} from '../harness/posture-scene.ts';

const STRANGER = '55555555-2222-4333-8444-555555555555';
const SERVICE_ID = `${ACCOUNT_ID}/blobServices/default`;
const CONTAINER_ID = `${SERVICE_ID}/containers/apigee`;
const identity = { azure: { kind: 'managed' }, trust: { host: 'vm', projectId: 'acme-prod' } };

type Properties = Record<string, unknown>;
/** Changes one thing; what it answers puts it back. */
type Change = (place: AzureWorkplace) => Promise<() => unknown> | (() => unknown);

interface Flip {
  readonly change: Change;
  /** Every check that is not a pass any more: `tls fail`. */
  readonly open: readonly string[];
  readonly flags?: readonly string[];
  /** What the resource manager answers instead of what it would, by path. */
  readonly answers?: (place: AzureWorkplace, path: string) => object | undefined;
}

/** Changes the properties of a resource. */
function edit(id: string, change: (properties: Properties) => unknown): Change {
  return ({ world }) => {
    const { simulator } = world;
    const before = structuredClone(simulator.world.find(id)?.properties);
    assert.ok(before !== undefined, id);
    simulator.edit(id, ({ properties }) => void change(properties));
    return () => simulator.edit(id, (resource) => void Object.assign(resource, { properties: before }));
  };
}

function set(id: string, properties: Properties): Change {
  return edit(id, (one) => Object.assign(one, properties));
}

function drop(id: string, ...names: readonly string[]): Change {
  return edit(id, (one) => names.forEach((name) => Reflect.deleteProperty(one, name)));
}

function remove(id: string): Change {
  return ({ world }) => {
    const { simulator } = world;
    const found = simulator.world.find(id);
    assert.ok(found !== undefined, id);
    simulator.world.remove(id);
    return () => simulator.world.put(found);
  };
}

/** The ids of what lies below a resource, by type. */
function below({ world }: AzureWorkplace, id: string, type: string): readonly string[] {
  return world.simulator.world.list(type, `${id}/`).map((one) => one.id);
}

const POINTS = 'Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints';
const JOBS = 'Microsoft.DataProtection/backupVaults/backupJobs';

function ofAll(find: (place: AzureWorkplace) => readonly string[], change: (id: string) => Change): Change {
  return async (place) => {
    const ids = find(place);
    assert.ok(ids.length > 0);
    const undos: (() => unknown)[] = [];
    for (const id of ids) undos.push(await change(id)(place));
    return () => undos.map((undo) => undo());
  };
}

const points = (place: AzureWorkplace) => below(place, INSTANCE_ID, POINTS);
const jobs = (place: AzureWorkplace) => below(place, VAULT_ID, JOBS);
const immutabilitySettings = { state: 'Unlocked' };
const security = (softDelete: Properties, immutability: Properties = immutabilitySettings): Change =>
  set(VAULT_ID, { securitySettings: { softDeleteSettings: softDelete, immutabilitySettings: immutability } });
const retention = (name: string, value: Properties): Change => set(SERVICE_ID, { [name]: value });
const on = { state: 'On', retentionDurationInDays: 14 };
const parameters = (value: Properties): Change =>
  edit(INSTANCE_ID, (one) => {
    const policy = one['policyInfo'] as { policyParameters: Properties };
    policy.policyParameters['backupDatasourceParametersList'] = [value];
  });

/** The instance with its points and jobs in another vault of the subscription. */
const elsewhere: Change = async (place) => {
  const { world } = place.world.simulator;
  const other = VAULT_ID.replace('holdfast-vault', 'other-vault');
  const own = world.find(VAULT_ID);
  assert.ok(own !== undefined);
  world.put({ ...own, id: other, name: 'other-vault' });
  const moved = [INSTANCE_ID, ...points(place), ...jobs(place)].map((id) => {
    const found = world.find(id);
    assert.ok(found !== undefined);
    world.remove(id);
    const text = JSON.stringify(found).replaceAll(VAULT_ID, other);
    return { found, there: world.put(JSON.parse(text) as typeof found) };
  });
  return () => {
    for (const { found, there } of moved) {
      world.remove(there.id);
      world.put(found);
    }
    world.remove(other);
  };
};

const partial: Change = (place) => {
  const { world } = place.world.simulator;
  const found = world.find(points(place).at(-1) ?? '');
  assert.ok(found !== undefined);
  const id = `${INSTANCE_ID}/recoveryPoints/partial`;
  const properties = { ...found.properties, recoveryPointState: 'Partial', recoveryPointTime: world.now() };
  world.put({ ...found, id, name: 'partial', properties });
  return () => world.remove(id);
};

function role(principalId: string, roleId: string, scope?: string): Change {
  return (place) => {
    const id = assign(place, 'flipped', { principalId, role: roleId }, scope);
    return () => place.world.simulator.world.remove(id);
  };
}

/** What the configuration says. */
function configured(protect: Properties, others: Properties = {}): Change {
  return async (place) => {
    await configure(place, { ...protectSection, ...protect }, { identity, ...others });
    return () => configure(place, protectSection, { identity });
  };
}

const noProof: Change = async ({ folder }) => {
  const proofs = join(folder, 'vault', 'orgs', 'acme-prod', 'proofs');
  await rename(proofs, join(folder, 'proofs.aside'));
  await mkdir(proofs);
  return async () => {
    assert.deepEqual(await readdir(proofs), []);
    await rename(join(folder, 'proofs.aside'), proofs);
  };
};

const nothing: Change = () => () => undefined;
const longAgo = '2025-12-01T02:00:00.0000000Z';

const properties: Readonly<Record<string, Flip>> = {
  'soft delete off': { change: security({ ...on, state: 'Off' }), open: ['vault-soft-delete fail'] },
  'a word that is not known': {
    change: nothing,
    // Azure's list of words is open; the simulator says only those that the facts name.
    answers: ({ world }, path) => {
      const found = world.simulator.world.find(VAULT_ID);
      if (path.split('?')[0] !== VAULT_ID || found === undefined) return undefined;
      const securitySettings = { softDeleteSettings: { ...on, state: 'Enabled' }, immutabilitySettings };
      return { ...found, properties: { ...found.properties, securitySettings } };
    },
    open: ['vault-soft-delete unknown'],
  },
  'fewer days': { change: security({ ...on, retentionDurationInDays: 7 }), open: ['vault-soft-delete-days fail'] },
  'days that are not said': { change: security({ state: 'On' }), open: ['vault-soft-delete-days unknown'] },
  'vault not immutable': { change: security(on, { state: 'Disabled' }), open: ['vault-immutability fail'] },
  'immutability not said': { change: security(on, {}), open: ['vault-immutability unknown'] },
  'one region': {
    change: set(VAULT_ID, { storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }] }),
    open: ['vault-redundancy fail'],
  },
  'no guard': { change: remove(PROXY_ID), open: ['resource-guard fail'] },
  'a guard of the same subscription': {
    change: set(PROXY_ID, {
      resourceGuardResourceId: `${GROUP_ID}/providers/Microsoft.DataProtection/resourceGuards/guard`,
    }),
    open: ['resource-guard fail'],
  },
  'another guard than asked for': {
    change: configured({ guard: `${GROUP_ID}/providers/Microsoft.DataProtection/resourceGuards/other` }),
    open: ['resource-guard fail'],
  },
  'protection stopped': {
    change: set(INSTANCE_ID, { currentProtectionState: 'ProtectionStopped' }),
    open: ['backup-instance fail'],
  },
  'another vault': { change: elsewhere, open: ['backup-instance fail'] },
  'the container left out': {
    change: parameters({ objectType: 'BlobBackupDatasourceParameters', containersList: ['logs'] }),
    open: ['container-covered fail'],
  },
  'left out by a prefix': {
    change: parameters({
      objectType: 'BlobBackupDatasourceParametersForAutoProtection',
      autoProtectionSettings: {
        objectType: 'BlobBackupRuleBasedAutoProtectionSettings',
        enabled: true,
        rules: [{ objectType: 'BlobBackupAutoProtectionRule', mode: 'Exclude', type: 'Prefix', pattern: 'api' }],
      },
    }),
    open: ['container-covered fail'],
  },
  'an old recovery point': {
    change: ofAll(points, (id) => set(id, { recoveryPointTime: longAgo })),
    open: ['last-recovery-point fail'],
  },
  'no recovery point': { change: ofAll(points, remove), open: ['last-recovery-point fail'] },
  'a partial one': { change: partial, open: ['last-recovery-point fail'] },
  ...Object.fromEntries(
    ['Failed', 'Cancelled', 'CompletedWithWarnings'].map((status) => [
      `a job that is ${status}`,
      { change: ofAll(jobs, (id) => set(id, { status })), open: ['last-job fail'] },
    ]),
  ),
  'a job that runs': { change: ofAll(jobs, (id) => set(id, { status: 'InProgress' })), open: ['last-job unknown'] },
  'no versions': { change: set(SERVICE_ID, { isVersioningEnabled: false }), open: ['versioning fail'] },
  'no soft delete of blobs': {
    change: retention('deleteRetentionPolicy', { enabled: false }),
    open: ['blob-soft-delete fail'],
  },
  'fewer days for blobs': {
    change: retention('deleteRetentionPolicy', { enabled: true, days: 3, allowPermanentDelete: false }),
    open: ['blob-soft-delete fail'],
  },
  'permanent deletion': {
    change: retention('deleteRetentionPolicy', { enabled: true, days: 30, allowPermanentDelete: true }),
    open: ['blob-soft-delete fail'],
  },
  'no soft delete of containers': {
    change: retention('containerDeleteRetentionPolicy', { enabled: false }),
    open: ['container-soft-delete fail'],
  },
  'no policy': {
    change: edit(CONTAINER_ID, (one) => {
      Reflect.deleteProperty(one, 'immutabilityPolicy');
      one['hasImmutabilityPolicy'] = false;
    }),
    open: ['immutability fail'],
  },
  ...Object.fromEntries(
    (
      [
        ['a short policy, although locked', 'Locked', 60, 'fail'],
        ['a policy of an unknown state', 'Frozen', 61, 'unknown'],
      ] as const
    ).map(([what, state, days, found]) => [
      what,
      {
        change: edit(CONTAINER_ID, (one) => {
          const policy = one['immutabilityPolicy'] as { properties: Properties };
          policy.properties = { ...policy.properties, state, immutabilityPeriodSinceCreationInDays: days };
        }),
        open: [`immutability ${found}`],
      },
    ]),
  ),
  'policies of versions': {
    change: edit(CONTAINER_ID, (one) => {
      Reflect.deleteProperty(one, 'immutabilityPolicy');
      Object.assign(one, { hasImmutabilityPolicy: false, immutableStorageWithVersioning: { enabled: true } });
    }),
    open: ['immutability unknown'],
  },
  'shared keys': { change: drop(ACCOUNT_ID, 'allowSharedKeyAccess'), open: ['shared-key-access fail'] },
  'public access': { change: set(ACCOUNT_ID, { allowBlobPublicAccess: true }), open: ['public-access fail'] },
  'old TLS': { change: set(ACCOUNT_ID, { minimumTlsVersion: 'TLS1_0' }), open: ['tls fail'] },
  'plain http': { change: set(ACCOUNT_ID, { supportsHttpsTrafficOnly: false }), open: ['tls fail'] },
  'a hierarchical namespace': {
    change: set(ACCOUNT_ID, { isHnsEnabled: true }),
    open: ['hierarchical-namespace fail'],
  },
  'an archiving rule': {
    change: ({ world }) => {
      const account = world.simulator.world.find(ACCOUNT_ID);
      assert.ok(account !== undefined);
      const { id } = addArchivingPolicy(world.simulator.world, account, 'apigee/orgs');
      return () => world.simulator.world.remove(id);
    },
    open: ['archiving-rules fail'],
  },
  'an owner of data': { change: role(STRANGER, DATA_OWNER), open: ['role-assignments fail'] },
  'an owner of the group': { change: role(STRANGER, OWNER, GROUP_ID), open: ['role-assignments fail'] },
  'a role that is not there': {
    change: role(STRANGER, '00000000-2222-4333-8444-555555555555'),
    open: ['role-assignments unknown'],
  },
  'a writer who deletes': { change: role(WRITER, DATA_OWNER), open: ['writer-cannot-delete fail'] },
  'a writer who deletes through a group': {
    change: (place) => {
      const { groupMembers } = place.world.simulator.world;
      groupMembers.set(STRANGER, [WRITER]);
      const undo = role(STRANGER, DATA_OWNER)(place) as () => unknown;
      return () => {
        groupMembers.clear();
        undo();
      };
    },
    // The group may hold others too.
    open: ['role-assignments fail', 'writer-cannot-delete fail'],
  },
  'a writer who is not named': { change: nothing, flags: [], open: ['writer-cannot-delete unknown'] },
  'a capture that writes': {
    change: (place) => {
      place.simulator.setFaults([]);
      return () => refuseDeletions(place);
    },
    open: ['capture-cannot-write fail'],
  },
  'a secret overdue': {
    change: configured({}, { secrets: { items: [{ name: 'okta', kind: 'idp client', rotatedAt: '2020-01-01' }] } }),
    open: ['secrets-overdue fail'],
  },
  'an old proof': {
    change: nothing,
    flags: ['--writer', WRITER, '--verified-within', '0.000001'],
    open: ['verified-point fail'],
  },
  'no proof': { change: noProof, open: ['verified-point fail'] },
};

/** Every right to read, with what is not known without it. */
const rights: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.DataProtection/backupVaults/read': [
    'backup-vault',
    // Whose the role of backups is cannot be told without the vault's identity.
    'role-assignments',
    'vault-immutability',
    'vault-redundancy',
    'vault-soft-delete',
    'vault-soft-delete-days',
  ],
  'Microsoft.DataProtection/backupVaults/backupResourceGuardProxies/read': ['resource-guard'],
  'Microsoft.DataProtection/backupVaults/backupInstances/read': [
    'backup-instance',
    'container-covered',
    'last-job',
    'last-recovery-point',
  ],
  'Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints/read': ['last-recovery-point'],
  'Microsoft.DataProtection/backupVaults/backupJobs/read': ['last-job'],
  'Microsoft.Storage/storageAccounts/read': [
    'hierarchical-namespace',
    'public-access',
    'secrets-overdue',
    'shared-key-access',
    'tls',
  ],
  'Microsoft.Storage/storageAccounts/blobServices/read': ['blob-soft-delete', 'container-soft-delete', 'versioning'],
  'Microsoft.Storage/storageAccounts/blobServices/containers/read': ['immutability'],
  'Microsoft.Storage/storageAccounts/managementPolicies/read': ['archiving-rules'],
  'Microsoft.Authorization/roleAssignments/read': ['role-assignments', 'writer-cannot-delete'],
  'Microsoft.Authorization/roleDefinitions/read': ['writer-cannot-delete'],
};

function denied(action: string, unknown: readonly string[]): Flip {
  return {
    change: ({ world }) => {
      world.simulator.denials.push({ action });
      return () => world.simulator.denials.splice(0);
    },
    open: unknown.map((id) => `${id} unknown`),
  };
}

const elsewhereDenied: Readonly<Record<string, Flip>> = {
  'the organization does not answer': {
    change: (place) => {
      place.simulator.setFaults([{ fault: { kind: 'status', status: 400 }, http: 'DELETE' }]);
      return () => refuseDeletions(place);
    },
    open: ['capture-cannot-write unknown'],
  },
  'a group with a role, and who is in it': {
    change: (place) => {
      const team = { principalId: STRANGER, principalType: 'Group', role: READER };
      const id = assign(place, 'team', team);
      return () => place.world.simulator.world.remove(id);
    },
    // Only what the writer has through groups is refused.
    answers: (_, path) => (path.includes('assignedTo') ? { error: { code: 'AuthorizationFailed' } } : undefined),
    open: ['writer-cannot-delete unknown'],
  },
  'the secrets of the project': {
    change: configured({}, { identity: { azure: { kind: 'managed' } } }),
    open: ['secrets-overdue unknown'],
  },
};

test('one property or right at a time, through the command line: exactly that check changes', async (t) => {
  // The keys are made in the machine's time, so the simulated one begins there: they are young.
  const place = await createAzureWorkplace(t, protectSection, { startMs: Date.now() });
  await configure(place, protectSection, { identity });
  await protectWell(place);
  // The project has no service account, and so no key of one.
  const google = await startAlteringProxy(t, 'http://127.0.0.1:9', () => ({
    status: 200,
    contentType: 'application/json',
    body: new TextEncoder().encode('{}'),
  }));
  const environment = { HOLDFAST_TEST_GOOGLE_ORIGIN: google };
  let answers: Flip['answers'];
  const manager = await startAlteringProxy(t, place.world.url, (path) => {
    const answer = answers?.(place, path);
    if (answer === undefined) return undefined;
    const status = 'error' in answer ? 403 : 200;
    return { status, contentType: 'application/json', body: new TextEncoder().encode(JSON.stringify(answer)) };
  });
  const usual = ['--writer', WRITER];
  const measure = async (flags: readonly string[] = usual) => {
    const altered = answers === undefined ? {} : { HOLDFAST_AZURE_MANAGEMENT_ENDPOINT: manager };
    const { exit, document } = await place.json('posture', ['posture', ...flags], {
      environment: { ...environment, ...altered },
    });
    const open = document.checks.filter(({ state }) => state !== 'pass');
    return { exit, open: open.map(({ id, state }) => `${id} ${state}`).sort(), checks: document.checks };
  };
  const good = await measure();
  assert.deepEqual([good.exit, good.open], [0, []], JSON.stringify(good.checks, undefined, 1));
  const all = {
    ...properties,
    ...Object.fromEntries(Object.entries(rights).map(([action, unknown]) => [action, denied(action, unknown)])),
    ...elsewhereDenied,
  };
  const wrong: unknown[] = [];
  for (const [what, { change, open, flags, answers: instead }] of Object.entries<Flip>(all)) {
    answers = instead;
    const undo = await change(place);
    const found = await measure(flags);
    await undo();
    const exit = open.some((one) => one.endsWith(' fail')) ? 2 : 3;
    const [expected, actual] = [JSON.stringify([exit, open]), JSON.stringify([found.exit, found.open])];
    if (actual !== expected) wrong.push({ what, expected, actual });
    for (const { state, remedy, evidence } of found.checks)
      assert.ok(state === 'pass' || (remedy !== undefined && evidence.endsWith('.')), what);
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual((await measure()).open, [], 'everything was put back');
  assert.ok(Object.keys(all).length >= 55);
});
