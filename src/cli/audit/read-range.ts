import type { TrailRange } from '../../app/audit/read-actions.ts';
import { UserError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import { findTime } from './read-time.ts';

/** `--since` and `--until`. UserError `USAGE` when nothing can lie between them. */
export function readRange({ flags, clock }: Pick<CommandContext, 'flags' | 'clock'>): TrailRange {
  const nowMs = clock.epochMs();
  const since = findTime(flags, 'since', nowMs);
  const until = findTime(flags, 'until', nowMs);
  if (since !== undefined && until !== undefined && since >= until) {
    throw new UserError({
      code: 'USAGE',
      message: `Nothing lies between ${since} and ${until}.`,
      next: 'Give a --since that is before --until.',
    });
  }
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}
