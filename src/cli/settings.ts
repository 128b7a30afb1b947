import { type EpochPeriod, epochPeriods } from '../core/epoch-period.ts';
import { UserError } from '../core/errors.ts';
import type { RevisionSelection } from '../app/ports/organization.ts';
import { findMoment } from '../app/points.ts';
import { formatInstant } from '../platform/clock.ts';
import type { Flags } from './flags.ts';
import type { HouseSettings } from './house.ts';

const DEFAULT_QUOTA = 6000;
const DEFAULT_SHARE = 0.5;

/** The settings of the adapters. UserError `USAGE` for a number that is none; `onProblem` is told instead, and the default counts. */
export function readHouseSettings(flags: Flags, onProblem?: (problem: UserError) => void): HouseSettings {
  const orDefault = <Value>(read: () => Value, standard: Value): Value => {
    try {
      return read();
    } catch (error) {
      if (onProblem === undefined || !(error instanceof UserError)) throw error;
      onProblem(error);
      return standard;
    }
  };
  return {
    vault: flags.find('vault'),
    state: flags.find('state'),
    vaultAsOf: orDefault(() => readVaultAsOf(flags), undefined),
    keys: flags.find('keys'),
    endpoint: flags.get('endpoint'),
    quotaPerMinute: orDefault(() => readQuota(flags), DEFAULT_QUOTA),
    quotaShare: orDefault(() => readShare(flags), DEFAULT_SHARE),
  };
}

function readVaultAsOf(flags: Flags): string | undefined {
  const text = flags.find('vault-as-of');
  if (text === undefined) return undefined;
  const ms = findMoment(text);
  if (ms !== undefined && !Number.isNaN(ms)) return formatInstant(ms);
  throw new UserError({
    code: 'USAGE',
    message: `--vault-as-of is "${text}", which is no time.`,
    next: 'Write it as 2026-01-31T08:00:00Z, or as a day, which means its end; without an offset it is UTC.',
  });
}

/** `--quota-per-minute`: calls a minute, or `unlimited`. */
export function readQuota(flags: Flags): number | 'unlimited' {
  if (flags.get('quota-per-minute') === 'unlimited') return 'unlimited';
  return readNumber(flags, 'quota-per-minute', (calls) => calls > 0, 'a number of calls above 0, or unlimited');
}

function readShare(flags: Flags): number {
  return readNumber(flags, 'quota-share', (share) => share > 0 && share <= 1, 'a number above 0, at most 1');
}

/** `--revisions`. */
export function readRevisions(flags: Flags): RevisionSelection {
  if (flags.get('revisions') === 'all') return { newest: 'all' };
  const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;
  return { newest: readNumber(flags, 'revisions', isCount, 'a whole number, or all') };
}

/** `--epoch`. */
export function readEpochPeriod(flags: Flags): EpochPeriod {
  const text = flags.get('epoch');
  return epochPeriods.find((period) => period === text) ?? 'month';
}

/** A number that `accepts` takes; `expected` says in words what that is. */
export function readNumber(flags: Flags, name: string, accepts: (value: number) => boolean, expected: string): number {
  const text = flags.get(name);
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && accepts(value)) return value;
  throw new UserError({
    code: 'USAGE',
    message: `--${name} is "${text}", which is not ${expected}.`,
    next: `Give --${name} ${expected}.`,
  });
}
