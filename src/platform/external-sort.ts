import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ItemArena } from './item-arena.ts';
import type { RandomSource } from './random.ts';
import { SealedSpillFile, type SpillPosition } from './sealed-spill-file.ts';

export interface ExternalSorterOptions<T> {
  readonly encode: (item: T) => Uint8Array;
  /** Gives back an item equal to the encoded one. The bytes stay as they are, but hold a block of 64 KiB in memory. */
  readonly decode: (bytes: Uint8Array) => T;
  /** What to sort by, compared by code units; `key(decode(encode(item)))` must equal `key(item)`. */
  readonly key: (item: T) => string;
  /** How much may be held before it is written out; 32 MiB unless given. Merging holds about 4 MiB besides. */
  readonly memoryBytes?: number;
  /** An existing folder for the temporary files, which are made only when the memory does not suffice. */
  readonly dir: string;
  readonly random: RandomSource;
  /** How many sorted runs are merged at once; 64 unless given. */
  readonly fanIn?: number;
}

/** Sorts more items than fit into memory. What it writes to the disk is sealed under a key of this process. */
export interface ExternalSorter<T> {
  /** How many items were added. */
  readonly count: number;
  /** Takes one item. Calls may overlap; none may follow the first `sorted`. */
  add(item: T): Promise<void>;
  /** All items by key, equal keys in the order of adding. May be iterated any number of times until `close`. */
  sorted(): AsyncIterable<T>;
  /** Removes the temporary files and forgets the items. May be called again. */
  close(): Promise<void>;
}

const DEFAULT_MEMORY_BYTES = 32 * 1024 * 1024;
const DEFAULT_FAN_IN = 64;
const FRAME_BYTES = 16 * 1024;
const LENGTH_BYTES = 4;

/** Creates a sorter that holds nothing yet. */
export function createExternalSorter<T>(options: ExternalSorterOptions<T>): ExternalSorter<T> {
  return new SpillingSorter(options);
}

interface Run {
  readonly file: SealedSpillFile;
  /** How many times its items were merged before. */
  readonly level: number;
}

class SpillingSorter<T> implements ExternalSorter<T> {
  readonly #options: ExternalSorterOptions<T>;
  readonly #memoryBytes: number;
  readonly #fanIn: number;
  readonly #sealKey: Uint8Array;
  #memory: ItemArena;
  #runs: Run[] = [];
  readonly #files = new Set<SealedSpillFile>();
  #folder: string | undefined;
  #fileNumber = 0;
  #state: 'filling' | 'sorted' | 'closed' = 'filling';
  #spilling: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  count = 0;

  constructor(options: ExternalSorterOptions<T>) {
    this.#options = options;
    this.#memoryBytes = options.memoryBytes ?? DEFAULT_MEMORY_BYTES;
    this.#memory = new ItemArena(this.#memoryBytes);
    this.#fanIn = Math.max(2, options.fanIn ?? DEFAULT_FAN_IN);
    this.#sealKey = options.random.bytes(32);
  }

