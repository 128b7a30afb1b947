import type { CallDraft, Hole, TemplateValue } from './call.ts';

/** All holes of a call: path and body. */
export function holesOf(call: Pick<CallDraft, 'path' | 'body'>): Hole[] {
  const holes = call.path.flatMap((part) => (typeof part === 'string' ? [] : [part]));
  if (call.body?.type === 'json') collectHoles(call.body.value, holes);
  return holes;
}

function collectHoles(value: TemplateValue, into: Hole[]): void {
  if (isHole(value)) {
    into.push(value.$hole);
  } else if (typeof value === 'object' && value !== null) {
    for (const element of Object.values<TemplateValue>(value)) collectHoles(element, into);
  }
}

/** True for `{ $hole }`. */
export function isHole(value: unknown): value is { readonly $hole: Hole } {
  if (typeof value !== 'object' || value === null || !('$hole' in value)) return false;
  const { $hole: hole } = value;
  return typeof hole === 'object' && hole !== null && 'hole' in hole;
}
