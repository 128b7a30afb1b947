import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { policyBody, retentionOf } from './desired.ts';
import type { BackupPolicyFacts } from './facts.ts';
import type { ProtectionSettings } from './settings.ts';

const longestDays: Readonly<Record<string, number>> = { D: 1, W: 7, M: 31, Y: 366 };

/** Whether a duration such as `P30D` may be less than that many days; what is no such duration is not known to be less. */
function isShorter(duration: string | undefined, days: number): boolean {
  if (duration === undefined) return true;
  const [, count, unit = ''] = /^P(\d+)([DWMY])$/.exec(duration) ?? [];
  const longest = longestDays[unit];
  return longest !== undefined && Number(count) * longest < days;
}

/** The longer of what the policy keeps and what is asked for. */
export function keptRetention(facts: BackupPolicyFacts, { policy }: ProtectionSettings): string {
  const { retention } = facts;
  return retention === undefined || isShorter(retention, policy.retentionDays) ? retentionOf(policy) : retention;
}

/**
 * The policy as asked for, with all that it has beside that: longer retention, the tags of its backup rule with their own
 * retention, operational backup.
 */
export function mergedPolicy(facts: BackupPolicyFacts, settings: ProtectionSettings): JsonObject {
  const { properties } = policyBody(settings);
  if (!isJsonObject(properties)) return {};
  const [backup, retention] = (properties['policyRules'] ?? []) as readonly JsonObject[];
  const ownBackup = facts.rules.find((rule) => isBackup(rule));
  const ownRetention = facts.rules.find((rule) => isRetention(rule));
  const others = facts.rules.filter((rule) => !isBackup(rule) && rule !== ownRetention);
  return {
    properties: {
      ...properties,
      policyRules: [
        mergedBackup(ownBackup, backup ?? {}),
        mergedRetention(ownRetention, retention ?? {}, keptRetention(facts, settings)),
        ...others,
      ],
    },
  };
}

/** The schedule that is wanted, with the tags that there are. */
function mergedBackup(own: JsonObject | undefined, wanted: JsonObject): JsonObject {
  const [before, trigger] = [own?.['trigger'], wanted['trigger']];
  if (own === undefined || !isJsonObject(before) || !isJsonObject(trigger)) return wanted;
  const tags = before['taggingCriteria'] ?? trigger['taggingCriteria'];
  return { ...wanted, trigger: { ...trigger, ...(tags === undefined ? {} : { taggingCriteria: tags }) } };
}

function mergedRetention(own: JsonObject | undefined, wanted: JsonObject, duration: string): JsonObject {
  const rule = own ?? wanted;
  const lifecycles = ((rule['lifecycles'] ?? []) as readonly JsonObject[]).map((lifecycle) => {
    const after = lifecycle['deleteAfter'];
    return isOfVaultStore(lifecycle['sourceDataStore']) && isJsonObject(after)
      ? { ...lifecycle, deleteAfter: { ...after, duration } }
      : lifecycle;
  });
  return { ...rule, lifecycles };
}

function isBackup(rule: JsonObject): boolean {
  return rule['objectType'] === 'AzureBackupRule' && isOfVaultStore(rule['dataStore']);
}

function isRetention(rule: JsonObject): boolean {
  const lifecycles = rule['lifecycles'] as readonly JsonObject[] | undefined;
  return (
    rule['objectType'] === 'AzureRetentionRule' &&
    rule['isDefault'] === true &&
    lifecycles?.some((lifecycle) => isOfVaultStore(lifecycle['sourceDataStore'])) === true
  );
}

function isOfVaultStore(store: JsonValue | undefined): boolean {
  return isJsonObject(store) && store['dataStoreType'] === 'VaultStore';
}
