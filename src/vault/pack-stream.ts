import { InternalError } from '../core/errors.ts';
import type { BlobSink } from './blob-sink.ts';
import type { SegmentRef } from './indexed-entry.ts';
import { PACK_BYTES, type PackBuilder, type SegmentPlace } from './pack.ts';
import type { SecretClass } from './sealing.ts';
import { SerialQueue } from './serial-queue.ts';

interface Row {
  readonly place: SegmentPlace;
  readonly packNumber: number;
}

const UPLOADS_AT_ONCE = 2;

/** Segments of one class on their way into packs, which are uploaded as they fill. */
export class PackStream {
  readonly #sink: BlobSink;
  readonly #secretClass: SecretClass;
  readonly #rows: (Row | undefined)[] = [];
  readonly #packNames: string[] = [];
  readonly #uploads = new Set<Promise<void>>();
  #builder: PackBuilder | undefined;
  readonly #queue = new SerialQueue();
  #failure: { readonly error: unknown } | undefined;

  constructor(sink: BlobSink, secretClass: SecretClass) {
    this.#sink = sink;
    this.#secretClass = secretClass;
  }

  /** A number for a segment that is being filled. */
  reserve(): number {
    return this.#rows.push(undefined) - 1;
  }

  /** Seals a segment; resolves when it has its place and uploads keep up. */
  append(number: number, raw: Uint8Array): Promise<void> {
    return this.#inOrder(async () => {
      this.#builder ??= await this.#sink.createPackBuilder(this.#secretClass);
      const place = this.#builder.add(raw);
      this.#rows[number] = { place, packNumber: this.#packNames.length };
      if (this.#builder.sizeBytes >= PACK_BYTES) await this.#closePack();
    });
  }

  /** Closes the open pack and waits until everything appended so far is stored. */
  async flush(): Promise<void> {
    await this.#inOrder(() => this.#closePack());
    while (this.#uploads.size > 0) await Promise.all(this.#uploads);
    this.#assertSound();
  }

  /** Where a segment lies, once its pack is closed. */
  getSegment(number: number): SegmentRef {
    const row = this.#rows[number];
    const pack = row === undefined ? undefined : this.#packNames[row.packNumber];
    if (row === undefined || pack === undefined) throw new InternalError(`Segment ${number} is not stored yet.`);
    return { ...row.place, pack };
  }

  #inOrder(work: () => Promise<void>): Promise<void> {
    return this.#queue.run(() => {
      this.#assertSound();
      return work();
    });
  }

  async #closePack(): Promise<void> {
    if (this.#builder === undefined) return;
    const { id, bytes } = this.#builder.finish();
    this.#builder = undefined;
    this.#packNames.push(`${this.#sink.epochPrefix}packs/${id}`);
    const upload = this.#sink
      .putPack(id, bytes)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#uploads.delete(upload));
    this.#uploads.add(upload);
    if (this.#uploads.size >= UPLOADS_AT_ONCE) await Promise.race(this.#uploads);
  }

  #assertSound(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
