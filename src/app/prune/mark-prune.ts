import { UserError } from '../../core/errors.ts';
import type { Prune } from '../ports/retention.ts';
import { type PruneDeps, type PruneRequest, SKEW_MS } from './judge-points.ts';
import type { PrunePreview } from './preview-prune.ts';

/**
 * Signs and stores what would go now, and why all else stays; nothing is deleted. Undefined when there is nothing to mark.
 * UserError `PRUNE_REFUSED` when nothing may be marked, also afterwards: when the store's clock turns out to be another.
 */
export async function markPrune(
  deps: PruneDeps,
  request: PruneRequest,
  preview: PrunePreview,
): Promise<Prune | undefined> {
  const { judged, unmarked } = preview;
  const { points, givenUp, objects } = unmarked;
  assertNotRefused(request.organization, judged.refusals);
  if (points.length + givenUp.length + objects.length === 0) return undefined;
  const { vault, clock } = deps;
  const prune = await vault.prunes.markPrune(
    request.organization,
    {
      step: 'mark',
      policy: request.policy,
      graceDays: request.graceDays,
      points: [
        ...points.map(({ summary, manifest, manifestHash }) => ({
          point: summary.id,
          name: manifest.name,
          hash: manifestHash,
          time: summary.time,
        })),
        ...givenUp.map(({ point, manifest }) => ({
          point,
          name: manifest.name,
          time: deps.formatInstant(manifest.createdMs),
        })),
      ],
      objects: objects.map(({ name, sizeBytes, createdMs }) => ({ name, sizeBytes, createdMs })),
      kept: judged.decision.points
        .filter(({ keeps }) => keeps.length > 0)
        .map(({ point, keeps }) => ({ point: point.id, rules: keeps.map(({ rule }) => rule) })),
      ...(request.giveUp.length === 0 ? {} : { giveUp: request.giveUp }),
    },
    clock.now(),
  );
  assertClocksAgree(request.organization, prune, `The mark of prune ${prune.prune} counts for nothing.`);
  return prune;
}

/** UserError `PRUNE_REFUSED` with all reasons. */
export function assertNotRefused(organization: string, refusals: readonly string[]): void {
  if (refusals.length === 0) return;
  throw new UserError({
    code: 'PRUNE_REFUSED',
    message: `Nothing of ${organization} is pruned. ${refusals.join(' ')}`,
    resource: organization,
    next: 'Mend what is named; `holdfast prune` shows the reasons again. Backups are not touched by this.',
  });
}

/** UserError `PRUNE_REFUSED` when the newest record shows that the store's clock is another one. */
export function assertClocksAgree(organization: string, { records }: Prune, consequence: string): void {
  const last = records.at(-1);
  const differenceMs = clockDifferenceMs(records);
  if (last === undefined || differenceMs <= SKEW_MS) return;
  throw new UserError({
    code: 'PRUNE_REFUSED',
    message: `The clock of this machine says ${last.at}, that of the store ${last.createdAt ?? 'nothing'}: more than five minutes apart, so the age of no point is known. ${consequence} Nothing of ${organization} was deleted.`,
    resource: organization,
    next: 'Set the clock of this machine by a time server, and run it again.',
  });
}

/** How far the newest record's own time is from the one that the store attests; infinite where it attests none. */
export function clockDifferenceMs(records: Prune['records']): number {
  const last = records.at(-1);
  if (last?.createdAt === undefined) return Number.POSITIVE_INFINITY;
  return Math.abs(Date.parse(last.createdAt) - Date.parse(last.at));
}
