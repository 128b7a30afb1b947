import type { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import type { Blobs } from './harmed-vault.ts';

/** Damages one blob of a vault; answers the vault and the names of the blobs that are not as written. Undefined where it cannot. */
export type Harm = (
  blobs: Blobs,
  name: string,
  random: SeededRandom,
) => { readonly blobs: Blobs; readonly hurt: readonly string[]; readonly extra?: string } | undefined;

function changed(blobs: Blobs, name: string, change: (bytes: Uint8Array) => Uint8Array): ReturnType<Harm> {
  const bytes = blobs.get(name);
  if (bytes === undefined || bytes.length === 0) return undefined;
  return { blobs: new Map(blobs).set(name, change(new Uint8Array(bytes))), hurt: [name] };
}

/** The part of a name that says what a blob is: `packs`, `points`, `vault.json`. */
function typeOf(name: string): string {
  return name.split('/').at(-2) ?? name;
}

function swapped(blobs: Blobs, name: string, others: readonly string[], random: SeededRandom): ReturnType<Harm> {
  const different = others.filter((other) => other !== name && !equal(blobs.get(other), blobs.get(name)));
  const other = different[random.integer(different.length)];
  const [bytes, otherBytes] = [blobs.get(name), blobs.get(other ?? '')];
  if (other === undefined || bytes === undefined || otherBytes === undefined) return undefined;
  return { blobs: new Map(blobs).set(name, otherBytes).set(other, bytes), hurt: [name, other] };
}

function equal(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.from(a).equals(b);
}

const names = (blobs: Blobs): readonly string[] => [...blobs.keys()];

/** What can happen to a blob. */
export const harms: { readonly [what: string]: Harm } = {
  'a bit flipped': (blobs, name, random) =>
    changed(blobs, name, (bytes) => {
      const at = random.integer(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
      return bytes;
    }),
  'a bit flipped near its end': (blobs, name, random) =>
    changed(blobs, name, (bytes) => {
      const at = Math.max(0, bytes.length - 1 - random.integer(16));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
      return bytes;
    }),
  'a bit flipped in its head': (blobs, name, random) =>
    changed(blobs, name, (bytes) => {
      const at = random.integer(Math.min(64, bytes.length));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
      return bytes;
    }),
  'cut off': (blobs, name, random) => changed(blobs, name, (bytes) => bytes.subarray(0, random.integer(bytes.length))),
  'its last byte missing': (blobs, name) => changed(blobs, name, (bytes) => bytes.subarray(0, -1)),
  'of zero length': (blobs, name) => changed(blobs, name, () => new Uint8Array()),
  'bytes after its end': (blobs, name) => changed(blobs, name, (bytes) => new Uint8Array([...bytes, 10])),
  dropped: (blobs, name) => {
    const left = new Map(blobs);
    left.delete(name);
    return { blobs: left, hurt: [name] };
  },
  'swapped with one of its type': (blobs, name, random) =>
    swapped(
      blobs,
      name,
      names(blobs).filter((other) => typeOf(other) === typeOf(name)),
      random,
    ),
  'swapped with one of another type': (blobs, name, random) =>
    swapped(
      blobs,
      name,
      names(blobs).filter((other) => typeOf(other) !== typeOf(name)),
      random,
    ),
  'swapped with one of another epoch': (blobs, name, random) => {
    const epochOf = (one: string): string => /epochs\/(\d+)/.exec(one)?.[1] ?? '';
    const others = names(blobs).filter((other) => typeOf(other) === typeOf(name) && epochOf(other) !== epochOf(name));
    return swapped(blobs, name, others, random);
  },
  'there twice': (blobs, name, random) => {
    const bytes = blobs.get(name);
    if (bytes === undefined || !name.includes('/epochs/')) return undefined;
    const last = name.slice(name.lastIndexOf('/') + 1);
    const copy = `${name.slice(0, -last.length)}${last.replace(/[0-9a-f]{8}$/, random.text(8, '0123456789abcdef'))}`;
    return copy === name ? undefined : { blobs: new Map(blobs).set(copy, bytes), hurt: [], extra: copy };
  },
};
