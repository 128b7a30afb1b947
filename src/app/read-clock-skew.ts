import type { Clock } from './ports/surroundings.ts';
import type { Vault } from './ports/vault.ts';

export interface ClockSkew {
  /** How far the store's clock is ahead of this machine's; negative when it is behind. */
  readonly skewMs: number;
  /** More than what may pass: times that are compared with the store's would mean others. */
  readonly isTooLarge: boolean;
  /** A sentence. */
  readonly text: string;
}

const MOST_CLOCK_SKEW_MS = 5 * 60_000;
const MINUTE_MS = 60_000;

/**
 * Compares the store's clock with this machine's. Undefined where the store has no clock of its own, or does not tell its
 * time: that is for its other calls to complain about.
 */
export async function readClockSkew(
  { readStoreTime }: Pick<Vault, 'readStoreTime'>,
  clock: Clock,
): Promise<ClockSkew | undefined> {
  const beforeMs = clock.epochMs();
  const theirs = await readStoreTime?.().catch(() => undefined);
  if (theirs === undefined) return undefined;
  const afterMs = clock.epochMs();
  const theirsMs = Date.parse(theirs);
  // Stores cut the time to whole seconds.
  const fromMs = beforeMs - 1000;
  const skewMs = theirsMs < fromMs ? theirsMs - fromMs : Math.max(0, theirsMs - afterMs);
  const minutes = Math.round(Math.abs(skewMs) / MINUTE_MS);
  return {
    skewMs,
    isTooLarge: Math.abs(skewMs) > MOST_CLOCK_SKEW_MS,
    text: `The clock of the store is ${minutes} minutes ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's: set this machine's right.`,
  };
}
