/** The version of the API by which each kind of resource is spoken to. */
export const apiVersions = {
  dataProtection: '2026-06-01',
  /**
   * Instances are written by the last version whose description has `BlobBackupDatasourceParameters`, so that the body that is
   * sent and the templates that are written are one and the same.
   */
  backupInstanceWrite: '2025-01-01',
  storage: '2026-04-01',
  recoveryServices: '2026-07-01',
} as const;

/** Of `Microsoft.Authorization`, as its client library has it. */
export const PUBLIC_ENDPOINT = 'https://management.azure.com';
