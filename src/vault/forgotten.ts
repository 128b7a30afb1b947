import { isWithin, type ResourceId } from '../core/resource.ts';

/** What a collection was told to forget, and what was said of it afterwards. Orders are counted by the caller. */
export class Forgotten {
  readonly #forgets: { readonly at: ResourceId; readonly order: number }[] = [];
  readonly #kept = new Map<ResourceId, number>();

  get isEmpty(): boolean {
    return this.#forgets.length === 0;
  }

  forget(at: ResourceId, order: number): void {
    this.#forgets.push({ at, order });
  }

  /** Notes that a forgotten id holds again. */
  keep(id: ResourceId, order: number): void {
    if (this.lastOrder(id) > 0) this.#kept.set(id, order);
  }

  /** Order of the last forgetting that concerns the id; 0 when there is none. */
  lastOrder(id: ResourceId): number {
    return this.#forgets.reduce((last, { at, order }) => (order > last && isWithin(id, at) ? order : last), 0);
  }

  /** Whether something kept without being added again still holds. */
  holds(id: ResourceId): boolean {
    const last = this.lastOrder(id);
    return last === 0 || (this.#kept.get(id) ?? 0) > last;
  }
}
