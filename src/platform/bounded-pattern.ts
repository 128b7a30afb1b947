import { createContext, Script } from 'node:vm';

/** The text is no regular expression; the message is the engine's. */
export class PatternSyntaxError extends Error {}

/** Matching took longer than it may: the pattern goes back and forth on some text. */
export class PatternTimeoutError extends Error {}

/** Which of the texts match. Throws PatternTimeoutError. */
export type BoundedPattern = (texts: readonly string[]) => readonly boolean[];

const script = new Script('texts.map((text) => pattern.test(text))');

/**
 * A regular expression (ECMAScript's, with the flags `u` and `s`; `(?i)` in front ignores case) that cannot hang: each call may
 * take `limitMs` for all of its texts, then the engine is stopped. A call costs about half a millisecond, so give it many.
 */
export function createBoundedPattern(source: string, limitMs: number): BoundedPattern {
  const ignoresCase = source.startsWith('(?i)');
  let pattern: RegExp;
  try {
    pattern = new RegExp(ignoresCase ? source.slice('(?i)'.length) : source, ignoresCase ? 'ius' : 'us');
  } catch (cause) {
    throw new PatternSyntaxError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  const context = createContext({ pattern, texts: [] });
  return (texts) => {
    context['texts'] = texts;
    try {
      // The script maps strings to booleans and does nothing else.
      return [...(script.runInContext(context, { timeout: limitMs }) as Iterable<boolean>)];
    } catch (cause) {
      // It comes from the context, whose Error is another one.
      const isObject = typeof cause === 'object' && cause !== null;
      if (!isObject || !('code' in cause) || cause.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw cause;
      throw new PatternTimeoutError(`Matching took longer than ${limitMs} ms.`, { cause });
    } finally {
      context['texts'] = [];
    }
  };
}
