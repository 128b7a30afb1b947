import type { ResourceId } from './resource.ts';
import { compareIds } from './resource.ts';

/** The mark under which the server's own name for such a resource stands. */
export const SERVER_NAME = 'serverName';

/** A resource of a list in which several may have one natural key. */
export interface Colliding {
  /** The id by the natural key alone. */
  readonly base: ResourceId;
  /** Equal texts = equal resources; its order decides who is `x`, `x~2`, `x~3`. */
  readonly state: string;
  /** The server's own name for it. */
  readonly key: string;
}

/** The id that a resource has in a point, with what was known of it there. */
export interface KnownId {
  readonly id: ResourceId;
  readonly state: string;
  readonly key?: string | undefined;
}

const SUFFIX = /~[2-9]$|~[1-9]\d+$/;

/** The id by the natural key alone, in which no name looks like a number given here: `plans/gold~2` is `plans/gold%7E2`. */
export function baseIdOf(natural: ResourceId): ResourceId {
  return SUFFIX.test(natural) ? natural.replace(/~(\d+)$/, '%7E$1') : natural;
}

/** The id by the natural key alone, of an id that may have a number. */
export function withoutNumber(id: ResourceId): ResourceId {
  return id.replace(SUFFIX, '');
}

/**
 * Gives each resource an id of its own: those of one natural key are `x`, `x~2`, `x~3` in order of their state. Ids that
 * are known already go first to who is equal, then to who has the same name on the server, then in order; so a resource
 * keeps its id when another of the same key comes or goes. The answer does not depend on the order of `items`.
 *
 * @param fresh the ids to choose from beyond the known ones
 */
export function assignIds<Item extends Colliding>(
  items: readonly Item[],
  known: (base: ResourceId) => readonly KnownId[] = () => [],
  fresh: (base: ResourceId) => Iterable<ResourceId> = numbered,
): ReadonlyMap<Item, ResourceId> {
  const ids = new Map<Item, ResourceId>();
  const groups = Map.groupBy(items, ({ base }) => base);
  for (const [base, group] of groups) {
    const left = new Set(group.toSorted((a, b) => compareIds(a.state, b.state) || compareIds(a.key, b.key)));
    const free = new Set(known(base).toSorted((a, b) => numberOf(a.id) - numberOf(b.id)));
    const give = (fits: (item: Item, one: KnownId) => boolean): void => {
      for (const one of free) {
        const item = [...left].find((candidate) => fits(candidate, one));
        if (item === undefined) continue;
        ids.set(item, one.id);
        left.delete(item);
        free.delete(one);
      }
    };
    give((item, one) => item.state === one.state && item.key === one.key);
    give((item, one) => item.state === one.state);
    give((item, one) => item.key === one.key);
    give(() => true);
    const taken = new Set(known(base).map((one) => one.id));
    for (const id of left.size === 0 ? [] : fresh(base)) {
      const [item] = left;
      if (item === undefined) break;
      if (taken.has(id)) continue;
      ids.set(item, id);
      left.delete(item);
    }
  }
  return ids;
}

function* numbered(base: ResourceId): Generator<ResourceId> {
  yield base;
  for (let number = 2; ; number += 1) yield `${base}~${number}`;
}

function numberOf(id: ResourceId): number {
  const [suffix = '~1'] = SUFFIX.exec(id) ?? [];
  return Number(suffix.slice(1));
}
