import type { SimulatorClock } from '../../control/clock.ts';
import type { SeededRandom } from '../../control/seeded-random.ts';
import type { ArmRecord } from './arm-record.ts';
import type { BlobPlane, SimulatedBlob } from './blob-plane.ts';

/** A resource as its own GET answers it. */
export interface ArmResource extends ArmRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  properties: ArmRecord;
}

/** What a recovery point holds: containers with their blobs as they were. */
export type PointContent = ReadonlyMap<string, readonly SimulatedBlob[]>;

interface Event {
  readonly atMs: number;
  readonly run: () => void | Promise<void>;
}

/** Everything that exists, by id in lower case, and what is still to happen. */
export class ArmWorld {
  readonly clock: SimulatorClock;
  readonly random: SeededRandom;
  readonly tenantId: string;
  /** Subscriptions with their resource groups: name in lower case to location. */
  readonly subscriptions = new Map<string, Map<string, string>>();
  /** Object ids of the members of groups, which may be groups, by the group's object id. */
  readonly groupMembers = new Map<string, readonly string[]>();
  /** The blobs of a storage account, by its id in lower case. */
  readonly planes = new Map<string, BlobPlane>();
  /** The contents of recovery points, by the points' ids in lower case. */
  readonly contents = new Map<string, PointContent>();
  readonly #resources = new Map<string, ArmResource>();
  #events: Event[] = [];

  constructor(clock: SimulatorClock, random: SeededRandom) {
    this.clock = clock;
    this.random = random;
    this.tenantId = random.uuid();
  }

  now(): string {
    return new Date(this.clock.nowMs()).toISOString();
  }

  put(resource: ArmResource): ArmResource {
    this.#resources.set(resource.id.toLowerCase(), resource);
    return resource;
  }

  find(id: string): ArmResource | undefined {
    return this.#resources.get(id.toLowerCase());
  }

  remove(id: string): void {
    this.#resources.delete(id.toLowerCase());
  }

  /** Resources of a type whose ids begin with the prefix, in the order in which they came. */
  list(type: string, prefix = ''): readonly ArmResource[] {
    const start = prefix.toLowerCase();
    return [...this.#resources.values()].filter(
      (resource) => resource.type.toLowerCase() === type.toLowerCase() && resource.id.toLowerCase().startsWith(start),
    );
  }

  /** Something that happens when the clock has come so far; what is due at once happens with the next request. */
  schedule(afterMs: number, run: Event['run']): void {
    this.#events.push({ atMs: this.clock.nowMs() + afterMs, run });
  }

  /** Lets everything happen that is due, in order. */
  async settle(): Promise<void> {
    for (;;) {
      const due = this.#events.filter(({ atMs }) => atMs <= this.clock.nowMs()).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) return;
      this.#events = this.#events.filter((event) => event !== due);
      await due.run();
    }
  }
}

/** `{ subscription, group }` of an id, as it is written there. */
export function placeOf(id: string): { readonly subscription: string; readonly group: string } {
  const [, , subscription = '', , group = ''] = id.split('/');
  return { subscription, group };
}
