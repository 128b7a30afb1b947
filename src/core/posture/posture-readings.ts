import type {
  BackupJobFacts,
  RecoveryPointFacts,
  RoleAssignmentFacts,
  RoleDefinitionFacts,
} from '../protection/facts.ts';
import type { ProtectionReadings, Reading } from '../protection/readings.ts';
import type { ProtectionSettings } from '../protection/settings.ts';

/** All that a posture is decided on. */
export interface PostureReadings {
  readonly settings: ProtectionSettings;
  readonly protection: ProtectionReadings;
  /** Of the instance that protects the account; newest first. */
  readonly recoveryPoints: Reading<readonly RecoveryPointFacts[]>;
  /** Backup jobs of it; newest first. */
  readonly jobs: Reading<readonly BackupJobFacts[]>;
  /** By the id that assignments name. */
  readonly roleDefinitions: Readonly<Record<string, Reading<RoleDefinitionFacts>>>;
  /** Principal ids of the identities that back up and that prune. */
  readonly writer: string | undefined;
  readonly pruner: string | undefined;
  /** Role assignments that the writer has by itself or through groups. */
  readonly writerRoles: Reading<readonly RoleAssignmentFacts[]>;
  /** Whether the identity that captures could write into the organization; why it is known, in words. */
  readonly capture: Reading<{ readonly canWrite: boolean; readonly evidence: string }>;
  /** What is older than it may be. */
  readonly secrets: Reading<{ readonly overdue: readonly string[]; readonly checked: number }>;
  /** When the newest point that was verified whole ended; undefined when none was. */
  readonly verified: Reading<{ readonly point: string; readonly endedAt: string } | undefined>;
  readonly verifiedWithinDays: number;
  readonly nowMs: number;
}
