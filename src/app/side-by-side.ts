import { InternalError } from '../core/errors.ts';

/** Something that is read item by item, and what has to be read to its end before. */
export interface OrderedSource<Name, Item> {
  readonly name: Name;
  /** Names that are not among the sources are waited for by nobody. */
  readonly after: readonly Name[];
  readonly open: () => AsyncIterable<Item>;
}

/**
 * Drains sources side by side, at most so many at once, each at most one item ahead of the consumer. A source is opened
 * when all that it comes after are drained and the consumer has come back for more after their last items; among those
 * that could be opened the order given decides. Items of one source keep their order.
 *
 * The first failure ends it at once, and so does the consumer: sources that are open are then told to return, and what
 * they still have under way is let go. InternalError when sources wait for each other. `onDrained` is told how many sources
 * were read to their end.
 */
export async function* sideBySide<Name, Item>(
  sources: readonly OrderedSource<Name, Item>[],
  most: number,
  onDrained: (drained: number) => void = () => undefined,
): AsyncGenerator<Item> {
  const draining = new Draining(sources, most, onDrained);
  try {
    for (;;) {
      draining.openWhatMay();
      const item = await draining.next();
      if (item === undefined) return;
      yield item.value;
    }
  } finally {
    draining.letGo();
  }
}

interface Settled<Name, Item> {
  readonly name: Name;
  readonly iterator: AsyncIterator<Item>;
  readonly result: IteratorResult<Item>;
}

class Draining<Name, Item> {
  readonly #most: number;
  readonly #onDrained: (drained: number) => void;
  readonly #open = new Map<Name, AsyncIterator<Item>>();
  readonly #undrained: Set<Name>;
  readonly #total: number;
  readonly #settled: Settled<Name, Item>[] = [];
  #waiting: readonly OrderedSource<Name, Item>[];
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(sources: readonly OrderedSource<Name, Item>[], most: number, onDrained: (drained: number) => void) {
    this.#waiting = sources;
    this.#undrained = new Set(sources.map(({ name }) => name));
    this.#total = sources.length;
    this.#most = most;
    this.#onDrained = onDrained;
  }

  openWhatMay(): void {
    const later: OrderedSource<Name, Item>[] = [];
    for (const source of this.#waiting) {
      const isHeld = this.#open.size >= this.#most || source.after.some((name) => this.#undrained.has(name));
      if (isHeld) later.push(source);
      else this.#start(source);
    }
    this.#waiting = later;
  }

  /** The next item of whichever source has one; undefined when all are drained. */
  async next(): Promise<{ readonly value: Item } | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const settled = this.#settled.shift();
      if (settled === undefined) {
        if (this.#open.size === 0) return this.#end();
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const { name, iterator, result } = settled;
      if (result.done !== true) {
        this.#advance(name, iterator);
        return { value: result.value };
      }
      this.#open.delete(name);
      this.#undrained.delete(name);
      this.#onDrained(this.#total - this.#undrained.size);
      this.openWhatMay();
    }
  }

  letGo(): void {
    for (const iterator of this.#open.values()) {
      // Nobody waits: what is under way may take as long as the service lets a call wait.
      void Promise.resolve(iterator.return?.()).catch(() => undefined);
    }
    this.#open.clear();
  }

  #end(): undefined {
    const [stuck] = this.#waiting;
    if (stuck === undefined) return undefined;
    throw new InternalError(`What is to be read waits for itself: ${String(stuck.name)}.`);
  }

  #start(source: OrderedSource<Name, Item>): void {
    const iterator = source.open()[Symbol.asyncIterator]();
    this.#open.set(source.name, iterator);
    this.#advance(source.name, iterator);
  }

  #advance(name: Name, iterator: AsyncIterator<Item>): void {
    iterator.next().then(
      (result) => {
        this.#settled.push({ name, iterator, result });
        this.#wakeUp();
      },
      (error: unknown) => {
        this.#failure ??= { error };
        this.#wakeUp();
      },
    );
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
