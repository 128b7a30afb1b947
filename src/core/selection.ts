import { UserError } from './errors.ts';
import type { KindName } from './kinds/index.ts';
import { isKindName, kinds, kindNames } from './kinds/index.ts';
import type { ResourceId } from './resource.ts';
import { compileGlob } from './resource.ts';

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

export interface Selector {
  /** Could any resource of this kind be selected, judging by kind alone? */
  readonly kind: (name: KindName) => boolean;
  readonly resource: (name: KindName, id: ResourceId) => boolean;
}

/** Compiles a selection; an unknown kind is a UserError `USAGE` that lists the kinds there are. */
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
  const kind = (name: KindName): boolean =>
    (selection.kinds.length === 0 || selection.kinds.includes(name)) &&
    (selection.preset === undefined || kinds[name].preset === selection.preset);
  return {
    kind,
    resource: (name, id) => kind(name) && (globs.length === 0 || globs.some((glob) => glob(id))),
  };
}
