import type { ResourcePath, WreckTarget } from '../wreck-target.ts';
import type { SeededRandom } from './random.ts';

/** What one mutation did. `path` is that of the resource in the API; the sentence holds no consumer key. */
export interface Change {
  readonly action: 'created' | 'updated' | 'deleted' | 'deployed' | 'undeployed';
  readonly path: ResourcePath;
  readonly sentence: string;
}

/** What a mutation works with. */
export interface MutationScene {
  readonly target: WreckTarget;
  readonly random: SeededRandom;
  /** Whether it may do what the API cannot take back. */
  readonly allowResidue: boolean;
  /** Whether there are so many apps that finding out who uses a product would read for seconds. */
  readonly crowded: boolean;
  /** Different for every mutation of every seed: names made of it are new. */
  readonly serial: string;
}

/** Changes one thing, or answers undefined where the organization has nothing to change in this way. */
export type Mutation = (scene: MutationScene) => Change | undefined;

/** The path of a random member of a top-level collection. */
export function sampleName(scene: MutationScene, collection: ResourcePath): string | undefined {
  return scene.target.sample(collection, scene.random.integer(0, 9_999) / 10_000);
}

/** A random item, or undefined of an empty list. */
export function pickAny<Item>(random: SeededRandom, items: readonly Item[]): Item | undefined {
  return items.length === 0 ? undefined : random.pick(items);
}

/** A sentence and its change in one. */
export function changeOf(action: Change['action'], path: ResourcePath, what: string): Change {
  return { action, path, sentence: `${action} ${what}` };
}
