import { UserError } from '../../core/errors.ts';
import { findInstant, formatInstant } from '../../platform/clock.ts';
import type { Flags } from '../flags.ts';

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `7d`, `12h`, `30m`; undefined for what is no such time. */
export function findSpanMs(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const unitMs = unitsMs[unit];
  return unitMs === undefined ? undefined : Number(digits) * unitMs;
}

/** The instant that an option names: whole, a day (its begin, in UTC), or so long before now. UserError `USAGE` otherwise. */
export function findTime(flags: Flags, name: string, nowMs: number): string | undefined {
  const text = flags.find(name);
  if (text === undefined) return undefined;
  const spanMs = findSpanMs(text);
  if (spanMs !== undefined) return formatInstant(nowMs - spanMs);
  const epochMs = findInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (epochMs !== undefined) return formatInstant(epochMs);
  throw new UserError({
    code: 'USAGE',
    message: `--${name} is "${text}", which is no time.`,
    next: 'Write a day (2026-01-31), an instant with its offset (2026-01-31T08:00:00Z), or how long ago (7d, 12h, 30m).',
  });
}
