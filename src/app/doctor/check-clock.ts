import type { Check, CheckMaker } from './check.ts';

const MOST_SKEW_MS = 5 * 60_000;
const MINUTE_MS = 60_000;

/** Compares another party's clock with ours, given that it was read between two instants of ours. */
export function checkClock(
  make: CheckMaker,
  id: string,
  seen: { readonly party: string; readonly theirsMs: number; readonly betweenMs: readonly [number, number] },
): Check {
  const { party, theirsMs, betweenMs } = seen;
  const [fromMs, toMs] = betweenMs;
  const skewMs = theirsMs < fromMs ? theirsMs - fromMs : Math.max(0, theirsMs - toMs);
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= MOST_SKEW_MS) {
    const apart = seconds < 2 ? 'agrees with' : `is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'}`;
    return make.ok(id, `The clock of ${party} ${apart} this machine's.`);
  }
  const minutes = Math.round(Math.abs(skewMs) / MINUTE_MS);
  return make.finding(
    id,
    `The clock of ${party} is ${minutes} minutes ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's: points would bear a wrong time, and times given to commands would mean others.`,
    'Set the clock of this machine right (a time service), or find out whose is wrong.',
  );
}
