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
  interface Done {
    readonly key: number;
    readonly value: To;
  }
  const underWay = new Map<number, Promise<Done>>();
  let next = 0;
  try {
    for await (const item of source) {
      const key = next;
      next += 1;
      const task = action(item).then((value) => ({ key, value }));
      // A failure is reported by the race below; a task that is let go must not end the process.
      task.catch(() => undefined);
      underWay.set(key, task);
      if (underWay.size < most) continue;
      const done = await Promise.race(underWay.values());
      underWay.delete(done.key);
      yield done.value;
    }
    while (underWay.size > 0) {
      const done = await Promise.race(underWay.values());
      underWay.delete(done.key);
      yield done.value;
    }
  } finally {
    underWay.clear();
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
