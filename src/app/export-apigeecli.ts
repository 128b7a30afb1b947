import { apigeecliLayout } from '../core/apigeecli-layout.ts';
import type { ApigeecliPlace, LayoutNames } from '../core/apigeecli-layout.ts';
import { apigeecliReadme } from '../core/apigeecli-readme.ts';
import { IntegrityError } from '../core/errors.ts';
import { fileNameOf } from '../core/file-name.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import { kindNames } from '../core/kinds/index.ts';
import type { KindName } from '../core/kinds/index.ts';
import { idName, parentId } from '../core/resource.ts';
import { stableJson } from '../core/stable-json.ts';
import type { Exported, ExportDeps, ExportRequest, LeftOut } from './export.ts';
import { ExportRun, resourceText } from './export.ts';
import type { StoredEntry } from './ports/vault.ts';

type ListPlace = Extract<ApigeecliPlace, { type: 'list' }>;

/**
 * The layout of `apigeecli organizations export`, with a README that says what its import loses. It has no holes: secrets must
 * be revealed.
 */
export async function exportApigeecli(deps: ExportDeps, request: ExportRequest): Promise<Exported> {
  const run = new ExportRun(deps, request);
  try {
    deps.progress.phase('exporting');
    const writer = new LayoutWriter(run, await namesAlike(run));
    // The import walks these without looking whether they are there.
    for (const folder of ['proxies', 'sharedflows']) await deps.folder.makeFolder(folder);
    for (const kind of run.kinds()) await writer.write(kind);
    await writer.writeMissing();
    const leftOut = writer.leftOut();
    const { details } = request.point;
    await run.write(
      { path: 'README.md' },
      apigeecliReadme({ point: details, leftOut, notImported: writer.notImported(), renamed: writer.renamed }),
    );
    return await run.finish({ layout: 'apigeecli', leftOut });
  } finally {
    await run.close();
  }
}

/** Names in file names that differ from another one only in case. */
async function namesAlike(run: ExportRun): Promise<ReadonlySet<string>> {
  const groups = new Map<string, Set<string>>();
  const part = (name: string): string => {
    const group = groups.get(name.toLowerCase()) ?? new Set();
    groups.set(name.toLowerCase(), group.add(name));
    return name;
  };
  const names = { organization: run.request.point.details.organization, part };
  for (const kind of run.kinds()) {
    const place = apigeecliLayout[kind];
    for await (const { id } of run.entries(kind)) {
      if (place.type === 'zip') part(idName(parentId(id)));
      else if (place.type === 'list' || place.type === 'file') place.file(id, names);
    }
  }
  return new Set([...groups.values()].filter((group) => group.size > 1).flatMap((group) => [...group]));
}

class LayoutWriter {
  readonly #run: ExportRun;
  readonly #names: LayoutNames;
  readonly #alike: ReadonlySet<string>;
  readonly #counts = new Map<KindName, number>();
  readonly #files = new Set<string>();
  /** Names that could not be names of files as they are. */
  readonly renamed = new Set<string>();

