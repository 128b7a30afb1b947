import type { CallDraft } from './call.ts';
import type { IgnoredBy } from './diff.ts';
import type { CannotRestore } from './kinds/kind.ts';
import type { ResourceId } from './resource.ts';
import type { Selection } from './selection.ts';

/** One API call of a plan. `id` is `RESOURCE_ID#step`; `needs` are ids of calls that must be done (or skipped by rule) before. */
export interface PlannedCall extends CallDraft {
  readonly id: string;
  readonly resource: ResourceId;
  readonly kind: string;
  /** Calls of a stage are sent only when every call of all earlier stages has ended, one way or the other. */
  readonly stage: number;
  readonly needs: readonly string[];
  /** Calls that must have ended, however they ended: imports into one proxy, whose order gives the numbers. */
  readonly after: readonly string[];
}

/**
 * What the live resource was when the plan was made. `absent`, or the tags of its entry; `anchor` is an extra string that
 * must not have moved: the revision numbers of a proxy, for a revision that is absent; the instants (a key's expiry), which
 * are in no tag, for what is present.
 */
export interface Fingerprint {
  readonly id: ResourceId;
  readonly kind: string;
  readonly state: 'absent' | 'present';
  readonly configHash?: string;
  readonly secretHash?: string;
  readonly anchor?: string;
}

export interface PlannedResource {
  readonly id: ResourceId;
  readonly kind: string;
  readonly label?: string;
  /** `shown`: differs but is not touched (a need that is present but different; an extra without --delete-extra). */
  readonly change: 'create' | 'update' | 'delete' | 'shown';
  readonly reason: string;
  /** Field paths or files that differ; never values of secrets. */
  readonly fields: readonly string[];
}

/** Something that a plan leaves alone by rule. `id` is '' for all of a kind. */
export interface IgnoredInPlan {
  readonly id: ResourceId;
  readonly kind: string;
  readonly ignoredBy: IgnoredBy;
}

/** A restore as plain data. Holds no secret; `hash` is over everything else in canonical JSON. */
export interface Plan {
  readonly schema: 'holdfast/plan/1';
  readonly hash: string;
  readonly vault: string;
  readonly organization: string;
  readonly point: string;
  readonly pointTime: string;
  /** Since when the key that signed the point is revoked: it was named all the same. */
  readonly signerRevoked?: string;
  readonly plannedAt: string;
  readonly tool: string;
  readonly selection: Selection;
  readonly deleteExtra: boolean;
  readonly resources: readonly PlannedResource[];
  readonly calls: readonly PlannedCall[];
  readonly fingerprints: readonly Fingerprint[];
  readonly cannotRestore: readonly CannotRestore[];
  /** Parts that could not be compared (a hole in the point, a denied read): left alone, by name. */
  readonly unknown: readonly { readonly id: ResourceId; readonly kind: string; readonly reason: string }[];
  /** What differs or is unknown, and is left alone because a rule of the configuration says so. Absent = nothing. */
  readonly ignored?: readonly IgnoredInPlan[];
  /** Secrets that apply will open, by resource and field path. */
  readonly secretsRequired: readonly { readonly id: ResourceId; readonly name: string }[];
  readonly risks: readonly { readonly id: ResourceId; readonly risk: string }[];
  readonly estimate: { readonly mutatingCalls: number; readonly reads: number; readonly seconds: number };
}

export type CallStatus = 'notExecuted' | 'done' | 'skipped' | 'failed' | 'unknown';

/** What became of one call; a run's report is computed from these, read from the journal. */
export interface CallOutcome {
  readonly call: string;
  readonly status: CallStatus;
  /** What the server assigned (`assigns`); values of secret ones are kept only in the sealed journal. */
  readonly assigned?: { readonly [name: string]: string };
  /** Code and message of a failure, or why it was skipped. */
  readonly detail?: string;
  /** Name of the long-running operation, as soon as it is known. */
  readonly operation?: string;
}

export interface ResourceReport {
  readonly id: ResourceId;
  readonly kind: string;
  readonly label?: string;
  readonly result: 'created' | 'updated' | 'deleted' | 'same' | 'skipped' | 'failed' | 'differs' | 'notExecuted';
  readonly why?: string;
}

export interface RunReport {
  readonly run: number;
  readonly organization: string;
  readonly point: string;
  readonly planHash: string;
  readonly safetyPoint: string;
  readonly status: 'done' | 'partial' | 'differs';
  readonly startedAt: string;
  readonly endedAt: string;
  readonly resources: readonly ResourceReport[];
  readonly cannotRestore: readonly CannotRestore[];
  readonly identityMap: readonly { readonly id: ResourceId; readonly was: string; readonly is: string }[];
  readonly calls: {
    readonly planned: number;
    readonly done: number;
    readonly failed: number;
    readonly skipped: number;
    readonly notExecuted: number;
  };
}
