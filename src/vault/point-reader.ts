import type { PointReader, StoredContent, StoredEntry } from '../app/ports/vault.ts';
import { type Content, sameHashes } from '../core/entry.ts';
import { InternalError } from '../core/errors.ts';
import type { KindName } from '../core/kinds/kind-name.ts';
import { type Gap, tellsOfNothing } from '../core/ledger.ts';
import { parseShallow } from '../core/parse-shallow.ts';
import type { PointDetails } from '../core/point.ts';
import { decodeConfigItem, decodeSecretItem, type Hole, markHoles, secretValue } from './body.ts';
import { decodeBundleItem, decodeFactsItem } from './bundle-body.ts';
import { compareCollections, findEntry, readEntries } from './collection-reader.ts';
import type { CollectionRow, CollectionsTable } from './collections-table.ts';
import { damaged, hurting, hurtingEach } from './damage.ts';
import type { LayerSource } from './index-part.ts';
import type { IndexedEntry, ItemPlace, Places } from './indexed-entry.ts';
import { detailsOf, type PointRecord } from './manifest.ts';
import type { PackCache } from './pack-cache.ts';
import { epochPrefixOf } from './point-log.ts';
import type { VaultContext } from './vault-context.ts';

type Bundle = Extract<Content, { type: 'bundle' }>;

/** Reads one point. */
export class VaultPointReader implements PointReader {
  readonly details: PointDetails;
  readonly record: PointRecord;
  readonly table: CollectionsTable;
  readonly #context: VaultContext;
  readonly #packs: PackCache;

  constructor(
    context: VaultContext,
    packs: PackCache,
    point: { readonly record: PointRecord; readonly table: CollectionsTable },
  ) {
    this.#context = context;
    this.#packs = packs;
    this.record = point.record;
    this.table = point.table;
    this.details = detailsOf(
      point.record,
      new Map([...point.table.collections].map(([kind, { findings }]) => [kind, findings])),
    );
  }

  gaps(kind: KindName): readonly Gap[] {
    return this.record.body.gaps[kind] ?? [];
  }

  has(kind: KindName): boolean {
    return this.table.collections.has(kind) || this.gaps(kind).some(tellsOfNothing);
  }

  canonicalVersion(kind: KindName): number | undefined {
    return this.table.collections.get(kind)?.canonicalVersion;
  }

  root(kind: KindName): string | undefined {
    const row = this.table.collections.get(kind);
    return row === undefined ? undefined : `${row.configRoot}:${row.secretRoot}`;
  }

  async *entries(kind: KindName): AsyncGenerator<StoredEntry> {
    const row = this.table.collections.get(kind);
    if (row !== undefined) yield* hurtingEach(this.details.id, readEntries(this.source(kind), row));
  }

  async *compare(
    other: PointReader,
    kind: KindName,
  ): AsyncGenerator<{ readonly before?: StoredEntry; readonly after?: StoredEntry }> {
    if (!(other instanceof VaultPointReader))
      throw new InternalError('Only points of one vault can be compared by their indexes.');
    const [before, after] = [this, other].map((point) => ({
      source: point.source(kind),
      row: point.table.collections.get(kind) ?? NOTHING,
    }));
    if (before !== undefined && after !== undefined) yield* compareCollections(before, after);
  }

  async find(id: string, kind: KindName): Promise<StoredEntry | undefined> {
    const row = this.table.collections.get(kind);
    if (row === undefined) return undefined;
    return hurting(this.details.id, () => findEntry(this.source(kind), row, id));
  }