  constructor(run: ExportRun, alike: ReadonlySet<string>) {
    this.#run = run;
    this.#alike = alike;
    this.#names = {
      organization: run.request.point.details.organization,
      part: (name) => this.#part(name),
    };
  }

  #part(name: string): string {
    const part = fileNameOf(name, { digest: this.#run.deps.hasher.digest, noCapitals: this.#alike.has(name) });
    if (part !== name) this.renamed.add(name);
    return part;
  }

  async write(kind: KindName): Promise<void> {
    const place = apigeecliLayout[kind];
    let count = 0;
    switch (place.type) {
      case 'list':
        count = await this.#writeList(kind, place);
        break;
      case 'file':
        count = await this.#writeFiles(kind, place);
        break;
      case 'zip':
        count = await this.#writeZips(kind, place.folder);
        break;
      case 'part':
        // Written with the resource it is part of.
        break;
      case 'implied':
      case 'none':
        for await (const { kind: own } of this.#run.entries(kind)) if (own === kind) count += 1;
        break;
    }
    this.#counts.set(kind, count);
  }

  /** Files that the import reads without looking, of kinds that the point or the selection does not have. */
  async writeMissing(): Promise<void> {
    for (const kind of kindNames) {
      const place = apigeecliLayout[kind];
      if (place.type !== 'list' || place.always !== true) continue;
      const path = place.file('', this.#names);
      if (!this.#files.has(path)) await (await this.#openList(path, place)).close();
    }
  }

  leftOut(): LeftOut[] {
    return [...this.#counts].flatMap(([kind, resources]) => {
      const place = apigeecliLayout[kind];
      return place.type === 'none' && resources > 0 ? [{ kind, resources, why: place.why }] : [];
    });
  }

  /** Kinds that stand in the export although no import reads them. */
  notImported(): readonly { readonly kind: string; readonly resources: number }[] {
    return [...this.#counts].flatMap(([kind, resources]) => {
      const place = apigeecliLayout[kind];
      return 'imported' in place && !place.imported && resources > 0 ? [{ kind, resources }] : [];
    });
  }

  async #writeList(kind: KindName, place: ListPlace): Promise<number> {
    let count = 0;
    let path: string | undefined;
    let list: OpenList | undefined;
    for await (const { entry, parts } of this.#withParts(kind)) {
      const file = place.file(entry.id, this.#names);
      if (list === undefined || file !== path) {
        await list?.close();
        [path, list] = [file, await this.#openList(file, place)];
      }
      const body = { ...(await this.#body(entry)), ...(await this.#partsOf(parts)) };
      await list.add(place.element(body, entry.id));
      this.#run.advance();
      count += 1;
    }
    await list?.close();
    return count;
  }

  /** The entries of a kind with those of kinds that are part of its resources. */
  async *#withParts(
    kind: KindName,
  ): AsyncIterable<{ readonly entry: StoredEntry; readonly parts: readonly StoredEntry[] }> {
    const inside = this.#run.kinds().filter((name) => {
      const place = apigeecliLayout[name];
      return place.type === 'part' && place.of === kind;
    });
    if (inside.length === 0) {
      for await (const entry of this.#run.entries(kind)) yield { entry, parts: [] };
      return;
    }
    // What belongs together has to come together, and ids alone do not sort so: `y-2/keys` comes before `y/keys`.
    const sorter = this.#run.deps.sorters<{ readonly owner: string; readonly entry: StoredEntry }>(
      ({ owner, entry }) => `${owner}\u0000${entry.id}`,
    );
    try {
      for await (const entry of this.#run.entries(kind)) await sorter.add({ owner: entry.id, entry });
      for (const name of inside) {
        for await (const entry of this.#run.entries(name)) await sorter.add({ owner: parentId(entry.id), entry });
      }
      yield* gathered(sorter.sorted(), kind);
    } finally {
      await sorter.close();
    }
  }

  async #partsOf(parts: readonly StoredEntry[]): Promise<JsonObject> {
    const fields: { [field: string]: JsonValue[] } = {};
    for (const entry of parts) {
      const place = apigeecliLayout[entry.kind];
      if (place.type !== 'part') continue;
      (fields[place.field] ??= []).push(await this.#body(entry));
      this.#counts.set(entry.kind, (this.#counts.get(entry.kind) ?? 0) + 1);
      this.#run.advance();
    }
    return fields;
  }

  async #openList(path: string, place: ListPlace): Promise<OpenList> {
    const file = await this.#run.deps.folder.open(path);
    this.#files.add(path);
    const { within } = place;
    await file.write(within === undefined ? '[' : `{"${within.field}":[`);
    let separator = '\n';
    return {
      add: async (element) => {
        await file.write(`${separator}${stableJson(element)}`);
        separator = ',\n';
      },
      close: async () => {
        const rest = within?.rest === undefined ? '' : `,${JSON.stringify(within.rest).slice(1, -1)}`;
        await file.write(within === undefined ? '\n]\n' : `\n]${rest}}\n`);
        await this.#run.note({ path }, await file.close());
      },
    };
  }

  async #writeFiles(kind: KindName, place: Extract<ApigeecliPlace, { type: 'file' }>): Promise<number> {
    let count = 0;
    for await (const entry of this.#run.entries(kind)) {
      const content = place.content(await this.#body(entry));
      const path = place.file(entry.id, this.#names);
      const text = typeof content === 'string' ? content : resourceText(content);
      await this.#run.write({ path, id: entry.id, kind }, text);
      this.#run.advance();
      count += 1;
    }
    return count;
  }

  /** The newest captured revision of each parent. */
  async #writeZips(kind: KindName, folder: string): Promise<number> {
    let count = 0;
    let newest: StoredEntry | undefined;
    for await (const entry of this.#run.entries(kind)) {
      if (newest !== undefined && parentId(newest.id) !== parentId(entry.id)) {
        await this.#writeZip(newest, folder);
        newest = undefined;
      }
      if (newest === undefined || numberOf(entry) > numberOf(newest)) newest = entry;
      count += 1;
    }
    if (newest !== undefined) await this.#writeZip(newest, folder);
    return count;
  }

  async #writeZip(entry: StoredEntry, folder: string): Promise<void> {
    const { id, kind, label } = entry;
    const content = await this.#run.request.point.readContent(entry);
    if (content.type !== 'bundle') throw this.#damaged(entry);
    const path = `${folder}/${this.#names.part(idName(parentId(id)))}.zip`;
    await this.#run.write(
      { path, id, kind, ...(label === undefined ? {} : { label }) },
      await this.#run.deps.zip(content.files),
    );
    this.#run.advance();
  }

  async #body(entry: StoredEntry): Promise<JsonObject> {
    const content = await this.#run.request.point.readContent(entry);
    const body = content.type === 'json' ? await this.#run.body(entry, content) : undefined;
    if (!isJsonObject(body)) throw this.#damaged(entry);
    return body;
  }

  #damaged(entry: StoredEntry): IntegrityError {
    return new IntegrityError({
      code: 'VAULT_DAMAGED',
      message: `The stored content of ${entry.id} is not what its entry says.`,
      damaged: entry.id,
      points: [this.#run.request.point.details.id],
      next: "Run 'holdfast verify --all-data' and export another point.",
    });
  }
}

interface OpenList {
  add(element: JsonValue): Promise<void>;
  close(): Promise<void>;
}

async function* gathered(
  sorted: AsyncIterable<{ readonly owner: string; readonly entry: StoredEntry }>,
  kind: KindName,
): AsyncIterable<{ readonly entry: StoredEntry; readonly parts: readonly StoredEntry[] }> {
  let entry: StoredEntry | undefined;
  let parts: StoredEntry[] = [];
  for await (const next of sorted) {
    if (next.entry.kind === kind) {
      if (entry !== undefined) yield { entry, parts };
      [entry, parts] = [next.entry, []];
    } else if (entry?.id === next.owner) parts.push(next.entry);
  }
  if (entry !== undefined) yield { entry, parts };
}

/** The highest number under which the server has the revision. */
function numberOf(entry: StoredEntry): number {
  const numbers = entry.marks?.['numbers'];
  return isJsonObject(numbers) ? Math.max(0, ...Object.keys(numbers).map(Number)) : 0;
}
