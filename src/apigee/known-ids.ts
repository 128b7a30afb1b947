import type { KnownId } from '../core/colliding-ids.ts';
import { SERVER_NAME, withoutNumber } from '../core/colliding-ids.ts';
import type { EntryCore } from '../core/entry.ts';
import { stateText } from '../core/entry.ts';
import { stringField } from '../core/json.ts';
import type { ResourceId } from '../core/resource.ts';

/** The ids that a point gives resources, by what they would be by their natural keys alone. */
export type KnownIds = ReadonlyMap<ResourceId, readonly KnownId[]>;

export async function loadKnownIds(entries: AsyncIterable<EntryCore>): Promise<KnownIds> {
  const known = new Map<ResourceId, KnownId[]>();
  for await (const entry of entries) {
    const key = stringField(entry.marks ?? {}, SERVER_NAME);
    const one: KnownId = { id: entry.id, state: stateText(entry), key };
    const base = withoutNumber(entry.id);
    const beside = known.get(base);
    if (beside === undefined) known.set(base, [one]);
    else beside.push(one);
  }
  return known;
}
