import { maskCredentials } from './credential-patterns.ts';

/**
 * Unified diff lines of two texts: hunk headers, then lines that start with a blank, `-` or `+`. Empty when the texts are
 * equal; undefined when they have too little in common for a line diff to say anything.
 */
export type LineDiff = (before: string, after: string) => readonly string[] | undefined;

/** Lines of one file that are shown; what is left out is said in words. */
export const maxShownLines = 200;
const maxLineLength = 240;

/**
 * In words, when two texts that differ have the same lines but for their ends: line breaks of another sort, blanks before
 * them, or a break at the end of the text.
 */
export function describeLineEnds(before: string, after: string): string | undefined {
  const sortOf = (text: string): string => (/\r\n/.test(text) ? (/(?<!\r)\n/.test(text) ? 'mixed' : 'CRLF') : 'LF');
  const plain = (text: string): string => text.replaceAll('\r\n', '\n');
  if (plain(before) === plain(after)) return `(only line breaks differ: ${sortOf(before)} → ${sortOf(after)})`;
  const trimmed = (text: string): string =>
    plain(text)
      .replace(/[ \t]+$/gm, '')
      .replace(/\n+$/, '');
  return trimmed(before) === trimmed(after) ? '(only white space at the end of lines differs)' : undefined;
}

/** What differs between two texts, as unified diff lines with credentials masked, cut to `maxShownLines`. */
export function diffTexts(before: string, after: string, diff: LineDiff): readonly string[] {
  // Masked before they are compared: a credential may stand on lines that do not look like one by themselves.
  const lines = diff(maskCredentials(before), maskCredentials(after));
  if (lines === undefined) return ['(the two have too little in common to be shown line by line)'];
  if (lines.length === 0 && before !== after) return ['(only masked credentials differ)'];
  const withoutSpace = (text: string): string => text.replace(/\s+/g, '');
  // Said, not left out: there are languages to which an indentation means something.
  const note = withoutSpace(before) === withoutSpace(after) ? ['(only white space differs)'] : [];
  return boundLines([...note, ...lines.map(cutLine)]);
}

/** At most `maxShownLines` lines; then how many were left out, in words. */
export function boundLines(lines: readonly string[]): readonly string[] {
  if (lines.length <= maxShownLines) return lines;
  const left = lines.length - maxShownLines;
  return [...lines.slice(0, maxShownLines), `(${left} more ${left === 1 ? 'line is' : 'lines are'} not shown)`];
}

function cutLine(line: string): string {
  return line.length <= maxLineLength ? line : `${line.slice(0, maxLineLength)}… (${line.length - 1} characters)`;
}
