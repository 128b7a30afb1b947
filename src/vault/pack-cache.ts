import { LruCache } from './lru-cache.ts';
import { damaged } from './damage.ts';
import {
  assertPackName,
  HEADER_BYTES,
  openDirectory,
  openSegment,
  type PackDirectory,
  type PackHeader,
  parsePackHeader,
} from './pack.ts';
import type { SegmentRef } from './indexed-entry.ts';
import { splitItems } from './segment.ts';
import type { VaultContext } from './vault-context.ts';

/** A pack read and checked as a whole. */
export interface OpenedPack {
  readonly name: string;
  readonly header: PackHeader;
  readonly key: Uint8Array;
  readonly directory: PackDirectory;
  readonly bytes: Uint8Array;
}

const CACHED_BYTES = 32 * 1024 * 1024;
const CACHED_KEYS = 4096;

/** Reads packs, keeping what was read last: keys of packs, whole index parts, and items of single segments. */
export class PackCache {
  readonly #context: VaultContext;
  readonly #keys = new LruCache<{ readonly header: PackHeader; readonly key: Uint8Array }>(CACHED_KEYS);
  readonly #whole = new LruCache<OpenedPack>(CACHED_BYTES);
  readonly #segments = new LruCache<readonly Uint8Array[]>(CACHED_BYTES);

  constructor(context: VaultContext) {
    this.#context = context;
  }

  /** The whole pack, its bytes checked against its name. Needs the key of its class. */
  async getWhole(name: string): Promise<OpenedPack> {
    const cached = this.#whole.find(name);
    if (cached !== undefined) return cached;
    const bytes = await this.#context.getCached(name);
    assertPackName(name, bytes);
    const header = parsePackHeader(name, bytes);
    const key = await this.#deriveKey(name, header);
    const opened = { name, header, key, bytes, directory: openDirectory(name, { header, key }, bytes) };
    this.#whole.set(name, opened, bytes.length);
    return opened;
  }

  /** The items of one segment, fetched alone and checked against its hash. */
  async getItems(segment: SegmentRef): Promise<readonly Uint8Array[]> {
    const cacheKey = `${segment.pack}#${segment.ordinal}`;
    const cached = this.#segments.find(cacheKey);
    if (cached !== undefined) return cached;
    const opened = await this.#getKey(segment.pack);
    const sealed = await this.#context.store.getRange(segment.pack, {
      offsetBytes: segment.offset,
      lengthBytes: segment.length,
    });
    const raw = openSegment(segment.pack, opened, segment, sealed);
    const items = itemsOf(segment.pack, raw);
    this.#segments.set(cacheKey, items, raw.length);
    return items;
  }

  async #getKey(name: string): Promise<{ readonly header: PackHeader; readonly key: Uint8Array }> {
    const cached = this.#keys.find(name);
    if (cached !== undefined) return cached;
    const bytes = await this.#context.store.getRange(name, { offsetBytes: 0, lengthBytes: HEADER_BYTES });
    const header = parsePackHeader(name, bytes);
    const opened = { header, key: await this.#deriveKey(name, header) };
    this.#keys.set(name, opened, 1);
    return opened;
  }

  #deriveKey(name: string, header: PackHeader): Promise<Uint8Array> {
    const { secretClass, generation, enc } = header;
    return this.#context.openKey(enc, {
      purpose: 'pack',
      secretClass,
      generation,
      place: name.slice(0, name.lastIndexOf('/')),
    });
  }
}

/** The items of a segment of an opened pack. */
export function openItems(pack: OpenedPack, ordinal: number): readonly Uint8Array[] {
  const place = pack.directory.segments[ordinal];
  if (place === undefined) throw damaged(pack.name, `it has no segment ${ordinal}`);
  const sealed = pack.bytes.subarray(place.offset, place.offset + place.length);
  return itemsOf(pack.name, openSegment(pack.name, pack, place, sealed));
}

function itemsOf(name: string, raw: Uint8Array): readonly Uint8Array[] {
  try {
    return splitItems(raw);
  } catch (cause) {
    throw damaged(name, 'a segment has not the form of one', cause);
  }
}
