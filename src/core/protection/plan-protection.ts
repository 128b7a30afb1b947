import type { Hasher } from '../hasher.ts';
import type { JsonObject } from '../json.ts';
import { isSameId } from './arm-id.ts';
import { covers } from './coverage.ts';
import { instanceProperties } from './desired.ts';
import type { BackupInstanceFacts } from './facts.ts';
import { groundOf } from './ground.ts';
import { type PlanPart, type ProtectionPlan, type ProtectionStep, sealProtectionPlan } from './protection-plan.ts';
import { factsOf, type ProtectionReadings } from './readings.ts';
import { deletedOf } from './refusals.ts';
import { roleSteps } from './role-steps.ts';
import { protectionIds, type ProtectionSettings } from './settings.ts';
import { storageSteps } from './storage-steps.ts';
import { vaultSteps } from './vault-steps.ts';

export interface ProtectionPlanRequest {
  readonly settings: ProtectionSettings;
  readonly readings: ProtectionReadings;
  readonly createdAt: string;
  readonly tool: string;
}

/**
 * Decides what is to be done so that the vault is protected as the settings ask. Nothing that is in the way (`findRefusals`)
 * may be left. Higher settings that are there already are never lowered, and nothing irreversible is ever a step.
 */
export function planProtection(request: ProtectionPlanRequest, hasher: Pick<Hasher, 'digest'>): ProtectionPlan {
  const { settings, readings, createdAt, tool } = request;
  const { accountId, vaultId, instanceId } = protectionIds(settings);
  const own = ownInstance(readings, vaultId);
  const instance = wishOf(settings, readings, own);
  const parts = [
    storageSteps(settings, readings),
    vaultSteps(settings, readings),
    roleSteps(settings, readings, hasher),
    instanceSteps(settings, readings, instance),
  ];
  return sealProtectionPlan(
    {
      schema: 'holdfast/protect-plan/1',
      createdAt,
      tool,
      accountId,
      vaultId,
      instanceId: own?.id ?? instanceId,
      settings,
      instance,
      steps: parts.flatMap(({ steps }) => steps),
      inPlace: parts.flatMap(({ inPlace }) => inPlace),
      notes: parts.flatMap(({ notes }) => notes),
      ground: groundOf(readings, hasher),
    },
    hasher,
  );
}

function ownInstance(readings: ProtectionReadings, vaultId: string): BackupInstanceFacts | undefined {
  return factsOf(readings.instances)?.find((instance) => isSameId(instance.vaultId, vaultId));
}

/** The instance as it will be: with all containers that it has already. */
function wishOf(
  settings: ProtectionSettings,
  readings: ProtectionReadings,
  own: BackupInstanceFacts | undefined,
): JsonObject {
  const { accountId, policyId } = protectionIds(settings);
  const location = factsOf(readings.account)?.location ?? settings.location ?? '';
  const containers = [...new Set([...(own?.containers ?? []), ...settings.containers])].toSorted();
  return instanceProperties({ accountId, location, policyId, containers });
}

function instanceSteps(settings: ProtectionSettings, readings: ProtectionReadings, wish: JsonObject): PlanPart {
  const { accountId, vaultId, policyId, instanceId } = protectionIds(settings);
  const own = ownInstance(readings, vaultId);
  const put = (id: string, step: Pick<ProtectionStep, 'what' | 'why' | 'changes'>): ProtectionStep => ({
    id: 'instance',
    method: 'PUT',
    path: id,
    body: { properties: wish },
    ...(own === undefined ? { awaitsRole: 'validated' as const } : {}),
    ...step,
  });
  const [deleted] = deletedOf(readings, accountId);
  if (deleted !== undefined) {
    const returned = `${vaultId}/backupInstances/${deleted.name}`;
    return {
      steps: [
        {
          id: 'undelete',
          what: `bring the deleted backup instance ${deleted.name} back`,
          why: `It was deleted on ${deleted.deletedAt} and would be gone for good on ${deleted.purgedAt}.`,
          method: 'POST',
          path: `${deleted.id}/undelete`,
          changes: [{ field: 'state', from: 'SoftDeleted', to: 'ProtectionStopped' }],
        },
        resumeStep(returned, 'An undeleted instance stays stopped until it is resumed.'),
      ],
      inPlace: [],
      notes: ['What the instance backs up is known when it is back: make another plan then.'],
    };
  }
  if (own === undefined) {
    const what = `back the containers ${settings.containers.join(', ')} up`;
    const changes = [{ field: 'containers', from: null, to: settings.containers }];
    return {
      steps: [put(instanceId, { what, why: 'No backup instance protects the account.', changes })],
      inPlace: [],
      notes: [],
    };
  }
  const lacking = settings.containers.filter((container) => !covers(own, container));
  const changes = [
    ...(lacking.length === 0
      ? []
      : [{ field: 'containers', from: own.containers, to: [...own.containers, ...lacking].toSorted() }]),
    ...(isSameId(own.policyId, policyId) ? [] : [{ field: 'policy', from: own.policyId, to: policyId }]),
  ];
  if (changes.length > 0 && own.autoProtection === undefined) {
    const what = 'change what is backed up, or by which policy';
    return {
      steps: [put(own.id, { what, why: 'The backup instance is not as asked for.', changes })],
      inPlace: [],
      notes: [],
    };
  }
  const ofAnotherPolicy = changes.map(
    ({ to }) =>
      `The backup instance protects by rule and by another policy than ${String(to)}: change that in the portal.`,
  );
  const { steps, inPlace, notes } = stateSteps(own);
  return { steps, inPlace, notes: [...notes, ...ofAnotherPolicy] };
}

function stateSteps(own: BackupInstanceFacts): PlanPart {
  const none = { steps: [], inPlace: [], notes: [] };
  switch (own.state) {
    case 'ProtectionConfigured':
      return { ...none, inPlace: [`the backup instance ${own.name} covers the containers`] };
    case 'ProtectionStopped':
      return { ...none, steps: [resumeStep(own.id, 'Protection is stopped: no backup is taken.')] };
    case 'BackupSchedulesSuspended':
    case 'RetentionSchedulesSuspended':
      return {
        ...none,
        steps: [
          {
            ...resumeStep(own.id, 'The schedules are suspended: no backup is taken.'),
            path: `${own.id}/resumeBackups`,
          },
        ],
      };
    case 'ProtectionError':
    case 'ConfiguringProtectionFailed':
      return {
        ...none,
        steps: [
          {
            ...resumeStep(
              own.id,
              `Protection could not be configured: ${own.error?.message ?? 'Azure does not say why'}`,
            ),
            id: 'sync',
            what: 'let Azure try again to protect the account',
            path: `${own.id}/sync`,
          },
        ],
      };
    default:
      return { ...none, notes: [`The backup instance ${own.name} is ${own.state}: look again when it is not.`] };
  }
}

function resumeStep(id: string, why: string): ProtectionStep {
  return {
    id: 'resume',
    what: 'resume protection',
    why,
    method: 'POST',
    path: `${id}/resumeProtection`,
    awaitsRole: 'repeated',
    changes: [{ field: 'state', from: 'ProtectionStopped', to: 'ProtectionConfigured' }],
  };
}
