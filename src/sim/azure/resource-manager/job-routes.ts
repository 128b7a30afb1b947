import { badRequest, notModelled, resourceNotFound } from './arm-fault.ts';
import { type ArmRecord, listAt, recordAt, textAt } from './arm-record.ts';
import type { ArmResource, ArmWorld, PointContent } from './arm-world.ts';
import { placeOf } from './arm-world.ts';
import { canBackUp } from './authorization-routes.ts';
import type { SimulatedBlob } from './blob-plane.ts';
import { containersOf, getInstance, permissionsMissing, sourceOf } from './instance-routes.ts';
import { type ArmAnswer, type ArmCall, type ArmRoute, INSTANCE, page, VAULT, versions } from './route.ts';
import type { JobOutcome, NextBackup } from './switches.ts';
import { getVault } from './vault-routes.ts';

const apiVersions = versions.dataProtection;
const INSTANCES = 'Microsoft.DataProtection/backupVaults/backupInstances';
const POINT = `${INSTANCES}/recoveryPoints`;
const JOB = 'Microsoft.DataProtection/backupVaults/backupJobs';

export const jobRoutes: readonly ArmRoute[] = [
  {
    method: 'POST',
    template: `${INSTANCE}/backup`,
    apiVersions,
    action: `${INSTANCES}/backup/action`,
    request: { type: 'TriggerBackupRequest', direction: 'request' },
    handle: backUp,
  },
  {
    method: 'POST',
    template: `${INSTANCE}/validateRestore`,
    apiVersions,
    action: `${INSTANCES}/validateRestore/action`,
    request: { type: 'ValidateRestoreRequest', direction: 'request' },
    handle: validateRestore,
  },
  {
    method: 'POST',
    template: `${INSTANCE}/restore`,
    apiVersions,
    action: `${INSTANCES}/restore/action`,
    request: { type: 'AzureBackupRestoreRequest', direction: 'request' },
    handle: restore,
  },
  {
    method: 'GET',
    template: `${INSTANCE}/recoveryPoints`,
    apiVersions,
    action: `${POINT}/read`,
    answer: { list: 'RecoveryPoint' },
    handle: (call) => {
      if (call.query.has('$filter')) throw notModelled('a filter of recovery points');
      return page(call.world.list(POINT, `${getInstance(call).id}/`).toReversed());
    },
  },
  {
    method: 'GET',
    template: `${INSTANCE}/recoveryPoints/{point}`,
    apiVersions,
    action: `${POINT}/read`,
    answer: 'RecoveryPoint',
    handle: (call) => ({ status: 200, body: getPoint(call, call.names['point'] ?? '') }),
  },
  {
    method: 'GET',
    template: `${VAULT}/backupJobs`,
    apiVersions,
    action: `${JOB}/read`,
    answer: { list: 'Job' },
    handle: (call) => page(call.world.list(JOB, `${getVault(call).id}/`).toReversed()),
  },
  {
    method: 'GET',
    template: `${VAULT}/backupJobs/{job}`,
    apiVersions,
    action: `${JOB}/read`,
    answer: 'Job',
    handle: (call) => {
      const found = call.world.find(`${getVault(call).id}/backupJobs/${call.names['job']}`);
      if (found === undefined) throw resourceNotFound(JOB, call.names['job'] ?? '', call.names['group'] ?? '');
      return { status: 200, body: found };
    },
  },
  ...[VAULT, '/subscriptions/{sub}/providers/Microsoft.DataProtection/locations/{location}'].flatMap(
    (base): ArmRoute[] => [
      {
        method: 'GET',
        template: `${base}/operationStatus/{operation}`,
        apiVersions,
        action: 'Microsoft.DataProtection/locations/operationStatus/read',
        answer: 'OperationStatus',
        handle: (call) => call.operations.status(call.names['operation'] ?? ''),
      },
      {
        method: 'GET',
        template: `${base}/operationResults/{operation}`,
        apiVersions,
        action: 'Microsoft.DataProtection/locations/operationResults/read',
        handle: (call) => call.operations.result(call.names['operation'] ?? ''),
      },
    ],
  ),
];

