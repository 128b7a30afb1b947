import { type Document, documentsIn, textIn } from './document.ts';
import type { DocumentStore } from './document-store.ts';
import type { OrganizationSeed, Rows, SeedDocument, SeedRelations } from './organization-seed.ts';

/** How a seed's developers, apps and keys are found from each other. Indexes are those of the rows, -1 for none. */
interface SeedIndex {
  developerIndexOfId(developerId: string): number;
  appIndexes(developerId: string): readonly number[];
  appIndexOfKey(consumerKey: string): number;
}

/** The combinations a filtered org-level list can ask for: bit 0..3 of an app's mask. */
export const filterCombinations = [
  { status: 'approved', keyStatus: 'approved' },
  { status: 'approved', keyStatus: 'revoked' },
  { status: 'revoked', keyStatus: 'approved' },
  { status: 'revoked', keyStatus: 'revoked' },
] as const;

/**
 * Apps of developers and AppGroups by appId, by owner and name, and by consumer key; written ones over those of the seed. Also counts the
 * apps each status filter lets through.
 */
export class AppRecords {
  readonly #store: DocumentStore;
  #rows: Rows<SeedDocument> | undefined;
  #developerRows: Rows<SeedDocument> | undefined;
  #relations: SeedRelations | undefined;
  #index: SeedIndex | undefined;
  #masks: Uint8Array | undefined;
  /** Apps of the seed by mask, known once the masks are. */
  readonly #seedCounts = new Array<number>(16).fill(0);
  /** What writes and deletions add to them. */
  readonly #changes = new Array<number>(16).fill(0);

  constructor(store: DocumentStore) {
    this.#store = store;
  }

  setSeed(seed: Pick<OrganizationSeed, 'apps' | 'developers' | 'relations'>): void {
    this.#rows = seed.apps;
    this.#developerRows = seed.developers;
    this.#relations = seed.relations;
    this.#store.setRows('app', seed.apps);
    this.#store.setRows('developer', seed.developers);
  }

  findDeveloperEmail(developerId: string): string | undefined {
    const written = this.#store.find('developer-id', '', developerId);
    const email = written === undefined ? this.#seedEmail(developerId) : textIn(written, 'email');
    if (email === undefined) return undefined;
    const developer = this.#store.find('developer', '', email);
    return developer?.['developerId'] === developerId ? email : undefined;
  }

  get(appId: string): Document | undefined {
    return this.#store.find('app', '', appId);
  }

  /** @param owner a developerId, or what `groupOwner` makes of an AppGroup's name */
  findByName(owner: string, name: string): Document | undefined {
    const written = this.#store.find('app-name', owner, name);
    if (written !== undefined) return this.get(textIn(written, 'appId'));
    return this.#seedAppsOf(owner).find((app) => app['name'] === name);
  }

  /** The owner's apps, ascending by name. */
  ofOwner(owner: string): Document[] {
    const apps: Document[] = [];
    for (const item of this.#store.list('app-name', owner)) {
      const app = this.get(textIn(item.read(), 'appId'));
      if (app !== undefined) apps.push(app);
    }
    const written = new Set(apps.map((app) => app['appId']));
    for (const app of this.#seedAppsOf(owner)) if (!written.has(app['appId'])) apps.push(app);
    return apps.sort((a, b) => (textIn(a, 'name') < textIn(b, 'name') ? -1 : 1));
  }

  /** The app that has this key now. */
  findByKey(consumerKey: string): Document | undefined {
    const written = this.#store.find('key', '', consumerKey);
    const app = written === undefined ? this.#seedAppOfKey(consumerKey) : this.get(textIn(written, 'appId'));
    return app !== undefined && hasKey(app, consumerKey) ? app : undefined;
  }

  /** Writes the app with everything that finds it. */
  put(app: Document): void {
    const appId = textIn(app, 'appId');
    const before = this.get(appId);
    if (before !== undefined) this.#change(before, -1);
    this.#change(app, 1);
    this.#store.put('app', '', appId, app);
    if (before === undefined) this.#store.put('app-name', ownerOf(app), textIn(app, 'name'), { appId });
    const keys = new Set(documentsIn(app, 'credentials').map((credential) => textIn(credential, 'consumerKey')));
    const known = new Set(
      documentsIn(before ?? {}, 'credentials').map((credential) => textIn(credential, 'consumerKey')),
    );
    for (const key of keys) if (!known.has(key)) this.#store.put('key', '', key, { appId });
    for (const key of known) if (!keys.has(key)) this.#store.delete('key', '', key);
  }

  delete(app: Document): void {
    this.#change(app, -1);
    this.#store.delete('app', '', textIn(app, 'appId'));
    this.#store.delete('app-name', ownerOf(app), textIn(app, 'name'));
    for (const credential of documentsIn(app, 'credentials')) {
      this.#store.delete('key', '', textIn(credential, 'consumerKey'));
    }
  }

  count(): number {
    return this.#store.count('app', '');
  }

  /** How many apps a filter combination (an index of `filterCombinations`) lets through. */
  countOf(combination: number): number {
    this.#seedMasks();
    let total = 0;
    for (let mask = 0; mask < 16; mask += 1) {
      if (((mask >> combination) & 1) === 1) total += (this.#seedCounts[mask] ?? 0) + (this.#changes[mask] ?? 0);
    }
    return total;
  }

  /** Apps ascending by appId from `from` on; with a combination only those it lets through. */
  *list(from: string, combination?: number): Generator<Document> {
    if (combination === undefined) {
      for (const item of this.#store.list('app', '', from)) yield item.read();
      return;
    }
    const masks = this.#seedMasks();
    const bit = 1 << combination;
    for (const item of this.#store.list('app', '', from)) {
      const index = item.generatedIndex;
      if (index !== undefined && ((masks[index] ?? 0) & bit) === 0) continue;
      const app = item.read();
      if ((maskOf(app) & bit) !== 0) yield app;
    }
  }

  #change(app: Document, by: number): void {
    const mask = maskOf(app);
    this.#changes[mask] = (this.#changes[mask] ?? 0) + by;
  }

  #seedEmail(developerId: string): string | undefined {
    const index = this.#seedIndex().developerIndexOfId(developerId);
    return index < 0 ? undefined : this.#developerRows?.key(index);
  }

  #seedAppsOf(developerId: string): Document[] {
    const apps: Document[] = [];
    for (const index of this.#seedIndex().appIndexes(developerId)) {
      const app = this.#seedApp(index);
      if (app !== undefined) apps.push(app);
    }
    return apps;
  }

