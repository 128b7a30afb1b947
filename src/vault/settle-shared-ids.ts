import type { SweptPoint } from '../app/ports/retention.ts';
import { damaged } from './damage.ts';
import type { PointRecord } from './manifest.ts';
import type { DamagedManifest } from './point-log.ts';

/**
 * Of manifests with one id the one that is a point: the one the store had first. Whoever steals the writer's key can sign
 * others, and would else have them opened, proven and held for the point that people know by its id. The id of a point that was
 * swept stays taken. Where the store does not attest time nobody knows which was first, and none of them is one.
 */
export function settleSharedIds(
  records: readonly PointRecord[],
  swept: readonly SweptPoint[],
): {
  readonly records: readonly PointRecord[];
  readonly damaged: readonly DamagedManifest[];
} {
  const sharing = new Map<string, PointRecord[]>();
  for (const record of records) {
    const { point } = record.header;
    sharing.set(point, [...(sharing.get(point) ?? []), record]);
  }
  const falseOnes = new Map<PointRecord, DamagedManifest>();
  const gone = new Map(swept.flatMap(({ point, name, isGivenUp }) => (isGivenUp ? [] : [[point, { name }] as const])));
  for (const [point, group] of sharing) {
    const first = gone.get(point) ?? findFirst(group);
    for (const record of group) {
      if (record !== first) falseOnes.set(record, { name: record.name, error: idTaken(record, first) });
    }
  }
  return { records: records.filter((record) => !falseOnes.has(record)), damaged: [...falseOnes.values()] };
}

function findFirst(group: readonly PointRecord[]): PointRecord | undefined {
  const [first, second] = group.toSorted((a, b) => (a.time < b.time ? -1 : 1));
  if (second === undefined) return first;
  const isKnown = group.every(({ timeAttested }) => timeAttested) && first?.time !== second.time;
  return isKnown ? first : undefined;
}

function idTaken(
  { name, header, signer }: PointRecord,
  first: { readonly name: string } | undefined,
): DamagedManifest['error'] {
  const whose =
    first === undefined
      ? `other manifests have the id ${header.point} too, and which was first is not known`
      : `the id ${header.point} is that of ${first.name}, which was there before`;
  return damaged(name, `${whose}; it is signed by ${signer}`);
}
