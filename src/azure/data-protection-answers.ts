import { z } from 'zod';
import { vaultOf } from '../core/protection/arm-id.ts';
import { RemoteError } from '../core/errors.ts';
import type {
  BackupInstanceFacts,
  BackupJobFacts,
  BackupPolicyFacts,
  BackupVaultFacts,
  DeletedInstanceFacts,
  GuardProxyFacts,
  RecoveryPointFacts,
  RecoveryServicesVaultFacts,
  ResourceGuardFacts,
} from '../core/protection/facts.ts';

/** Reads answers leniently: words that are not known stay what they are, fields that are not known are left out. */
const text = z.string().optional();

function read<Shape>(schema: z.ZodType<Shape>, answer: unknown, resource: string): Shape {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0] ?? { path: [], message: '' };
  throw new RemoteError({
    code: 'REMOTE_ANSWER_INVALID',
    message: `Azure's answer about ${resource} is not what its description says: ${path.join('.')}: ${message}.`,
    operation: 'read an answer',
    resource,
    next: 'Repeat. If it stays, report it.',
  });
}

const state = z.object({ state: text }).optional();

const vaultSchema = z.object({
  id: z.string(),
  name: z.string(),
  location: z.string(),
  identity: z.object({ principalId: text }).optional(),
  properties: z.object({
    provisioningState: text,
    secureScore: text,
    isVaultProtectedByResourceGuard: z.boolean().optional(),
    storageSettings: z.array(z.object({ type: text, datastoreType: text })).optional(),
    monitoringSettings: z
      .object({ azureMonitorAlertSettings: z.object({ alertsForAllJobFailures: text }).optional() })
      .optional(),
    featureSettings: z.object({ crossRegionRestoreSettings: state }).optional(),
    securitySettings: z
      .object({
        softDeleteSettings: z.object({ state: text, retentionDurationInDays: z.number().optional() }).optional(),
        immutabilitySettings: state,
      })
      .optional(),
  }),
});

export function readVault(answer: unknown, resource: string): BackupVaultFacts {
  const { id, name, location, identity, properties } = read(vaultSchema, answer, resource);
  const { securitySettings, featureSettings, monitoringSettings, storageSettings = [] } = properties;
  const stored = storageSettings.find(({ datastoreType }) => datastoreType === 'VaultStore') ?? storageSettings[0];
  return {
    id,
    name,
    location,
    principalId: identity?.principalId,
    redundancy: stored?.type,
    softDelete: {
      state: securitySettings?.softDeleteSettings?.state,
      days: securitySettings?.softDeleteSettings?.retentionDurationInDays,
    },
    immutability: securitySettings?.immutabilitySettings?.state,
    guarded: properties.isVaultProtectedByResourceGuard === true,
    crossRegionRestore: featureSettings?.crossRegionRestoreSettings?.state,
    alerts: monitoringSettings?.azureMonitorAlertSettings?.alertsForAllJobFailures,
    provisioningState: properties.provisioningState,
    secureScore: properties.secureScore,
  };
}

const ruleSchema = z.object({
  objectType: z.string(),
  name: z.string(),
  isDefault: z.boolean().optional(),
  dataStore: z.object({ dataStoreType: text }).optional(),
  trigger: z.object({ schedule: z.object({ repeatingTimeIntervals: z.array(z.string()) }).optional() }).optional(),
  lifecycles: z
    .array(
      z.object({
        deleteAfter: z.object({ duration: text }),
        sourceDataStore: z.object({ dataStoreType: text }),
      }),
    )
    .optional(),
});

const policySchema = z.object({
  id: z.string(),
  name: z.string(),
  properties: z.object({ policyRules: z.array(ruleSchema) }),
});

/** The same with every field. */
const wholeRules = z.object({ properties: z.object({ policyRules: z.array(z.record(z.string(), z.json())) }) });

