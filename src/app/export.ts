import type { JsonValue } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import { kindNames } from '../core/kinds/index.ts';
import type { KindName } from '../core/kinds/index.ts';
import { parseJson } from '../core/parse-json.ts';
import { holeMarker } from '../core/hole-marker.ts';
import type { Hasher } from '../core/hasher.ts';
import type { Selection, Selector } from '../core/selection.ts';
import { compileSelection } from '../core/selection.ts';
import { stableJson } from '../core/stable-json.ts';
import type { BundleFile } from '../core/entry.ts';
import type { Progress, SorterFactory } from './ports/surroundings.ts';
import type { PointReader, StoredContent, StoredEntry } from './ports/vault.ts';

/** What is known of a file that was written. */
export interface ExportedFile {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** A folder that nobody sees before it is whole. Paths are relative, with forward slashes. */
export interface ExportFolder {
  write(path: string, content: string | Uint8Array): Promise<ExportedFile>;
  open(path: string): Promise<{ write(text: string): Promise<void>; close(): Promise<ExportedFile> }>;
  makeFolder(path: string): Promise<void>;
}

export type ExportLayout = 'tree' | 'apigeecli';

export interface ExportDeps {
  readonly folder: ExportFolder;
  readonly hasher: Hasher;
  readonly sorters: SorterFactory;
  readonly zip: (files: readonly BundleFile[]) => Promise<Uint8Array>;
  readonly progress: Progress;
}

export interface ExportRequest {
  readonly point: PointReader;
  readonly selection: Selection;
  /** Secrets in clear: needs the restorer's key. */
  readonly reveal: boolean;
}

/** What of the point stands nowhere in the export, by kind. */
export interface LeftOut {
  readonly kind: string;
  readonly resources: number;
  readonly why: string;
}

export interface Exported {
  readonly resources: number;
  readonly files: number;
  readonly sizeBytes: number;
  readonly leftOut: readonly LeftOut[];
}

/** A file of the manifest. */
export interface ManifestFile {
  readonly path: string;
  /** The resource that the file is of; absent for one that holds several. */
  readonly id?: string;
  readonly kind?: KindName;
  readonly label?: string;
  /** For a file of a bundle: its path in there. */
  readonly bundlePath?: string;
}

export interface ManifestHead {
  readonly layout: ExportLayout;
  readonly leftOut: readonly LeftOut[];
}

/** Writes files and gathers what the manifest says of them. Two exports of one point are equal byte for byte. */
export class ExportRun {
  readonly deps: ExportDeps;
  readonly request: ExportRequest;
  readonly selector: Selector;
  resources = 0;
  #files = 0;
  #sizeBytes = 0;
  readonly #listed: { write(line: string): Promise<void>; lines(): AsyncIterable<string>; close(): Promise<void> };

  constructor(deps: ExportDeps, request: ExportRequest) {
    this.deps = deps;
    this.request = request;
    this.selector = compileSelection(request.selection);
    const sorter = deps.sorters<{ readonly path: string; readonly line: string }>(({ path }) => path);
    let count = 0;
    this.#listed = {
      write: (line) => sorter.add({ path: String((count += 1)).padStart(12, '0'), line }),
      async *lines() {
        for await (const { line } of sorter.sorted()) yield line;
      },
      close: () => sorter.close(),
    };
  }

  /** The chosen kinds that the point has, in registry order. */
  kinds(): readonly KindName[] {
    return kindNames.filter((kind) => this.selector.kind(kind) && this.request.point.has(kind));
  }

  async *entries(kind: KindName): AsyncIterable<StoredEntry> {
    for await (const entry of this.request.point.entries(kind)) {
      if (this.selector.resource(kind, entry.id)) yield entry;
    }
  }

  advance(): void {
    this.resources += 1;
    this.deps.progress.advance(this.resources, undefined, 'resources exported');
  }

  async write(file: ManifestFile, content: string | Uint8Array): Promise<void> {
    await this.note(file, await this.deps.folder.write(file.path, content));
  }

  /** Puts a file into the manifest. */
  async note(file: ManifestFile, written: ExportedFile): Promise<void> {
    this.#files += 1;
    this.#sizeBytes += written.sizeBytes;
    await this.#listed.write(JSON.stringify({ ...file, ...written }));
  }

  /** A body with its secrets as they are, or as objects that no API takes for values: `{"$hole": …}`. */
  async body(entry: StoredEntry, content: Extract<StoredContent, { type: 'json' }>): Promise<JsonValue> {
    const { point, reveal } = this.request;
    const secrets = reveal && content.holes.length > 0 ? await point.readSecrets(entry) : undefined;
    const fillings = new Map(
      content.holes.map(({ path }, index): [string, JsonValue] => {
        const hole = { $hole: { hole: 'secret', id: entry.id, name: path } };
        return [holeMarker(index), secrets?.get(path) ?? hole];
      }),
    );
    return fill(parseJson(content.text), fillings);
  }

  /** Writes the manifest, last of all. */
  async finish({ layout, leftOut }: ManifestHead): Promise<Exported> {
    const { point, selection, reveal } = this.request;
    const { details } = point;
    const gaps = this.kinds().flatMap((kind) =>
      point.gaps(kind).map(({ at, state, reason }) => ({ kind, at, state, reason })),
    );
    const head = {
      schema: 'holdfast/export-manifest/1',
      organization: details.organization,
      point: details.id,
      pointTime: details.time,
      layout,
      revealed: reveal,
      selection,
      leftOut,
      gaps,
      notCaptured: details.notCaptured,
    };
    const file = await this.deps.folder.open('manifest.json');
    // JSON of the head without its last brace, then one file for each line.
    await file.write(`${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "files": [`);
    let separator = '\n';
    for await (const line of this.#listed.lines()) {
      await file.write(`${separator}    ${line}`);
      separator = ',\n';
    }
    await file.write('\n  ]\n}\n');
    const { sizeBytes } = await file.close();
    return {
      resources: this.resources,
      files: this.#files + 1,
      sizeBytes: this.#sizeBytes + sizeBytes,
      leftOut,
    };
  }

  close(): Promise<void> {
    return this.#listed.close();
  }
}

function fill(value: JsonValue, fillings: ReadonlyMap<string, JsonValue>): JsonValue {
  if (typeof value === 'string') return fillings.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => fill(item, fillings));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, fill(item, fillings)]));
}

/** The text of one resource's file. */
export function resourceText(body: JsonValue): string {
  return `${stableJson(body)}\n`;
}
