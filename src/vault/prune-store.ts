import type { PrunablePoint, Prune, PruneGround, PruneStep, PruneStore } from '../app/ports/retention.ts';
import { IntegrityError, InternalError, UserError } from '../core/errors.ts';
import type { PruneObject } from '../core/plan-prune.ts';
import type { Proof } from '../core/retention.ts';
import type { BlobInfo } from './blob/blob-store.ts';
import type { CollectionsTable } from './collections-table.ts';
import { listEpochPrefixes, organizationPrefix, readEpochOpening } from './epoch.ts';
import type { VaultHolds } from './hold-store.ts';
import { pointIdOf, type PointRecord, summaryOf } from './manifest.ts';
import type { PackCache } from './pack-cache.ts';
import { epochPrefixOf } from './point-log.ts';
import { listNeeds } from './point-needs.ts';
import { canBeContinued, type VaultPoints } from './point-store.ts';
import { readNewestProofs } from './proof-log.ts';
import { encodeStep, type PruneLog } from './prune-log.ts';
import type { VaultContext } from './vault-context.ts';

interface PruneParts {
  readonly packs: PackCache;
  readonly points: VaultPoints;
  readonly log: PruneLog;
  readonly holds: VaultHolds;
}

const READS_AT_ONCE = 16;
const PRUNED = /^epochs\/\d{6}\/(points|packs|indexes)\/[^/]+$/;

/** What may go of a vault, what was marked and swept, and the deletes themselves. */
export class VaultPrunes implements PruneStore {
  readonly #context: VaultContext;
  readonly #parts: PruneParts;

  constructor(context: VaultContext, parts: PruneParts) {
    this.#context = context;
    this.#parts = parts;
  }

