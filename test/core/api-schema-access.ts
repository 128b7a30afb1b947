/** The schemas of spaces, IAM policies and of who may reach the organization, in the notation of `apiSchemas`. */
export const accessSchemas = {
  ControlPlaneAccess: {
    analyticsPublisherIdentities: '[s',
    name: 's',
    synchronizerIdentities: '[s',
    watcherIdentities: '[s',
  },
  IamAuditConfig: {
    auditLogConfigs: '[@IamAuditLogConfig',
    service: 's',
  },
  IamAuditLogConfig: {
    exemptedMembers: '[s',
    logType: 'e:LOG_TYPE_UNSPECIFIED|ADMIN_READ|DATA_WRITE|DATA_READ',
  },
  IamBinding: {
    condition: '@TypeExpr',
    members: '[s',
    role: 's',
  },
  IamPolicy: {
    auditConfigs: '[@IamAuditConfig',
    bindings: '[@IamBinding',
    etag: 's',
    version: 'i',
  },
  SecuritySettings: {
    mlRetrainingFeedbackEnabled: 'b',
    name: 's',
  },
  Space: {
    createTime: 's~',
    displayName: 's',
    name: 's~',
    updateTime: 's~',
  },
  SyncAuthorization: {
    etag: 's',
    identities: '[s',
  },
  TypeExpr: {
    description: 's',
    expression: 's',
    location: 's',
    title: 's',
  },
} as const satisfies { readonly [schema: string]: { readonly [field: string]: string } };
