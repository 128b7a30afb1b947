/** What the use cases need of the process around them. */
export type { Clock } from '../../platform/clock.ts';

/** The calls of a run while it is under way. */
export interface CallMeter {
  /** Sent so far. */
  calls(): number;
  /** Of those to come, how many are known by now; more may become known. */
  foreseen?(): number;
  /** How many there will be about, in all; absent where nothing tells. */
  readonly expected?: { readonly least: number; readonly most: number };
}

/** What a face shows while a use case runs; never a secret. */
export interface Progress {
  /** From now on the calls of this run are shown with whatever else is. */
  measure?(meter: CallMeter): void;
  phase(name: string): void;
  advance(done: number, total: number | undefined, what: string): void;
  note(message: string): void;
  warn(message: string): void;
}

/** Sorts more than memory holds; what it spills is sealed with a key that only this process knows. */
export interface Sorter<Item> {
  add(item: Item): Promise<void>;
  /** All items in key order; may be called more than once. */
  sorted(): AsyncIterable<Item>;
  close(): Promise<void>;
}

export type SorterFactory = <Item>(keyOf: (item: Item) => string) => Sorter<Item>;
