/** Microsoft.Storage, 2026-04-01. How a field is written: `arm-types.ts`. */
export const storageTypes: Readonly<Record<string, string>> = {
  'Microsoft.Storage/storageAccounts':
    'id:s~ name:s! type:=Microsoft.Storage/storageAccounts~ sku:@Sku! kind:=Storage|StorageV2|BlobStorage|FileStorage|BlockBlobStorage! location:s! extendedLocation:@ExtendedLocation zones:[s placement:@Placement tags:@StorageAccountCreateParametersTags identity:@Identity properties:@StorageAccountPropertiesCreateParametersOrStorageAccountProperties systemData:@SystemData~',
  Sku: 'name:=Standard_LRS|Standard_GRS|Standard_RAGRS|Standard_ZRS|Premium_LRS|Premium_ZRS|Standard_GZRS|Standard_RAGZRS|StandardV2_LRS|StandardV2_GRS|StandardV2_ZRS|StandardV2_GZRS|PremiumV2_LRS|PremiumV2_ZRS! tier:=Standard|Premium~',
  ExtendedLocation: 'name:s type:=EdgeZone',
  Placement: 'zonePlacementPolicy:=Any|None',
  StorageAccountCreateParametersTags: '*:s',
  Identity:
    'principalId:s~ tenantId:s~ type:=None|SystemAssigned|UserAssigned|SystemAssigned,UserAssigned! userAssignedIdentities:@IdentityUserAssignedIdentities',
  IdentityUserAssignedIdentities: '*:@UserAssignedIdentity',
  UserAssignedIdentity: 'principalId:s~ clientId:s~',
  StorageAccountPropertiesCreateParametersOrStorageAccountProperties:
    'allowedCopyScope:=PrivateLink|AAD|All publicNetworkAccess:=Enabled|Disabled|SecuredByPerimeter sasPolicy:@SasPolicy keyPolicy:@KeyPolicy customDomain:@CustomDomain encryption:@Encryption networkAcls:@NetworkRuleSet accessTier:=Hot|Cool|Premium|Cold|Smart azureFilesIdentityBasedAuthentication:@AzureFilesIdentityBasedAuthentication supportsHttpsTrafficOnly:b isSftpEnabled:b isLocalUserEnabled:b enableExtendedGroups:b isHnsEnabled:b largeFileSharesState:=Disabled|Enabled routingPreference:@RoutingPreference dualStackEndpointPreference:@DualStackEndpointPreference allowBlobPublicAccess:b minimumTlsVersion:=TLS1_0|TLS1_1|TLS1_2|TLS1_3 allowSharedKeyAccess:b isNfsV3Enabled:b allowCrossTenantReplication:b defaultToOAuthAuthentication:b immutableStorageWithVersioning:@ImmutableStorageAccount dnsEndpointType:=Standard|AzureDnsZone geoPriorityReplicationStatus:@GeoPriorityReplicationStatus allowSharedKeyAccessForServices:@StorageAccountSharedKeyAccessProperties dataCollaborationPolicyProperties:@StorageDataCollaborationPolicyProperties provisioningState:=Creating|ResolvingDNS|Succeeded~ primaryEndpoints:@Endpoints~ primaryLocation:s~ statusOfPrimary:=available|unavailable~ lastGeoFailoverTime:s~ secondaryLocation:s~ statusOfSecondary:=available|unavailable~ creationTime:s~ keyCreationTime:@KeyCreationTime~ secondaryEndpoints:@Endpoints~ geoReplicationStats:@GeoReplicationStats~ failoverInProgress:b~ privateEndpointConnections:[@PrivateEndpointConnection~ blobRestoreStatus:@BlobRestoreStatus~ storageAccountSkuConversionStatus:@StorageAccountSkuConversionStatus~ isSkuConversionBlocked:b~ accountMigrationInProgress:b~',
  SasPolicy: 'sasExpirationPeriod:s! expirationAction:=Log|Block!',
  KeyPolicy: 'keyExpirationPeriodInDays:i!',
  CustomDomain: 'name:s! useSubDomainName:b',
  Encryption:
    'services:@EncryptionServices keySource:=Microsoft.Storage|Microsoft.Keyvault requireInfrastructureEncryption:b keyvaultproperties:@KeyVaultProperties identity:@EncryptionIdentity',
  EncryptionServices:
    'blob:@EncryptionService file:@EncryptionService table:@EncryptionService queue:@EncryptionService',
  EncryptionService: 'enabled:b lastEnabledTime:s~ keyType:=Service|Account',
  KeyVaultProperties:
    'keyname:s keyversion:s keyvaulturi:s currentVersionedKeyIdentifier:s~ lastKeyRotationTimestamp:s~ currentVersionedKeyExpirationTimestamp:s~',
  EncryptionIdentity: 'userAssignedIdentity:s federatedIdentityClientId:s',
  NetworkRuleSet:
    'bypass:=None|Logging|Metrics|AzureServices resourceAccessRules:[@ResourceAccessRule virtualNetworkRules:[@VirtualNetworkRule ipRules:[@IPRule ipv6Rules:[@IPRule defaultAction:=Allow|Deny!',
  ResourceAccessRule: 'tenantId:s resourceId:s',
  VirtualNetworkRule: 'id:s! action:=Allow state:=Provisioning|Deprovisioning|Succeeded|Failed|NetworkSourceDeleted~',
  IPRule: 'value:s! action:=Allow',
  AzureFilesIdentityBasedAuthentication:
    'directoryServiceOptions:=None|AADDS|AD|AADKERB! activeDirectoryProperties:@ActiveDirectoryProperties defaultSharePermission:=None|StorageFileDataSmbShareReader|StorageFileDataSmbShareContributor|StorageFileDataSmbShareElevatedContributor smbOAuthSettings:@SmbOAuthSettings',
  ActiveDirectoryProperties:
    'domainName:s netBiosDomainName:s forestName:s domainGuid:s domainSid:s azureStorageSid:s samAccountName:s accountType:=User|Computer',
  SmbOAuthSettings: 'isSmbOAuthEnabled:b',
  RoutingPreference:
    'routingChoice:=MicrosoftRouting|InternetRouting publishMicrosoftEndpoints:b publishInternetEndpoints:b',
  DualStackEndpointPreference: 'publishIpv6Endpoint:b',
  ImmutableStorageAccount: 'enabled:b immutabilityPolicy:@AccountImmutabilityPolicyProperties',
  AccountImmutabilityPolicyProperties:
    'immutabilityPeriodSinceCreationInDays:i state:=Unlocked|Locked|Disabled allowProtectedAppendWrites:b',
  GeoPriorityReplicationStatus: 'isBlobEnabled:b',
  StorageAccountSharedKeyAccessProperties:
    'blob:@ServiceSharedKeyAccessProperties file:@ServiceSharedKeyAccessProperties table:@ServiceSharedKeyAccessProperties queue:@ServiceSharedKeyAccessProperties',
  ServiceSharedKeyAccessProperties: 'enabled:b',
  StorageDataCollaborationPolicyProperties:
    'allowStorageConnectors:b allowStorageDataShares:b allowCrossTenantDataSharing:b',
  Endpoints:
    'blob:s~ queue:s~ table:s~ file:s~ web:s~ dfs:s~ microsoftEndpoints:@StorageAccountMicrosoftEndpoints internetEndpoints:@StorageAccountInternetEndpoints ipv6Endpoints:@StorageAccountIpv6Endpoints',
  StorageAccountMicrosoftEndpoints: 'blob:s~ queue:s~ table:s~ file:s~ web:s~ dfs:s~',
  StorageAccountInternetEndpoints: 'blob:s~ file:s~ web:s~ dfs:s~',
  StorageAccountIpv6Endpoints:
    'blob:s~ queue:s~ table:s~ file:s~ web:s~ dfs:s~ microsoftEndpoints:@StorageAccountMicrosoftEndpoints internetEndpoints:@StorageAccountInternetEndpoints',
  KeyCreationTime: 'key1:s key2:s',
  GeoReplicationStats:
    'status:=Live|Bootstrap|Unavailable~ lastSyncTime:s~ canFailover:b~ canPlannedFailover:b~ postFailoverRedundancy:=Standard_LRS|Standard_ZRS~ postPlannedFailoverRedundancy:=Standard_GRS|Standard_GZRS|Standard_RAGRS|Standard_RAGZRS~',
  PrivateEndpointConnection:
    'properties:@PrivateEndpointConnectionProperties id:s~ name:s~ type:s~ systemData:@SystemData~',
  PrivateEndpointConnectionProperties:
    'privateEndpoint:@PrivateEndpoint privateLinkServiceConnectionState:@PrivateLinkServiceConnectionState! provisioningState:=Succeeded|Creating|Deleting|Failed~',
  PrivateEndpoint: 'id:s~',
  PrivateLinkServiceConnectionState: 'status:=Pending|Approved|Rejected description:s actionRequired:s',
  SystemData:
    'createdBy:s createdByType:=User|Application|ManagedIdentity|Key createdAt:s lastModifiedBy:s lastModifiedByType:=User|Application|ManagedIdentity|Key lastModifiedAt:s',
  BlobRestoreStatus:
    'status:=InProgress|Complete|Failed~ failureReason:s~ restoreId:s~ parameters:@BlobRestoreParameters~',
  BlobRestoreParameters: 'timeToRestore:s! blobRanges:[@BlobRestoreRange!',
  BlobRestoreRange: 'startRange:s! endRange:s!',
  StorageAccountSkuConversionStatus:
    'skuConversionStatus:=InProgress|Succeeded|Failed~ targetSkuName:=Standard_LRS|Standard_GRS|Standard_RAGRS|Standard_ZRS|Premium_LRS|Premium_ZRS|Standard_GZRS|Standard_RAGZRS|StandardV2_LRS|StandardV2_GRS|StandardV2_ZRS|StandardV2_GZRS|PremiumV2_LRS|PremiumV2_ZRS startTime:s~ endTime:s~',
  'Microsoft.Storage/storageAccounts/blobServices':
    'id:s~ name:=default! type:=Microsoft.Storage/storageAccounts/blobServices~ properties:@BlobServicePropertiesProperties sku:@Sku~ systemData:@SystemData~',
  BlobServicePropertiesProperties:
    'cors:@CorsRules defaultServiceVersion:s deleteRetentionPolicy:@DeleteRetentionPolicy staticWebsite:@StaticWebsite isVersioningEnabled:b automaticSnapshotPolicyEnabled:b changeFeed:@ChangeFeed restorePolicy:@RestorePolicyProperties containerDeleteRetentionPolicy:@DeleteRetentionPolicy lastAccessTimeTrackingPolicy:@LastAccessTimeTrackingPolicy',
  CorsRules: 'corsRules:[@CorsRule',
  CorsRule:
    'allowedOrigins:[s! allowedMethods:[=DELETE|GET|HEAD|MERGE|POST|OPTIONS|PUT|PATCH|CONNECT|TRACE! maxAgeInSeconds:i! exposedHeaders:[s! allowedHeaders:[s!',
  DeleteRetentionPolicy: 'enabled:b days:i allowPermanentDelete:b',
  StaticWebsite: 'enabled:b! indexDocument:s defaultIndexDocumentPath:s errorDocument404Path:s',
  ChangeFeed: 'enabled:b retentionInDays:i',
  RestorePolicyProperties: 'enabled:b! days:i lastEnabledTime:s~ minRestoreTime:s~',
  LastAccessTimeTrackingPolicy: 'enable:b! name:=AccessTimeTracking trackingGranularityInDays:i blobType:[s',
  'Microsoft.Storage/storageAccounts/blobServices/containers':
    'id:s~ name:s! type:=Microsoft.Storage/storageAccounts/blobServices/containers~ properties:@ContainerProperties etag:s~ systemData:@SystemData~',
  ContainerProperties:
    'version:s~ deleted:b~ deletedTime:s~ remainingRetentionDays:i~ defaultEncryptionScope:s denyEncryptionScopeOverride:b publicAccess:=Container|Blob|None lastModifiedTime:s~ leaseStatus:=Locked|Unlocked~ leaseState:=Available|Leased|Expired|Breaking|Broken~ leaseDuration:=Infinite|Fixed~ metadata:@ContainerPropertiesMetadata immutabilityPolicy:@ImmutabilityPolicyProperties~ legalHold:@LegalHoldProperties~ hasLegalHold:b~ hasImmutabilityPolicy:b~ immutableStorageWithVersioning:@ImmutableStorageWithVersioning enableNfsV3RootSquash:b enableNfsV3AllSquash:b',
  ContainerPropertiesMetadata: '*:s',
  ImmutabilityPolicyProperties: 'properties:@ImmutabilityPolicyProperty etag:s~ updateHistory:[@UpdateHistoryProperty~',
  ImmutabilityPolicyProperty:
    'immutabilityPeriodSinceCreationInDays:i state:=Locked|Unlocked~ allowProtectedAppendWrites:b allowProtectedAppendWritesAll:b',
  UpdateHistoryProperty:
    'update:=put|lock|extend~ immutabilityPeriodSinceCreationInDays:i~ timestamp:s~ objectIdentifier:s~ tenantId:s~ upn:s~ allowProtectedAppendWrites:b allowProtectedAppendWritesAll:b',
  LegalHoldProperties: 'hasLegalHold:b~ tags:[@TagProperty protectedAppendWritesHistory:@ProtectedAppendWritesHistory',
  TagProperty: 'tag:s~ timestamp:s~ objectIdentifier:s~ tenantId:s~ upn:s~',
  ProtectedAppendWritesHistory: 'allowProtectedAppendWritesAll:b timestamp:s~',
  ImmutableStorageWithVersioning: 'enabled:b timeStamp:s~ migrationState:=InProgress|Completed~',
  'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies':
    'id:s~ name:=default! type:=Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies~ properties:@ImmutabilityPolicyProperty! etag:s~ systemData:@SystemData~',
  'Microsoft.Storage/storageAccounts/managementPolicies':
    'id:s~ name:=default! type:=Microsoft.Storage/storageAccounts/managementPolicies~ properties:@ManagementPolicyProperties systemData:@SystemData~',
  ManagementPolicyProperties: 'lastModifiedTime:s~ policy:@ManagementPolicySchema!',
  ManagementPolicySchema: 'rules:[@ManagementPolicyRule!',
  ManagementPolicyRule: 'enabled:b name:s! type:=Lifecycle! definition:@ManagementPolicyDefinition!',
  ManagementPolicyDefinition: 'actions:@ManagementPolicyAction! filters:@ManagementPolicyFilter',
  ManagementPolicyAction:
    'baseBlob:@ManagementPolicyBaseBlob snapshot:@ManagementPolicySnapShot version:@ManagementPolicyVersion',
  ManagementPolicyBaseBlob:
    'tierToCool:@DateAfterModification tierToArchive:@DateAfterModification tierToCold:@DateAfterModification tierToHot:@DateAfterModification delete:@DateAfterModification enableAutoTierToHotFromCool:b',
  DateAfterModification:
    'daysAfterModificationGreaterThan:i daysAfterLastAccessTimeGreaterThan:i daysAfterLastTierChangeGreaterThan:i daysAfterCreationGreaterThan:i',
  ManagementPolicySnapShot:
    'tierToCool:@DateAfterCreation tierToArchive:@DateAfterCreation tierToCold:@DateAfterCreation tierToHot:@DateAfterCreation delete:@DateAfterCreation',
  DateAfterCreation: 'daysAfterCreationGreaterThan:i! daysAfterLastTierChangeGreaterThan:i',
  ManagementPolicyVersion:
    'tierToCool:@DateAfterCreation tierToArchive:@DateAfterCreation tierToCold:@DateAfterCreation tierToHot:@DateAfterCreation delete:@DateAfterCreation',
  ManagementPolicyFilter: 'prefixMatch:[s blobTypes:[s! blobIndexMatch:[@TagFilter',
  TagFilter: 'name:s! op:s! value:s!',
};
