import { ApiError } from '../api-error.ts';
import type { WreckTarget } from '../wreck-target.ts';
import { consumerMutations } from './consumer-mutations.ts';
import { gatewayMutations } from './gateway-mutations.ts';
import { keyMutations } from './key-mutations.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { createRandom } from './random.ts';

/** How often a mutation may find nothing to do, for each change asked for, before the organization counts as exhausted. */
const triesPerChange = 40;

const mutations: readonly Mutation[] = [...gatewayMutations, ...consumerMutations, ...keyMutations];

/**
 * Changes `count` random things of every kind the simulator models, through the API's own rules, and answers what it
 * changed, in order. The same seed on the same organization makes the same changes. Fewer than `count` come back only
 * where the organization has nothing left to change. Everything can be given back through the API (an added thing by
 * deleting it), unless `allowResidue` is set: then expired keys may be lost and pending products approved.
 */
export function mutate(
  target: WreckTarget,
  options: { readonly seed: number; readonly count: number; readonly allowResidue?: boolean },
): Change[] {
  const { seed, count, allowResidue = false } = options;
  const random = createRandom(`mutate ${seed}`);
  const changes: Change[] = [];
  for (let attempt = 0; changes.length < count && attempt < count * triesPerChange; attempt += 1) {
    const scene = { target, random, allowResidue, serial: `${seed}-${attempt}` };
    const change = attemptMutation(random.pick(mutations), scene);
    if (change !== undefined) changes.push(change);
  }
  target.settle();
  return changes;
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
