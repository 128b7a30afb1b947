import type { CollectionsTable } from './collections-table.ts';
import type { PointRecord } from './manifest.ts';
import type { PackCache } from './pack-cache.ts';
import { epochPrefixOf } from './point-log.ts';

/**
 * Names of all blobs that a point rests on: its manifest, its table, the index parts of all rows of the table, and every pack
 * that those parts name. IntegrityError when one of the indexes cannot be read.
 */
export async function listNeeds(
  { packs, table }: { readonly packs: PackCache; readonly table: CollectionsTable },
  record: PointRecord,
): Promise<readonly string[]> {
  const prefix = epochPrefixOf(record);
  const names = new Set([record.name]);
  if (record.body.table !== null) names.add(`${prefix}indexes/${record.body.table}`);
  for (const { base, deltas } of [...table.collections.values(), ...table.carried.values()]) {
    for (const [id] of [...(base === null ? [] : [base]), ...deltas].flatMap(({ parts }) => parts)) {
      const name = `${prefix}indexes/${id}`;
      if (names.has(name)) continue;
      names.add(name);
      const { directory } = await packs.getWhole(name);
      for (const pack of directory.packs) names.add(`${prefix}packs/${pack}`);
    }
  }
  return [...names];
}
