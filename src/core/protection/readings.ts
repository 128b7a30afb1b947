import type {
  AccountFacts,
  ArchivingRule,
  BackupInstanceFacts,
  BackupPolicyFacts,
  BackupVaultFacts,
  BlobServiceFacts,
  ContainerFacts,
  DeletedInstanceFacts,
  GuardProxyFacts,
  RecoveryServicesVaultFacts,
  ResourceGuardFacts,
  RoleAssignmentFacts,
} from './facts.ts';

/** What a look at a resource showed. That it could not be read is never taken for its being good, or absent. */
export type Reading<Facts> =
  | { readonly state: 'present'; readonly facts: Facts }
  /** With Azure's code: `ResourceNotFound`, `ResourceGroupNotFound`, `SubscriptionNotFound`. */
  | { readonly state: 'absent'; readonly code: string }
  | { readonly state: 'unreadable'; readonly reason: string; readonly next?: string }
  /** Nothing was asked, because what it hangs on is not there. */
  | { readonly state: 'notAsked' };

/** All that a protection plan is decided on. */
export interface ProtectionReadings {
  readonly account: Reading<AccountFacts>;
  readonly blobService: Reading<BlobServiceFacts>;
  readonly containers: Readonly<Record<string, Reading<ContainerFacts>>>;
  readonly archiving: Reading<readonly ArchivingRule[]>;
  readonly vault: Reading<BackupVaultFacts>;
  /** Looked for where there is no Backup vault of the name. */
  readonly recoveryServicesVault: Reading<RecoveryServicesVaultFacts>;
  readonly policy: Reading<BackupPolicyFacts>;
  /** Every instance of the account, in whichever vault. */
  readonly instances: Reading<readonly BackupInstanceFacts[]>;
  readonly deletedInstances: Reading<readonly DeletedInstanceFacts[]>;
  readonly guardProxies: Reading<readonly GuardProxyFacts[]>;
  readonly roles: Reading<readonly RoleAssignmentFacts[]>;
  readonly drillAccount: Reading<AccountFacts>;
  readonly drillRoles: Reading<readonly RoleAssignmentFacts[]>;
  readonly guard: Reading<ResourceGuardFacts>;
}

/** The facts, or undefined when there are none to be had. */
export function factsOf<Facts>(reading: Reading<Facts>): Facts | undefined {
  return reading.state === 'present' ? reading.facts : undefined;
}
