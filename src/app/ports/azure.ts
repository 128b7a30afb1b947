import type { JsonObject } from '../../core/json.ts';
import type {
  AccountFacts,
  ArchivingRule,
  BackupInstanceFacts,
  BackupJobFacts,
  BackupPolicyFacts,
  BackupVaultFacts,
  BlobServiceFacts,
  ContainerFacts,
  DeletedInstanceFacts,
  GuardProxyFacts,
  RecoveryPointFacts,
  RecoveryServicesVaultFacts,
  ResourceGuardFacts,
  RoleAssignmentFacts,
  RoleDefinitionFacts,
} from '../../core/protection/facts.ts';

/** One change of a resource as it is sent: what a protection plan consists of. */
export interface ArmChange {
  /** `PUT` makes or replaces, `PATCH` changes, `POST` acts (`…/undelete`, `…/resumeProtection`, `…/lock`). */
  readonly method: 'PUT' | 'PATCH' | 'POST';
  /** Address of the resource, with the verb of a `POST` at its end. */
  readonly path: string;
  readonly body?: JsonObject;
  /** The entity tag that has to be the current one. */
  readonly ifMatch?: string;
}

export interface RestoreRequest {
  readonly instanceId: string;
  readonly recoveryPointId: string;
  /** The storage account that is restored into; never the source. */
  readonly target: { readonly accountId: string; readonly location: string };
  /** The containers to restore, each under a name that the target does not have. */
  readonly containers: readonly {
    readonly name: string;
    readonly renameTo: string;
    readonly prefixes?: readonly string[];
  }[];
}

/**
 * Azure Resource Manager, as far as it protects a vault. Reads throw RemoteError `REMOTE_NOT_FOUND`, `REMOTE_DENIED`,
 * `REMOTE_UNREACHABLE`, `REMOTE_FAILED`, `UNAUTHENTICATED` with Azure's own code as `reason`; lists are complete or throw.
 * Addresses are resource ids.
 */
export interface AzureManagement {
  /** Who signs in, in words. */
  describe(): string;

  getAccount(id: string): Promise<AccountFacts>;
  getBlobService(accountId: string): Promise<BlobServiceFacts>;
  getContainer(accountId: string, name: string): Promise<ContainerFacts>;
  /** Rules of the account's lifecycle that archive; none when it has no lifecycle. */
  listArchivingRules(accountId: string): Promise<readonly ArchivingRule[]>;
  /** Assignments that count at the scope: there and above. */
  listRoleAssignments(scope: string): Promise<readonly RoleAssignmentFacts[]>;
  /** The same of one identity (a user or a service principal), with what it has through groups, and groups within them. */
  listRolesOf(scope: string, principalId: string): Promise<readonly RoleAssignmentFacts[]>;
  getRoleDefinition(scope: string, roleId: string): Promise<RoleDefinitionFacts>;

  getVault(id: string): Promise<BackupVaultFacts>;
  getPolicy(id: string): Promise<BackupPolicyFacts>;
  getInstance(id: string): Promise<BackupInstanceFacts>;
  listInstances(vaultId: string): Promise<readonly BackupInstanceFacts[]>;
  /** Every instance, in whichever vault, that backs the storage account up. */
  listInstancesOf(accountId: string): Promise<readonly BackupInstanceFacts[]>;
  listDeletedInstances(vaultId: string): Promise<readonly DeletedInstanceFacts[]>;
  /** Newest first. */
  listRecoveryPoints(instanceId: string): Promise<readonly RecoveryPointFacts[]>;
  /** Newest first. */
  listJobs(vaultId: string): Promise<readonly BackupJobFacts[]>;
  getJob(id: string): Promise<BackupJobFacts>;
  listGuardProxies(vaultId: string): Promise<readonly GuardProxyFacts[]>;
  getGuard(id: string): Promise<ResourceGuardFacts>;
  getRecoveryServicesVault(id: string): Promise<RecoveryServicesVaultFacts>;

  /**
   * Sends one change and waits for its operation. RemoteError `OPERATION_FAILED` when the operation ends with an error,
   * `OPERATION_TIMEOUT` when it does not end; else as reads, and `REMOTE_CONFLICT`, `REMOTE_INVALID`.
   */
  send(change: ArmChange): Promise<void>;
  /** Asks whether the instance could be protected. RemoteError `ROLE_NOT_EFFECTIVE` when the vault's identity may not (yet). */
  validateForBackup(vaultId: string, instance: JsonObject): Promise<void>;
  /** Starts a backup by a rule of its policy; answers the id of the job, which is only then running. */
  startBackup(instanceId: string, ruleName: string): Promise<string>;
  /** RemoteError as `validateForBackup`; `OPERATION_FAILED` for what else is in the way. */
  validateRestore(request: RestoreRequest): Promise<void>;
  /** Starts a restore; answers the id of the job. */
  startRestore(request: RestoreRequest): Promise<string>;
  /**
   * Waits until the job has ended, however it ended. RemoteError `OPERATION_TIMEOUT` when it does not within `timeoutMs`
   * (the job may still end).
   */
  awaitJob(
    id: string,
    options: { readonly timeoutMs: number; readonly pollMs?: number; readonly onPoll?: (job: BackupJobFacts) => void },
  ): Promise<BackupJobFacts>;
  /** Brings a soft-deleted instance back, stopped: backups go on only after `resumeProtection`. */
  undelete(deletedInstanceId: string): Promise<void>;
  resumeProtection(instanceId: string): Promise<void>;
  /** Opens a delete that a resource guard protects; answers until when. */
  unlockDelete(
    proxyId: string,
    request: { readonly guardRequests: readonly string[]; readonly target: string },
  ): Promise<string>;
  /** Removes a container of a drill, with everything in it. */
  deleteContainer(accountId: string, name: string): Promise<void>;
}
