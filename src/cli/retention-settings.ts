import type { PruneRequest } from '../app/prune/judge-points.ts';
import { type EpochPeriod, longestEpochDays } from '../core/epoch-period.ts';
import { neededProtectionDays } from '../core/retention.ts';
import { formatCounted } from './render/quantity.ts';

/** What the configuration says of retention, with what counts where it says nothing. */
export interface RetentionSettings extends Pick<PruneRequest, 'policy' | 'graceDays' | 'protectionDays'> {
  /** Why the days for which the container protects are too few for the guarantee; undefined where they are enough or not said. */
  readonly shortfall: string | undefined;
}

/** As written in the file. */
export interface WrittenRetention {
  readonly hourly?: number | undefined;
  readonly daily?: number | undefined;
  readonly weekly?: number | undefined;
  readonly monthly?: number | undefined;
  readonly yearly?: number | undefined;
  readonly zone?: string | undefined;
  readonly minimumVerified?: number | undefined;
  readonly guaranteedDays?: number | undefined;
  readonly graceDays?: number | undefined;
  readonly protectionDays?: number | undefined;
}

const GUARANTEED_DAYS = 30;
const GRACE_DAYS = 7;

export function toRetention(written: WrittenRetention, epoch: EpochPeriod = 'month'): RetentionSettings {
  const { hourly = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0 } = written;
  const { zone = 'UTC', minimumVerified = 1, guaranteedDays = GUARANTEED_DAYS } = written;
  return {
    policy: { hourly, daily, weekly, monthly, yearly, zone, minimumVerified, guaranteedDays },
    graceDays: written.graceDays ?? GRACE_DAYS,
    protectionDays: written.protectionDays,
    shortfall: findShortfall(written.protectionDays, { guaranteedDays, epoch }),
  };
}

function findShortfall(
  protectionDays: number | undefined,
  { guaranteedDays, epoch }: { readonly guaranteedDays: number; readonly epoch: EpochPeriod },
): string | undefined {
  const epochDays = longestEpochDays[epoch];
  const needed = neededProtectionDays(epochDays, { guaranteedDays });
  if (protectionDays === undefined || protectionDays >= needed) return undefined;
  return `The container protects each blob for ${protectionDays} days, and ${needed} are needed: ${epochDays} of an epoch + ${guaranteedDays} guaranteed. For ${formatCounted(needed - protectionDays, 'day')} points rest on blobs that can be deleted.`;
}
