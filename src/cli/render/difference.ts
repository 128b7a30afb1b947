import type { Comparison } from '../../app/compare.ts';
import type { Difference, FieldChange, FileChange, IgnoredBy } from '../../core/diff.ts';
import type { Output } from '../output.ts';
import { countByRule } from './ignored.ts';
import { displayWidth, foldLine, printable, wrapText } from './printable.ts';
import { formatCount, formatTime } from './quantity.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

interface Marker {
  readonly sign: string;
  readonly paint: keyof Style;
}

const markers: Readonly<Record<Difference['change'], Marker>> = {
  added: { sign: '+', paint: 'green' },
  removed: { sign: '-', paint: 'red' },
  changed: { sign: '~', paint: 'yellow' },
  renamed: { sign: '>', paint: 'yellow' },
  unknown: { sign: '?', paint: 'cyan' },
};

/** Differences by kind and resource, then the counts; what is unknown and what has no weight say so. */
export function renderComparison(comparison: Comparison, output: Output): string[] {
  const { differences } = comparison;
  const weighty = differences.filter(({ informational }) => !informational);
  const extra = differences.filter(({ informational }) => informational);
  const kinds = [...new Set(weighty.map(({ kind }) => kind))];
  const lines = [`From ${printable(comparison.before)} to ${printable(comparison.after)}:`];
  if (comparison.selectionIsEmpty)
    lines.push(...wrapText(emptySelectionLine(comparison), output.width).map(output.style.yellow));
  else if (weighty.length === 0) lines.push(output.style.green('No difference.'));
  for (const kind of kinds) {
    lines.push('', output.style.bold(kind));
    lines.push(
      ...renderDifferences(
        weighty.filter((difference) => difference.kind === kind),
        output,
      ),
    );
  }
  if (extra.length > 0) lines.push('', 'Only live, in use nowhere, and no difference:');
  lines.push(...renderDifferences(extra, output));
  lines.push(...renderIgnored(comparison.ignored, output));
  if (!comparison.contentsRead && weighty.some(({ change }) => change === 'changed')) {
    lines.push('', 'What changed inside is not shown: that needs reader.key.');
  }
  return [...lines, ...renderSummary(comparison, output)];
}

/** What is said in the place of `No difference.` where there is nothing to compare. */
export function emptySelectionLine({ after }: Pick<Comparison, 'after'>): string {
  return `The selection matches no resource, ${after === 'live' ? 'neither in the point nor live' : 'in neither of the points'}.`;
}

/** As many unknown resources of one reason are no longer listed one by one. */
const FEWEST_CONDENSED = 3;

/**
 * Differences one by one; but what is unknown for one reason, which a single refused list may make of thousands, as a
 * number. All of it stands in the JSON.
 */
function renderDifferences(differences: readonly Difference[], output: Output): string[] {
  const isUnknown = ({ change }: Difference): boolean => change === 'unknown';
  const reasonOf = ({ kind, note = '' }: Difference): string => `${kind}\0${note}`;
  const alike = Map.groupBy(differences.filter(isUnknown), reasonOf);
  return differences.flatMap((difference) => {
    const group = isUnknown(difference) ? (alike.get(reasonOf(difference)) ?? []) : [];
    if (group.length < FEWEST_CONDENSED) return renderDifference(difference, output);
    if (group[0] !== difference) return [];
    const { label: _, ...rest } = difference;
    return renderDifference({ ...rest, id: `${formatCount(group.length)} of ${difference.kind}` }, output);
  });
}

