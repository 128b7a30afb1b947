import { maskCredentials } from './credential-patterns.ts';

/**
 * Unified diff lines of two texts: hunk headers, then lines that start with a blank, `-` or `+`. Empty when the texts are
 * equal; undefined when they have too little in common for a line diff to say anything.
 */
export type LineDiff = (before: string, after: string) => readonly string[] | undefined;

/** Lines of one file that are shown; what is left out is said in words. */
export const maxShownLines = 200;
const maxLineLength = 240;

/** What differs between two texts, as unified diff lines with credentials masked, cut to `maxShownLines`. */
export function diffTexts(before: string, after: string, diff: LineDiff): readonly string[] {
  // Masked before they are compared: a credential may stand on lines that do not look like one by themselves.
  const lines = diff(maskCredentials(before), maskCredentials(after));
  if (lines === undefined) return ['(the two have too little in common to be shown line by line)'];
  if (lines.length === 0 && before !== after) return ['(only masked credentials differ)'];
  return boundLines(lines.map(cutLine));
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
