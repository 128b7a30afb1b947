import type { CallDraft } from '../call.ts';
import { canonicalise } from '../canonical.ts';
import type { JsonObject } from '../json.ts';
import { sampleContext } from '../sample-kind.fixture.ts';
import type { Desired, IdContext, Kind, Live, WriteContext } from './kind.ts';

/** A write context that knows nothing, but for what is given. */
export function writeContext(given: Partial<WriteContext> = {}): WriteContext {
  return {
    plannedAtMs: 1_000_000,
    isRemoved: () => false,
    isMade: () => false,
    isNowhere: () => false,
    madeBelow: () => [],
    consulted: () => undefined,
    liveRevision: () => undefined,
    liveName: () => undefined,
    changedSecrets: () => [],
    ...given,
  };
}

/** A resource as one side has it, canonical form and all. */
export function stateOf(kind: Kind, id: string, body: JsonObject, context: IdContext = sampleContext): Desired & Live {
  const canonical = canonicalise(kind, body, context);
  if (canonical === undefined) throw new TypeError(`${id} refers to something unknown`);
  return { id, body, canonical: canonical.value, tolerant: canonical.tolerant };
}

/** Calls as one line each: what a person would check first. */
export function linesOf(calls: readonly CallDraft[]): string[] {
  return calls.map(({ phase, step, method, path, query }) => {
    const text = path.map((part) => (typeof part === 'string' ? part : `<${part.hole}>`)).join('');
    const asked = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
    return `${phase} ${step}: ${method} ${text}${asked}`;
  });
}

/** The JSON body of a call. */
export function jsonOf(call: CallDraft | undefined): unknown {
  return call?.body?.type === 'json' ? call.body.value : undefined;
}
