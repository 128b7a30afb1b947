import type { Plan } from '../core/plan.ts';
import type { Clock, LeaseStore, Organization, Progress, Vault } from './ports.ts';

export interface ApplyDeps {
  readonly live: Organization;
  readonly vault: Vault;
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly progress: Progress;
  /** Aborted when the user interrupts: no further call is sent, what was sent is journalled. */
  readonly signal?: AbortSignal;
}

export interface ApplyRequest {
  readonly plan: Plan;
  /** Who runs it, for others who are refused meanwhile: user and host. */
  readonly holder: string;
  readonly tool: string;
  readonly identity: string;
}
