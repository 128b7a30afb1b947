import type { ResourceId } from './resource.ts';

/**
 * One difference between an older and a newer side (point and point, or point and live). `unknown` is the third state: a
 * side could not be read there, so nothing is claimed.
 */
export interface Difference {
  readonly id: ResourceId;
  readonly kind: string;
  readonly change: 'added' | 'removed' | 'changed' | 'renamed' | 'unknown';
  /** Apart from differences: an extra undeployed revision. It has no influence on the exit code. */
  readonly informational: boolean;
  readonly label?: string;
  /** For `changed`: the fields; for bundles: the files. */
  readonly fields: readonly FieldChange[];
  readonly files: readonly FileChange[];
  /** True when a secret differs; which one and its values are shown to nobody. */
  readonly secretChanged: boolean;
  /** For `unknown`: why; for `renamed`: from where. */
  readonly note?: string;
  /** Paths of fields that differ too, but are ignored by a rule. */
  readonly ignoredFields?: readonly string[];
}

/** The rule by which something does not count. */
export interface IgnoredBy {
  /** Which one: `ignore apis/**`, `acceptedGaps developer`. */
  readonly rule: string;
  readonly reason: string;
  readonly until: string;
}

/** A difference that a rule takes out of the account. */
export interface IgnoredDifference extends Difference {
  readonly ignoredBy: IgnoredBy;
}

/** A field's change. `before`/`after` are absent when the field is; both absent when contents may not be read with the keys at hand. */
export interface FieldChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly hidden: boolean;
  /** Of texts with several lines: what differs, as unified diff lines. */
  readonly lines?: readonly string[];
}

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed' | 'formatting';
  /** What it is in Apigee's words: `policy VerifyAPIKey "VA-Key"`, `proxy endpoint default`, `file`. */
  readonly what: string;
  /** For XML: changed elements and attributes by path; for text: unified diff lines. Credentials found by the scan are masked. */
  readonly lines: readonly string[];
}

export interface DiffSummary {
  readonly kind: string;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly unknown: number;
  readonly same: number;
  /** Counted nowhere else: no differences by themselves. */
  readonly informational: number;
  /** Ignored by a rule; counted nowhere else. */
  readonly ignored: number;
}
