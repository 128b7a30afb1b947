/** No body of Apigee and no document of a vault comes near it, and every reader that descends gets there. */
const DEEPEST = 256;

/**
 * Parses JSON that somebody else may have written. Throws SyntaxError when the text is not JSON, and when it is nested so
 * deeply that whoever walks through the value would run out of stack.
 */
export function parseShallow(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (isDeep(value)) throw new SyntaxError(`The text is nested more than ${DEEPEST} levels deep.`);
  return value;
}

/** Level by level, for a walk that descends would itself run out of stack. */
function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= DEEPEST; depth += 1) {
    const next: unknown[] = [];
    for (const item of level)
      if (typeof item === 'object' && item !== null) for (const inner of Object.values(item)) next.push(inner);
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}
