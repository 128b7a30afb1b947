import type { ProtectionSettings, Weekday } from './settings.ts';

/** Days of January 2026 by weekday: a weekly schedule begins on one of them. */
const firstDays: Readonly<Record<Weekday, string>> = {
  Thursday: '01',
  Friday: '02',
  Saturday: '03',
  Sunday: '04',
  Monday: '05',
  Tuesday: '06',
  Wednesday: '07',
};

/** `R/2026-01-01T02:00:00+00:00/P1D` of a schedule. */
export function intervalOf({ every, day, at }: ProtectionSettings['policy']): string {
  const date = every === 'day' ? '01' : firstDays[day];
  return `R/2026-01-${date}T${at}:00+00:00/${every === 'day' ? 'P1D' : 'P1W'}`;
}

/** Whether two intervals run at the same times, whenever they began. */
export function isSameSchedule(a: string, b: string): boolean {
  const [one, other] = [partsOf(a), partsOf(b)];
  return one !== undefined && other !== undefined && one.join(' ') === other.join(' ');
}

function partsOf(interval: string): readonly string[] | undefined {
  const [, start = '', period = ''] = /^R\d*\/([^/]+)\/(P.+)$/.exec(interval) ?? [];
  const startMs = Date.parse(start);
  if (Number.isNaN(startMs)) return undefined;
  const dayMs = 86_400_000;
  const timeOfDay = ((startMs % dayMs) + dayMs) % dayMs;
  // 1970-01-01 was a Thursday; only a week's schedule has a weekday.
  const weekday = period === 'P1W' ? String(Math.floor(startMs / dayMs) % 7) : '';
  return [period, String(timeOfDay), weekday];
}

/** In words. */
export function describeSchedule(interval: string): string {
  const [, start = '', period = ''] = /^R\d*\/([^/]+)\/(P.+)$/.exec(interval) ?? [];
  const time = /T(\d{2}:\d{2})/.exec(start)?.[1] ?? start;
  const every: Readonly<Record<string, string>> = { P1D: 'daily', P1W: 'weekly' };
  return `${every[period] ?? `every ${period}`} at ${time}`;
}
