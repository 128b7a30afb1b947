import { printable } from './printable.ts';
import { formatCount } from './quantity.ts';

/**
 * Foreign text inside Markdown. It stands in code spans and fenced blocks only: there nothing is a link, an image, a
 * mention or HTML, whatever a resource is called.
 */

/** The text as a code span; an empty one is a dash. */
export function codeSpan(text: string): string {
  const shown = printable(text);
  if (shown.trim() === '') return shown === '' ? '–' : '` `';
  const fence = '`'.repeat(longestRun(shown) + 1);
  const pad = /^[`\s]|[`\s]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** The same for a table's cell, where even code must not hold a bare `|`. */
export function codeCell(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|');
}

/** A table; cells are Markdown already. */
export function markdownRows(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)];
}

/** Lines as a fenced block that they cannot close. */
export function fencedBlock(lines: readonly string[], language: string): string[] {
  const shown = lines.map(printable);
  const fence = '`'.repeat(Math.max(3, longestRun(shown.join('\n')) + 1));
  return [`${fence}${language}`, ...shown, fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** A heading with the number of lines, then each line as a block of its own, so that a cut falls between them. */
export function markdownSection(title: string, lines: readonly string[]): readonly (readonly string[])[] {
  if (lines.length === 0) return [];
  return [['', `#### ${title} (${formatCount(lines.length)})`, ''], ...lines.map((line) => [line])];
}

/** What fits into a comment of a pull request with room for other words (GitHub's limit is 65,536 characters). */
const COMMENT_CHARACTERS = 60_000;

/** As many of the blocks as fit into a comment, then `omitted` says in words how many do not. */
export function fitComment(
  blocks: readonly (readonly string[])[],
  omitted: (count: number) => string,
): readonly string[] {
  const lines: string[] = [];
  let size = 0;
  for (const [index, block] of blocks.entries()) {
    size += block.reduce((sum, line) => sum + line.length + 1, 0);
    if (size > COMMENT_CHARACTERS) return [...lines, '', omitted(blocks.length - index)];
    lines.push(...block);
  }
  return lines;
}
