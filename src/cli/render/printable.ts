// Control characters and those that turn the direction of text: a resource's name must not move the cursor or hide itself.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The text with characters that would act on a terminal shown as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** JSON text with the same characters escaped inside its strings: for every reader the same data, for a terminal nothing to act on. */
export function safeJson(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    // JSON itself has no control character outside of strings but the line breaks of its layout.
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** True when `printable` would change the text. */
export function isPrintable(text: string): boolean {
  return text.search(UNPRINTABLE) < 0;
}

/** How many columns a terminal gives the text (which holds no escape sequences). */
export function displayWidth(text: string): number {
  // Nearly all text is this; counting graphemes is slow.
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(segment: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(segment)) return 0;
  return WIDE.test(segment) || /\p{Emoji_Presentation}|\uFE0F/u.test(segment) ? 2 : 1;
}

/** The text cut to so many columns, with `…` in the place of what is gone. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = graphemeWidth(segment);
    if (width + next > columns - 1) break;
    kept += segment;
    width += next;
  }
  return `${kept}…`;
}

export function padToWidth(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return side === 'left' ? text + blanks : blanks + text;
}

/** Breaks prose at blanks into lines of so many columns; a longer word stays whole, because it may be an id to be copied. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

const MOST_FOLDED_LINES = 6;

/** Breaks one long line anywhere; of a very long one the beginning, and how much is not shown. */
export function foldLine(text: string, columns: number): string[] {
  if (displayWidth(text) <= columns) return [text];
  const lines: string[] = [];
  let line = '';
  let width = 0;
  let shown = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = graphemeWidth(segment);
    if (width + next > columns) {
      lines.push(line);
      if (lines.length === MOST_FOLDED_LINES) {
        return [...lines, `… ${text.length - shown} more characters; -o json has all of them`];
      }
      line = '';
      width = 0;
    }
    line += segment;
    width += next;
    shown += segment.length;
  }
  return [...lines, line];
}

/** The text with a full stop at its end, where something is to stand behind it. Answers of servers end as they like. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
