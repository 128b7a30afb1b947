import type { Comparison } from '../app/compare.ts';
import { comparePoints, compareWithLive, hasDifferences, hasUnknowns } from '../app/compare.ts';
import { resolveOrganization, resolvePoint } from '../app/points.ts';
import { compileSealRules } from '../core/member-policy.ts';
import type { CommandContext } from './command.ts';
import { comparisonMarkdown } from './render/comparison-markdown.ts';
import { comparisonJunit, comparisonSarif } from './render/comparison-report.ts';
import { renderComparison } from './render/difference.ts';
import type { FormatName } from './output.ts';
import { readSelection } from './read-selection.ts';
import { readRevisions } from './settings.ts';

/** Formats of the verbs that compare. */
export const comparisonFormats: readonly FormatName[] = [
  'table',
  'json',
  'yaml',
  'ndjson',
  'markdown',
  'junit',
  'sarif',
];

const EXIT_DIFFERENT = 2;
const EXIT_UNKNOWN = 3;

interface Sides {
  readonly before: string;
  /** A point, or `live`. */
  readonly after: string;
}

/** Compares, prints, and answers 2 for differences, 3 when nothing differs but something is unknown, else 0. */
export async function runComparison(context: CommandContext, verb: 'diff' | 'drift', sides: Sides): Promise<number> {
  const { flags, house, output, progress, clock, ignore, members } = context;
  // What is wrong with the flags is said before anything is opened.
  const selection = readSelection(flags);
  const revisions = readRevisions(flags);
  const vault = await house.openVault();
  const organization = await resolveOrganization(vault, flags.find('org'));
  const nowMs = clock.epochMs();
  const before = await resolvePoint(vault, organization, sides.before, { nowMs, progress });
  const tools = await house.compareTools();
  let comparison: Comparison;
  if (sides.after === 'live') {
    const { live } = await house.openOrganization(organization, 'read', vault.hasher);
    const sorters = await house.sorters();
    const deps = { live, hasher: vault.hasher, sorters, tools, ignore, progress };
    const sealsNames = compileSealRules(members);
    comparison = await compareWithLive(deps, { point: before, selection, revisions, sealsNames });
  } else {
    const after = await resolvePoint(vault, organization, sides.after, { nowMs, progress });
    comparison = await comparePoints({ hasher: vault.hasher, tools, ignore, progress }, { before, after, selection });
  }
  progress.clear();
  warnOfExpired(context);
  const { differences, ignored, expiredRules, summary } = comparison;
  const document = {
    schema: `holdfast/${verb}/1`,
    organization,
    before: comparison.before,
    after: comparison.after,
    selectionIsEmpty: comparison.selectionIsEmpty,
    differences,
    ignored,
    expiredRules,
    summary,
  };
  await output.document(document, () => renderComparison(comparison, output), {
    ndjson: () => [...differences, ...ignored],
    markdown: () => comparisonMarkdown(comparison, organization),
    junit: () => comparisonJunit(comparison, { verb, organization }),
    sarif: () => comparisonSarif(comparison, { verb, organization }),
  });
  if (hasDifferences(comparison)) return EXIT_DIFFERENT;
  return hasUnknowns(comparison) ? EXIT_UNKNOWN : 0;
}

/** Names the rules of the configuration that no longer apply: what they hid counts again. */
export function warnOfExpired({ ignore, progress }: Pick<CommandContext, 'ignore' | 'progress'>): void {
  for (const { rule, reason, until } of ignore.expired)
    progress.warn(`The rule "${rule}" ended at ${until} and no longer applies. Its reason was: ${reason}`);
}
