import { cutToWidth, displayWidth, padToWidth, printable } from './printable.ts';
import type { Style } from './style.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut when the lines are too long. Only for what can be seen whole elsewhere; ids are not cut. */
  readonly flexible?: boolean;
  /** For the first column: where the lines are too long, a cell that does not fit has a line to itself, the rest below it. */
  readonly hanging?: boolean;
}

export interface TableLayout {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly width: number;
  readonly style: Style;
}

const GAP = '  ';
const LEAST_FLEXIBLE_WIDTH = 8;

/** Lines of a table with a heading, no wider than `width` as far as its flexible and hanging columns allow; no blanks at line ends. */
export function renderTable(layout: TableLayout): string[] {
  const rows = layout.rows.map((row) => row.map(printable));
  const widths = fitWidths(layout, rows);
  const line = (cells: readonly string[]): string =>
    layout.columns
      .map(({ align }, index) => {
        const width = widths[index] ?? 0;
        return padToWidth(cutToWidth(cells[index] ?? '', width), width, align === 'right' ? 'right' : 'left');
      })
      .join(GAP)
      .trimEnd();
  const lines = (cells: readonly string[]): string[] => {
    const [first = '', ...rest] = cells;
    const hangs = layout.columns[0]?.hanging === true && displayWidth(first) > (widths[0] ?? 0);
    return hangs ? [first, line(['', ...rest])] : [line(cells)];
  };
  return [layout.style.dim(line(layout.columns.map(({ title }) => title))), ...rows.flatMap(lines)];
}

function fitWidths(layout: TableLayout, rows: readonly (readonly string[])[]): number[] {
  const natural = layout.columns.map(({ title }, index) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[index] ?? '')), displayWidth(title)),
  );
  const total = natural.reduce((sum, width) => sum + width, 0) + GAP.length * (natural.length - 1);
  let excess = total - layout.width;
  return natural.map((width, index) => {
    const { flexible = false, hanging = false } = layout.columns[index] ?? {};
    if (excess <= 0 || !(flexible || hanging)) return width;
    const cut = Math.min(excess, Math.max(0, width - LEAST_FLEXIBLE_WIDTH));
    excess -= cut;
    return width - cut;
  });
}
