import { UserError } from './errors.ts';
import type { KindName } from './kinds/index.ts';
import { isKindName, kinds, kindNames } from './kinds/index.ts';
import type { ResourceId } from './resource.ts';
import { compileGlob, globReaches } from './resource.ts';

/** What the user chose by `--only`, `--kinds`, `--preset`; plain data that can stand in a manifest or plan. */
export interface Selection {
  readonly only: readonly string[];
  readonly kinds: readonly string[];
  readonly preset?: 'gateway' | 'consumers';
}

export const everything: Selection = { only: [], kinds: [] };

export function isEverything(selection: Selection): boolean {
  return selection.only.length === 0 && selection.kinds.length === 0 && selection.preset === undefined;
}

/** True when resources or kinds were named; a preset names none. */
export function namesSomething(selection: Selection): boolean {
  return selection.only.length > 0 || selection.kinds.length > 0;
}

/** How several globs are written. */
export const COMMA_RULE =
  'A comma is part of a pattern: give each pattern its own --only, or blanks between them in HOLDFAST_ONLY.';

/** The first of the globs in which another one begins behind a comma: as one pattern it would match nothing. */
export function findJoinedGlob({ only }: Selection): string | undefined {
  const beginnings = new Set([...kindNames.map((name) => kinds[name].idPattern.split('/')[0] ?? ''), '*', '**']);
  return only.find((glob) =>
    glob
      .split(',')
      .slice(1)
      .some((piece) => beginnings.has(piece.trim().split('/')[0] ?? '')),
  );
}

export interface Selector {
  /** Could any resource of this kind be selected, judging by kind alone? */
  readonly kind: (name: KindName) => boolean;
  readonly resource: (name: KindName, id: ResourceId) => boolean;
  /**
   * Was the resource chosen by its kind's own name, not only along with others: by `--kinds`, or by an `--only` glob in which
   * the kind's collection is written out (`instances/*`)?
   */
  readonly named: (name: KindName, id: ResourceId) => boolean;
}

/**
 * Compiles a selection. UserError `USAGE` for an unknown kind, and for a glob that no id of any kind can match: a misspelt one
 * would otherwise choose nothing and look like success.
 */
export function compileSelection(selection: Selection): Selector {
  const unknown = selection.kinds.find((name) => !isKindName(name));
  if (unknown !== undefined) {
    throw new UserError({
      code: 'USAGE',
      message: `There is no kind "${unknown}".`,
      next: `Kinds: ${kindNames.join(', ')}.`,
    });
  }
  const globs = selection.only.map(compileGlob);
  const reached = new Set(
    kindNames.filter(
      (name) => globs.length === 0 || selection.only.some((glob) => globReaches(glob, kinds[name].idPattern)),
    ),
  );
  const kind = (name: KindName): boolean =>
    reached.has(name) &&
    (selection.kinds.length === 0 || selection.kinds.includes(name)) &&
    (selection.preset === undefined || kinds[name].preset === selection.preset);
  for (const glob of selection.only) assertReachable(glob);
  return {
    kind,
    resource: (name, id) => kind(name) && (globs.length === 0 || globs.some((glob) => glob(id))),
    named: (name, id) => {
      const collection = kinds[name].idPattern.split('/').findLast((segment) => segment !== '*') ?? '';
      const isWritten = selection.only.some(
        (text, index) => text.split('/').includes(collection) && globs[index]?.(id) === true,
      );
      return kind(name) && (selection.kinds.includes(name) || isWritten);
    },
  };
}

function assertReachable(glob: string): void {
  if (kindNames.some((name) => globReaches(glob, kinds[name].idPattern))) return;
  throw new UserError({
    code: 'USAGE',
    message: `No resource has an id that "${glob}" could match.`,
    next: `${glob.includes(',') ? `${COMMA_RULE} ` : ''}Ids look like ${kindNames.map((name) => kinds[name].idPattern).join(', ')}.`,
  });
}
