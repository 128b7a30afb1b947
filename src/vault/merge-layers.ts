import { compareIds } from '../core/resource.ts';
import type { IndexLine } from './indexed-entry.ts';

/** A sorted stream of lines, in batches. */
export type LineStream = AsyncIterable<readonly IndexLine[]>;

/** The lines of one id: position of the stream → line. */
export interface MergedLines {
  readonly id: string;
  /** By stream; undefined where the stream has no line for the id. */
  readonly lines: readonly (IndexLine | undefined)[];
}

/** Merges sorted streams, each of which has an id at most once. */
export async function* mergeLines(streams: readonly LineStream[]): AsyncGenerator<MergedLines> {
  const cursors = streams.map((stream) => new LineCursor(stream));
  try {
    for (const cursor of cursors) await cursor.load();
    for (;;) {
      let id: string | undefined;
      for (const { current } of cursors) {
        if (current !== undefined && (id === undefined || compareIds(current.id, id) < 0)) id = current.id;
      }
      if (id === undefined) return;
      const lines: (IndexLine | undefined)[] = [];
      for (const cursor of cursors) {
        const { current } = cursor;
        lines.push(current?.id === id ? current : undefined);
        if (current?.id === id && !cursor.advance()) await cursor.load();
      }
      yield { id, lines };
    }
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
}

class LineCursor {
  readonly #iterator: AsyncIterator<readonly IndexLine[]>;
  #batch: readonly IndexLine[] = [];
  #position = 0;
  current: IndexLine | undefined;

  constructor(stream: LineStream) {
    this.#iterator = stream[Symbol.asyncIterator]();
  }

  /** Moves within the batch; false when it is used up. */
  advance(): boolean {
    this.#position += 1;
    this.current = this.#batch[this.#position];
    return this.current !== undefined;
  }

  /** Fetches the next batch that has a line. */
  async load(): Promise<void> {
    for (;;) {
      const next = await this.#iterator.next();
      this.#batch = next.done === true ? [] : next.value;
      this.#position = 0;
      this.current = this.#batch[0];
      if (next.done === true || this.current !== undefined) return;
    }
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** One line per id: what it is by the newest stream that has it, and what it was below the oldest. Streams oldest first. */
export async function* mergeDeltas(streams: readonly LineStream[]): AsyncGenerator<IndexLine> {
  for await (const { id, lines } of mergeLines(streams)) {
    const oldest = lines.find((line) => line !== undefined);
    const newest = lines.findLast((line) => line !== undefined);
    yield { id, now: newest?.now, before: oldest?.before };
  }
}

const BATCH = 256;

/** Lines one by one as batches again. */
export async function* batched(lines: AsyncIterable<IndexLine>): AsyncGenerator<readonly IndexLine[]> {
  let batch: IndexLine[] = [];
  for await (const line of lines) {
    if (batch.push(line) < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
