import type { Workplace } from './workplace.ts';

/** One line of the table: a number the project wants to reach, and what was found. */
export interface Measured {
  readonly what: string;
  readonly target: string;
  /** For people, with its unit. */
  readonly found: string;
  readonly reached: boolean;
  /** What it was computed from, for machines: counts, bytes, milliseconds. */
  readonly figures: Readonly<Record<string, number | string | boolean>>;
}

/** What is measured together, in one run and one folder. */
export interface Row {
  /** For `--row`. */
  readonly name: string;
  /** Left out by `--quick`: takes minutes. */
  readonly isLong?: boolean;
  readonly measure: (place: Workplace) => Promise<readonly Measured[]>;
}
