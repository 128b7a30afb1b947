import { IntegrityError } from '../core/errors.ts';
import { leftBehind } from '../core/left-behind.ts';
import { isWithin, type ResourceId } from '../core/resource.ts';
import type { Progress } from './ports/surroundings.ts';
import type { Vault } from './ports/vault.ts';

/** What earlier runs made and could not remove again. */
export interface Leftovers {
  /** Why a resource that the point does not have goes although extras stay; undefined when it is none of these. */
  why(id: ResourceId): string | undefined;
  /** What is to be said of an extra that may be one of these; undefined when it is not. */
  mayBe(id: ResourceId): string | undefined;
}

const none: Leftovers = { why: () => undefined, mayBe: () => undefined };

/**
 * Reads from the journals of runs that did not end well what they left behind. Only the restorer's key opens them: without
 * it nothing is claimed, and what is left behind is an extra like any other.
 */
export async function readLeftBehind(
  { vault, progress }: { readonly vault: Vault; readonly progress: Progress },
  organization: string,
): Promise<Leftovers> {
  if (!vault.abilities.readSecrets) return none;
  const known = new Map<ResourceId, number>();
  const owners = new Map<ResourceId, number>();
  for (const run of await vault.listUnended(organization)) {
    try {
      for (const { owner, id } of leftBehind(await vault.readRun(organization, run), vault.hasher)) {
        if (id === undefined) owners.set(owner, run);
        else known.set(id, run);
      }
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      progress.warn(`What run ${run} left behind is not known: ${error.message}`);
    }
  }
  return {
    why: (id) => {
      const run = known.get(id);
      return run === undefined
        ? undefined
        : `the server made it along in run ${run}, which ended before it was removed`;
    },
    mayBe: (id) => {
      const [, run] = [...owners].find(([owner]) => owner !== id && isWithin(id, owner)) ?? [];
      return run === undefined
        ? undefined
        : `the server may have made it along in run ${run}, which ended before it was known; --delete-extra removes it`;
    },
  };
}
