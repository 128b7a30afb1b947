import type { VerifyFinding, VerifyRequest } from '../app/ports/vault.ts';
import type { UntrustedRecord } from '../app/ports/retention.ts';
import { HoldfastError, IntegrityError, UserError } from '../core/errors.ts';
import { isKindName } from '../core/kinds/kind-name.ts';
import type { CollectionRow } from './collections-table.ts';
import { pointIdOf, type PointRecord } from './manifest.ts';
import { assertPackName, openDirectory, openSegment, parsePackHeader } from './pack.ts';
import type { PackCache } from './pack-cache.ts';
import { epochPrefixOf } from './point-log.ts';
import type { VaultPoints } from './point-store.ts';
import type { PruneLog } from './prune-log.ts';
import type { VaultHolds } from './hold-store.ts';
import { readLayer } from './index-part.ts';
import { splitItems } from './segment.ts';
import type { VaultContext } from './vault-context.ts';
import { verifyRuns } from './verify-runs.ts';

interface Verified {
  readonly context: VaultContext;
  readonly packs: PackCache;
  readonly points: VaultPoints;
  readonly prunes: PruneLog;
  readonly holds: VaultHolds;
}

/** Blob name → the points that need it. */
type Needs = Map<string, Set<string>>;

/**
 * Checks manifests, tables, index parts and that every pack is there and long enough; with `allData` the bytes of every
 * pack, opened as far as the keys go. Yields what it finds as it finds it; the last finding counts what was checked.
 */
export async function* verifyPoints(verified: Verified, request: VerifyRequest): AsyncGenerator<VerifyFinding> {
  verified.context.assertCanOpen('meta', 'Verifying');
  const { records, damaged, swept } = await verified.points.readAll(request.organization);
  const ids = new Set(records.map(({ header }) => header.point));
  for (const { name, error } of damaged) {
    if (request.point === undefined || pointIdOf(name) === request.point)
      yield { type: 'damaged', object: name, reason: error.message, ...hurtBy(pointIdOf(name), ids) };
  }
  const chosen = records.filter(({ header }) => request.point === undefined || header.point === request.point);
  // Says of a point that was swept that it was.
  if (chosen.length === 0 && swept.some(({ point }) => point === request.point))
    await verified.points.getRecord(request.organization, request.point ?? '');
  assertFound(
    request,
    chosen,
    damaged.map(({ name }) => pointIdOf(name)),
  );
  if (request.point === undefined) {
    for (const { name, why } of await readUntrusted(verified, request.organization))
      yield { type: 'damaged', object: name, reason: why, points: [], hurtsNone: true };
    const told = [...damaged, ...swept].map(({ name }) => name);
    yield* lostManifests(records, { told, ids });
    for (const { point, prune, sweptAt } of swept) yield { type: 'swept', point, prune, sweptAt };
  }
  if (request.point === undefined) {
    const known = new Set(records.flatMap(({ body: { scope } }) => (scope.type === 'run' ? [scope.run] : [])));
    const { organization, allData } = request;
    yield* verifyRuns(verified.context, { organization, allData, known });
  }
  const checker = new Checker(verified, request.allData);
  for (const record of chosen) yield* checker.checkIndexes(record);
  yield* checker.checkPacks();
  yield {
    type: 'checked',
    objects: checker.objects + chosen.length,
    bytes: checker.bytes,
    points: chosen.map(({ header }) => header.point),
  };
}

/** Records of prunes and holds that cannot be trusted. No point rests on them; what they said is not known. */
async function readUntrusted({ prunes, holds }: Verified, organization: string): Promise<readonly UntrustedRecord[]> {
  const [pruned, held] = [await prunes.readAll(organization), await holds.listHolds(organization)];
  return [...pruned.untrusted, ...held.untrusted];
}

/** Manifests that a later one of the epoch follows, and that are gone or are not the ones it follows; not those that are told of already. */
function* lostManifests(
  records: readonly PointRecord[],
  known: { readonly told: readonly string[]; readonly ids: ReadonlySet<string> },
): Generator<VerifyFinding> {
  const byName = new Map(records.map((record) => [record.name, record]));
  const told = new Set(known.told);
  for (const record of records) {
    const { previous } = record.header;
    if (previous === null || told.has(previous.name)) continue;
    const followed = byName.get(previous.name);
    if (followed?.hash === previous.hash) continue;
    told.add(previous.name);
    if (followed === undefined) {
      const reason = `${previous.name} is damaged: it is missing, and ${record.name} follows it.`;
      yield { type: 'damaged', object: previous.name, reason, ...hurtBy(pointIdOf(previous.name), known.ids) };
    } else {
      // Both are signed. What the store had first was not put in the place of another: then its follower says what is false.
      const isFollowerFalse = followed.timeAttested && followed.time <= record.time;
      const points = [(isFollowerFalse ? record : followed).header.point];
      const reason = `${previous.name} is damaged: it is not the one that ${record.name} follows.`;
      yield { type: 'damaged', object: previous.name, reason, points };
    }
  }
}

/** The point that a bad manifest takes away: none, where another manifest has the id and is good. */
function hurtBy(
  point: string,
  good: ReadonlySet<string>,
): { readonly points: readonly string[]; readonly hurtsNone?: true } {
  return good.has(point) ? { points: [], hurtsNone: true } : { points: [point] };
}

