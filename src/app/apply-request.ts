import type { Plan } from '../core/plan.ts';
import type { Organization } from './ports/organization.ts';
import type { LeaseStore } from './ports/runs.ts';
import type { Clock, Progress } from './ports/surroundings.ts';
import type { Vault } from './ports/vault.ts';

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