export function readPolicy(answer: unknown, resource: string): BackupPolicyFacts {
  const { id, name, properties } = read(policySchema, answer, resource);
  const { policyRules } = properties;
  const lifecycle = policyRules
    .filter(({ objectType, isDefault }) => objectType === 'AzureRetentionRule' && isDefault === true)
    .flatMap(({ lifecycles = [] }) => lifecycles)
    .find(({ sourceDataStore }) => sourceDataStore.dataStoreType === 'VaultStore');
  return {
    id,
    name,
    backupRules: policyRules
      .filter(
        ({ objectType, dataStore }) => objectType === 'AzureBackupRule' && dataStore?.dataStoreType === 'VaultStore',
      )
      .map((rule) => ({ name: rule.name, intervals: rule.trigger?.schedule?.repeatingTimeIntervals ?? [] })),
    retention: lifecycle?.deleteAfter.duration,
    otherRules: policyRules
      .filter(
        ({ objectType, isDefault, dataStore }) =>
          !(objectType === 'AzureRetentionRule' && isDefault === true) &&
          !(objectType === 'AzureBackupRule' && dataStore?.dataStoreType === 'VaultStore'),
      )
      .map((rule) => rule.name),
    rules: read(wholeRules, answer, resource).properties.policyRules,
  };
}

const parametersSchema = z.object({
  objectType: text,
  containersList: z.array(z.string()).optional(),
  autoProtectionSettings: z
    .object({
      enabled: z.boolean().optional(),
      rules: z.array(z.object({ mode: text, type: text, pattern: text })).optional(),
    })
    .optional(),
});

const instanceProperties = z.object({
  dataSourceInfo: z.object({ resourceID: z.string() }),
  policyInfo: z.object({
    policyId: z.string(),
    policyParameters: z.object({ backupDatasourceParametersList: z.array(parametersSchema).optional() }).optional(),
  }),
  protectionStatus: z
    .object({ status: text, errorDetails: z.object({ code: text, message: text }).optional() })
    .optional(),
  currentProtectionState: text,
  protectionErrorDetails: z.object({ code: text, message: text }).optional(),
});

const instanceSchema = z.object({ id: z.string(), name: z.string(), properties: instanceProperties });

export function readInstance(answer: unknown, resource: string): BackupInstanceFacts {
  const { id, name, properties } = read(instanceSchema, answer, resource);
  const { dataSourceInfo, policyInfo, protectionStatus, currentProtectionState, protectionErrorDetails } = properties;
  const parameters = policyInfo.policyParameters?.backupDatasourceParametersList ?? [];
  const auto = parameters.map((one) => one.autoProtectionSettings).find((settings) => settings?.enabled === true);
  const error = protectionErrorDetails ?? protectionStatus?.errorDetails;
  return {
    id,
    name,
    vaultId: vaultOf(id),
    sourceId: dataSourceInfo.resourceID,
    policyId: policyInfo.policyId,
    containers: parameters.flatMap(({ containersList = [] }) => containersList),
    autoProtection:
      auto === undefined
        ? undefined
        : {
            excludedPrefixes: (auto.rules ?? [])
              .filter(({ mode, type }) => mode === 'Exclude' && type === 'Prefix')
              .flatMap(({ pattern }) => pattern ?? []),
          },
    state: currentProtectionState ?? protectionStatus?.status ?? 'Invalid',
    error: error?.code === undefined ? undefined : { code: error.code, message: error.message ?? '' },
  };
}

const deletedSchema = z.object({
  id: z.string(),
  name: z.string(),
  properties: z.object({
    dataSourceInfo: z.object({ resourceID: z.string() }),
    deletionInfo: z.object({ deletionTime: z.string(), scheduledPurgeTime: z.string() }),
  }),
});

export function readDeletedInstance(answer: unknown, resource: string): DeletedInstanceFacts {
  const { id, name, properties } = read(deletedSchema, answer, resource);
  return {
    id,
    name,
    vaultId: vaultOf(id),
    sourceId: properties.dataSourceInfo.resourceID,
    deletedAt: properties.deletionInfo.deletionTime,
    purgedAt: properties.deletionInfo.scheduledPurgeTime,
  };
}

const pointSchema = z.object({
  name: z.string(),
  properties: z.object({
    recoveryPointId: text,
    recoveryPointTime: z.string(),
    recoveryPointState: text,
    expiryTime: text,
  }),
});

