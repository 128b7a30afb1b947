export type JobOutcome = 'Completed' | 'Failed' | 'CompletedWithWarnings' | 'Cancelled';

/** What the next backup job comes to. */
export interface NextBackup {
  readonly outcome?: JobOutcome;
  readonly state?: 'Completed' | 'Partial';
  /** Blobs that replication had not brought to the vault yet. */
  readonly without?: (blob: { readonly container: string; readonly name: string }) => boolean;
}

export interface NextRestore {
  readonly outcome?: JobOutcome;
  /** Blobs that do not arrive. */
  readonly without?: (blob: { readonly container: string; readonly name: string }) => boolean;
}

/** How the simulated Azure behaves; a test sets what it is about. */
export interface ArmSwitches {
  /** How long an operation of resource manager takes. */
  operationMs: number;
  /** How long a backup or restore job takes. */
  jobMs: number;
  /** How long a role assignment takes until it counts. */
  rolePropagationMs: number;
  /** What `Retry-After` says. */
  retryAfterSeconds: number;
  /** False: a policy that exists is refused, as the documents long said. */
  policiesCanBeEdited: boolean;
  /** How far a virtual clock moves with each request, so that polling comes to an end. */
  tickMs: number;
  /** Taken by the next backup jobs, in order. */
  readonly nextBackups: NextBackup[];
  readonly nextRestores: NextRestore[];
}

export function usualSwitches(): ArmSwitches {
  return {
    operationMs: 10_000,
    jobMs: 300_000,
    rolePropagationMs: 120_000,
    retryAfterSeconds: 10,
    policiesCanBeEdited: true,
    tickMs: 5_000,
    nextBackups: [],
    nextRestores: [],
  };
}
