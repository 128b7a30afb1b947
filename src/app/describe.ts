import type { Canonical } from '../core/canonical.ts';
import { canonicalBundle, canonicalise, entryOf } from '../core/canonical.ts';
import { kindAt } from '../core/canonical-version.ts';
import type { Content, EntryCore } from '../core/entry.ts';
import type { JsonObject } from '../core/json.ts';
import type { Hasher } from '../core/hasher.ts';
import { isJsonObject, stringField } from '../core/json.ts';
import type { IdContext, Kind } from '../core/kinds/kind.ts';
import { parseJson } from '../core/parse-json.ts';
import { kindFor } from '../core/sealed-name.ts';
import type { ResourceId } from '../core/resource.ts';

export interface Described {
  readonly entry: EntryCore;
  readonly canonical: Canonical;
  /** The body for JSON; for a bundle `{}`. */
  readonly body: JsonObject;
}

export interface Describable {
  readonly id: ResourceId;
  readonly content: Content;
  readonly marks?: JsonObject | undefined;
  readonly label?: string | undefined;
}

/**
 * Entry and canonical form of what was read. Undefined when it refers to something that was not read (a deployment of a
 * revision that could not be had) or is no JSON object: then nothing can be claimed about it. Hashes are made by the canonical
 * version of what the entry is compared with; the canonical form for showing is always the newest.
 */
export function describe(
  kind: Kind,
  read: Describable,
  context: IdContext,
  version: number = kind.canonicalVersion,
): Described | undefined {
  const body = bodyOf(read.content);
  if (body === undefined) return undefined;
  const refers: { [key: string]: ResourceId } = {};
  const canonicalAs = (as: Kind): Canonical | undefined =>
    read.content.type === 'bundle'
      ? canonicalBundle(digestOf(read.id))
      : canonicalise(as, body, recording(context, refers));
  const own = kindFor(kind, read.id);
  const canonical = canonicalAs(own);
  const hashedAs = kindAt(own, version);
  const hashed = hashedAs === own ? canonical : canonicalAs(hashedAs);
  if (canonical === undefined || hashed === undefined) return undefined;
  const marks = { ...kind.marks?.(body), ...read.marks, ...(Object.keys(refers).length > 0 && { refers }) };
  const entry = entryOf(hashedAs, read.id, hashed, context.hasher, {
    marks: Object.keys(marks).length === 0 ? undefined : marks,
    label: read.label ?? kind.label?.(body, read.id),
  });
  return { entry, canonical, body };
}

/** What was looked up stays in the entry's marks, so that a point can be read without the index of its capture. */
function recording(context: IdContext, refers: { [key: string]: ResourceId }): IdContext {
  return {
    hasher: context.hasher,
    ...(context.isPartlyRead === undefined ? {} : { isPartlyRead: context.isPartlyRead }),
    find: (kind, key) => {
      const id = context.find(kind, key);
      if (id !== undefined) refers[key] = id;
      return id;
    },
  };
}

/** The context in which a stored entry's canonical form is computed again. */
export function contextOfEntry(entry: EntryCore, hasher: Hasher): IdContext {
  const refers = entry.marks?.['refers'];
  return {
    hasher,
    find: (_kind, key) => (isJsonObject(refers) ? stringField(refers, key) : undefined),
  };
}

function bodyOf(content: Content): JsonObject | undefined {
  if (content.type === 'bundle') return {};
  const body = parseJson(content.text);
  return isJsonObject(body) ? body : undefined;
}

/** The digest in a revision's id, `apis/orders/revisions/~DIGEST`. */
export function digestOf(id: ResourceId): string {
  return id.slice(id.lastIndexOf('~') + 1);
}
