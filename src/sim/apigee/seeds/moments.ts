const dayMs = 86_400_000;

/** The day the seeds take for today: everything in them was created before it. 2025-06-01T00:00:00Z, in milliseconds. */
export const seedTodayMs = 1_748_736_000_000;

/** An instant so many days before the seeds' today, as the API writes instants: milliseconds since 1970 in a string. */
export function daysBefore(days: number, extraMs = 0): string {
  return String(seedTodayMs - days * dayMs + extraMs);
}

/** An instant so many days after the seeds' today, far enough not to pass while a test or a demo runs. */
export function daysAfter(days: number, extraMs = 0): string {
  return daysBefore(-days, extraMs);
}

/** How the API writes "this key never expires". */
export const neverExpires = '-1';