  readContent(entry: StoredEntry): Promise<StoredContent> {
    return hurting(this.details.id, () => this.#readContent(entry));
  }

  readFacts(entry: StoredEntry): Promise<Bundle['facts'] | undefined> {
    return hurting(this.details.id, () => this.#readFacts(entry));
  }

  readSecrets(entry: StoredEntry): Promise<ReadonlyMap<string, string>> {
    return hurting(this.details.id, () => this.#readSecrets(entry));
  }

  async #readContent(entry: StoredEntry): Promise<StoredContent> {
    this.#context.assertCanOpen('config', `Reading ${entry.id}`);
    const { config, facts } = await this.#getPlaces(entry);
    if (config === undefined) throw damaged(this.record.name, `its indexes say of ${entry.id} nowhere where it lies`);
    const item = await this.#getItem(config);
    if (facts === undefined) {
      const { holes, text } = decoded(config, () => decodeBody(item));
      return { type: 'json', holes: holes.map(({ path, tag }) => ({ path, tag })), text };
    }
    const found = await this.#getItem(facts);
    return {
      type: 'bundle',
      files: decoded(config, () => decodeBundleItem(item)),
      facts: decoded(facts, () => decodeFactsItem(found)),
    };
  }

  async #readFacts(entry: StoredEntry): Promise<Bundle['facts'] | undefined> {
    const { facts } = await this.#getPlaces(entry);
    if (facts === undefined) return undefined;
    this.#context.assertCanOpen('config', `Reading what ${entry.id} refers to`);
    const item = await this.#getItem(facts);
    return decoded(facts, () => decodeFactsItem(item));
  }

  async #readSecrets(entry: StoredEntry): Promise<ReadonlyMap<string, string>> {
    this.#context.assertCanOpen('secret', `Opening the secrets of ${entry.id}`);
    const { config, secret } = await this.#getPlaces(entry);
    if (config === undefined || secret === undefined) return new Map();
    const [configItem, secretItem] = [await this.#getItem(config), await this.#getItem(secret)];
    const { holes } = decoded(config, () => decodeConfigItem(configItem));
    const cuts = decoded(secret, () => decodeSecretItem(secretItem));
    if (cuts.length !== holes.length)
      throw damaged(secret.segment.pack, `the secrets of ${entry.id} do not match its holes`);
    return decoded(secret, () => new Map(holes.map(({ path }, index) => [path, secretValue(cuts[index] ?? '""')])));
  }

  /** Where the layers of a collection are read from. */
  source(kind: KindName): LayerSource {
    return { packs: this.#packs, epochPrefix: epochPrefixOf(this.record), kind };
  }

  /** Entries that a comparison gave for the older side are looked up when their content is asked for. */
  async #getPlaces(entry: StoredEntry): Promise<Places> {
    // `location` is opaque outside the vault; entries of this vault carry Places there.
    const { location } = entry as IndexedEntry;
    if (location.config !== undefined) return location;
    const row = this.table.collections.get(entry.kind);
    const found = row === undefined ? undefined : await findEntry(this.source(entry.kind), row, entry.id);
    if (found === undefined || !sameHashes(found, entry)) throw noPlace(entry);
    return found.location;
  }

  async #getItem(place: ItemPlace): Promise<Uint8Array> {
    const item = (await this.#packs.getItems(place.segment))[place.item];
    if (item === undefined)
      throw damaged(place.segment.pack, `segment ${place.segment.ordinal} has no item ${place.item}`);
    return item;
  }
}

/** A config part with its text as readers get it, which is JSON: whoever signs points may have stored anything. */
function decodeBody(item: Uint8Array): { readonly holes: readonly Hole[]; readonly text: string } {
  const part = decodeConfigItem(item);
  const text = markHoles(part);
  parseShallow(text);
  return { holes: part.holes, text };
}

const EMPTY_LAYER = { level: 0, count: 0, bytes: 0, parts: [] };
// A kind that a point does not have, next to one that has it.
const NOTHING: CollectionRow = {
  canonicalVersion: 0,
  count: 0,
  configRoot: '',
  secretRoot: '',
  tolerantRoot: '',
  whole: false,
  base: EMPTY_LAYER,
  deltas: [],
  findings: [],
};

function noPlace(entry: StoredEntry): InternalError {
  return new InternalError(`${entry.id} is not an entry of the point that was asked for its content.`);
}

function decoded<Value>(place: ItemPlace, decode: () => Value): Value {
  try {
    return decode();
  } catch (cause) {
    throw damaged(place.segment.pack, `item ${place.item} of segment ${place.segment.ordinal} cannot be read`, cause);
  }
}
