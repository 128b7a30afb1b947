import { notFound } from './api-error.ts';
import { bundleDigest, type BundleFiles, filesOfTexts } from './bundle-files.ts';
import { type BundleFacts, bundleFacts } from './bundle-facts.ts';
import type { Document } from './document.ts';
import type { DocumentStore } from './document-store.ts';
import type { BundledSeed, Rows } from './organization-seed.ts';
import type { BundleFlavour } from './wreck-target.ts';

/** A proxy or shared flow as the simulator keeps it. Times are milliseconds as text, as the API sends them. */
export interface BundledRecord {
  readonly name: string;
  readonly space?: string;
  readonly labels?: { readonly [name: string]: string };
  readonly createdAt: string;
  readonly lastModifiedAt: string;
  /** Highest revision number ever given. */
  readonly counter: number;
  /** Ascending. */
  readonly revisions: readonly RevisionRecord[];
}

export interface RevisionRecord {
  readonly number: number;
  readonly createdAt: string;
  readonly lastModifiedAt: string;
  /** Where the files are: a key of the store's `bundle` kind, or absent when they are still the seed's. */
  readonly bundle?: string;
  readonly everDeployed?: boolean;
}

interface RevisionReading {
  readonly facts: BundleFacts;
  readonly digest: () => string;
}

const readingsKept = 4000;
/** Seeds with all files; downloads of one proxy come close together. */
const seedsKept = 64;
/** Records without files. */
const recordsKept = 10_000;

/** Proxies, shared flows and the files of their revisions, written ones over those of the seed. */
export class BundleRecords {
  readonly #store: DocumentStore;
  readonly #seeds = new Map<BundleFlavour, Rows<BundledSeed>>();
  readonly #readings = new Map<string, RevisionReading>();
  #serial = 0;

  constructor(store: DocumentStore) {
    this.#store = store;
  }

  setSeed(flavour: BundleFlavour, rows: Rows<BundledSeed>): void {
    const seeds = rememberingRows(rows, seedsKept);
    this.#seeds.set(flavour, seeds);
    const records: Rows<Document> = { ...seeds, at: (index) => asDocument(recordOf(seeds.at(index))) };
    this.#store.setRows(flavour, rememberingRows(records, recordsKept));
  }

  find(flavour: BundleFlavour, name: string): BundledRecord | undefined {
    const document = this.#store.find(flavour, '', name);
    return document === undefined ? undefined : asRecord(document);
  }

  *list(flavour: BundleFlavour): Generator<BundledRecord> {
    for (const item of this.#store.list(flavour, '')) yield asRecord(item.read());
  }

  put(flavour: BundleFlavour, record: BundledRecord): void {
    this.#store.put(flavour, '', record.name, record);
  }

  /** Removes the record with all files. */
  delete(flavour: BundleFlavour, record: BundledRecord): void {
    for (const revision of record.revisions) this.dropFiles(revision);
    this.#store.delete(flavour, '', record.name);
  }

  /** Stores files and answers the key for `RevisionRecord.bundle`. */
  storeFiles(files: BundleFiles): string {
    this.#serial += 1;
    const key = `b${this.#serial}`;
    const encoded: { [path: string]: string } = {};
    for (const [path, content] of files) encoded[path] = Buffer.from(content).toString('base64');
    this.#store.put('bundle', '', key, encoded);
    return key;
  }

  dropFiles(revision: RevisionRecord): void {
    if (revision.bundle !== undefined) this.#store.delete('bundle', '', revision.bundle);
  }

  files(flavour: BundleFlavour, name: string, revision: RevisionRecord): BundleFiles {
    if (revision.bundle === undefined) return this.#seedFiles(flavour, name, revision.number);
    const encoded = this.#store.find('bundle', '', revision.bundle) ?? {};
    return new Map(Object.entries(encoded).map(([path, text]) => [path, Buffer.from(String(text), 'base64')]));
  }

  /** What is in the bundle; read once and kept for the revisions asked for last. */
  facts(flavour: BundleFlavour, name: string, revision: RevisionRecord): BundleFacts {
    return this.#reading(flavour, name, revision).facts;
  }

  /** Digest by content, see `bundleDigest`. */
  digest(flavour: BundleFlavour, name: string, revision: RevisionRecord): string {
    return this.#reading(flavour, name, revision).digest();
  }

  #reading(flavour: BundleFlavour, name: string, revision: RevisionRecord): RevisionReading {
    const key = `${flavour}\n${name}\n${revision.number}\n${revision.bundle ?? ''}`;
    const known = this.#readings.get(key);
    if (known !== undefined) return known;
    const files = this.files(flavour, name, revision);
    let digest: string | undefined;
    const reading: RevisionReading = {
      facts: bundleFacts(flavour, files),
      digest: () => (digest ??= bundleDigest(flavour, this.files(flavour, name, revision))),
    };
    if (this.#readings.size >= readingsKept) {
      for (const oldest of this.#readings.keys()) {
        this.#readings.delete(oldest);
        break;
      }
    }
    this.#readings.set(key, reading);
    return reading;
  }

  #seedFiles(flavour: BundleFlavour, name: string, number: number): BundleFiles {
    const rows = this.#seeds.get(flavour);
    const index = rows?.indexOf(name) ?? -1;
    const revision = rows?.at(index).revisions.find((candidate) => candidate.number === number);
    if (revision === undefined) throw notFound(`revision ${number} of ${name} has no files`);
    return filesOfTexts(revision.files);
  }
}

/** The rows, with so many of those made last at hand: making one may cost as much as making its files. */
function rememberingRows<Row>(rows: Rows<Row>, kept: number): Rows<Row> {
  const made = new Map<number, Row>();
  const at = (index: number): Row => {
    const known = made.get(index);
    if (known !== undefined) return known;
    const row = rows.at(index);
    if (made.size >= kept) made.clear();
    made.set(index, row);
    return row;
  };
  return { count: rows.count, key: (index) => rows.key(index), indexOf: (key) => rows.indexOf(key), at };
}

function recordOf(seed: BundledSeed): BundledRecord {
  return {
    name: seed.name,
    ...(seed.space === undefined ? {} : { space: seed.space }),
    ...(seed.labels === undefined ? {} : { labels: seed.labels }),
    createdAt: seed.createdAt,
    lastModifiedAt: seed.lastModifiedAt,
    counter: seed.revisions.at(-1)?.number ?? 0,
    revisions: seed.revisions.map(({ number, createdAt }) => ({ number, createdAt, lastModifiedAt: createdAt })),
  };
}

function asRecord(document: Document): BundledRecord {
  // Documents of the two flavours are only ever written from a BundledRecord.
  return document as unknown as BundledRecord;
}

function asDocument(record: BundledRecord): Document {
  // The reverse of `asRecord`: a record is plain JSON.
  return record as unknown as Document;
}