  async readPruneGround(organization: string): Promise<PruneGround> {
    this.#context.assertCanOpen('meta', 'Deciding what may go');
    const { points, log, holds } = this.#parts;
    const { records, damaged } = await points.readAll(organization);
    const [{ prunes, untrusted }, held] = [await log.readAll(organization), await holds.listHolds(organization)];
    const { proofs, untrusted: strangeProofs } = await readNewestProofs(
      this.#context,
      organization,
      records.map(({ header }) => header.point),
    );
    const manifests = new Map((await this.#listManifestBlobs(organization)).map((blob) => [blob.name, blob]));
    const prunable: PrunablePoint[] = [];
    for (let start = 0; start < records.length; start += READS_AT_ONCE) {
      const batch = records.slice(start, start + READS_AT_ONCE);
      prunable.push(...(await Promise.all(batch.map((record) => this.#describe(record, proofs)))));
    }
    return {
      points: prunable,
      damaged: damaged.map(({ name, error }) => ({
        point: pointIdOf(name),
        epoch: epochOfManifest(name),
        manifest: objectOf(manifests.get(name) ?? { name, sizeBytes: 0, createdAt: this.#context.clock.now() }),
        why: error.message,
      })),
      epochs: await this.#listEpochs(organization),
      holds: held.holds,
      prunes,
      untrusted: [...untrusted, ...held.untrusted, ...strangeProofs],
    };
  }

  async listNeeds(organization: string, point: string): Promise<readonly string[]> {
    const { packs, points } = this.#parts;
    const record = await points.getRecord(organization, point);
    return listNeeds({ packs, table: await points.log.readTable(record) }, record);
  }

  async listEpochObjects(organization: string, epoch: string): Promise<readonly PruneObject[]> {
    const prefix = `${organizationPrefix(organization)}epochs/${epoch}/`;
    const blobs: BlobInfo[] = [];
    for (const folder of ['packs/', 'indexes/'])
      blobs.push(...(await Array.fromAsync(this.#context.store.list(`${prefix}${folder}`))));
    return blobs.filter(({ name }) => PRUNED.test(name.slice(organizationPrefix(organization).length))).map(objectOf);
  }

  async listManifests(organization: string, epoch: string): Promise<readonly string[]> {
    const prefix = `${organizationPrefix(organization)}epochs/${epoch}/points/`;
    return (await Array.fromAsync(this.#context.store.list(prefix))).map(({ name }) => name);
  }

  readProtection(name: string): ReturnType<PruneStore['readProtection']> {
    return this.#context.store.protection(name);
  }

  async markPrune(organization: string, mark: Extract<PruneStep, { step: 'mark' }>, at: string): Promise<Prune> {
    this.#context.getSigningKey('pruner', 'Marking what may go');
    const { prunes } = await this.#parts.log.readAll(organization);
    const taken = prunes.at(-1)?.prune ?? 0;
    for (let prune = taken + 1; ; prune += 1) {
      const marked = await this.#put(organization, { prune, records: [], strange: [] }, { step: mark, at });
      if (marked !== undefined) return marked;
    }
  }

  async addPruneStep(
    organization: string,
    prune: Prune,
    step: Exclude<PruneStep, { step: 'mark' }>,
    at: string,
  ): Promise<Prune> {
    this.#context.getSigningKey('pruner', 'Sweeping');
    const added = await this.#put(organization, prune, { step, at });
    if (added !== undefined) return added;
    throw new UserError({
      code: 'RUN_ACTIVE',
      message: `Somebody else is sweeping prune ${prune.prune} of ${organization}.`,
      next: 'Wait until that sweep has ended, and run it again if anything is left.',
    });
  }

  async listPrunes(organization: string): Promise<readonly Prune[]> {
    return (await this.#parts.log.readAll(organization)).prunes;
  }

  async hasNextStep(organization: string, prune: Prune): Promise<boolean> {
    return (await this.#context.store.protection(nextName(organization, prune))) !== undefined;
  }

  async deletePruned(organization: string, name: string): ReturnType<PruneStore['deletePruned']> {
    const prefix = organizationPrefix(organization);
    if (!name.startsWith(prefix) || !PRUNED.test(name.slice(prefix.length)))
      throw new InternalError(`${name} is nothing that a sweep may delete.`);
    this.#context.getSigningKey('pruner', 'Sweeping');
    return this.#context.store.delete(name);
  }

  /** Puts the next document of a prune; undefined when its name is taken. */
  async #put(
    organization: string,
    { prune, records, strange }: Prune,
    { step, at }: { readonly step: PruneStep; readonly at: string },
  ): Promise<Prune | undefined> {
    const last = records.at(-1);
    const name = nextName(organization, { prune, records, strange });
    const bytes = await this.#context.encode({
      type: 'prune',
      name,
      header: {
        prune,
        organization,
        step: step.step,
        at,
        previous: last === undefined ? null : { name: last.name, hash: last.hash },
      },
      signer: 'pruner',
      sealed: { secretClass: 'meta', content: encodeStep(step) },
    });
    if ((await this.#context.store.put(name, bytes)) === 'exists') return undefined;
    for await (const blob of this.#context.store.list(name))
      if (blob.name === name) return { prune, records: [...records, await this.#parts.log.read(blob)], strange };
    throw new InternalError(`${name} was put and is not listed.`);
  }

  async #describe(record: PointRecord, proofs: ReadonlyMap<string, Proof>): Promise<PrunablePoint> {
    const { header, body, name, hash, sizeBytes } = record;
    const prefix = epochPrefixOf(record);
    const createdMs = Date.parse(record.time);
    const common = {
      summary: summaryOf(record),
      manifest: { name, sizeBytes, createdMs },
      manifestHash: hash,
      wrote: header.wrote.map(([below, bytes]) => ({ name: `${prefix}${below}`, sizeBytes: bytes, createdMs })),
      proof: proofs.get(header.point) ?? 'none',
    };
    try {
      const table = await this.#parts.points.log.readTable(record);
      return { ...common, whole: wholeKinds(record, table), excused: excusedKinds(body.gaps) };
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      return { ...common, whole: [], excused: [], unreadable: error.message };
    }
  }

  async #listEpochs(organization: string): Promise<PruneGround['epochs']> {
    const prefixes = await listEpochPrefixes(this.#context, organization);
    return Promise.all(
      prefixes.map(async (prefix) => ({
        epoch: prefix.slice(0, -1).slice(prefix.lastIndexOf('/', prefix.length - 2) + 1),
        openedAt: await readEpochOpening(this.#context, prefix),
      })),
    );
  }

  async #listManifestBlobs(organization: string): Promise<readonly BlobInfo[]> {
    const blobs: BlobInfo[] = [];
    for (const prefix of await listEpochPrefixes(this.#context, organization))
      blobs.push(...(await Array.fromAsync(this.#context.store.list(`${prefix}points/`))));
    return blobs;
  }
}

function wholeKinds(record: PointRecord, { collections }: CollectionsTable): readonly string[] {
  if (record.header.grade === 'interrupted' || !canBeContinued(record)) return [];
  return [...collections].filter(([, row]) => row.whole).map(([kind]) => kind);
}

function excusedKinds(gaps: PointRecord['body']['gaps']): readonly string[] {
  return Object.entries(gaps)
    .filter(([, list]) =>
      list.some(({ at, state }) => at === '' && (state === 'accepted' || state === 'notApplicable')),
    )
    .map(([kind]) => kind);
}

function objectOf({ name, sizeBytes, createdAt }: BlobInfo): PruneObject {
  return { name, sizeBytes, createdMs: Date.parse(createdAt) };
}

/** `000002` of `…/epochs/000002/points/<time>-<point>`. */
function epochOfManifest(name: string): string {
  return name.split('/').at(-3) ?? '';
}

function digits(number: number): string {
  return String(number).padStart(6, '0');
}

/** The name of the next document of a prune: behind those that are known, and what cannot be trusted is passed over. */
function nextName(organization: string, { prune, records, strange }: Prune): string {
  const last = records.at(-1)?.name;
  const what = last === undefined ? 'mark' : 'step';
  const nameAt = (place: number): string =>
    `${organizationPrefix(organization)}prunes/${digits(prune)}/${digits(place)}-${what}`;
  let place = last === undefined ? 0 : Number(last.slice(last.lastIndexOf('/') + 1).slice(0, 6)) + 1;
  // Else one bad blob would end the prune for good. A number that a true document has meanwhile is not passed over.
  while (strange.includes(nameAt(place))) place += 1;
  return nameAt(place);
}
