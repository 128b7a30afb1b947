import { ApiError } from '../api-error.ts';
import type { WreckTarget } from '../wreck-target.ts';
import { analyticsMutations } from './analytics.ts';
import { archiveMutations } from './archives.ts';
import { consumerMutations } from './consumer-mutations.ts';
import { environmentMutations } from './environment-mutations.ts';
import { gatewayMutations } from './gateway-mutations.ts';
import { groupMutations } from './group-mutations.ts';
import { keyMutations } from './key-mutations.ts';
import { mapMutations } from './map-mutations.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { monetizationMutations } from './monetization.ts';
import { securityMutations } from './security.ts';
import { portalMutations } from './portal.ts';
import { createRandom } from './random.ts';

/** How often a mutation may find nothing to do, for each change asked for, before the organization counts as exhausted. */
const triesPerChange = 40;

/** More apps than this are a crowd; see `MutationScene.crowded`. */
const crowd = 10_000;

/** What can be changed: bundles, deployments, target servers and products; or developers, apps and keys. */
export type MutationFamily = 'gateway' | 'consumers';

const mutationsOf: Readonly<Record<MutationFamily, readonly Mutation[]>> = {
  gateway: [
    ...gatewayMutations,
    ...mapMutations,
    ...analyticsMutations,
    ...environmentMutations,
    ...archiveMutations,
    ...securityMutations,
    ...portalMutations,
  ],
  consumers: [...consumerMutations, ...keyMutations, ...groupMutations, ...monetizationMutations],
};

/** How to change an organization at random. */
export interface MutationOptions {
  readonly seed: number;
  readonly count: number;
  /** Both when absent. */
  readonly families?: readonly MutationFamily[];
  /** Allows what the API cannot take back: expired keys may be lost, pending products approved. */
  readonly allowResidue?: boolean;
}

/**
 * Changes `count` random things through the API's own rules, and answers what it changed, in order. The same seed on the
 * same organization makes the same changes. Fewer than `count` come back only where the organization has nothing left to
 * change. Everything can be given back through the API (an added thing by deleting it), unless `allowResidue` is set. In
 * an organization of more than 10,000 apps no product is deleted, which would read all of them.
 */
export function mutate(target: WreckTarget, options: MutationOptions): Change[] {
  const { seed, count, families = ['gateway', 'consumers'], allowResidue = false } = options;
  const random = createRandom(`mutate ${seed}`);
  const mutations = families.flatMap((family) => mutationsOf[family]);
  const crowded = hasMoreThan(target.list(['apps']), crowd);
  const changes: Change[] = [];
  for (let attempt = 0; changes.length < count && attempt < count * triesPerChange; attempt += 1) {
    const scene = { target, random, allowResidue, crowded, serial: `${seed}-${attempt}` };
    const change = attemptMutation(random.pick(mutations), scene);
    if (change !== undefined) changes.push(change);
  }
  target.settle();
  return changes;
}

function hasMoreThan(items: Iterable<unknown>, limit: number): boolean {
  const iterator = items[Symbol.iterator]();
  for (let read = 0; read <= limit; read += 1) {
    if (iterator.next().done === true) return false;
  }
  iterator.return?.();
  return true;
}

/** A refusal by the API's rules (a product in use, a flow that others call) is one way of finding nothing to change. */
function attemptMutation(mutation: Mutation, scene: MutationScene): Change | undefined {
  try {
    return mutation(scene);
  } catch (error) {
    if (error instanceof ApiError && [400, 404, 409].includes(error.httpStatus)) return undefined;
    throw error;
  }
}
