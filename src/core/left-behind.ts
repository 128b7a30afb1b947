import type { Hasher } from './hasher.ts';
import { isKindName, kinds } from './kinds/index.ts';
import type { CallOutcome, Plan } from './plan.ts';
import type { ResourceId } from './resource.ts';

/** What a run was about to remove again when it ended. */
export interface LeftBehind {
  /** The resource that a call of the run made. */
  readonly owner: ResourceId;
  /** What the server made along with it; undefined where the run ended before it was written down. */
  readonly id: ResourceId | undefined;
}

/**
 * What the server made along with what a run asked for, and the run had not yet removed when it ended: calls that were to
 * follow only if the server assigned something (`onlyIfAssigned`), and that did not succeed.
 */
export function leftBehind(
  run: {
    readonly plan: Pick<Plan, 'calls'>;
    readonly intents: readonly (readonly string[])[];
    readonly outcomes: readonly CallOutcome[];
  },
  hasher: Hasher,
): readonly LeftBehind[] {
  const intended = new Set(run.intents.flat());
  // Of a long-running call there are several; the last one counts.
  const outcomes = new Map(run.outcomes.map((outcome) => [outcome.call, outcome]));
  return run.plan.calls.flatMap(({ id, kind, resource, onlyIfAssigned }): LeftBehind[] => {
    if (onlyIfAssigned === undefined || !isKindName(kind)) return [];
    const ended = outcomes.get(id)?.status;
    if (ended === 'done' || ended === 'skipped' || !intended.has(onlyIfAssigned.call)) return [];
    const made = outcomes.get(onlyIfAssigned.call);
    if (made === undefined || made.status === 'unknown') return [{ owner: resource, id: undefined }];
    const { assigned } = made;
    if (made.status !== 'done' || assigned?.[onlyIfAssigned.field] === undefined) return [];
    return [{ owner: resource, id: kinds[kind].madeAlong?.(resource, assigned, hasher) }];
  });
}
