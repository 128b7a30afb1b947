import { RemoteError } from '../core/errors.ts';
import { isJsonObject, type JsonValue, stringField } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { readCall } from './read-call.ts';
import type { ReadContext } from './read-context.ts';

/**
 * Why this organization has nothing of the kind, judged by its profile; undefined when it may have. Where the profile was
 * not read, the kind is tried.
 */
export function whyNotApplicable(context: Pick<ReadContext, 'memory' | 'kinds'>, kind: Kind): string | undefined {
  const { profile } = context.memory;
  if (profile === undefined) return undefined;
  const { addon, runtime } = conditionsOf(context, kind);
  const actual = stringField(profile, 'runtimeType');
  if (runtime !== undefined && actual !== undefined && actual !== runtime) {
    return `The organization's runtime type is ${actual}: only ${runtime} has ${kind.title.many}.`;
  }
  if (addon === undefined || !isOff(profile['addonsConfig'], addon)) return undefined;
  return `The organization's add-on ${addon} is off, so there are no ${kind.title.many}.`;
}

/** False also where what is said of the add-on cannot be understood: then its kinds are tried. */
function isOff(addons: JsonValue | undefined, addon: string): boolean {
  if (addons === undefined) return true;
  if (!isJsonObject(addons)) return false;
  const state = addons[addon];
  if (state === undefined) return true;
  return isJsonObject(state) && (state['enabled'] === undefined || state['enabled'] === false);
}

/** Reads the profile where it decides what there is of these kinds and is not known. Where it cannot be read, every kind is tried. */
export async function findProfile(context: ReadContext, kinds: Iterable<Kind>): Promise<void> {
  const decides = [...kinds].some((kind) => {
    const { addon, runtime } = conditionsOf(context, kind);
    return addon !== undefined || runtime !== undefined;
  });
  if (!decides || context.memory.profile !== undefined) return;
  try {
    const { transport, memory } = context;
    memory.noteProfile(await transport.call(readCall({ path: '' })));
    transport.countFloor(1);
  } catch (error) {
    if (!(error instanceof RemoteError) || error.code === 'UNAUTHENTICATED') throw error;
  }
}

/** The kind's own conditions, else those of what it stands under. */
function conditionsOf(
  context: Pick<ReadContext, 'kinds'>,
  kind: Kind,
): { readonly addon: Kind['needsAddon']; readonly runtime: Kind['needsRuntime'] } {
  const above = kind.scope === 'organization' ? undefined : conditionsOf(context, context.kinds[kind.scope]);
  return { addon: kind.needsAddon ?? above?.addon, runtime: kind.needsRuntime ?? above?.runtime };
}
