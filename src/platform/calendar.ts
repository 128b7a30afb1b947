/** The calendar spans that an instant falls into, by names that sort as they follow each other. */
export interface CalendarNames {
  readonly hourly: string;
  readonly daily: string;
  readonly weekly: string;
  readonly monthly: string;
  readonly yearly: string;
}

export interface Calendar {
  /** The spans of an instant in the calendar's zone. */
  namesOf(epochMs: number): CalendarNames;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const THURSDAY = 4;

/** True for a zone that the machine knows: `Europe/Vienna`, `UTC`. */
export function isTimeZone(zone: string): boolean {
  try {
    return zone !== '' && new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The calendar of a time zone, summer time and all. The hour that clocks show twice in autumn is two hours: its name has
 * the offset. Weeks are those of ISO 8601.
 */
export function createCalendar(zone: string): Calendar {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return {
    namesOf(epochMs) {
      const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]));
      const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
      const [year, month, day] = [part('year'), part('month'), part('day')];
      const localMs = Date.UTC(year, month - 1, day, part('hour'), part('minute'), part('second'));
      const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
      const offset = formatOffset(localMs - Math.floor(epochMs / 1000) * 1000);
      return {
        hourly: `${date}T${pad(part('hour'))}${offset}`,
        daily: date,
        weekly: weekOf(Date.UTC(year, month - 1, day)),
        monthly: date.slice(0, -'-dd'.length),
        yearly: pad(year, 4),
      };
    },
  };
}

/** A week belongs to the year in which its Thursday lies. */
function weekOf(dayMs: number): string {
  const weekday = new Date(dayMs).getUTCDay() || 7;
  const thursday = new Date(dayMs + (THURSDAY - weekday) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${pad(year, 4)}-W${pad(week)}`;
}

function formatOffset(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / MINUTE_MS);
  return `${offsetMs < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}
