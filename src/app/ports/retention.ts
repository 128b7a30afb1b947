import type { PruneObject, ProtectionReading } from '../../core/plan-prune.ts';
import type { PointSummary } from '../../core/point.ts';
import type { Proof, RetentionPolicy } from '../../core/retention.ts';

// ---------------------------------------------------------------- holds

/** Points that must stay, whatever the policy says. */
export interface Hold {
  readonly id: string;
  readonly points: readonly string[];
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601; absent = until it is removed. */
  readonly until?: string;
  /** By the store where it attests time. */
  readonly addedAt: string;
  readonly signer: string;
  readonly removed?: { readonly at: string; readonly owner: string; readonly reason: string; readonly signer: string };
}

/** A signed record that cannot be trusted, or is missing although another one follows it. */
export interface UntrustedRecord {
  readonly name: string;
  readonly why: string;
}

export interface HoldStore {
  /** Oldest first, removed and expired ones too. */
  listHolds(
    organization: string,
  ): Promise<{ readonly holds: readonly Hold[]; readonly untrusted: readonly UntrustedRecord[] }>;
  /** Signs with the verifier's key, or with the pruner's. Returns the hold as it is stored. */
  addHold(request: {
    readonly organization: string;
    readonly points: readonly string[];
    readonly owner: string;
    readonly reason: string;
    readonly until?: string;
    readonly at: string;
  }): Promise<Hold>;
  /** Signs with the verifier's key: who may delete cannot lift what keeps from it. */
  removeHold(request: {
    readonly organization: string;
    readonly hold: string;
    readonly owner: string;
    readonly reason: string;
    readonly at: string;
  }): Promise<void>;
}

// ---------------------------------------------------------------- prunes

/** A point that is gone because it was swept, not lost. */
export interface SweptPoint {
  readonly point: string;
  /** Its manifest. */
  readonly name: string;
  readonly prune: number;
  /** When the sweep was begun; by the store where it attests time. */
  readonly sweptAt: string;
  readonly signer: string;
  /** A damaged manifest that was given up: perhaps the id that it names is not its own. */
  readonly isGivenUp: boolean;
}

/** A point as pruning sees it. */
export interface PrunablePoint {
  readonly summary: PointSummary;
  readonly manifest: PruneObject;
  readonly manifestHash: string;
  /** What its capture put. */
  readonly wrote: readonly PruneObject[];
  /** Kinds it has whole; none where its scope is not a whole one. */
  readonly whole: readonly string[];
  readonly excused: readonly string[];
  /** Why its table could not be read; then nothing is known of what it has. */
  readonly unreadable?: string;
  readonly proof: Proof;
}

/** A manifest that cannot be trusted. */
export interface DamagedManifest {
  readonly point: string;
  readonly epoch: string;
  readonly manifest: PruneObject;
  readonly why: string;
}

export interface MarkedPoint {
  readonly point: string;
  readonly name: string;
  /** Absent where the manifest was damaged. */
  readonly hash?: string;
}

export type PruneStep =
  | {
      readonly step: 'mark';
      readonly policy: RetentionPolicy & { readonly zone: string };
      readonly graceDays: number;
      readonly points: readonly (MarkedPoint & { readonly time: string })[];
      readonly objects: readonly PruneObject[];
      readonly kept: readonly { readonly point: string; readonly rules: readonly string[] }[];
      /** Damaged manifests and records that nobody waited for. */
      readonly giveUp?: readonly string[];
    }
  | { readonly step: 'sweep'; readonly points: readonly MarkedPoint[]; readonly objects: readonly PruneObject[] }
  /** Names of manifests. */
  | { readonly step: 'withdrawn'; readonly names: readonly string[]; readonly why: string }
  | {
      readonly step: 'swept';
      readonly deleted: { readonly objects: number; readonly bytes: number };
      readonly left: readonly (PruneObject & { readonly why: string; readonly until?: string })[];
    };

/** A document of a prune as stored. */
export type PruneRecord = PruneStep & {
  readonly name: string;
  readonly hash: string;
  /** By whoever signed it. */
  readonly at: string;
  /** By the store where it attests time. */
  readonly createdAt: string | undefined;
  readonly signer: string;
};

/** One prune: its mark, and what was done after it. */
export interface Prune {
  readonly prune: number;
  readonly records: readonly PruneRecord[];
  /** Names of documents in it that cannot be trusted: they take their numbers all the same. */
  readonly strange: readonly string[];
}

/** All that pruning decides from. */
export interface PruneGround {
  /** Oldest first; without those that are swept. */
  readonly points: readonly PrunablePoint[];
  readonly damaged: readonly DamagedManifest[];
  readonly epochs: readonly { readonly epoch: string; readonly openedAt: string | undefined }[];
  readonly holds: readonly Hold[];
  readonly prunes: readonly Prune[];
  readonly untrusted: readonly UntrustedRecord[];
}

export interface PruneStore {
  /** Reads manifests, tables, holds, proofs and prunes. Needs a key that opens the class meta. */
  readPruneGround(organization: string): Promise<PruneGround>;
  /** Names of all blobs that a point rests on, its manifest too. IntegrityError when that cannot be read. */
  listNeeds(organization: string, point: string): Promise<readonly string[]>;
  /** Packs and indexes of an epoch, whoever wrote them. */
  listEpochObjects(organization: string, epoch: string): Promise<readonly PruneObject[]>;
  /** Names of all manifests of an epoch, trusted or not, as they are now. */
  listManifests(organization: string, epoch: string): Promise<readonly string[]>;
  /** What keeps a blob from being deleted; undefined when there is no such blob. */
  readProtection(name: string): Promise<ProtectionReading | undefined>;
  /** All prunes as they are now; what cannot be trusted is left out. */
  listPrunes(organization: string): Promise<readonly Prune[]>;
  /** Whether there is a document behind those that the caller knows. */
  hasNextStep(organization: string, prune: Prune): Promise<boolean>;
  /** Claims the next number with a signed mark. Needs pruner.key. */
  markPrune(organization: string, mark: Extract<PruneStep, { step: 'mark' }>, at: string): Promise<Prune>;
  /**
   * Adds a signed document behind those that the caller knows. UserError `RUN_ACTIVE` when another pruner was first.
   * Needs pruner.key.
   */
  addPruneStep(
    organization: string,
    prune: Prune,
    step: Exclude<PruneStep, { step: 'mark' }>,
    at: string,
  ): Promise<Prune>;
  /** Deletes a manifest, pack or index of the organization; InternalError for any other name. */
  deletePruned(
    organization: string,
    name: string,
  ): Promise<
    | { readonly outcome: 'deleted' | 'absent' }
    | { readonly outcome: 'held'; readonly by: 'policy' | 'legal-hold'; readonly until: string | undefined }
  >;
}