function getPoint(call: ArmCall, name: string): ArmResource {
  const found = call.world.find(`${getInstance(call).id}/recoveryPoints/${name}`);
  if (found === undefined) throw resourceNotFound(POINT, name, call.names['group'] ?? '');
  return found;
}

// --------------------------------------------------------------------------------------------------------- backups

function backUp(call: ArmCall): ArmAnswer {
  const instance = getInstance(call);
  const rule = textAt(call.body, 'backupRuleOptions', 'ruleName');
  const policy = call.world.find(textAt(instance.properties, 'policyInfo', 'policyId'));
  const rules = listAt(policy?.properties, 'policyRules');
  if (!rules.some((one) => textAt(one, 'objectType') === 'AzureBackupRule' && textAt(one, 'name') === rule)) {
    throw badRequest('UserErrorBackupRuleNotFound', `The policy has no backup rule ${rule}.`);
  }
  if (instance.properties['currentProtectionState'] !== 'ProtectionConfigured') {
    throw badRequest(
      'UserErrorDppProtectionNotConfigured',
      'The backup instance is not protected: resume protection first.',
    );
  }
  return call.operations.start(call.names['sub'] ?? '', { status: 202 }, () =>
    startBackup(call, instance, { isUserTriggered: true }),
  );
}

/** Starts a backup job, as the schedule or a user does; answers its id. */
export async function startBackup(
  call: Pick<ArmCall, 'world' | 'switches'>,
  instance: ArmResource,
  { isUserTriggered }: { readonly isUserTriggered: boolean },
): Promise<string> {
  const { world, switches } = call;
  const { outcome = 'Completed', state = 'Completed', without } = switches.nextBackups.shift() ?? {};
  const job = addJob(world, instance, { category: 'Backup', isUserTriggered });
  // The vault holds what was there when the backup began, as far as replication had come.
  const startedAt = world.now();
  const content = outcome === 'Failed' || outcome === 'Cancelled' ? undefined : await copyOf(world, instance, without);
  world.schedule(switches.jobMs, () => {
    endJob(world, job, outcome);
    if (content !== undefined) addPoint(world, instance, { state, startedAt, content });
  });
  return job.id;
}

async function copyOf(world: ArmWorld, instance: ArmResource, without: NextBackup['without']): Promise<PointContent> {
  const plane = world.planes.get(sourceOf(instance.properties));
  const content = new Map<string, readonly SimulatedBlob[]>();
  for (const container of containersOf(instance.properties)) {
    const blobs = (await plane?.readContainer(container)) ?? [];
    const held = blobs.filter(({ name }) => without?.({ container, name }) !== true);
    content.set(container, held);
  }
  return content;
}

function addPoint(
  world: ArmWorld,
  instance: ArmResource,
  { state, startedAt, content }: { readonly state: string; readonly startedAt: string; readonly content: PointContent },
): void {
  const name = world.random.uuid().replaceAll('-', '');
  const id = `${instance.id}/recoveryPoints/${name}`;
  const policy = world.find(textAt(instance.properties, 'policyInfo', 'policyId'));
  const lifeMs = retentionMs(policy?.properties);
  const expiryTime = new Date(world.clock.nowMs() + lifeMs).toISOString();
  world.contents.set(id.toLowerCase(), content);
  world.put({
    id,
    name,
    type: POINT,
    properties: {
      objectType: 'AzureBackupDiscreteRecoveryPoint',
      recoveryPointId: name,
      recoveryPointTime: startedAt,
      recoveryPointType: 'Full',
      recoveryPointState: state,
      expiryTime,
      policyName: policy?.name ?? '',
      retentionTagName: 'Default',
      recoveryPointDataStoresDetails: [
        {
          id: world.random.uuid(),
          type: 'VaultStore',
          creationTime: startedAt,
          expiryTime,
          state: 'COMMITTED',
          visible: true,
        },
      ],
    },
  });
  world.schedule(lifeMs, () => {
    world.remove(id);
    world.contents.delete(id.toLowerCase());
  });
}

