import type { DiffSummary } from '../core/diff.ts';
import { UserError } from '../core/errors.ts';
import { kindNames } from '../core/kinds/index.ts';
import { findKindOf } from '../core/kind-of.ts';
import type { KindName } from '../core/kinds/index.ts';
import { type Gap, tellsOfNothing } from '../core/ledger.ts';
import { COMMA_RULE, compileSelection, isEverything, namesSomething, type Selection } from '../core/selection.ts';
import type { PointReader } from './ports/vault.ts';
import { entriesOf } from './point-scope.ts';
import type { LiveState } from './read-live.ts';

/** True when something was selected and neither side has any of it, judging by the counts of all kinds. */
export function isSelectionEmpty(selection: Selection, summary: readonly DiffSummary[]): boolean {
  if (isEverything(selection)) return false;
  return summary.every(
    ({ added, removed, changed, unknown, same, informational, ignored }) =>
      added + removed + changed + unknown + same + informational + ignored === 0,
  );
}

/** For verbs that were to do something with what was named: a name that is misspelt must not look like success. `where`: `neither in the point nor live`. */
export function emptySelection({ only }: Selection, where: string): UserError {
  const hint = only.some((glob) => glob.includes(',')) ? `${COMMA_RULE} ` : '';
  return new UserError({
    code: 'RESOURCE_NOT_FOUND',
    message: `The selection matches no resource, ${where}.`,
    next: `${hint}See the ids with 'holdfast ls POINT', and correct --only or --kinds.`,
  });
}

/** UserError `RESOURCE_NOT_FOUND` when resources or kinds were named, and neither the point nor live has any of them. */
export async function assertSelectsSomething(
  selection: Selection,
  { point, live }: { readonly point: PointReader; readonly live: LiveState },
): Promise<void> {
  if (!namesSomething(selection)) return;
  const selector = compileSelection(selection);
  for (const name of kindNames.filter(selector.kind)) {
    const mayHide = (gap: Gap): boolean => !tellsOfNothing(gap) && isOfSelection(gap, name, selection);
    if ([...(point.has(name) ? point.gaps(name) : []), ...live.gaps(name)].some(mayHide)) return;
    for await (const { id } of entriesOf(point, name)) if (selector.resource(name, id)) return;
    for await (const { id } of live.entries(name)) if (selector.resource(name, id)) return;
  }
  throw emptySelection(selection, 'neither in the point nor live');
}

/** A gap that is no resource of the kind stands for all below it. */
function isOfSelection({ at }: Gap, name: KindName, selection: Selection): boolean {
  return findKindOf(at)?.name !== name || compileSelection(selection).resource(name, at);
}
