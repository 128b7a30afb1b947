import type { BlobStore } from './blob/blob-store.ts';
import { damaged } from './damage.ts';

/**
 * For a name that was found taken when these bytes were put under it: IntegrityError when only a beginning of them stands
 * there, as a store leaves it that broke off a put of ours and promised that it would not. Answers whether they stand there whole.
 */
export async function findWhole(store: BlobStore, name: string, bytes: Uint8Array): Promise<boolean> {
  const found = Buffer.from(await store.get(name));
  if (found.equals(bytes)) return true;
  if (found.equals(Buffer.from(bytes.subarray(0, found.length)))) throw damaged(name, 'only a part of it was stored');
  return false;
}
