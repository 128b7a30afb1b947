interface Cached<Value> {
  readonly value: Value;
  readonly cost: number;
}

/** Keeps what was used last, up to a total cost; one value that costs more than that is kept alone. */
export class LruCache<Value> {
  readonly #limit: number;
  readonly #values = new Map<string, Cached<Value>>();
  #cost = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  find(key: string): Value | undefined {
    const cached = this.#values.get(key);
    if (cached === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, cached);
    return cached.value;
  }

  set(key: string, value: Value, cost: number): void {
    this.#drop(key);
    this.#values.set(key, { value, cost });
    this.#cost += cost;
    for (const oldest of this.#values.keys()) {
      if (this.#cost <= this.#limit || oldest === key) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#cost -= this.#values.get(key)?.cost ?? 0;
    this.#values.delete(key);
  }
}
