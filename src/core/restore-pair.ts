import type { CannotRestore, Desired, FieldPath, Kind, Live } from './kinds/kind.ts';
import type { Fingerprint } from './plan.ts';
import type { ResourceId } from './resource.ts';

/** One resource that differs between point (desired) and live. Exactly what a restore has to decide about. */
export interface RestorePair {
  readonly kind: Kind;
  readonly id: ResourceId;
  /** Absent = the point does not have it. */
  readonly desired?: Desired;
  /** Absent = live does not have it. */
  readonly live?: Live;
  readonly label?: string;
  readonly changedSecrets: readonly FieldPath[];
  readonly fingerprint: Fingerprint;
  /** Fields or files that differ, for people. */
  readonly fields: readonly string[];
  /** `chosen` by the selection, `need` = taken because a chosen one needs it, `shown` = listed but left alone. */
  readonly role: 'chosen' | 'need' | 'shown';
  /** Why it is only shown. */
  readonly note?: string;
  /** Said of what is only shown because nobody named it, see `withhold`, or because others would go with it. */
  readonly withheld?: CannotRestore;
}
