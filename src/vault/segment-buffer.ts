import type { PackStream } from './pack-stream.ts';
import { joinItems } from './segment.ts';

/** Segment number in the stream, and item number in it. */
export type DraftPlace = readonly [number, number];

const SEGMENT_BYTES = 1024 * 1024;

/** Gathers neighbouring items into segments of at most 1 MiB, or of one item. */
export class SegmentBuffer {
  readonly #stream: PackStream;
  #items: Uint8Array[] = [];
  #sizeBytes = 0;
  #number = -1;

  constructor(stream: PackStream) {
    this.#stream = stream;
  }

  async add(item: Uint8Array): Promise<DraftPlace> {
    if (this.#sizeBytes + item.length > SEGMENT_BYTES) await this.flush();
    if (this.#items.length === 0) this.#number = this.#stream.reserve();
    const place: DraftPlace = [this.#number, this.#items.length];
    this.#items.push(item);
    this.#sizeBytes += item.length;
    if (this.#sizeBytes >= SEGMENT_BYTES) await this.flush();
    return place;
  }

  /** Hands what was gathered to the stream. */
  async flush(): Promise<void> {
    if (this.#items.length === 0) return;
    const raw = joinItems(this.#items);
    this.#items = [];
    this.#sizeBytes = 0;
    await this.#stream.append(this.#number, raw);
  }
}
