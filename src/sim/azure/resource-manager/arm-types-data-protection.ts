/**
 * Microsoft.DataProtection, 2026-06-01, with what only 2025-01-01 has: the later descriptions lost the plain parameters for blobs,
 * which the service still takes. `RetentionTag.id` is described as read-only, but the official examples send it.
 * How a field is written: `arm-types.ts`.
 */
export const dataProtectionTypes: Readonly<Record<string, string>> = {
  'Microsoft.DataProtection/backupVaults':
    'id:s~ name:s! type:=Microsoft.DataProtection/backupVaults~ properties:@BackupVault! identity:@DppIdentityDetails eTag:s tags:@TrackedResourceTags location:s! systemData:@SystemData~',
  BackupVault:
    'monitoringSettings:@MonitoringSettings costManagementSettings:@CostManagementSettings provisioningState:=Failed|Provisioning|Succeeded|Unknown|Updating~ resourceMoveState:=Unknown|InProgress|PrepareFailed|CommitFailed|Failed|PrepareTimedout|CommitTimedout|CriticalFailure|PartialSuccess|MoveSucceeded~ resourceMoveDetails:@ResourceMoveDetails~ securitySettings:@SecuritySettings storageSettings:[@StorageSetting isVaultProtectedByResourceGuard:b~ featureSettings:@FeatureSettings secureScore:=None|Minimum|Adequate|Maximum|NotSupported~ bcdrSecurityLevel:=Poor|Fair|Good|Excellent|NotSupported~ resourceGuardOperationRequests:[s replicatedRegions:[s',
  MonitoringSettings: 'azureMonitorAlertSettings:@AzureMonitorAlertSettings',
  AzureMonitorAlertSettings: 'alertsForAllJobFailures:=Enabled|Disabled',
  ResourceMoveDetails: 'operationId:s startTimeUtc:s completionTimeUtc:s sourceResourcePath:s targetResourcePath:s',
  SecuritySettings:
    'softDeleteSettings:@SoftDeleteSettings immutabilitySettings:@ImmutabilitySettings encryptionSettings:@EncryptionSettings',
  SoftDeleteSettings: 'state:=Off|On|AlwaysOn retentionDurationInDays:i',
  ImmutabilitySettings: 'state:=Disabled|Unlocked|Locked',
  EncryptionSettings:
    'state:=Enabled|Disabled|Inconsistent keyVaultProperties:@CmkKeyVaultProperties kekIdentity:@CmkKekIdentity infrastructureEncryption:=Enabled|Disabled',
  StorageSetting:
    'datastoreType:=ArchiveStore|OperationalStore|VaultStore type:=GeoRedundant|LocallyRedundant|ZoneRedundant',
  FeatureSettings:
    'crossSubscriptionRestoreSettings:@CrossSubscriptionRestoreSettings crossRegionRestoreSettings:@CrossRegionRestoreSettings',
  CrossSubscriptionRestoreSettings: 'state:=Disabled|PermanentlyDisabled|Enabled',
  CrossRegionRestoreSettings: 'state:=Disabled|Enabled',
  DppIdentityDetails:
    'principalId:s~ tenantId:s~ type:s userAssignedIdentities:@DppIdentityDetailsUserAssignedIdentities',
  DppIdentityDetailsUserAssignedIdentities: '*:@UserAssignedIdentity',
  UserAssignedIdentity: 'principalId:s~ clientId:s~',
  SystemData:
    'createdBy:s createdByType:=User|Application|ManagedIdentity|Key createdAt:s lastModifiedBy:s lastModifiedByType:=User|Application|ManagedIdentity|Key lastModifiedAt:s',
  'Microsoft.DataProtection/backupVaults/backupPolicies':
    'id:s~ name:s! type:=Microsoft.DataProtection/backupVaults/backupPolicies~ properties:@BaseBackupPolicy systemData:@SystemData~',
  BaseBackupPolicy: '%objectType=BackupPolicy datasourceTypes:[s!',
  BackupPolicy: 'policyRules:[@BasePolicyRule! objectType:=BackupPolicy!',
  BasePolicyRule: '%objectType=AzureBackupRule|AzureRetentionRule name:s!',
  AzureBackupRule:
    'backupParameters:@BackupParameters dataStore:@DataStoreInfoBase! trigger:@TriggerContext! objectType:=AzureBackupRule!',
  BackupParameters: '%objectType=AzureBackupParams',
  AzureBackupParams: 'backupType:s! objectType:=AzureBackupParams!',
  DataStoreInfoBase: 'dataStoreType:=OperationalStore|VaultStore|ArchiveStore! objectType:s!',
  TriggerContext: '%objectType=AdhocBasedTriggerContext|ScheduleBasedTriggerContext',
  AdhocBasedTriggerContext: 'taggingCriteria:@AdhocBasedTaggingCriteria! objectType:=AdhocBasedTriggerContext!',
  AdhocBasedTaggingCriteria: 'tagInfo:@RetentionTag',
  RetentionTag: 'eTag:s~ id:s tagName:s!',
  ScheduleBasedTriggerContext:
    'schedule:@BackupSchedule! taggingCriteria:[@TaggingCriteria! objectType:=ScheduleBasedTriggerContext!',
  BackupSchedule: 'repeatingTimeIntervals:[s! timeZone:s',
  TaggingCriteria: 'criteria:[@BackupCriteria isDefault:b! taggingPriority:i! tagInfo:@RetentionTag!',
  BackupCriteria: '%objectType=ScheduleBasedBackupCriteria',
  ScheduleBasedBackupCriteria:
    'absoluteCriteria:[=AllBackup|FirstOfDay|FirstOfMonth|FirstOfWeek|FirstOfYear daysOfMonth:[@Day daysOfTheWeek:[=Friday|Monday|Saturday|Sunday|Thursday|Tuesday|Wednesday monthsOfYear:[=April|August|December|February|January|July|June|March|May|November|October|September scheduleTimes:[s weeksOfTheMonth:[=First|Fourth|Last|Second|Third objectType:=ScheduleBasedBackupCriteria!',
  Day: 'date:i isLast:b',
  AzureRetentionRule: 'isDefault:b lifecycles:[@SourceLifeCycle! objectType:=AzureRetentionRule!',
  SourceLifeCycle:
    'deleteAfter:@DeleteOption! sourceDataStore:@DataStoreInfoBase! targetDataStoreCopySettings:[@TargetCopySetting',
  DeleteOption: '%objectType=AbsoluteDeleteOption duration:s!',
  AbsoluteDeleteOption: 'objectType:=AbsoluteDeleteOption!',
  TargetCopySetting: 'copyAfter:@CopyOption! dataStore:@DataStoreInfoBase!',
  CopyOption: '%objectType=CopyOnExpiryOption|CustomCopyOption|ImmediateCopyOption',
  CopyOnExpiryOption: 'objectType:=CopyOnExpiryOption!',
  CustomCopyOption: 'duration:s objectType:=CustomCopyOption!',
  ImmediateCopyOption: 'objectType:=ImmediateCopyOption!',
  'Microsoft.DataProtection/backupVaults/backupInstances':
    'id:s~ name:s! type:=Microsoft.DataProtection/backupVaults/backupInstances~ properties:@BackupInstance tags:@BackupInstanceResourceTags systemData:@SystemData~',
  BackupInstance:
    'friendlyName:s dataSourceInfo:@Datasource! dataSourceSetInfo:@DatasourceSet policyInfo:@PolicyInfo! resourceGuardOperationRequests:[s protectionStatus:@ProtectionStatusDetails~ currentProtectionState:=Invalid|NotProtected|ConfiguringProtection|ProtectionConfigured|BackupSchedulesSuspended|RetentionSchedulesSuspended|ProtectionStopped|ProtectionError|ConfiguringProtectionFailed|SoftDeleting|SoftDeleted|UpdatingProtection~ protectionErrorDetails:@UserFacingError~ provisioningState:s~ datasourceAuthCredentials:@AuthCredentials validationType:=ShallowValidation|DeepValidation identityDetails:@IdentityDetails objectType:s!',
  Datasource:
    'datasourceType:s objectType:s resourceID:s! resourceLocation:s resourceName:s resourceType:s resourceUri:s resourceProperties:@BaseResourceProperties',
  BaseResourceProperties: '%objectType=DefaultResourceProperties',
  DefaultResourceProperties: 'objectType:=DefaultResourceProperties!',
  DatasourceSet:
    'datasourceType:s objectType:s resourceID:s! resourceLocation:s resourceName:s resourceType:s resourceUri:s resourceProperties:@BaseResourceProperties',
  PolicyInfo: 'policyId:s! policyVersion:s~ policyParameters:@PolicyParameters',
  PolicyParameters:
    'dataStoreParametersList:[@DataStoreParameters backupDatasourceParametersList:[@BackupDatasourceParameters',
  DataStoreParameters:
    '%objectType=AzureOperationalStoreParameters dataStoreType:=OperationalStore|VaultStore|ArchiveStore!',
  AzureOperationalStoreParameters: 'resourceGroupId:s objectType:=AzureOperationalStoreParameters!',
  BackupDatasourceParameters:
    '%objectType=BlobBackupDatasourceParameters|BlobBackupDatasourceParametersForAutoProtection',
  BlobBackupDatasourceParameters: 'containersList:[s! objectType:=BlobBackupDatasourceParameters!',
  ProtectionStatusDetails:
    'errorDetails:@UserFacingError status:=ConfiguringProtection|ConfiguringProtectionFailed|ProtectionConfigured|ProtectionStopped|SoftDeleted|SoftDeleting',
  UserFacingError:
    'code:s details:[@UserFacingError innerError:@InnerError isRetryable:b isUserError:b properties:@UserFacingErrorProperties message:s recommendedAction:[s target:s',
  InnerError: 'additionalInfo:@InnerErrorAdditionalInfo code:s embeddedInnerError:@InnerError',
  InnerErrorAdditionalInfo: '*:s',
  UserFacingErrorProperties: '*:s',
  IdentityDetails: 'useSystemAssignedIdentity:b userAssignedIdentityArmUrl:s',
  'Microsoft.DataProtection/resourceGuards':
    'id:s~ name:s! type:=Microsoft.DataProtection/resourceGuards~ properties:@ResourceGuard eTag:s tags:@TrackedResourceTags_ location:s! systemData:@SystemData~',
  ResourceGuard:
    'provisioningState:=Failed|Provisioning|Succeeded|Unknown|Updating~ allowAutoApprovals:b~ resourceGuardOperations:[@ResourceGuardOperation~ vaultCriticalOperationExclusionList:[s description:s~',
  ResourceGuardOperation: 'vaultCriticalOperation:s~ requestResourceType:s~',
  'Microsoft.DataProtection/backupVaults/backupResourceGuardProxies':
    'id:s~ name:s! type:=Microsoft.DataProtection/backupVaults/backupResourceGuardProxies~ properties:@ResourceGuardProxyBase systemData:@SystemData~',
  ResourceGuardProxyBase:
    'resourceGuardResourceId:s resourceGuardOperationDetails:[@ResourceGuardOperationDetail lastUpdatedTime:s description:s',
  ResourceGuardOperationDetail: 'vaultCriticalOperation:s defaultResourceRequest:s',
  CostManagementSettings: 'granularityLevel:=VaultLevel|ProtectedItemLevel|ProtectedItemWithParentTag',
  TrackedResourceTags: '*:s',
  TrackedResourceTags_: '*:s',
  BlobBackupRuleBasedAutoProtectionSettings: 'rules:[@BlobBackupAutoProtectionRule objectType:s! enabled:b!',
  BlobBackupAutoProtectionRule: 'objectType:s! mode:=Exclude! type:=Prefix! pattern:s!',
  BlobBackupDatasourceParametersForAutoProtection:
    'autoProtectionSettings:@BlobBackupRuleBasedAutoProtectionSettings! objectType:=BlobBackupDatasourceParametersForAutoProtection!',
  GenericBackupDatasourceParameters: 'resourceSelectors:[s! objectType:=GenericBackupDatasourceParameters!',
  BackupInstanceResourceTags: '*:s',
};
