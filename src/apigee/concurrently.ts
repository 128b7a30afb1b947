/**
 * Maps with several actions under way and yields results as they come, in any order. The first failure ends it; the
 * consumer may stop at any time, and what is under way then is let go.
 *
 * @param most how many actions at once; results that are not fetched count, so a slow consumer slows the source
 */
export async function* concurrently<From, To>(
  source: AsyncIterable<From> | Iterable<From>,
  most: number,
  action: (item: From) => Promise<To>,
): AsyncGenerator<To> {
  const work = new Work<To>();
  for await (const item of source) {
    work.start(action(item));
    while (work.size >= most) yield await work.next();
    while (work.isReady) yield await work.next();
  }
  while (work.size > 0) yield await work.next();
}

/**
 * Drains what is opened for each item side by side, at most so many at once, each one item ahead; yields their items as
 * they come. The first failure ends it, and what the others have under way is let go.
 */
export async function* interleaved<From, Item>(
  source: Iterable<From>,
  most: number,
  open: (from: From) => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const work = new Work<{ readonly iterator: AsyncIterator<Item>; readonly result: IteratorResult<Item> }>();
  const waiting = source[Symbol.iterator]();
  const opened = new Set<AsyncIterator<Item>>();
  const advance = (iterator: AsyncIterator<Item>): void => {
    work.start(iterator.next().then((result) => ({ iterator, result })));
  };
  const openNext = (): void => {
    const from = waiting.next();
    if (from.done === true) return;
    const iterator = open(from.value)[Symbol.asyncIterator]();
    opened.add(iterator);
    advance(iterator);
  };
  for (let count = 0; count < most; count += 1) openNext();
  let isFailed = false;
  try {
    while (work.size > 0) {
      const { iterator, result } = await work.next();
      if (result.done === true) {
        opened.delete(iterator);
        openNext();
        continue;
      }
      advance(iterator);
      yield result.value;
    }
  } catch (error) {
    isFailed = true;
    throw error;
  } finally {
    const closing = [...opened].map((iterator) => Promise.resolve(iterator.return?.()).catch(() => undefined));
    // After a failure nobody waits for what may take as long as the service lets a call wait.
    if (!isFailed) await Promise.all(closing);
  }
}

/** Tasks under way and results not yet taken. */
class Work<To> {
  #running = 0;
  readonly #ready: { readonly value: To }[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** Tasks and results together. */
  get size(): number {
    return this.#running + this.#ready.length;
  }

  get isReady(): boolean {
    return this.#ready.length > 0 || this.#failure !== undefined;
  }

  start(task: Promise<To>): void {
    this.#running += 1;
    task.then(
      (value) => {
        this.#ready.push({ value });
        this.#ended();
      },
      (error: unknown) => {
        this.#failure ??= { error };
        this.#ended();
      },
    );
  }

  /** The next result; throws when a task has failed. */
  async next(): Promise<To> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const ready = this.#ready.shift();
      if (ready !== undefined) return ready.value;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #ended(): void {
    this.#running -= 1;
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** Runs ahead of the consumer by one item, so that fetching the next overlaps with using this one. */
export async function* oneAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]();
  const fetch = (): Promise<IteratorResult<Item>> => {
    const next = iterator.next();
    next.catch(() => undefined);
    return next;
  };
  let ahead = fetch();
  try {
    for (;;) {
      const result = await ahead;
      if (result.done === true) return;
      ahead = fetch();
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}
