import { z } from 'zod';
import { blobIdSchema } from './blob-id.ts';
import { damaged } from './damage.ts';
import { count } from './scalar-schemas.ts';

const layerSchema = z.object({
  level: count,
  /** Lines. */
  count,
  bytes: count,
  parts: z.array(z.tuple([blobIdSchema, count, z.string()])),
});

const rowSchema = z.object({
  canonicalVersion: count,
  count,
  configRoot: z.string(),
  secretRoot: z.string(),
  tolerantRoot: z.string(),
  whole: z.boolean(),
  base: z.nullable(layerSchema),
  deltas: z.array(layerSchema),
  findings: z.array(z.tuple([z.string(), z.string(), z.string()])),
});

const rowsSchema = z.record(z.string(), rowSchema);
const tableSchema = z.object({ collections: rowsSchema, carried: rowsSchema });

/** A base or a delta: index parts in the order of ids, each as id, number of lines, first id. */
export type Layer = z.infer<typeof layerSchema>;

/** What a point says of one collection. */
export type CollectionRow = z.infer<typeof rowSchema>;

export interface CollectionsTable {
  /** Rows by kind: what the point has. */
  readonly collections: ReadonlyMap<string, CollectionRow>;
  /** Of kinds that the point lacks or has in part only: the newest whole row of the epoch, for the next point to continue. */
  readonly carried: ReadonlyMap<string, CollectionRow>;
}

export const emptyTable: CollectionsTable = { collections: new Map(), carried: new Map() };

/** A finding of the credential scan: resource, place in it, and what it looks like. */
export type Finding = CollectionRow['findings'][number];

export function encodeTable(table: CollectionsTable): Uint8Array {
  const { collections, carried } = table;
  return Buffer.from(
    JSON.stringify({ collections: Object.fromEntries(collections), carried: Object.fromEntries(carried) }),
  );
}

/** Reads a table; `name` is its blob's, for the error. */
export function decodeTable(name: string, bytes: Uint8Array): CollectionsTable {
  try {
    const { collections, carried } = tableSchema.parse(JSON.parse(Buffer.from(bytes).toString()));
    return { collections: new Map(Object.entries(collections)), carried: new Map(Object.entries(carried)) };
  } catch (cause) {
    throw damaged(name, 'the table in it cannot be read', cause);
  }
}

/** Whether two rows are the same layers. */
export function isSameLayer(a: Layer, b: Layer): boolean {
  return a.parts.length === b.parts.length && a.parts.every(([id], index) => id === b.parts[index]?.[0]);
}
