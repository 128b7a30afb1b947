import type { KindName } from '../core/kinds/index.ts';
import type { PointSummary } from '../core/point.ts';
import type { ResourceId } from '../core/resource.ts';
import { compileSelection } from '../core/selection.ts';
import type { PointReader, StoredEntry } from './ports/vault.ts';

/**
 * Whether a point speaks for a resource that it does not have: where it does, the resource was not there; elsewhere nothing
 * is known of it. An interrupted point and a safety point speak only for what they hold.
 */
export function speaksFor(point: Pick<PointSummary, 'grade' | 'scope'>): (kind: KindName, id: ResourceId) => boolean {
  if (point.grade === 'interrupted' || point.scope.type === 'run') return () => false;
  return point.scope.type === 'all' ? () => true : compileSelection(point.scope.selection).resource;
}

/** Whether a point could hold resources of a kind, judging by its scope alone. */
export function coversKind(point: Pick<PointSummary, 'scope'>): (kind: KindName) => boolean {
  const { scope } = point;
  if (scope.type === 'run') return () => false;
  return scope.type === 'all' ? () => true : compileSelection(scope.selection).kind;
}

/** The point's entries of a kind; none where it does not have the kind. */
export async function* entriesOf(point: PointReader, kind: KindName): AsyncIterable<StoredEntry> {
  if (point.has(kind)) yield* point.entries(kind);
}
