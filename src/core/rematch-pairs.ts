import type { EntryPair } from './compare.ts';
import type { EntryCore } from './entry.ts';
import type { ResourceId } from './resource.ts';
import { assignIds, type Colliding, SERVER_NAME, withoutNumber } from './colliding-ids.ts';
import { stateText } from './entry.ts';
import { stringField } from './json.ts';

interface Candidate<Entry> extends Colliding {
  readonly entry: Entry;
}

/**
 * Pairs anew what shares a natural key on two sides that number such resources each by themselves (`Kind.mayCollide`): equal ones first, so that of two
 * resources of one name the one that went is the one that is missing. Pairs whose sides are the same pass through at once;
 * others are held, in memory, and come at the end, under the older side's id.
 */
export async function* rematchPairs<Entry extends EntryCore>(
  pairs: AsyncIterable<EntryPair<Entry>>,
): AsyncGenerator<EntryPair<Entry>> {
  const before = new Map<ResourceId, Entry>();
  const after: Entry[] = [];
  for await (const pair of pairs) {
    const isSame =
      pair.before !== undefined && pair.after !== undefined && stateText(pair.before) === stateText(pair.after);
    if (isSame) yield pair;
    else {
      if (pair.before !== undefined) before.set(pair.before.id, pair.before);
      if (pair.after !== undefined) after.push(pair.after);
    }
  }
  yield* matched(before, after);
}

function* matched<Entry extends EntryCore>(
  before: ReadonlyMap<ResourceId, Entry>,
  after: readonly Entry[],
): Generator<EntryPair<Entry>> {
  const known = Map.groupBy([...before.values()].map(knownOf), ({ id }) => withoutNumber(id));
  const own = Map.groupBy(
    after.map(({ id }) => id).filter((id) => !before.has(id)),
    withoutNumber,
  );
  const ids = assignIds(
    after.map((entry) => candidateOf(entry)),
    (base) => known.get(base) ?? [],
    (base) => own.get(base) ?? [],
  );
  const found = new Map([...ids].map(([{ entry }, id]) => [id, { ...entry, id }]));
  for (const [id, entry] of before) yield { before: entry, after: found.get(id) };
  for (const [id, entry] of found) if (!before.has(id)) yield { after: entry };
}

function candidateOf<Entry extends EntryCore>(entry: Entry): Candidate<Entry> {
  return { entry, base: withoutNumber(entry.id), state: stateText(entry), key: serverNameOf(entry) ?? entry.id };
}

function knownOf(entry: EntryCore): {
  readonly id: ResourceId;
  readonly state: string;
  readonly key: string | undefined;
} {
  return { id: entry.id, state: stateText(entry), key: serverNameOf(entry) };
}

function serverNameOf({ marks }: EntryCore): string | undefined {
  return marks === undefined ? undefined : stringField(marks, SERVER_NAME);
}