export function readRecoveryPoint(answer: unknown, resource: string): RecoveryPointFacts {
  const { name, properties } = read(pointSchema, answer, resource);
  return {
    id: properties.recoveryPointId ?? name,
    time: properties.recoveryPointTime,
    state: properties.recoveryPointState,
    expiresAt: properties.expiryTime,
  };
}

const userError = z.object({ code: text, message: text });
const jobSchema = z.object({
  id: z.string(),
  properties: z.object({
    status: z.string(),
    operationCategory: z.string(),
    startTime: z.string(),
    endTime: text,
    backupInstanceId: text,
    isUserTriggered: z.boolean(),
    errorDetails: z.array(userError).nullish(),
    extendedInfo: z.object({ warningDetails: z.array(z.object({ warning: userError })).nullish() }).nullish(),
  }),
});

export function readJob(answer: unknown, resource: string): BackupJobFacts {
  const { id, properties } = read(jobSchema, answer, resource);
  const { errorDetails, extendedInfo } = properties;
  const problems = [...(errorDetails ?? []), ...(extendedInfo?.warningDetails ?? []).map(({ warning }) => warning)];
  return {
    id,
    status: properties.status,
    category: properties.operationCategory,
    startedAt: properties.startTime,
    endedAt: properties.endTime,
    instanceId: properties.backupInstanceId,
    userTriggered: properties.isUserTriggered,
    problems: problems.map(({ code = '', message = '' }) => ({ code, message })),
  };
}

const proxySchema = z.object({
  id: z.string(),
  properties: z.object({
    resourceGuardResourceId: z.string(),
    resourceGuardOperationDetails: z
      .array(z.object({ vaultCriticalOperation: text, defaultResourceRequest: text }))
      .optional(),
  }),
});

export function readGuardProxy(answer: unknown, resource: string): GuardProxyFacts {
  const { id, properties } = read(proxySchema, answer, resource);
  return {
    id,
    guardId: properties.resourceGuardResourceId,
    operations: (properties.resourceGuardOperationDetails ?? []).map((one) => ({
      operation: one.vaultCriticalOperation ?? '',
      request: one.defaultResourceRequest ?? '',
    })),
  };
}

const guardSchema = z.object({
  id: z.string(),
  properties: z.object({ resourceGuardOperations: z.array(z.object({ vaultCriticalOperation: text })).optional() }),
});

export function readGuard(answer: unknown, resource: string): ResourceGuardFacts {
  const { id, properties } = read(guardSchema, answer, resource);
  return {
    id,
    operations: (properties.resourceGuardOperations ?? []).flatMap((one) => one.vaultCriticalOperation ?? []),
  };
}

const recoveryServicesSchema = z.object({
  id: z.string(),
  name: z.string(),
  properties: z
    .object({
      securitySettings: z
        .object({
          softDeleteSettings: z
            .object({ softDeleteState: text, softDeleteRetentionPeriodInDays: z.number().optional() })
            .optional(),
        })
        .optional(),
    })
    .optional(),
});

export function readRecoveryServicesVault(answer: unknown, resource: string): RecoveryServicesVaultFacts {
  const { id, name, properties } = read(recoveryServicesSchema, answer, resource);
  const settings = properties?.securitySettings?.softDeleteSettings;
  return { id, name, softDelete: settings?.softDeleteState, softDeleteDays: settings?.softDeleteRetentionPeriodInDays };
}

const jobIdSchema = z.object({ properties: z.object({ jobId: z.string() }) }).or(z.object({ jobId: z.string() }));

/** The job that an operation started. */
export function readJobId(answer: unknown, resource: string): string {
  const told = read(jobIdSchema, answer, resource);
  return 'properties' in told ? told.properties.jobId : told.jobId;
}

const unlockSchema = z.object({ unlockDeleteExpiryTime: z.string() });

export function readUnlock(answer: unknown, resource: string): string {
  return read(unlockSchema, answer, resource).unlockDeleteExpiryTime;
}
