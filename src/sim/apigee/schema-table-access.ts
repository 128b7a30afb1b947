/** Schemas of spaces and IAM policies, in the notation of `schemaTable`. */
export const accessSchemas: { readonly [schema: string]: { readonly [field: string]: string } } = {
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
  IamSetIamPolicyRequest: {
    policy: '@IamPolicy',
    updateMask: 's',
  },
  MoveApiProductRequest: {
    space: 's',
  },
  MoveApiProxyRequest: {
    space: 's',
  },
  MoveSharedFlowRequest: {
    space: 's',
  },
  Space: {
    createTime: 's~',
    displayName: 's',
    name: 's~',
    updateTime: 's~',
  },
  TypeExpr: {
    description: 's',
    expression: 's',
    location: 's',
    title: 's',
  },
};
