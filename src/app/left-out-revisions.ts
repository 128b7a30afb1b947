import type { EntryComparison } from '../core/compare.ts';
import type { EntryCore } from '../core/entry.ts';
import { HoldfastError } from '../core/errors.ts';
import { arrayField, isJsonObject } from '../core/json.ts';
import { findKindOf } from '../core/kind-of.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { parseJson } from '../core/parse-json.ts';
import { parentId, type ResourceId } from '../core/resource.ts';
import type { PointReader } from './ports/vault.ts';
import { entriesOf } from './point-scope.ts';

const nothing: ReadonlySet<string> = new Set();

/** Which revisions were there when a point was taken, and are not in it: those outside of its `--revisions`. */
export class LeftOutRevisions {
  readonly #point: PointReader;
  readonly #captured = new Map<string, Promise<ReadonlyMap<ResourceId, ReadonlySet<string>>>>();
  readonly #leftOut = new Map<ResourceId, Promise<ReadonlySet<string> | undefined>>();

  constructor(point: PointReader) {
    this.#point = point;
  }

  /**
   * The numbers of `owner` whose content the point does not have, none where the owner was not there; undefined when the point
   * does not tell, because it has no owners. Needs the reader's key.
   */
  numbers(kind: Kind, owner: ResourceId): Promise<ReadonlySet<string> | undefined> {
    const known = this.#leftOut.get(owner) ?? this.#read(kind, owner);
    this.#leftOut.set(owner, known);
    return known;
  }

  async #read(kind: Kind, owner: ResourceId): Promise<ReadonlySet<string> | undefined> {
    const ownerKind = findKindOf(owner)?.name;
    if (kind.collection.style !== 'revisions' || ownerKind === undefined || !this.#point.has(ownerKind))
      return undefined;
    const entry = await this.#point.find(owner, ownerKind);
    if (entry === undefined) return nothing;
    const content = await this.#point.readContent(entry);
    const body = content.type === 'json' ? parseJson(content.text) : {};
    const there = isJsonObject(body) ? arrayField(body, kind.collection.field).map(String) : [];
    const captured = (await this.#capturedOf(kind)).get(owner) ?? nothing;
    return new Set(there.filter((number) => !captured.has(number)));
  }

  /** The numbers under which the point has revisions, by owner. */
  #capturedOf({ name }: Kind): Promise<ReadonlyMap<ResourceId, ReadonlySet<string>>> {
    const gather = async (): Promise<ReadonlyMap<ResourceId, ReadonlySet<string>>> => {
      const byOwner = new Map<ResourceId, Set<string>>();
      for await (const entry of entriesOf(this.#point, name)) {
        const owner = parentId(entry.id);
        const numbers = byOwner.get(owner) ?? new Set();
        byOwner.set(owner, numbers);
        for (const number of revisionNumbersOf(entry)) numbers.add(number);
      }
      return byOwner;
    };
    const known = this.#captured.get(name) ?? gather();
    this.#captured.set(name, known);
    return known;
  }
}

/** The server's numbers of a revision, lowest first. */
export function revisionNumbersOf(entry: Pick<EntryCore, 'marks'>): string[] {
  const numbers = entry.marks?.['numbers'];
  return isJsonObject(numbers) ? Object.keys(numbers).sort((a, b) => Number(a) - Number(b)) : [];
}

/**
 * A revision that the newer of two points does not have is gone only where that point took all that were there. Elsewhere it
 * may be one of those left out, under its old number or another one: it is unknown.
 */
export async function judgeMissingRevision(
  kind: Kind,
  comparison: EntryComparison,
  leftOut: LeftOutRevisions,
): Promise<EntryComparison> {
  if (comparison.change !== 'removed' || kind.collection.style !== 'revisions') return comparison;
  const owner = parentId(comparison.id);
  const note = await whyUntold(kind, owner, leftOut);
  return note === undefined ? comparison : { ...comparison, change: 'unknown', note };
}

async function whyUntold(kind: Kind, owner: ResourceId, leftOut: LeftOutRevisions): Promise<string | undefined> {
  try {
    const numbers = await leftOut.numbers(kind, owner);
    if (numbers === undefined) return 'the newer side does not tell which revisions there were';
    if (numbers.size === 0) return undefined;
    const listed = [...numbers].join(', ');
    return `the newer side left out revisions of ${owner} (${listed}), and it may be one of them; only a backup with --revisions all takes every one`;
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'KEY_MISSING') throw error;
    return 'the newer side may have left it out by --revisions; whether it is gone, only reader.key can tell';
  }
}
