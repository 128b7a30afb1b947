import type { PackStream } from './pack-stream.ts';
import { joinItems } from './segment.ts';

/** Segment number in the stream, and item number in it. */
export type DraftPlace = readonly [number, number];

const SEGMENT_BYTES = 1024 * 1024;
const FIRST_BYTES = 16 * 1024;

/** Gathers neighbouring items into segments of at most 1 MiB, or of one item. */
export class SegmentBuffer {
  readonly #stream: PackStream;
  /** The items that wait, one after the other, and the length of each. */
  #bytes = Buffer.alloc(0);
  #lengths: number[] = [];
  #usedBytes = 0;
  #number = -1;

  constructor(stream: PackStream) {
    this.#stream = stream;
  }

  /** Takes a copy: what is small shares its block of memory with others, and would hold it for as long as it waits. */
  async add(item: Uint8Array): Promise<DraftPlace> {
    if (this.#usedBytes + item.length > SEGMENT_BYTES) await this.flush();
    if (this.#lengths.length === 0) this.#number = this.#stream.reserve();
    const place: DraftPlace = [this.#number, this.#lengths.length];
    this.#makeRoom(item.length);
    this.#bytes.set(item, this.#usedBytes);
    this.#lengths.push(item.length);
    this.#usedBytes += item.length;
    if (this.#usedBytes >= SEGMENT_BYTES) await this.flush();
    return place;
  }

  /** Hands what was gathered to the stream. */
  async flush(): Promise<void> {
    if (this.#lengths.length === 0) return;
    const raw = joinItems(this.#items());
    this.#bytes = Buffer.alloc(0);
    this.#lengths = [];
    this.#usedBytes = 0;
    await this.#stream.append(this.#number, raw);
  }

  #items(): readonly Uint8Array[] {
    let end = 0;
    return this.#lengths.map((length) => {
      end += length;
      return this.#bytes.subarray(end - length, end);
    });
  }

  #makeRoom(count: number): void {
    const needed = this.#usedBytes + count;
    if (needed <= this.#bytes.length) return;
    const likely = Math.min(SEGMENT_BYTES, Math.max(FIRST_BYTES, 4 * this.#bytes.length));
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, likely));
    grown.set(this.#bytes.subarray(0, this.#usedBytes));
    this.#bytes = grown;
  }
}