function assertFound(request: VerifyRequest, chosen: readonly PointRecord[], damaged: readonly string[]): void {
  const { point, organization } = request;
  if (point === undefined || chosen.length > 0 || damaged.includes(point)) return;
  throw new UserError({
    code: 'POINT_NOT_FOUND',
    message: `There is no point ${point} of ${organization} in this vault.`,
    resource: point,
    next: 'List the points with holdfast points.',
  });
}

class Checker {
  readonly #verified: Verified;
  readonly #allData: boolean;
  /** Checked index parts and tables → the packs they name, or why they are damaged. */
  readonly #parts = new Map<string, readonly string[] | IntegrityError>();
  readonly #packNeeds: Needs = new Map();
  /** Pack → the end of the last segment that an entry names. */
  readonly #packEnds = new Map<string, number>();
  objects = 0;
  bytes = 0;

  constructor(verified: Verified, allData: boolean) {
    this.#verified = verified;
    this.#allData = allData;
  }

  async *checkIndexes(record: PointRecord): AsyncGenerator<VerifyFinding> {
    const point = record.header.point;
    const prefix = epochPrefixOf(record);
    try {
      const { collections } = await this.#verified.points.log.readTable(record);
      this.objects += 1;
      for (const [kind, row] of collections) yield* this.#checkRow(prefix, { kind, row, point });
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      yield { type: 'damaged', object: error.damaged, reason: error.message, points: [point] };
    }
  }

  async *checkPacks(): AsyncGenerator<VerifyFinding> {
    for (const [name, points] of this.#packNeeds) {
      try {
        const notChecked = this.#allData ? await this.#checkBytes(name) : await this.#checkPresence(name);
        this.objects += 1;
        if (notChecked !== undefined) yield { type: 'notChecked', object: name, reason: notChecked };
      } catch (error) {
        if (!(error instanceof IntegrityError)) throw error;
        yield { type: 'damaged', object: name, reason: error.message, points: [...points] };
      }
    }
  }

  async *#checkRow(
    prefix: string,
    of: { readonly kind: string; readonly row: CollectionRow; readonly point: string },
  ): AsyncGenerator<VerifyFinding> {
    const layers = [
      ...(of.row.base === null ? [] : [{ layer: of.row.base, form: 'base' as const }]),
      ...of.row.deltas.map((layer) => ({ layer, form: 'delta' as const })),
    ];
    for (const { layer, form } of layers) {
      for (const part of layer.parts) {
        const name = `${prefix}indexes/${part[0]}`;
        const packs =
          this.#parts.get(name) ??
          (await this.#checkPart(prefix, { ...of, name, form, layer: { ...layer, parts: [part] } }));
        this.#parts.set(name, packs);
        if (packs instanceof IntegrityError)
          yield { type: 'damaged', object: name, reason: packs.message, points: [of.point] };
        else for (const pack of packs) addNeed(this.#packNeeds, pack, of.point);
      }
    }
  }

  /** The packs that a part names, after its bytes and every line of it were read. */
  async #checkPart(
    prefix: string,
    part: {
      readonly kind: string;
      readonly name: string;
      readonly form: 'base' | 'delta';
      readonly layer: CollectionRow['deltas'][number];
    },
  ): Promise<readonly string[] | IntegrityError> {
    // A kind of a later release has entries of the same form.
    const kind = isKindName(part.kind) ? part.kind : 'environment';
    try {
      for await (const lines of readLayer(
        { packs: this.#verified.packs, epochPrefix: prefix, kind },
        part.layer,
        part.form,
      )) {
        for (const { now } of lines) {
          const { config, secret, facts } = now?.location ?? {};
          for (const place of [config, secret, facts]) {
            if (place === undefined) continue;
            const { pack, offset, length } = place.segment;
            this.#packEnds.set(pack, Math.max(this.#packEnds.get(pack) ?? 0, offset + length));
          }
        }
      }
      const { directory, bytes } = await this.#verified.packs.getWhole(part.name);
      this.objects += 1;
      this.bytes += bytes.length;
      return directory.packs.map((id) => `${prefix}packs/${id}`);
    } catch (error) {
      if (error instanceof IntegrityError) return error;
      throw error;
    }
  }

  async #checkPresence(name: string): Promise<string | undefined> {
    const end = this.#packEnds.get(name) ?? 1;
    await this.#verified.context.store.getRange(name, { offsetBytes: end - 1, lengthBytes: 1 });
    return undefined;
  }

  /** Why the inside could not be checked, when only the hash could be. */
  async #checkBytes(name: string): Promise<string | undefined> {
    const { context } = this.#verified;
    const bytes = await context.store.get(name);
    this.bytes += bytes.length;
    assertPackName(name, bytes);
    const header = parsePackHeader(name, bytes);
    const place = {
      purpose: 'pack',
      secretClass: header.secretClass,
      generation: header.generation,
      place: name.slice(0, name.lastIndexOf('/')),
    } as const;
    let key: Uint8Array;
    try {
      key = await context.openKey(header.enc, place);
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'KEY_MISSING')
        return `its bytes are as written; opening it needs the key of the class ${header.secretClass}`;
      throw error;
    }
    for (const segment of openDirectory(name, { header, key }, bytes).segments) {
      const sealed = bytes.subarray(segment.offset, segment.offset + segment.length);
      splitItems(openSegment(name, { header, key }, segment, sealed));
    }
    return undefined;
  }
}

function addNeed(needs: Needs, name: string, point: string): void {
  const points = needs.get(name) ?? new Set();
  points.add(point);
  needs.set(name, points);
}
