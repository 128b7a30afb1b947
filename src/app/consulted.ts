import type { Hasher } from '../core/hasher.ts';
import type { JsonValue } from '../core/json.ts';
import { findKindOf } from '../core/kind-of.ts';
import type { ResourceId } from '../core/resource.ts';
import type { RestorePair } from '../core/restore-pair.ts';
import type { PointReader } from './ports/vault.ts';
import { openStored } from './side.ts';

/**
 * What the pairs' kinds want to know of resources that the plan leaves as they are: the point's canonical form, for what has
 * a pair of its own is known from it, and what has none is the same in both.
 */
export async function readConsulted(
  pairs: readonly RestorePair[],
  point: PointReader,
  hasher: Hasher,
): Promise<ReadonlyMap<ResourceId, JsonValue>> {
  const paired = new Set(pairs.map(({ id }) => id));
  const consulted = new Map<ResourceId, JsonValue>();
  for (const { kind, desired, role } of pairs) {
    for (const id of role === 'shown' || desired === undefined ? [] : (kind.consults?.(desired) ?? [])) {
      const consultedKind = findKindOf(id);
      if (paired.has(id) || consulted.has(id) || consultedKind === undefined) continue;
      const stored = point.has(consultedKind.name) ? await point.find(id, consultedKind.name) : undefined;
      if (stored === undefined) continue;
      const { canonical } = await openStored(point, consultedKind, stored, hasher);
      consulted.set(id, canonical);
    }
  }
  return consulted;
}
