import type { PruneRequest } from '../app/prune/judge-points.ts';

/** What the configuration says of retention, with what counts where it says nothing. */
export type RetentionSettings = Pick<PruneRequest, 'policy' | 'graceDays' | 'protectionDays'>;

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

export function toRetention(written: WrittenRetention): RetentionSettings {
  const { hourly = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0 } = written;
  const { zone = 'UTC', minimumVerified = 1, guaranteedDays = GUARANTEED_DAYS } = written;
  return {
    policy: { hourly, daily, weekly, monthly, yearly, zone, minimumVerified, guaranteedDays },
    graceDays: written.graceDays ?? GRACE_DAYS,
    protectionDays: written.protectionDays,
  };
}
