import { UserError } from '../core/errors.ts';
import { isKindName, kindNames } from '../core/kinds/kind-name.ts';
import { COMMA_RULE, compileSelection, findJoinedGlob, type Selection } from '../core/selection.ts';
import { findNearMiss } from '../platform/near-miss.ts';
import type { Flags } from './flags.ts';

/** `--only`, `--kinds`, `--preset`. UserError `USAGE` for a kind that is none, and for filters that no kind of resource passes. */
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
  const selection: Selection = {
    only: flags.list('only'),
    kinds: chosen,
    ...(preset === 'gateway' || preset === 'consumers' ? { preset } : {}),
  };
  assertSeparated(selection);
  assertInCommon(selection, flags);
  return selection;
}

function assertSeparated(selection: Selection): void {
  const joined = findJoinedGlob(selection);
  if (joined === undefined) return;
  throw new UserError({ code: 'USAGE', message: `"${joined}" is several patterns in one.`, next: COMMA_RULE });
}

/** Filters narrow each other: what passes none of the kinds would select nothing and look like success. */
function assertInCommon(selection: Selection, flags: Flags): void {
  const selector = compileSelection(selection);
  if (kindNames.some(selector.kind)) return;
  const given = ['only', 'kinds', 'preset'].flatMap((name) => {
    const value = name === 'preset' ? flags.find(name) : flags.list(name).join(' ');
    return value === undefined || value === '' ? [] : [describeFilter(flags, name, value)];
  });
  throw new UserError({
    code: 'USAGE',
    message: `No kind of resource passes ${given.join(' and ')} together, so nothing could be selected.`,
    next: 'Leave one of them out.',
  });
}

function describeFilter(flags: Flags, name: string, value: string): string {
  switch (flags.origin(name)) {
    case 'environment':
      return `${flags.variable(name) ?? name} "${value}"`;
    case 'file':
      return `select.${name} "${value}" in the configuration file`;
    default:
      return `--${name} "${value}"`;
  }
}
