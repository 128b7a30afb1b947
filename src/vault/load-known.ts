import type { EntryCore } from '../core/entry.ts';
import { InternalError } from '../core/errors.ts';
import { layerStreams } from './collection-reader.ts';
import type { CollectionParts, KnownCollection } from './collection-row.ts';
import { damaged } from './damage.ts';
import { KnownEntries } from './known-entries.ts';
import { batched, mergeDeltas, mergeLines } from './merge-layers.ts';

type Before = Pick<CollectionParts, 'base' | 'checkpoint'>;

const SEED_TRIES = 8;
const TAG = /^[0-9a-f]{32}$/;

/**
 * Loads what is known of a collection before it is read. IntegrityError when that has entries without hashes, or one id twice:
 * whoever signs points may have written anything, and no entry could be compared with it.
 */
export async function loadKnown(
  kind: string,
  parts: Before & { readonly sink: Pick<CollectionParts['sink'], 'context'> },
): Promise<KnownEntries> {
  for (let attempt = 0; attempt < SEED_TRIES; attempt += 1) {
    const seed = Buffer.from(parts.sink.context.random.bytes(4)).readInt32BE();
    const known = await tryLoad(new KnownEntries(seed), parts);
    if (known !== undefined) return known;
  }
  throw damaged(indexOf(parts), `its entries of ${kind} cannot be told apart`);
}

async function tryLoad(known: KnownEntries, parts: Before): Promise<KnownEntries | undefined> {
  for await (const entry of readKnown(parts)) {
    const { id, configHash, secretHash = configHash } = entry;
    if (!TAG.test(configHash) || !TAG.test(secretHash)) throw damaged(indexOf(parts), `${id} has no hash in it`);
    if (!known.add(entry)) return undefined;
  }
  return known;
}

/** The base, and over it what interrupted captures stored. */
export async function* readKnown(parts: Before): AsyncGenerator<EntryCore> {
  const streams = [parts.base, parts.checkpoint].map((known) => {
    return batched(mergeDeltas(known === undefined ? [] : layerStreams(known.source, known.row)));
  });
  for await (const { lines } of mergeLines(streams)) {
    const entry = lines[1]?.now ?? lines[0]?.now;
    if (entry !== undefined) yield entry;
  }
}

/** Which of its parts an entry is in is forgotten by then: the first one stands for all. */
function indexOf({ base, checkpoint }: Before): string {
  const [first] = [base, checkpoint].flatMap((known) => (known === undefined ? [] : partsOf(known)));
  if (first === undefined) throw new InternalError('Entries are known of no index.');
  return first;
}

function partsOf({ source, row }: KnownCollection): readonly string[] {
  const layers = row.base === null ? row.deltas : [row.base, ...row.deltas];
  return layers.flatMap(({ parts }) => parts.map(([id]) => `${source.epochPrefix}indexes/${id}`));
}