const unitDays: Readonly<Record<string, number>> = { D: 1, W: 7, M: 30, Y: 365 };

/** Of the default retention rule for the vault store. */
function retentionMs(policy: ArmRecord | undefined): number {
  const rule = listAt(policy, 'policyRules').find((one) => recordAt(one)['isDefault'] === true);
  const duration = textAt(listAt(rule, 'lifecycles')[0], 'deleteAfter', 'duration');
  const [, count = '30', unit = 'D'] = /^P(\d+)([DWMY])$/.exec(duration) ?? [];
  return Number(count) * (unitDays[unit] ?? 1) * 86_400_000;
}

// -------------------------------------------------------------------------------------------------------- restores

interface RestorePlan {
  readonly content: PointContent;
  readonly target: ArmResource;
  /** From container, to container, blobs below these prefixes. */
  readonly moves: readonly { readonly from: string; readonly to: string; readonly prefixes: readonly string[] }[];
  readonly point: ArmResource;
}

async function planRestore(call: ArmCall, request: ArmRecord): Promise<RestorePlan> {
  const { world } = call;
  const instance = getInstance(call);
  const point = getPoint(call, textAt(request, 'recoveryPointId'));
  const info = recordAt(request, 'restoreTargetInfo');
  const targetId = textAt(info, 'datasourceInfo', 'resourceID');
  const target = world.find(targetId);
  if (target === undefined)
    throw badRequest('UserErrorTargetNotFound', `The target account ${targetId} was not found.`);
  if (target.id.toLowerCase() === sourceOf(instance.properties)) {
    throw badRequest(
      'UserErrorRestoreToSourceNotSupported',
      'A vaulted backup is restored into another storage account.',
    );
  }
  const principal = textAt(getVault(call), 'identity', 'principalId');
  if (!canBackUp(call, principal, target.id)) throw permissionsMissing(target.id);
  const content = world.contents.get(point.id.toLowerCase()) ?? new Map<string, readonly SimulatedBlob[]>();
  const moves = movesOf(info, content);
  const plane = world.planes.get(target.id.toLowerCase());
  for (const { from, to } of moves) {
    if (!content.has(from))
      throw badRequest('UserErrorContainerNotFoundInRecoveryPoint', `The recovery point has no container ${from}.`);
    if ((await plane?.readContainer(to)) !== undefined) {
      throw badRequest('UserErrorTargetContainerExists', `The container ${to} exists in the target account.`);
    }
  }
  return { content, target, moves, point };
}

function movesOf(info: ArmRecord, content: PointContent): RestorePlan['moves'] {
  if (info['objectType'] === 'RestoreTargetInfo') {
    return [...content.keys()].map((container) => ({ from: container, to: container, prefixes: [] }));
  }
  return listAt(info, 'restoreCriteria').map((criterion) => {
    const from = textAt(criterion, 'itemPath');
    const renamed = textAt(criterion, 'renameTo');
    return {
      from,
      to: renamed === '' ? from : renamed,
      prefixes: listAt(criterion, 'subItemPathPrefix').map(String),
    };
  });
}

function validateRestore(call: ArmCall): ArmAnswer {
  getInstance(call);
  return call.operations.start(call.names['sub'] ?? '', { status: 202 }, async () => {
    await planRestore(call, recordAt(call.body, 'restoreRequestObject'));
    return undefined;
  });
}

function restore(call: ArmCall): ArmAnswer {
  const { world, switches } = call;
  const instance = getInstance(call);
  return call.operations.start(call.names['sub'] ?? '', { status: 202 }, async () => {
    const plan = await planRestore(call, call.body);
    const { outcome = 'Completed', without } = switches.nextRestores.shift() ?? {};
    const job = addJob(world, instance, { category: 'Restore', isUserTriggered: true, point: plan.point });
    world.schedule(switches.jobMs, async () => {
      if (outcome === 'Completed' || outcome === 'CompletedWithWarnings') await copyTo(call, plan, without);
      endJob(world, job, outcome);
    });
    return job.id;
  });
}

