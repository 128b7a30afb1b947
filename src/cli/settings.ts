import { UserError } from '../core/errors.ts';
import { isKindName, kindNames } from '../core/kinds/kind-name.ts';
import type { Selection } from '../core/selection.ts';
import type { RevisionSelection } from '../app/ports.ts';
import type { Flags } from './flags.ts';
import type { HouseSettings } from './house.ts';
import { findNearMiss } from '../platform/near-miss.ts';

/** The settings of the adapters. UserError `USAGE` for a number that is none. */
export function readHouseSettings(flags: Flags): HouseSettings {
  return {
    vault: flags.find('vault'),
    state: flags.find('state'),
    keys: flags.find('keys'),
    endpoint: flags.get('endpoint'),
    quotaPerMinute: readQuota(flags),
    quotaShare: readNumber(flags, 'quota-share', (share) => share > 0 && share <= 1, 'a number above 0, at most 1'),
  };
}

/** `--quota-per-minute`: calls a minute, or `unlimited`. */
export function readQuota(flags: Flags): number | 'unlimited' {
  if (flags.get('quota-per-minute') === 'unlimited') return 'unlimited';
  return readNumber(flags, 'quota-per-minute', (calls) => calls > 0, 'a number of calls above 0, or unlimited');
}

/** `--only`, `--kinds`, `--preset`. */
export function readSelection(flags: Flags): Selection {
  const preset = flags.find('preset');
  const chosen = flags.list('kinds');
  const unknown = chosen.find((kind) => !isKindName(kind));
  if (unknown !== undefined) {
    const meant = findNearMiss(unknown, kindNames);
    throw new UserError({
      code: 'USAGE',
      message: `There is no kind "${unknown}".`,
      next: `${meant === undefined ? '' : `Did you mean ${meant}? `}Kinds: ${kindNames.join(', ')}.`,
    });
  }
  return {
    only: flags.list('only'),
    kinds: chosen,
    ...(preset === 'gateway' || preset === 'consumers' ? { preset } : {}),
  };
}

/** `--revisions`. */
export function readRevisions(flags: Flags): RevisionSelection {
  if (flags.get('revisions') === 'all') return { newest: 'all' };
  const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;
  return { newest: readNumber(flags, 'revisions', isCount, 'a whole number, or all') };
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
