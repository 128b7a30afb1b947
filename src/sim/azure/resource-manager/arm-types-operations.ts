/**
 * What the reduced resource descriptions do not hold: the bodies of operations, jobs, recovery points, soft-deleted
 * instances, role assignments, and the Recovery Services vault as far as a mistaken id needs it. How a field is written:
 * `arm-types.ts`.
 */
export const operationTypes: Readonly<Record<string, string>> = {
  PatchBackupVaultInput:
    'identity:@DppIdentityDetails tags:@TrackedResourceTags properties:@PatchBackupVaultProperties',
  PatchBackupVaultProperties:
    'monitoringSettings:@MonitoringSettings securitySettings:@SecuritySettings featureSettings:@FeatureSettings resourceGuardOperationRequests:[s',
  ValidateForBackupRequest: 'backupInstance:@BackupInstance!',
  TriggerBackupRequest: 'backupRuleOptions:@AdHocBackupRuleOptions!',
  AdHocBackupRuleOptions: 'ruleName:s! triggerOption:@AdhocBackupTriggerOption!',
  AdhocBackupTriggerOption: 'retentionTagOverride:s',
  ValidateRestoreRequest: 'restoreRequestObject:@AzureBackupRestoreRequest!',
  AzureBackupRestoreRequest:
    '%objectType=AzureBackupRecoveryPointBasedRestoreRequest restoreTargetInfo:@RestoreTargetInfoBase! sourceDataStoreType:=VaultStore! sourceResourceId:s resourceGuardOperationRequests:[s',
  AzureBackupRecoveryPointBasedRestoreRequest:
    'recoveryPointId:s! objectType:=AzureBackupRecoveryPointBasedRestoreRequest!',
  RestoreTargetInfoBase:
    '%objectType=ItemLevelRestoreTargetInfo|RestoreTargetInfo recoveryOption:=FailIfExists! restoreLocation:s',
  ItemLevelRestoreTargetInfo:
    'restoreCriteria:[@ItemLevelRestoreCriteria! datasourceInfo:@Datasource! datasourceSetInfo:@DatasourceSet objectType:=ItemLevelRestoreTargetInfo!',
  RestoreTargetInfo: 'datasourceInfo:@Datasource! datasourceSetInfo:@DatasourceSet objectType:=RestoreTargetInfo!',
  ItemLevelRestoreCriteria: '%objectType=ItemPathBasedRestoreCriteria',
  ItemPathBasedRestoreCriteria:
    'itemPath:s! isPathRelativeToBackupItem:b! subItemPathPrefix:[s renameTo:s objectType:=ItemPathBasedRestoreCriteria!',
  UnlockDeleteRequest: 'resourceGuardOperationRequests:[s resourceToBeDeleted:s!',
  UnlockDeleteAnswer: 'unlockDeleteExpiryTime:s!',
  OperationStatus:
    'id:s! name:s! status:=InProgress|Succeeded|Failed|Canceled! startTime:s! endTime:s error:@ArmError properties:@OperationJobExtendedInfo',
  OperationJobExtendedInfo: 'objectType:=OperationJobExtendedInfo! jobId:s!',
  ErrorAnswer: 'error:@ArmError!',
  ArmError: 'code:s! message:s! target:s details:[@ArmError additionalInfo:[@ArmErrorInfo',
  ArmErrorInfo: 'type:s info:*',
  RecoveryPoint: 'id:s! name:s! type:s! properties:@AzureBackupRecoveryPoint! systemData:@SystemData',
  AzureBackupRecoveryPoint: '%objectType=AzureBackupDiscreteRecoveryPoint',
  AzureBackupDiscreteRecoveryPoint:
    'objectType:=AzureBackupDiscreteRecoveryPoint! recoveryPointId:s recoveryPointTime:s! recoveryPointType:s recoveryPointState:=Completed|Partial expiryTime:s friendlyName:s policyName:s policyVersion:s retentionTagName:s retentionTagVersion:s recoveryPointDataStoresDetails:[@RecoveryPointDataStoreDetails',
  RecoveryPointDataStoreDetails:
    'id:s type:s creationTime:s expiryTime:s state:s visible:b metaData:s rehydrationStatus:s rehydrationExpiryTime:s',
  Job: 'id:s! name:s! type:s! properties:@AzureBackupJob! systemData:@SystemData',
  AzureBackupJob:
    'activityID:s! backupInstanceFriendlyName:s! backupInstanceId:s dataSourceId:s! dataSourceLocation:s! dataSourceName:s! dataSourceType:s! duration:s endTime:s errorDetails:[@UserFacingError extendedInfo:@JobExtendedInfo isUserTriggered:b! operation:s! operationCategory:=Backup|Restore|Tiering|Management! policyId:s policyName:s progressEnabled:b! sourceResourceGroup:s! sourceSubscriptionID:s! startTime:s! status:=InProgress|Completed|Failed|Cancelled|CompletedWithWarnings|Cancelling|Paused! subscriptionId:s! supportedActions:[s! vaultName:s!',
  JobExtendedInfo:
    'additionalDetails:{s dataTransferredInBytes:i recoveryDestination:s sourceRecoverPoint:@RestoreJobRecoveryPointDetails subTasks:[@JobSubTask warningDetails:[@UserFacingWarningDetail',
  RestoreJobRecoveryPointDetails: 'recoveryPointID:s recoveryPointTime:s',
  JobSubTask: 'additionalDetails:{s taskId:i! taskName:s! taskProgress:s taskStatus:s!',
  UserFacingWarningDetail: 'resourceName:s warning:@UserFacingError!',
  DeletedBackupInstance: 'id:s! name:s! type:s! properties:@DeletedBackupInstanceProperties! systemData:@SystemData',
  DeletedBackupInstanceProperties:
    'friendlyName:s dataSourceInfo:@Datasource! dataSourceSetInfo:@DatasourceSet policyInfo:@PolicyInfo! protectionStatus:@ProtectionStatusDetails currentProtectionState:s provisioningState:s validationType:s identityDetails:@IdentityDetails objectType:s! deletionInfo:@DeletionInfo!',
  DeletionInfo: 'deletionTime:s! billingEndDate:s! scheduledPurgeTime:s! deleteActivityID:s!',
  GuardRequest: 'id:s! name:s! type:s!',
  RoleAssignmentRequest: 'properties:@RoleAssignmentProperties!',
  RoleAssignment: 'id:s! name:s! type:s! properties:@RoleAssignmentProperties!',
  RoleAssignmentProperties:
    'roleDefinitionId:s! principalId:s! principalType:=User|Group|ServicePrincipal|ForeignGroup|Device scope:s~ description:s condition:s conditionVersion:s createdOn:s~ updatedOn:s~ createdBy:s~ updatedBy:s~',
  RoleDefinition: 'id:s! name:s! type:s! properties:@RoleDefinitionProperties!',
  RoleDefinitionProperties:
    'roleName:s! description:s type:s! permissions:[@RolePermission! assignableScopes:[s! createdOn:s updatedOn:s',
  RolePermission: 'actions:[s notActions:[s dataActions:[s notDataActions:[s',
  StorageKeys: 'keys:[@StorageKey!',
  StorageKey: 'keyName:s! value:s! permissions:=FULL|READ! creationTime:s',
  RecoveryServicesVault:
    'id:s! name:s! type:s! location:s! etag:s sku:@RecoveryServicesSku properties:@RecoveryServicesVaultProperties!',
  RecoveryServicesSku: 'name:s! tier:s',
  RecoveryServicesVaultProperties: 'provisioningState:s securitySettings:@RecoveryServicesSecurity',
  RecoveryServicesSecurity:
    'softDeleteSettings:@RecoveryServicesSoftDelete immutabilitySettings:@ImmutabilitySettings multiUserAuthorization:=Enabled|Disabled',
  RecoveryServicesSoftDelete:
    'softDeleteState:=Invalid|Enabled|Disabled|AlwaysON softDeleteRetentionPeriodInDays:i enhancedSecurityState:=Invalid|Enabled|Disabled|AlwaysON',
};
