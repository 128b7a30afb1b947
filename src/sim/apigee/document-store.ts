import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Document, documentOf } from './document.ts';
import type { Rows, SeedDocument } from './organization-seed.ts';

/** One member of a list; read only when asked. */
export interface ListedDocument {
  readonly name: string;
  /** Index in the generated rows, undefined for a written document. */
  readonly generatedIndex: number | undefined;
  read(): Document;
}

interface WrittenRow {
  readonly name: string;
  readonly doc: string | null;
}

const pageRows = 256;

/**
 * The documents of one organization as JSON text in SQLite, over lazily generated rows: a look-up sees what was written or
 * deleted first, then the rows; a list merges both in key order. Nothing is kept in memory but the counts.
 */
export class DocumentStore {
  readonly #database: DatabaseSync;
  readonly #rows = new Map<string, Rows<SeedDocument>>();
  readonly #written = new Map<string, number>();
  readonly #find: StatementSync;
  readonly #write: StatementSync;
  readonly #erase: StatementSync;
  readonly #page: StatementSync;
  readonly #nth: StatementSync;

  /** `onDisk` puts the tables into a temporary file. */
  constructor(onDisk: boolean) {
    // The empty name is SQLite's temporary database: a file without a name, gone with the process however it ends.
    this.#database = new DatabaseSync(onDisk ? '' : ':memory:');
    this.#database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
      CREATE TABLE document (kind TEXT, owner TEXT, name TEXT, doc TEXT, PRIMARY KEY (kind, owner, name)) WITHOUT ROWID;`);
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#find = prepare('SELECT name, doc FROM document WHERE kind = ? AND owner = ? AND name = ?');
    this.#write = prepare('INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?)');
    this.#erase = prepare('DELETE FROM document WHERE kind = ? AND owner = ? AND name = ?');
    this.#page = prepare(
      `SELECT name, doc FROM document WHERE kind = ? AND owner = ? AND name >= ? ORDER BY name LIMIT ${pageRows}`,
    );
    this.#nth = prepare(
      'SELECT name, doc FROM document WHERE kind = ? AND owner = ? AND doc IS NOT NULL ORDER BY name LIMIT 1 OFFSET ?',
    );
  }

  /** Puts generated rows under everything written for this kind (owner ''). */
  setRows(kind: string, rows: Rows<SeedDocument>): void {
    this.#rows.set(kind, rows);
  }

  find(kind: string, owner: string, name: string): Document | undefined {
    const row = this.#findWritten(kind, owner, name);
    if (row !== undefined) return row.doc === null ? undefined : documentOf(row.doc);
    const rows = owner === '' ? this.#rows.get(kind) : undefined;
    const index = rows?.indexOf(name) ?? -1;
    return rows === undefined || index < 0 ? undefined : { ...rows.at(index) };
  }

  has(kind: string, owner: string, name: string): boolean {
    const row = this.#findWritten(kind, owner, name);
    if (row !== undefined) return row.doc !== null;
    return owner === '' && (this.#rows.get(kind)?.indexOf(name) ?? -1) >= 0;
  }

  put(kind: string, owner: string, name: string, document: object): void {
    if (!this.has(kind, owner, name)) this.#count(kind, owner, 1);
    this.#write.run(kind, owner, name, JSON.stringify(document));
  }

  /** Deletes the document; nothing happens when there is none. */
  delete(kind: string, owner: string, name: string): void {
    if (!this.has(kind, owner, name)) return;
    this.#count(kind, owner, -1);
    const generated = owner === '' && (this.#rows.get(kind)?.indexOf(name) ?? -1) >= 0;
    if (generated) this.#write.run(kind, owner, name, null);
    else this.#erase.run(kind, owner, name);
  }

  /** Number of documents of a kind under a parent. */
  count(kind: string, owner: string): number {
    const generated = owner === '' ? (this.#rows.get(kind)?.count ?? 0) : 0;
    return generated + (this.#written.get(`${kind}\n${owner}`) ?? 0);
  }

  /**
   * Names with a way to read the document, ascending, from `from` on (inclusive); read lazily, so that it must not be
   * written to meanwhile by the reader. Order: UTF-8 for what was written, code units for rows; both agree but for
   * characters beyond the basic plane.
   */
  *list(kind: string, owner: string, from = ''): Generator<ListedDocument> {
    const rows = owner === '' ? this.#rows.get(kind) : undefined;
    let index = rows === undefined ? 0 : lowerBound(rows, from);
    for (const written of this.#writtenFrom(kind, owner, from)) {
      while (rows !== undefined && index < rows.count && rows.key(index) < written.name) {
        yield generatedItem(rows, index);
        index += 1;
      }
      if (rows !== undefined && index < rows.count && rows.key(index) === written.name) index += 1;
      const { doc, name } = written;
      if (doc !== null) yield { name, generatedIndex: undefined, read: () => documentOf(doc) };
    }
    for (; rows !== undefined && index < rows.count; index += 1) yield generatedItem(rows, index);
  }

  /** A name near the given fraction of the collection; undefined when it is empty. */
  sample(kind: string, owner: string, fraction: number): string | undefined {
    const total = this.count(kind, owner);
    if (total === 0) return undefined;
    const rows = owner === '' ? this.#rows.get(kind) : undefined;
    if (rows === undefined || rows.count === 0) return this.#nthWritten(kind, owner, Math.floor(fraction * total));
    const start = rows.key(Math.floor(fraction * rows.count));
    for (const item of this.list(kind, owner, start)) return item.name;
    for (const item of this.list(kind, owner)) return item.name;
    return undefined;
  }

  close(): void {
    this.#database.close();
  }

  #nthWritten(kind: string, owner: string, offset: number): string | undefined {
    return asWrittenRow(this.#nth.get(kind, owner, offset))?.name;
  }

  #findWritten(kind: string, owner: string, name: string): WrittenRow | undefined {
    return asWrittenRow(this.#find.get(kind, owner, name));
  }

  *#writtenFrom(kind: string, owner: string, from: string): Generator<WrittenRow> {
    let start = from;
    let skipFirst = false;
    while (true) {
      const page = this.#page.all(kind, owner, start);
      for (const [position, raw] of page.entries()) {
        const row = asWrittenRow(raw);
        if (row === undefined || (skipFirst && position === 0 && row.name === start)) continue;
        yield row;
      }
      const last = asWrittenRow(page.at(-1));
      if (page.length < pageRows || last === undefined) return;
      start = last.name;
      skipFirst = true;
    }
  }

  #count(kind: string, owner: string, change: number): void {
    const key = `${kind}\n${owner}`;
    this.#written.set(key, (this.#written.get(key) ?? 0) + change);
  }
}

function asWrittenRow(row: unknown): WrittenRow | undefined {
  // Rows of the one table this class creates: name TEXT, doc TEXT or NULL.
  return row as WrittenRow | undefined;
}

function generatedItem(rows: Rows<SeedDocument>, index: number): ListedDocument {
  return { name: rows.key(index), generatedIndex: index, read: () => ({ ...rows.at(index) }) };
}

/** First index whose key is not below `from`. */
function lowerBound(rows: Rows<SeedDocument>, from: string): number {
  if (from === '') return 0;
  let low = 0;
  let high = rows.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows.key(middle) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
