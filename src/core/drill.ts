/** What a drill found: whether the vault can be had back from Azure Backup, and how old it would be. */
export interface DrillResult {
  /**
   * `proven`: the newest point of the copy is whole. `olderProven`: an older one is. `notProven`: none is, or the copy was
   * not made well enough to count.
   */
  readonly result: 'proven' | 'olderProven' | 'notProven';
  /** Why it is not proven. */
  readonly why: string | undefined;
  readonly recoveryPoint: { readonly id: string; readonly time: string };
  readonly job: { readonly id: string; readonly status: string; readonly problems: readonly string[] } | undefined;
  /** The point that is whole in the copy. */
  readonly point: { readonly id: string; readonly endedAt: string; readonly ageHours: number } | undefined;
  /** How much of it was looked at: `all-data`, or `all-bytes` where keys are lacking. */
  readonly depth: 'all-bytes' | 'all-data' | undefined;
  readonly checkedObjects: number;
  readonly checkedBytes: number;
  /** Newer points that are in the copy and not whole, or are not in it at all. */
  readonly lacking: readonly { readonly point: string; readonly endedAt: string; readonly why: string }[];
}

export interface CopiedPoint {
  readonly id: string;
  readonly endedAt: string;
}

/** A point of the copy after all of it was read. */
export interface ExaminedPoint extends CopiedPoint {
  /** What is wrong with it; empty when it is whole. */
  readonly damage: readonly string[];
}

/** Points in the order in which they are to be tried: the newest first. */
export function newestFirst<Point extends CopiedPoint>(points: readonly Point[]): readonly Point[] {
  return points.toSorted((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt) || (a.id < b.id ? 1 : -1));
}

/** Only this word counts: a restore with warnings may lack anything. */
export function isProofOfJob(status: string): boolean {
  return status === 'Completed';
}

/** What the copy lacks of what the vault has by now, and what in it is damaged, newer than the point that is whole. */
export function lackingPoints(
  live: readonly CopiedPoint[],
  examined: readonly ExaminedPoint[],
  copied: readonly CopiedPoint[],
): DrillResult['lacking'] {
  const whole = examined.find(({ damage }) => damage.length === 0);
  const isNewer = ({ endedAt }: CopiedPoint): boolean =>
    whole === undefined || Date.parse(endedAt) > Date.parse(whole.endedAt);
  const there = new Set(copied.map(({ id }) => id));
  const absent = live
    .filter((point) => !there.has(point.id) && isNewer(point))
    .map(({ id, endedAt }) => ({ point: id, endedAt, why: 'It is not in the recovery point.' }));
  const damaged = examined
    .filter(({ damage }) => damage.length > 0)
    .map(({ id, endedAt, damage }) => {
      const more = damage.length > 1 ? ` And ${damage.length - 1} more.` : '';
      return { point: id, endedAt, why: `${damage[0] ?? ''}${more}` };
    });
  return [...absent, ...damaged].toSorted((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt));
}
