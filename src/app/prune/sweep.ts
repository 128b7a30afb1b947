import type { LeftObject } from '../../core/plan-prune.ts';

/** What one sweep did. */
export interface Sweep {
  readonly prune: number;
  readonly points: readonly string[];
  /** Points that stay after all, and why. */
  readonly withdrawn: readonly { readonly point: string; readonly why: string }[];
  readonly deletedObjects: number;
  readonly deletedBytes: number;
  readonly left: readonly LeftObject[];
}
