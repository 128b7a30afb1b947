import { structuredPatch } from 'diff';

/** More edits than this are not worth reading line by line, and finding them takes quadratic time. */
const maxEdits = 5_000;
const contextLines = 3;

/**
 * Unified diff lines of two texts: hunk headers `@@ -1,3 +1,4 @@`, then lines that start with a blank, `-` or `+`. Empty when
 * the texts are equal; undefined when they have so little in common that a line diff says nothing.
 */
export function diffTextLines(before: string, after: string): readonly string[] | undefined {
  const patch = structuredPatch('before', 'after', before, after, undefined, undefined, {
    context: contextLines,
    maxEditLength: maxEdits,
  });
  return patch?.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
}
