import type { Hole, TemplateValue } from '../core/call.ts';
import type { Canonical } from '../core/canonical.ts';
import { canonicalBundle, canonicalise, secretTags } from '../core/canonical.ts';
import type { Content, EntryCore } from '../core/entry.ts';
import { IntegrityError } from '../core/errors.ts';
import type { FieldRules } from '../core/field-path.ts';
import { fieldRules } from '../core/field-path.ts';
import type { Hasher } from '../core/hasher.ts';
import { templateOf } from '../core/holes.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import type { BundleFacts, Kind } from '../core/kinds/kind.ts';
import { parseJson } from '../core/parse-json.ts';
import { kindFor } from '../core/sealed-name.ts';
import { contextOfEntry, describe, digestOf } from './describe.ts';
import type { Organization } from './ports/organization.ts';
import type { PointReader, StoredEntry } from './ports/vault.ts';

/** One resource on one side, opened: what can be compared field by field and written back. Secrets are holes and tags. */
export interface Side {
  readonly entry: EntryCore;
  readonly body: JsonObject;
  readonly canonical: JsonObject;
  readonly tolerant: { readonly [path: string]: number };
  readonly secretTags: ReadonlyMap<string, string>;
  readonly facts?: BundleFacts;
}

/** Opens a stored resource. Needs the reader's key for JSON; a bundle is not opened, its digest says enough. */
export async function openStored(point: PointReader, kind: Kind, entry: StoredEntry, hasher: Hasher): Promise<Side> {
  if (kind.content === 'bundle') {
    const facts = await point.readFacts(entry);
    const canonical = canonicalBundle(digestOf(entry.id));
    return { ...bundleSide(entry, canonical), ...(facts === undefined ? {} : { facts }) };
  }
  const content = await point.readContent(entry);
  const holeOf = (path: string): Hole => ({ hole: 'secret', id: entry.id, name: path });
  const body = content.type === 'json' ? templateOf(content, holeOf) : undefined;
  const parsed = content.type === 'json' ? parseJson(content.text) : null;
  const canonical = isJsonObject(parsed)
    ? canonicalise(kindFor(kind, entry.id), parsed, contextOfEntry(entry, hasher))
    : undefined;
  if (content.type !== 'json' || body === undefined || canonical === undefined) {
    throw new IntegrityError({
      code: 'VAULT_DAMAGED',
      message: `The stored content of ${entry.id} is not what its entry says.`,
      damaged: entry.id,
      points: [point.details.id],
      next: "Run 'holdfast verify --all-data' and restore this resource from another point.",
    });
  }
  return {
    entry,
    body: asBody(body),
    canonical: canonical.value,
    tolerant: canonical.tolerant,
    secretTags: new Map(content.holes.map(({ path, tag }) => [path, tag])),
  };
}

/** Opens what was read live. Undefined when it cannot be described (see `describe`). */
export function openLive(
  kind: Kind,
  read: { readonly id: string; readonly content: Content; readonly marks?: JsonObject; readonly label?: string },
  live: Organization,
  version: number | undefined,
): Side | undefined {
  const described = describe(kind, read, live, version);
  if (described === undefined) return undefined;
  const { entry, canonical } = described;
  if (read.content.type === 'bundle') return { ...bundleSide(entry, canonical), facts: read.content.facts };
  const holeOf = (path: string): Hole => ({ hole: 'live', id: read.id, name: path });
  return {
    entry,
    body: asBody(maskSecrets(described.body, fieldRules(kindFor(kind, read.id)), '', holeOf)),
    canonical: canonical.value,
    tolerant: canonical.tolerant,
    secretTags: secretTags(canonical, live.hasher),
  };
}

function bundleSide(entry: EntryCore, canonical: Canonical): Side {
  return { entry, body: {}, canonical: canonical.value, tolerant: {}, secretTags: new Map() };
}

/** A template is JSON whose holes are objects. */
function asBody(template: TemplateValue): JsonObject {
  // Holes are plain objects of strings and numbers, so a template is a JsonObject; only its type says more.
  return template as JsonObject;
}

function maskSecrets(
  value: JsonValue,
  rules: FieldRules | undefined,
  path: string,
  holeOf: (path: string) => Hole,
): TemplateValue {
  if (rules?.secret === true) return { $hole: holeOf(path) };
  if (Array.isArray(value)) {
    return value.map((element: JsonValue, index) => maskSecrets(element, rules?.element, `${path}[${index}]`, holeOf));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, item]) => [
      field,
      maskSecrets(item, rules?.fields.get(field), path === '' ? field : `${path}.${field}`, holeOf),
    ]),
  );
}
