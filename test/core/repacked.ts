import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { BundleFile } from '../../src/core/entry.ts';
import type { SeededRandom } from '../../src/sim/apigee/seeds/random.ts';

export function shuffled<Item>(random: SeededRandom, items: readonly Item[]): Item[] {
  const left = [...items];
  return items.map(() => left.splice(random.integer(0, left.length - 1), 1)).flat();
}

/** The files in another order, each with another time. */
export async function repacked(files: readonly BundleFile[], random: SeededRandom): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const { path, bytes } of shuffled(random, files)) {
    const mtime = new Date(1_600_000_000_000 + random.integer(0, 100_000_000) * 1000);
    zip.addBuffer(Buffer.from(bytes), path, { mtime, compress: random.chance(0.5) });
  }
  zip.end();
  return await buffer(zip.outputStream);
}