  #seedApp(index: number): Document | undefined {
    return this.#rows === undefined ? undefined : this.get(this.#rows.key(index));
  }

  #seedAppOfKey(consumerKey: string): Document | undefined {
    const index = this.#seedIndex().appIndexOfKey(consumerKey);
    return index < 0 ? undefined : this.#seedApp(index);
  }

  /** One byte for each app of the seed, made at the first filtered list. */
  #seedMasks(): Uint8Array {
    if (this.#masks !== undefined) return this.#masks;
    const rows = this.#rows;
    const masks = new Uint8Array(rows?.count ?? 0);
    for (let index = 0; rows !== undefined && index < rows.count; index += 1) {
      const cheap = this.#relations?.appStatus?.(index);
      const mask = cheap === undefined ? maskOf({ ...rows.at(index) }) : maskFor(cheap.status, cheap.keyStatuses);
      masks[index] = mask;
      this.#seedCounts[mask] = (this.#seedCounts[mask] ?? 0) + 1;
    }
    this.#masks = masks;
    return masks;
  }

  #seedIndex(): SeedIndex {
    this.#index ??=
      this.#relations === undefined
        ? indexedRelations(this.#store, this.#developerRows, this.#rows)
        : arithmeticRelations(this.#relations);
    return this.#index;
  }
}

/** The owner of an AppGroup's apps; no developerId looks like it. */
export function groupOwner(name: string): string {
  return `appgroup ${name}`;
}

function ownerOf(app: Document): string {
  const group = textIn(app, 'appGroup');
  return group === '' ? textIn(app, 'developerId') : groupOwner(group);
}

function hasKey(app: Document, consumerKey: string): boolean {
  return documentsIn(app, 'credentials').some((credential) => credential['consumerKey'] === consumerKey);
}

function maskOf(app: Document): number {
  const statuses = documentsIn(app, 'credentials').map((credential) => textIn(credential, 'status'));
  return maskFor(textIn(app, 'status'), statuses);
}

/** An app without keys passes the filter `keyStatus=approved`. */
function maskFor(status: string, keyStatuses: readonly string[]): number {
  const keys = keyStatuses.length === 0 ? ['approved'] : keyStatuses;
  let mask = 0;
  filterCombinations.forEach((combination, bit) => {
    if (combination.status === status && keys.includes(combination.keyStatus)) mask |= 1 << bit;
  });
  return mask;
}

/**
 * Relations for a seed that brings none: one walk over its developers and apps, kept in the store. An app of such a seed need
 * not stand beside its developer's other apps, so these answer by position in a list of the store's own.
 */
function indexedRelations(
  store: DocumentStore,
  developers: Rows<SeedDocument> | undefined,
  apps: Rows<SeedDocument> | undefined,
): SeedIndex {
  for (let index = 0; developers !== undefined && index < developers.count; index += 1) {
    const developer = developers.at(index);
    store.put('seed-developer', '', String(developer['developerId']), { index });
  }
  for (let index = 0; apps !== undefined && index < apps.count; index += 1) {
    const app = { ...apps.at(index) };
    store.put('seed-app', textIn(app, 'developerId'), String(index).padStart(9, '0'), { index });
    for (const credential of documentsIn(app, 'credentials')) {
      store.put('seed-key', '', textIn(credential, 'consumerKey'), { index });
    }
  }
  return {
    developerIndexOfId: (developerId) => indexIn(store.find('seed-developer', '', developerId)),
    appIndexes: (developerId) => [...store.list('seed-app', developerId)].map((item) => indexIn(item.read())),
    appIndexOfKey: (consumerKey) => indexIn(store.find('seed-key', '', consumerKey)),
  };
}

function indexIn(document: Document | undefined): number {
  return typeof document?.['index'] === 'number' ? document['index'] : -1;
}

/** The seed's own relations in the form of an index. */
function arithmeticRelations(relations: SeedRelations): SeedIndex {
  return {
    developerIndexOfId: (developerId) => relations.developerIndexOfId(developerId),
    appIndexOfKey: (consumerKey) => relations.appIndexOfKey(consumerKey),
    appIndexes: (developerId) => {
      const developer = relations.developerIndexOfId(developerId);
      if (developer < 0) return [];
      const { first, count } = relations.appsOfDeveloper(developer);
      return Array.from({ length: count }, (_, position) => first + position);
    },
  };
}
