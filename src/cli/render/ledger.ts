import type { ShownLedgerRow } from '../../core/point.ts';
import type { Gap, LedgerRow, NotCaptured } from '../../core/ledger.ts';
import type { Output } from '../output.ts';
import { printable, wrapText } from './printable.ts';
import { formatCount } from './quantity.ts';
import { renderTable } from './table.ts';

const SHOWN_EXCEPTIONS = 10;

/** The ledger as a table with the exceptions below it, by name; `all` shows every one of them. */
export function renderLedger(rows: readonly ShownLedgerRow[], output: Output, shown: 'all' | 'some'): string[] {
  const { style, width } = output;
  const holes = (row: LedgerRow): number => row.denied + row.failed + row.vanished;
  const found = rows.reduce((sum, { credentials }) => sum + credentials, 0);
  const table = renderTable({
    columns: [
      { title: 'Kind', hanging: true },
      { title: 'Listed', align: 'right' },
      { title: 'Captured', align: 'right' },
      { title: 'Holes', align: 'right' },
      { title: 'N/A', align: 'right' },
      { title: 'Unreadable', align: 'right' },
      { title: 'Accepted', align: 'right' },
    ],
    rows: rows.map((row) =>
      [row.kind, row.listed, row.captured, holes(row), row.notApplicable, row.unreadable, row.accepted].map((cell) =>
        typeof cell === 'number' ? formatCount(cell) : cell,
      ),
    ),
    width,
    style,
  });
  const exceptions = rows.flatMap((row) => row.exceptions.map((gap) => ({ kind: row.kind, gap })));
  const visible = shown === 'all' ? exceptions : exceptions.slice(0, SHOWN_EXCEPTIONS);
  const lines = visible.flatMap(({ kind, gap }) => renderGap(kind, gap, output));
  const hidden = exceptions.length - visible.length;
  if (hidden > 0) lines.push(style.dim(`  … and ${formatCount(hidden)} more: \`holdfast show latest\``));
  const suspected = found === 0 ? [] : ['', ...renderSuspected(rows, found, output)];
  return [...table, ...(lines.length === 0 ? [] : ['', 'Exceptions:', ...lines]), ...suspected];
}

function renderSuspected(rows: readonly ShownLedgerRow[], found: number, { style, width }: Output): string[] {
  const kinds = rows.filter(({ credentials }) => credentials > 0);
  const counts = kinds.map(({ kind, credentials }) => `${kind} ${formatCount(credentials)}`).join(', ');
  return wrapText(
    `${formatCount(found)} suspected credentials in clear in configuration, which reader.key opens: ${counts}.`,
    width,
  ).map(style.yellow);
}

function renderGap(kind: string, gap: Gap, { style, width }: Output): string[] {
  const state = gap.state === 'accepted' || gap.state === 'notApplicable' ? gap.state : style.yellow(gap.state);
  const where = gap.at === '' ? `every ${kind}` : printable(gap.at);
  return [`  ${state}  ${kind}  ${where}`, ...wrapText(printable(gap.reason), width - 4).map((line) => `    ${line}`)];
}

/** What to do about holes, by what they came of; nothing where there are none. */
export function renderNextOfHoles(rows: readonly LedgerRow[], output: Output): string[] {
  const steps = [
    ...(rows.some(({ denied }) => denied > 0)
      ? ['Give the identity of the backup the permissions to read what was denied: `holdfast doctor` says which.']
      : []),
    ...(rows.some(({ failed, vanished }) => failed + vanished > 0)
      ? ['Back up again: what failed is read anew. What fails again has its reason in the service or on the way to it.']
      : []),
  ];
  if (steps.length === 0) return [];
  const accepted = 'A hole that has to stay is accepted in the configuration (acceptedGaps).';
  return ['', ...wrapText(`→ ${steps.join(' ')} ${accepted}`, output.width)];
}

/** What this version does not capture, in one paragraph. */
export function renderNotCaptured(kinds: readonly NotCaptured[], output: Output): string[] {
  if (kinds.length === 0) return [];
  const names = kinds.map(({ kind }) => kind).join(', ');
  return [
    'Not captured by this version, so not in any point:',
    ...wrapText(names, output.width - 2).map((line) => `  ${line}`),
  ];
}
