const AT_ONCE = 16;

/** Does something about each item, 16 at a time, in order; `before` each 16. */
export async function inBatches<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  before: () => Promise<void> = async () => undefined,
): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await before();
    await Promise.all(items.slice(start, start + AT_ONCE).map(work));
  }
}
