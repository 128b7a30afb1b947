/** Work with an end that may only be known as a range; `most` is infinite where only the least of it is known. */
export interface KnownWork {
  readonly done: number;
  readonly least: number;
  readonly most: number;
  /** More of it a second is not allowed. */
  readonly ceilingPerSecond: number;
}

interface Sample {
  readonly atMs: number;
  readonly done: number;
}

const WINDOW_MS = 15_000;
/** Before this nothing is said: the first moments are no measure. */
const SHORTEST_MEASURE_MS = 3000;
/** Two ends as close as this are one. */
const SAME = 1.3;

/** Remembers how fast something went, lately and in all. */
export class Pace {
  #first: Sample | undefined;
  #recent: Sample[] = [];

  note(sample: Sample): void {
    const last = this.#recent.at(-1);
    // What counts backwards is something else now.
    if (last !== undefined && sample.done < last.done) this.#recent = [];
    if (this.#recent.length === 0) this.#first = sample;
    this.#recent.push(sample);
    while (this.#recent.length > 2 && sample.atMs - (this.#recent[1]?.atMs ?? sample.atMs) >= WINDOW_MS)
      this.#recent.shift();
  }

  /** A second, over the last quarter minute; undefined while nobody can tell. */
  get recentPerSecond(): number | undefined {
    return rateBetween(this.#recent[0], this.#recent.at(-1));
  }

  /** The time that is left, as a range; undefined while nobody can tell, or when there is more work than was known of. */
  remainingMs(work: KnownWork): { readonly least: number; readonly most: number } | undefined {
    const recent = this.recentPerSecond;
    const overall = rateBetween(this.#first, this.#recent.at(-1));
    if (recent === undefined || overall === undefined || work.done >= work.most) return undefined;
    const fast = Math.min(Math.max(recent, overall), work.ceilingPerSecond);
    const slow = Math.min(recent, overall, fast);
    // What stands still has no end in sight.
    if (slow <= 0) return undefined;
    return {
      least: (Math.max(0, work.least - work.done) / fast) * 1000,
      most: ((work.most - work.done) / slow) * 1000,
    };
  }
}

function rateBetween(from: Sample | undefined, to: Sample | undefined): number | undefined {
  if (from === undefined || to === undefined || to.atMs - from.atMs < SHORTEST_MEASURE_MS) return undefined;
  return ((to.done - from.done) * 1000) / (to.atMs - from.atMs);
}

/** `about 20 s left`, `1 to 3 min left`, `at most 2 min left`, `at least 2 min left`. */
export function formatRemaining({ least, most }: { readonly least: number; readonly most: number }): string {
  const shortMs = 90_000;
  if (most === Number.POSITIVE_INFINITY) {
    const [unitMs, unit] = least < shortMs ? [1000, 's'] : least < 60 * shortMs ? [60_000, 'min'] : [3_600_000, 'h'];
    return `at least ${Math.floor(least / unitMs)} ${unit} left`;
  }
  const [unitMs, unit] = most < shortMs ? [1000, 's'] : most < 60 * shortMs ? [60_000, 'min'] : [3_600_000, 'h'];
  const up = (ms: number): number => Math.max(1, Math.ceil(ms / unitMs));
  if (least < unitMs) return `at most ${up(most)} ${unit} left`;
  return most / least <= SAME || up(least) === up(most)
    ? `about ${up(most)} ${unit} left`
    : `${up(least)} to ${up(most)} ${unit} left`;
}
