import { elementPathOf, fieldPathOf, pathSteps } from '../core/field-path.ts';
import type { FieldPath } from '../core/kinds/kind.ts';

/** A value in a JSON text: from its first character to behind its last, in UTF-16 units. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

/** Declared steps that lead on from here; an empty list of steps means that this value is wanted. */
type Steps = readonly (readonly string[])[];

interface Frame {
  readonly type: 'object' | 'array';
  readonly steps: Steps;
  readonly path: string;
  /** Elements so far. */
  count: number;
  /** Of the value whose end ends this frame, when it is wanted as a whole. */
  readonly wantedFrom: number | undefined;
}

const WHITESPACE = /[ \t\n\r]*/y;
// Unrolled, so that a long string costs no backtracking.
const PLAIN = '[^"\\\\\\u0000-\\u001f]*';
const STRING = new RegExp(`"${PLAIN}(?:\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4})${PLAIN})*"`, 'y');
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Finds the values at declared paths in a JSON text, keeping positions: every occurrence, also of duplicate keys and of
 * keys written with escapes; null is not a value. Nesting of any depth is read without recursion. Throws SyntaxError
 * when the text is not JSON.
 */
export function findSpans(text: string, paths: readonly FieldPath[]): JsonSpan[] {
  return new Scanner(text).scan(paths.map(pathSteps));
}

class Scanner {
  readonly #text: string;
  readonly #stack: Frame[] = [];
  readonly #spans: JsonSpan[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(steps: Steps): JsonSpan[] {
    this.#value(steps, '');
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) this.#next(frame);
    this.#skip();
    if (this.#at !== this.#text.length) throw this.#error();
    return this.#spans;
  }

  /** Reads a scalar whole, or opens an object or array. */
  #value(steps: Steps, path: string): void {
    this.#skip();
    const start = this.#at;
    const isWanted = steps.some((step) => step.length === 0);
    const character = this.#text[start];
    if (character === '{' || character === '[') {
      this.#at += 1;
      const type = character === '{' ? 'object' : 'array';
      this.#stack.push({
        type,
        steps: isWanted ? [] : steps,
        path,
        count: 0,
        wantedFrom: isWanted ? start : undefined,
      });
      return;
    }
    if (character === '"') this.#match(STRING);
    else this.#match(SCALAR);
    if (isWanted && character !== 'n') this.#spans.push({ start, end: this.#at, path });
  }

  /** Reads the next member or element of the open frame, or closes it. */
  #next(frame: Frame): void {
    this.#skip();
    if (this.#text[this.#at] === (frame.type === 'object' ? '}' : ']')) {
      this.#at += 1;
      this.#stack.pop();
      if (frame.wantedFrom !== undefined)
        this.#spans.push({ start: frame.wantedFrom, end: this.#at, path: frame.path });
      return;
    }
    if (frame.count > 0) {
      this.#expect(',');
      this.#skip();
    }
    frame.count += 1;
    if (frame.type === 'array') {
      const isTracked = frame.steps.length > 0;
      this.#value(
        isTracked ? advance(frame.steps, '[]') : [],
        isTracked ? elementPathOf(frame.path, frame.count - 1) : '',
      );
      return;
    }
    const source = this.#match(STRING);
    this.#skip();
    this.#expect(':');
    const steps = frame.steps.length === 0 ? [] : advance(frame.steps, keyOf(source));
    this.#value(steps, steps.length === 0 ? '' : fieldPathOf(frame.path, keyOf(source)));
  }

  #skip(): void {
    WHITESPACE.lastIndex = this.#at;
    WHITESPACE.test(this.#text);
    this.#at = WHITESPACE.lastIndex;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw this.#error();
    this.#at = pattern.lastIndex;
    return found;
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) throw this.#error();
    this.#at += 1;
  }

  #error(): SyntaxError {
    return new SyntaxError(`The text is not JSON at position ${this.#at}.`);
  }
}

function advance(steps: Steps, step: string): Steps {
  return steps.flatMap((path) => (path[0] === step ? [path.slice(1)] : []));
}

function keyOf(source: string): string {
  const key: unknown = JSON.parse(source);
  return typeof key === 'string' ? key : '';
}
