import type { Comparison } from '../../app/compare.ts';
import type { Difference, FieldChange, FileChange } from '../../core/diff.ts';
import { emptySelectionLine } from './difference.ts';
import { countByRule } from './ignored.ts';
import { codeCell, codeSpan, fencedBlock, fitComment, markdownRows } from './markdown.ts';
import { formatCount, formatCounted } from './quantity.ts';

const words: Readonly<Record<Difference['change'], string>> = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  renamed: 'renamed',
  unknown: 'unknown',
};

/** A comparison for a comment on a pull request: counts first, then each resource with what changed in it. */
export function comparisonMarkdown(comparison: Comparison, organization: string): readonly string[] {
  const { before, after, differences } = comparison;
  const weighty = differences.filter(({ informational }) => !informational);
  const extra = differences.filter(({ informational }) => informational);
  const count = (change: Difference['change']): number => weighty.filter((one) => one.change === change).length;
  const counts = (['added', 'removed', 'changed', 'renamed', 'unknown'] as const)
    .filter((change) => count(change) > 0)
    .map((change) => `${formatCount(count(change))} ${words[change]}`);
  const head = [
    `### ${codeSpan(organization)}: from ${codeSpan(before)} to ${codeSpan(after)}`,
    '',
    comparison.selectionIsEmpty
      ? emptySelectionLine(comparison)
      : counts.length === 0
        ? 'No difference.'
        : `**${counts.join(', ')}**`,
    ...summaryTable(comparison),
  ];
  const blocks = weighty.map(describeDifference);
  const rest = [
    ...ignoredLines(comparison),
    ...(extra.length === 0
      ? []
      : ['', `Only live, in use nowhere, and no difference: ${extra.map(({ id }) => codeSpan(id)).join(', ')}.`]),
    ...(comparison.contentsRead ? [] : ['', 'What changed inside is not shown: that needs `reader.key`.']),
  ];
  return fitComment(
    [head, ...blocks, rest],
    (left) => `${formatCounted(left, 'more part')} left out, to fit into a comment; \`-o json\` has all of it.`,
  );
}

function summaryTable({ summary }: Comparison): string[] {
  const rows = summary.filter((row) => row.added + row.removed + row.changed + row.unknown + row.ignored > 0);
  if (rows.length === 0) return [];
  const titles = ['kind', 'added', 'removed', 'changed', 'unknown', 'ignored', 'same'];
  const cells = rows.map(({ kind, added, removed, changed, unknown, ignored, same }) => [
    codeCell(kind),
    ...[added, removed, changed, unknown, ignored, same].map(formatCount),
  ]);
  return ['', ...markdownRows(titles, cells)];
}

function ignoredLines({ ignored, expiredRules }: Comparison): string[] {
  const counts = countByRule(ignored).map(
    ({ by, count }) => `- ${formatCount(count)} by ${codeSpan(by.rule)} until ${by.until}: ${codeSpan(by.reason)}`,
  );
  const ended = expiredRules.map(
    ({ rule, reason, until }) => `- ${codeSpan(rule)} ended at ${until}: ${codeSpan(reason)}`,
  );
  return [
    ...(counts.length === 0 ? [] : ['', `Ignored by rule (${formatCount(ignored.length)}):`, '', ...counts]),
    ...(ended.length === 0 ? [] : ['', 'Rules that no longer apply:', '', ...ended]),
  ];
}

function describeDifference(difference: Difference): readonly string[] {
  const { id, kind, change, label, note, fields, files, secretChanged } = difference;
  const named = label === undefined || id.endsWith(label) ? '' : ` (${codeSpan(label)})`;
  const place = id === '' ? `every ${codeSpan(kind)}` : codeSpan(id);
  const { ignoredFields = [] } = difference;
  const lines = [
    ...fields.flatMap(fieldLines),
    ...(secretChanged ? ['! a secret changed (hidden)'] : []),
    ...(ignoredFields.length === 0 ? [] : [`# ignored by rule: ${ignoredFields.join(', ')}`]),
  ];
  return [
    '',
    `**${words[change]}** ${place}${named}${note === undefined ? '' : `: ${codeSpan(note)}`}`,
    ...(lines.length === 0 ? [] : ['', ...fencedBlock(lines, 'diff')]),
    ...files.flatMap(fileLines),
  ];
}

function fieldLines({ path, before, after, hidden, lines }: FieldChange): string[] {
  if (lines !== undefined) return [`! ${path}:`, ...lines];
  if (hidden || (before === undefined && after === undefined))
    return [`! ${path}: changed${hidden ? ' (hidden)' : ''}`];
  return [
    ...(before === undefined ? [] : [`- ${path}: ${JSON.stringify(before)}`]),
    ...(after === undefined ? [] : [`+ ${path}: ${JSON.stringify(after)}`]),
  ];
}

function fileLines({ path, change, what, lines }: FileChange): string[] {
  const described = what === 'file' ? '' : `${codeSpan(what)}, `;
  const title = `- ${change === 'formatting' ? 'formatting only' : change}: ${described}${codeSpan(path)}`;
  return ['', title, ...(lines.length === 0 ? [] : ['', ...fencedBlock(lines, 'diff').map((line) => `  ${line}`)])];
}