  async add(item: T): Promise<void> {
    // What is being written out is forgotten afterwards: nothing may join it meanwhile.
    while (this.#spilling !== undefined) await this.#spilling;
    if (this.#state !== 'filling') throw new Error('A sorter takes no item after it was read or closed.');
    this.#memory.push(this.#options.key(item), this.#options.encode(item));
    this.count += 1;
    if (this.#memory.sizeBytes < this.#memoryBytes) return;
    this.#spilling = this.#spill();
    try {
      await this.#spilling;
    } finally {
      this.#spilling = undefined;
    }
  }

  async *sorted(): AsyncGenerator<T> {
    if (this.#state === 'closed') throw new Error('The sorter is closed.');
    this.#state = 'sorted';
    this.#finishing ??= this.#finish();
    await this.#finishing;
    if (this.#runs.length === 0) {
      for (const bytes of this.#memory.inOrder()) yield this.#options.decode(new Uint8Array(bytes));
      return;
    }
    for await (const cursor of this.#merge(this.#runs)) yield cursor.item;
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    await this.#finishing;
    this.#memory = new ItemArena(0);
    this.#runs = [];
    for (const file of this.#files) await this.#remove(file);
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
    this.#sealKey.fill(0);
  }

  async #finish(): Promise<void> {
    if (this.#runs.length > 0 && this.#memory.count > 0) await this.#spill();
    if (this.#runs.length > 0) this.#memory = new ItemArena(0);
    this.#memory.sort();
    while (this.#runs.length > this.#fanIn) {
      await this.#mergeNewest(Math.min(this.#fanIn, this.#runs.length - this.#fanIn + 1));
    }
  }

  async #spill(): Promise<void> {
    const writer = await this.#createRun(0);
    this.#memory.sort();
    for (const bytes of this.#memory.inOrder()) {
      if (writer.isFull(bytes)) await writer.flush();
      writer.push(bytes);
    }
    await writer.flush();
    this.#memory.clear();
    // Runs of one level lie side by side, so merging the newest ones keeps equal keys in the order of adding.
    for (let level = 0; this.#runs.filter((run) => run.level === level).length >= this.#fanIn; level += 1) {
      await this.#mergeNewest(this.#fanIn);
    }
  }

  async #mergeNewest(count: number): Promise<void> {
    const merged = this.#runs.slice(-count);
    const level = Math.max(...merged.map((run) => run.level)) + 1;
    const writer = await this.#createRun(level);
    const target = this.#runs.pop();
    for await (const cursor of this.#merge(merged)) {
      if (writer.isFull(cursor.bytes)) await writer.flush();
      writer.push(cursor.bytes);
    }
    await writer.flush();
    this.#runs = [...this.#runs.slice(0, -count), ...(target === undefined ? [] : [target])];
    for (const run of merged) await this.#remove(run.file);
  }

  async #remove(file: SealedSpillFile): Promise<void> {
    this.#files.delete(file);
    await file.close();
  }

  async #createRun(level: number): Promise<FrameWriter> {
    this.#folder ??= await mkdtemp(join(this.#options.dir, 'holdfast-sort-'));
    const fileNumber = this.#fileNumber;
    this.#fileNumber += 1;
    const path = join(this.#folder, `run-${fileNumber}`);
    const file = await SealedSpillFile.create(path, { key: this.#sealKey, fileNumber });
    this.#files.add(file);
    this.#runs.push({ file, level });
    return new FrameWriter(file);
  }

  /** Yields the cursor that stands on the next item; it moves on when the next one is asked for. */
  async *#merge(runs: readonly Run[]): AsyncGenerator<RunCursor<T>> {
    const heap: RunCursor<T>[] = [];
    for (const [order, run] of runs.entries()) {
      const cursor = new RunCursor<T>(run.file, order, this.#options);
      if (await cursor.loadFrame()) heap.push(cursor);
    }
    heap.sort(compareCursors);
    for (let first = heap[0]; first !== undefined; first = heap[0]) {
      yield first;
      if (!first.advance() && !(await first.loadFrame())) {
        const last = heap.pop();
        if (last === undefined || last === first) continue;
        heap[0] = last;
      }
      siftDown(heap);
    }
  }
}

/** Gathers length-prefixed items into frames of a spill file. */
class FrameWriter {
  readonly #file: SealedSpillFile;
  #frame = Buffer.allocUnsafe(FRAME_BYTES);
  #usedBytes = 0;

  constructor(file: SealedSpillFile) {
    this.#file = file;
  }

  isFull(next: Uint8Array): boolean {
    return this.#usedBytes > 0 && this.#usedBytes + LENGTH_BYTES + next.length > FRAME_BYTES;
  }

  push(bytes: Uint8Array): void {
    const end = this.#usedBytes + LENGTH_BYTES + bytes.length;
    if (end > this.#frame.length) this.#frame = Buffer.allocUnsafe(end);
    this.#frame.writeUInt32LE(bytes.length, this.#usedBytes);
    this.#frame.set(bytes, this.#usedBytes + LENGTH_BYTES);
    this.#usedBytes = end;
  }

  async flush(): Promise<void> {
    if (this.#usedBytes === 0) return;
    await this.#file.append(this.#frame.subarray(0, this.#usedBytes));
    this.#usedBytes = 0;
  }
}

/** Stands on one item of a run and moves through it frame by frame. */
class RunCursor<T> {
  readonly #file: SealedSpillFile;
  readonly #options: ExternalSorterOptions<T>;
  readonly order: number;
  #position: SpillPosition = SealedSpillFile.start;
  #frame: Buffer = Buffer.alloc(0);
  #offsetBytes = 0;
  #current: { readonly item: T; readonly key: string; readonly bytes: Uint8Array } | undefined;

  constructor(file: SealedSpillFile, order: number, options: ExternalSorterOptions<T>) {
    this.#file = file;
    this.#options = options;
    this.order = order;
  }

  get item(): T {
    return this.#standing().item;
  }

  get key(): string {
    return this.#standing().key;
  }

  get bytes(): Uint8Array {
    return this.#standing().bytes;
  }

  /** Moves to the next item of the frame; false at the frame's end. */
  advance(): boolean {
    if (this.#offsetBytes >= this.#frame.length) return false;
    const start = this.#offsetBytes + LENGTH_BYTES;
    const end = start + this.#frame.readUInt32LE(this.#offsetBytes);
    const bytes = this.#frame.subarray(start, end);
    const item = this.#options.decode(bytes);
    this.#current = { item, key: this.#options.key(item), bytes };
    this.#offsetBytes = end;
    return true;
  }

  /** Loads the next frame and moves to its first item; false at the run's end. */
  async loadFrame(): Promise<boolean> {
    const found = await this.#file.findFrame(this.#position);
    if (found === undefined) return false;
    this.#frame = found.plain;
    this.#position = found.next;
    this.#offsetBytes = 0;
    return this.advance();
  }

  #standing(): { readonly item: T; readonly key: string; readonly bytes: Uint8Array } {
    if (this.#current === undefined) throw new Error('The cursor stands on no item.');
    return this.#current;
  }
}

function compareCursors<T>(left: RunCursor<T>, right: RunCursor<T>): number {
  return left.key < right.key ? -1 : left.key > right.key ? 1 : left.order - right.order;
}

/** Restores the heap after its first cursor moved. */
function siftDown<T>(heap: RunCursor<T>[]): void {
  for (let parent = 0; ; ) {
    let least = parent;
    for (const child of [2 * parent + 1, 2 * parent + 2]) {
      const candidate = heap[child];
      const best = heap[least];
      if (candidate !== undefined && best !== undefined && compareCursors(candidate, best) < 0) least = child;
    }
    const moving = heap[parent];
    const rising = heap[least];
    if (least === parent || moving === undefined || rising === undefined) return;
    heap[parent] = rising;
    heap[least] = moving;
    parent = least;
  }
}
