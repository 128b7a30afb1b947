import type { ResourceId } from '../core/resource.ts';

/** An owner (proxy, shared flow) as far as its revisions are concerned. */
export interface RevisionOwner {
  readonly id: ResourceId;
  readonly createdAt: string;
  /** Ascending. */
  readonly numbers: readonly string[];
  /** Moves when the owner does. */
  readonly mark: string;
}
