/** A span of source text: `start` included, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the array of a top-level field stands in the source text of an object, brackets included, and its elements. */
export interface ArraySpan extends Span {
  readonly elements: readonly Span[];
}

/**
 * Finds the array `field` at the top of an object in the object's source text, so that elements can be kept as the bytes
 * the server sent. `text` must be well-formed JSON (parse it first). Undefined when the text is no object, the field is
 * absent, or its value is no array. Of a field that occurs twice the last one counts, as for `JSON.parse`.
 */
export function findArraySpan(text: string, field: string): ArraySpan | undefined {
  let at = skipSpace(text, 0);
  if (text[at] !== '{') return undefined;
  let found: ArraySpan | undefined;
  at = skipSpace(text, at + 1);
  while (text[at] === '"') {
    const nameEnd = endOfString(text, at);
    const name: unknown = JSON.parse(text.slice(at, nameEnd));
    const valueStart = skipSpace(text, skipSpace(text, nameEnd) + 1);
    if (name === field) {
      found = text[valueStart] === '[' ? spanArray(text, valueStart) : undefined;
      at = found?.end ?? endOfValue(text, valueStart);
    } else {
      at = endOfValue(text, valueStart);
    }
    at = skipSpace(text, at);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

/** The source text of each element of the top-level array `field`; none when there is no such array. */
export function sliceElements(text: string, field: string): string[] {
  return (findArraySpan(text, field)?.elements ?? []).map((element) => text.slice(element.start, element.end));
}

/** The object's source text with the array `field` emptied to `[]`; the same text when there is no such array. */
export function emptyArray(text: string, field: string): string {
  const span = findArraySpan(text, field);
  return span === undefined ? text : `${text.slice(0, span.start)}[]${text.slice(span.end)}`;
}

/** The object's source text with `elements` (source texts) at the end of the array `field`, which is made when absent. */
export function appendElements(text: string, field: string, elements: readonly string[]): string {
  if (elements.length === 0) return text;
  const span = findArraySpan(text, field);
  if (span === undefined) {
    const close = text.lastIndexOf('}');
    const comma = text.slice(0, close).trimEnd().endsWith('{') ? '' : ',';
    return `${text.slice(0, close)}${comma}${JSON.stringify(field)}:[${elements.join(',')}]${text.slice(close)}`;
  }
  const comma = span.elements.length === 0 ? '' : ',';
  return `${text.slice(0, span.end - 1)}${comma}${elements.join(',')}${text.slice(span.end - 1)}`;
}

function spanArray(text: string, start: number): ArraySpan {
  const elements: Span[] = [];
  let at = skipSpace(text, start + 1);
  while (text[at] !== ']') {
    const end = endOfValue(text, at);
    elements.push({ start: at, end });
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return { start, end: at + 1, elements };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first === '{' || first === '[') return endOfNested(text, start);
  let at = start;
  while (at < text.length && !',]} \t\r\n'.includes(text.charAt(at))) at += 1;
  return at;
}

function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
  return text.length;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  for (let code = text.charCodeAt(at); code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09; ) {
    at += 1;
    code = text.charCodeAt(at);
  }
  return at;
}