async function copyTo({ world }: ArmCall, plan: RestorePlan, without: NextBackup['without']): Promise<void> {
  const plane = world.planes.get(plan.target.id.toLowerCase());
  for (const { from, to, prefixes } of plan.moves) {
    const blobs = (plan.content.get(from) ?? []).filter(
      ({ name }) =>
        (prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix))) &&
        without?.({ container: from, name }) !== true,
    );
    await plane?.writeContainer(to, blobs);
    world.put({
      id: `${plan.target.id}/blobServices/default/containers/${to}`,
      name: to,
      type: 'Microsoft.Storage/storageAccounts/blobServices/containers',
      etag: `"${world.random.uuid().slice(0, 13)}"`,
      properties: { publicAccess: 'None', hasImmutabilityPolicy: false, hasLegalHold: false },
    });
  }
}

// ------------------------------------------------------------------------------------------------------------ jobs

interface JobFacts {
  readonly category: 'Backup' | 'Restore';
  readonly isUserTriggered: boolean;
  readonly point?: ArmResource;
}

function addJob(world: ArmWorld, instance: ArmResource, { category, isUserTriggered, point }: JobFacts): ArmResource {
  const name = world.random.uuid();
  const vaultId = instance.id.slice(0, instance.id.toLowerCase().indexOf('/backupinstances/'));
  const { subscription, group } = placeOf(instance.id);
  const source = recordAt(instance.properties, 'dataSourceInfo');
  const policyId = textAt(instance.properties, 'policyInfo', 'policyId');
  return world.put({
    id: `${vaultId}/backupJobs/${name}`,
    name,
    type: JOB,
    properties: {
      activityID: world.random.uuid(),
      backupInstanceFriendlyName: textAt(instance.properties, 'friendlyName'),
      backupInstanceId: instance.id,
      dataSourceId: textAt(source, 'resourceID'),
      dataSourceLocation: textAt(source, 'resourceLocation'),
      dataSourceName: textAt(source, 'resourceName'),
      dataSourceType: 'Microsoft.Storage/storageAccounts/blobServices',
      isUserTriggered,
      operation: category,
      operationCategory: category,
      policyId,
      policyName: policyId.split('/').at(-1) ?? '',
      progressEnabled: false,
      sourceResourceGroup: group,
      sourceSubscriptionID: subscription,
      startTime: world.now(),
      status: 'InProgress',
      subscriptionId: subscription,
      supportedActions: [''],
      vaultName: vaultId.split('/').at(-1) ?? '',
      ...(point === undefined
        ? {}
        : {
            extendedInfo: {
              sourceRecoverPoint: {
                recoveryPointID: point.name,
                recoveryPointTime: textAt(point.properties, 'recoveryPointTime'),
              },
            },
          }),
    },
  });
}

const failure = {
  code: 'UserErrorObjectReplicationFailed',
  message: 'The replication of blobs to the vault did not complete.',
  recommendedAction: ['Check the object replication policy of the storage account.'],
  isRetryable: true,
  isUserError: false,
};

function endJob(world: ArmWorld, job: ArmResource, outcome: JobOutcome): void {
  const durationMs = world.clock.nowMs() - Date.parse(textAt(job.properties, 'startTime'));
  job.properties = {
    ...job.properties,
    status: outcome,
    endTime: world.now(),
    duration: `PT${Math.round(durationMs / 1000)}S`,
    ...(outcome === 'Failed' ? { errorDetails: [failure] } : {}),
    ...(outcome === 'CompletedWithWarnings'
      ? {
          extendedInfo: {
            ...recordAt(job.properties, 'extendedInfo'),
            warningDetails: [{ resourceName: textAt(job.properties, 'dataSourceName'), warning: failure }],
          },
        }
      : {}),
  };
}
