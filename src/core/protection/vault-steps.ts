import type { JsonObject } from '../json.ts';
import { isSameId, subscriptionOf } from './arm-id.ts';
import { policyBody, retentionOf, vaultBody } from './desired.ts';
import type { BackupPolicyFacts, BackupVaultFacts } from './facts.ts';
import { keptRetention, mergedPolicy } from './merged-policy.ts';
import type { PlanPart, ProtectionChange } from './protection-plan.ts';
import { factsOf, type ProtectionReadings } from './readings.ts';
import { describeSchedule, intervalOf, isSameSchedule } from './schedule.ts';
import { BACKUP_RULE, protectionIds, type ProtectionSettings } from './settings.ts';

/** The Backup vault with its soft delete, unlocked immutability and alerts, and the policy. */
export function vaultSteps(settings: ProtectionSettings, readings: ProtectionReadings): PlanPart {
  const parts = [vaultPart(settings, readings), policyPart(settings, readings), guardPart(settings, readings)];
  return {
    steps: parts.flatMap(({ steps }) => steps),
    inPlace: parts.flatMap(({ inPlace }) => inPlace),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

function vaultPart(settings: ProtectionSettings, readings: ProtectionReadings): PlanPart {
  const { vaultId } = protectionIds(settings);
  const vault = factsOf(readings.vault);
  if (vault === undefined) {
    const location = settings.location ?? factsOf(readings.account)?.location ?? '';
    return {
      steps: [
        {
          id: 'vault',
          what: `make the Backup vault ${settings.vault.name} in ${location}`,
          why: 'There is none of that name.',
          method: 'PUT',
          path: vaultId,
          body: vaultBody(settings, location),
          changes: [
            { field: 'redundancy', from: null, to: settings.vault.redundancy },
            { field: 'soft delete', from: null, to: `On, ${settings.vault.softDeleteDays} days` },
            { field: 'immutability', from: null, to: 'Unlocked' },
            { field: 'alerts on failed jobs', from: null, to: 'Enabled' },
          ],
        },
      ],
      inPlace: [],
      notes: [],
    };
  }
  const notes = vaultNotes(vault, settings);
  const { changes, body } = vaultChanges(vault, settings);
  if (changes.length === 0) return { steps: [], inPlace: [`the Backup vault ${vault.name}`], notes };
  const step = {
    id: 'vault',
    what: `change the Backup vault ${vault.name}`,
    why: 'Its protection is less than asked for.',
    method: 'PATCH' as const,
    path: vault.id,
    body,
    changes,
  };
  return { steps: [step], inPlace: [], notes };
}

function vaultChanges(
  vault: BackupVaultFacts,
  settings: ProtectionSettings,
): { readonly changes: readonly ProtectionChange[]; readonly body: JsonObject } {
  const changes: ProtectionChange[] = [];
  const security: Record<string, JsonObject> = {};
  const { state, days = 0 } = vault.softDelete;
  const isOff = state !== 'On' && state !== 'AlwaysOn';
  if (isOff || days < settings.vault.softDeleteDays) {
    const wantedDays = Math.max(days, settings.vault.softDeleteDays);
    const wanted = isOff ? 'On' : state;
    changes.push({
      field: 'soft delete',
      from: `${state ?? 'unknown'}, ${days} days`,
      to: `${wanted}, ${wantedDays} days`,
    });
    security['softDeleteSettings'] = { state: wanted, retentionDurationInDays: wantedDays };
  }
  if (vault.immutability !== 'Unlocked' && vault.immutability !== 'Locked') {
    changes.push({ field: 'immutability', from: vault.immutability ?? null, to: 'Unlocked' });
    security['immutabilitySettings'] = { state: 'Unlocked' };
  }
  const properties: Record<string, JsonObject> =
    Object.keys(security).length === 0 ? {} : { securitySettings: security };
  if (vault.alerts !== 'Enabled') {
    changes.push({ field: 'alerts on failed jobs', from: vault.alerts ?? null, to: 'Enabled' });
    properties['monitoringSettings'] = { azureMonitorAlertSettings: { alertsForAllJobFailures: 'Enabled' } };
  }
  const needsIdentity = vault.principalId === undefined;
  if (needsIdentity) changes.push({ field: 'identity', from: null, to: 'SystemAssigned' });
  return {
    changes,
    body: {
      ...(needsIdentity ? { identity: { type: 'SystemAssigned' } } : {}),
      ...(Object.keys(properties).length === 0 ? {} : { properties }),
    },
  };
}

function vaultNotes(vault: BackupVaultFacts, settings: ProtectionSettings): readonly string[] {
  const notes: string[] = [];
  if (vault.redundancy !== settings.vault.redundancy) {
    notes.push(
      `The Backup vault is ${vault.redundancy ?? 'of unknown redundancy'}, asked for is ${settings.vault.redundancy}: that cannot be changed once something is protected. Another vault would have it.`,
    );
  }
  return notes;
}

function policyPart(settings: ProtectionSettings, readings: ProtectionReadings): PlanPart {
  const { policyId } = protectionIds(settings);
  const policy = factsOf(readings.policy);
  const schedule = intervalOf(settings.policy);
  const changes = policy === undefined ? newPolicy(settings) : policyChanges(policy, settings);
  const notes = policy === undefined ? [] : policyNotes(policy, settings);
  if (changes.length === 0) {
    return { steps: [], inPlace: [`the policy ${settings.policy.name}: ${describeSchedule(schedule)}`], notes };
  }
  return {
    steps: [
      {
        id: 'policy',
        what: `${policy === undefined ? 'make' : 'change'} the backup policy ${settings.policy.name}`,
        why: policy === undefined ? 'There is none of that name.' : 'It is not as asked for.',
        method: 'PUT',
        path: policyId,
        body: policy === undefined ? policyBody(settings) : mergedPolicy(policy, settings),
        changes,
      },
    ],
    inPlace: [],
    notes,
  };
}

/** What the policy has beyond what is asked for. */
function policyNotes(facts: BackupPolicyFacts, settings: ProtectionSettings): readonly string[] {
  const { name } = settings.policy;
  const kept = keptRetention(facts, settings);
  const wanted = retentionOf(settings.policy);
  return [
    ...(kept === wanted ? [] : [`The policy ${name} keeps points for ${kept}, asked for is ${wanted}: it stays so.`]),
    ...(facts.otherRules.length === 0
      ? []
      : [`The policy ${name} has rules beside those asked for, which stay: ${facts.otherRules.join(', ')}.`]),
  ];
}

function newPolicy({ policy }: ProtectionSettings): readonly ProtectionChange[] {
  return [
    { field: 'schedule', from: null, to: describeSchedule(intervalOf(policy)) },
    { field: 'retention', from: null, to: retentionOf(policy) },
  ];
}

function policyChanges(facts: BackupPolicyFacts, settings: ProtectionSettings): readonly ProtectionChange[] {
  const { policy } = settings;
  const changes: ProtectionChange[] = [];
  const wanted = intervalOf(policy);
  const intervals = facts.backupRules.flatMap((rule) => rule.intervals);
  const [only] = intervals;
  const isAsWanted = intervals.length === 1 && only !== undefined && isSameSchedule(only, wanted);
  if (!isAsWanted || facts.backupRules[0]?.name !== BACKUP_RULE) {
    const from = facts.backupRules.map(({ name, intervals: at }) => `${name}: ${at.map(describeSchedule).join(', ')}`);
    changes.push({ field: 'schedule', from, to: [`${BACKUP_RULE}: ${describeSchedule(wanted)}`] });
  }
  const retention = keptRetention(facts, settings);
  if (facts.retention !== retention) {
    changes.push({ field: 'retention', from: facts.retention ?? null, to: retention });
  }
  return changes;
}

/** A guard belongs to somebody else: that it is there is looked at, it is never put there by a plan. */
function guardPart({ guardId, subscription }: ProtectionSettings, readings: ProtectionReadings): PlanPart {
  const none = { steps: [], inPlace: [], notes: [] };
  if (guardId === undefined) return none;
  if (readings.guardProxies.state === 'unreadable') {
    const { reason } = readings.guardProxies;
    return { ...none, notes: [`Whether the resource guard is on the Backup vault is not known: ${reason}`] };
  }
  const proxies = factsOf(readings.guardProxies) ?? [];
  if (proxies.some((proxy) => isSameId(proxy.guardId, guardId))) {
    return { ...none, inPlace: ['the resource guard on the Backup vault'] };
  }
  const same = isSameId(subscriptionOf(guardId), subscription)
    ? ' It lies in the subscription of the vault: whoever owns that owns both.'
    : '';
  return {
    ...none,
    notes: [
      `The resource guard ${guardId} is not on the Backup vault: its owner and a Backup Contributor put it there together (portal: Properties, Multi-User Authorization).${same}`,
    ],
  };
}
