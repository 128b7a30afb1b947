import type { PruneDeps, PruneRequest } from '../app/prune/judge-points.ts';
import type { Vault } from '../app/ports/vault.ts';
import { UserError } from '../core/errors.ts';
import { createCalendar } from '../platform/calendar.ts';
import { formatInstant } from '../platform/clock.ts';
import type { CommandContext } from './command.ts';

/** What decides from the configured retention, for a verb. UserError `USAGE` when nothing is configured. */
export function pruneContext(
  { retention, clock, progress, flags }: CommandContext,
  vault: Vault,
  organization: string,
): { readonly deps: PruneDeps; readonly request: PruneRequest } {
  if (retention === undefined) {
    throw new UserError({
      code: 'USAGE',
      message: 'No retention is configured, so nothing says which points are to stay.',
      next: 'Write it into holdfast.yaml, for instance `retention: {daily: 14, weekly: 8, monthly: 24}`: docs/retention.md.',
    });
  }
  const { policy, graceDays, protectionDays, shortfall } = retention;
  if (shortfall !== undefined) progress.warn(shortfall);
  return {
    deps: { vault, clock, progress, calendar: createCalendar(policy.zone), formatInstant },
    request: { organization, giveUp: flags.list('give-up'), policy, graceDays, protectionDays },
  };
}
