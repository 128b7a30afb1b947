/** How long an epoch lasts before a full capture opens the next one. */
export const epochPeriods = ['week', 'month', 'quarter'] as const;
export type EpochPeriod = (typeof epochPeriods)[number];

/** The most days that an epoch of the period takes, so long as captures are taken. */
export const longestEpochDays: Readonly<Record<EpochPeriod, number>> = { week: 7, month: 31, quarter: 92 };