function renderDifference(difference: Difference, output: Output): string[] {
  const { style } = output;
  const { sign, paint } = markers[difference.change];
  const place = difference.id === '' ? `every ${difference.kind}` : printable(difference.id);
  const label =
    difference.label === undefined || difference.id.endsWith(difference.label) ? '' : ` (${difference.label})`;
  const note = difference.note === undefined ? '' : style.dim(`: ${printable(difference.note)}`);
  const lines = [`  ${style[paint](`${sign} ${place}`)}${printable(label)}${note}`];
  for (const field of difference.fields) lines.push(...renderField(field, output));
  if (difference.secretChanged) lines.push(`      ${style.yellow('secret')} changed (hidden)`);
  for (const file of difference.files) lines.push(...renderFile(file, output));
  const { ignoredFields = [] } = difference;
  if (ignoredFields.length > 0) {
    lines.push(style.dim(`      ignored by rule: ${ignoredFields.map(printable).join(', ')}`));
  }
  return lines;
}

/** How much each rule takes out of the account; the differences themselves are in the JSON. */
export function renderIgnored(
  ignored: readonly { readonly ignoredBy: IgnoredBy }[],
  { style, width }: Pick<Output, 'style' | 'width'>,
): string[] {
  if (ignored.length === 0) return [];
  const lines = countByRule(ignored).flatMap(({ count, by }) =>
    wrapText(printable(`${formatCount(count)} by "${by.rule}" until ${formatTime(by.until)}: ${by.reason}`), width - 4),
  );
  return ['', `Ignored by rule (${formatCount(ignored.length)}):`, ...lines.map((line) => style.dim(`  ${line}`))];
}

function renderField({ path, before, after, hidden, lines }: FieldChange, output: Output): string[] {
  const { style, width } = output;
  const name = style.dim(`${printable(path)}:`);
  if (hidden) return [`      ${name} changed (hidden)`];
  if (before === undefined && after === undefined) return [`      ${name} changed`];
  if (lines !== undefined) return [`      ${name}`, ...renderLines(lines, output)];
  const [old, now] = [showValue(before), showValue(after)];
  if (displayWidth(path) + displayWidth(old) + displayWidth(now) + 12 <= width) {
    return [`      ${name} ${style.red(old)} → ${style.green(now)}`];
  }
  return [
    `      ${name}`,
    ...foldLine(`- ${old}`, width - 8).map((line) => `        ${style.red(line)}`),
    ...foldLine(`+ ${now}`, width - 8).map((line) => `        ${style.green(line)}`),
  ];
}

function showValue(value: unknown): string {
  return value === undefined ? '(absent)' : printable(JSON.stringify(value));
}

function renderFile({ path, change, what, lines }: FileChange, output: Output): string[] {
  const { style } = output;
  const sign = { added: '+', removed: '-', changed: '~', formatting: '≈' }[change];
  const described = what === 'file' ? '' : `${printable(what)}, `;
  const title = `      ${style.dim(sign)} ${described}${printable(path)}${change === 'formatting' ? style.dim(' (formatting only)') : ''}`;
  return [title, ...renderLines(lines, output)];
}

function renderLines(lines: readonly string[], { style, width }: Output): string[] {
  return lines.flatMap((line) => {
    const text = printable(line);
    return foldLine(text, width - 8).map((part) => `        ${paintLine(part, text, style)}`);
  });
}

/** Paints part of a line as the whole line's sign says. */
function paintLine(part: string, whole: string, style: Style): string {
  if (whole.startsWith('+')) return style.green(part);
  return whole.startsWith('-') ? style.red(part) : style.dim(part);
}

function renderSummary({ summary }: Comparison, output: Output): string[] {
  const rows = summary.filter((row) => row.added + row.removed + row.changed + row.unknown + row.ignored > 0);
  if (rows.length === 0) return [];
  const cells = rows.map(({ kind, added, removed, changed, unknown, ignored, same }) => [
    kind,
    ...[added, removed, changed, unknown, ignored, same].map(formatCount),
  ]);
  const titles = ['Added', 'Removed', 'Changed', 'Unknown', 'Ignored', 'Same'];
  const columns = [{ title: 'Kind', hanging: true }, ...titles.map((title) => ({ title, align: 'right' as const }))];
  return ['', ...renderTable({ columns, rows: cells, width: output.width, style: output.style })];
}
