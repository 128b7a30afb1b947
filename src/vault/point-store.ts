import type { BeginPoint, EpochSummary, PointReader, PointStore, PointWriter } from '../app/ports.ts';
import { UserError } from '../core/errors.ts';
import { compactTime, pointIdOf, summaryOf, type PointRecord } from './manifest.ts';
import {
  type Epoch,
  epochEndsAt,
  findNewestEpoch,
  isEpochDue,
  listEpochPrefixes,
  openEpoch,
  organizationPrefix,
} from './epoch.ts';
import type { PackCache } from './pack-cache.ts';
import { type DamagedManifest, PointLog } from './point-log.ts';
import { VaultPointReader } from './point-reader.ts';
import { type PointGround, VaultPointWriter } from './point-writer.ts';
import type { VaultContext } from './vault-context.ts';

/** Points of a vault: listing, opening, beginning. */
export class VaultPoints
  implements Pick<PointStore, 'listPoints' | 'openPoint' | 'beginPoint' | 'findEpoch' | 'recordVerification'>
{
  readonly log: PointLog;
  readonly #context: VaultContext;
  readonly #packs: PackCache;

  constructor(context: VaultContext, packs: PackCache) {
    this.#context = context;
    this.#packs = packs;
    this.log = new PointLog(context, packs);
  }

  async listPoints(organization: string): ReturnType<PointStore['listPoints']> {
    const { records, damaged } = await this.readAll(organization);
    return { points: records.map(summaryOf), damaged };
  }

  /** All manifests of the organization, oldest first. */
  async readAll(
    organization: string,
  ): Promise<{ readonly records: readonly PointRecord[]; readonly damaged: readonly DamagedManifest[] }> {
    const epochs = [];
    for (const prefix of await listEpochPrefixes(this.#context, organization))
      epochs.push(await this.log.readAll(prefix));
    return { records: epochs.flatMap(({ records }) => records), damaged: epochs.flatMap(({ damaged }) => damaged) };
  }

  async openPoint(organization: string, pointId: string, options = { acceptRevoked: false }): Promise<PointReader> {
    return this.openRecord(await this.#getRecord(organization, pointId, options));
  }

  async openRecord(record: PointRecord): Promise<VaultPointReader> {
    return new VaultPointReader(this.#context, this.#packs, { record, table: await this.log.readTable(record) });
  }

  async beginPoint(request: BeginPoint): Promise<PointWriter> {
    this.#context.getSigningKey(request.signer, 'Writing a point');
    this.#context.assertCanOpen('meta', 'Writing a point');
    const epoch = await this.#chooseEpoch(request);
    return new VaultPointWriter(this.#context, this.#packs, { request, ground: await this.#readGround(epoch) });
  }

  async findEpoch(organization: string): Promise<EpochSummary | undefined> {
    const { epoch } = await findNewestEpoch(this.#context, organization);
    if (epoch === undefined) return undefined;
    const endsAt = epochEndsAt(epoch.openedAt, `${this.#context.id}\n${organization}`);
    return { epoch: epoch.id, openedAt: epoch.openedAt, endsAt };
  }

  async recordVerification(
    organization: string,
    record: Parameters<PointStore['recordVerification']>[1],
  ): Promise<string> {
    const id = Buffer.from(this.#context.random.bytes(8)).toString('hex');
    const name = `${organizationPrefix(organization)}proofs/${compactTime(record.at)}-${id}`;
    const signer = this.#context.hasSigningKey('verifier') ? 'verifier' : 'restorer';
    await this.#context.store.put(
      name,
      await this.#context.encode({ type: 'proof', name, header: { ...record }, signer }),
    );
    return name;
  }

  async #getRecord(
    organization: string,
    pointId: string,
    options: { readonly acceptRevoked: boolean },
  ): Promise<PointRecord> {
    for (const prefix of await listEpochPrefixes(this.#context, organization)) {
      for await (const blob of this.#context.store.list(`${prefix}points/`)) {
        if (pointIdOf(blob.name) === pointId) return this.log.read(blob, options);
      }
    }
    throw new UserError({
      code: 'POINT_NOT_FOUND',
      message: `There is no point ${pointId} of ${organization} in this vault.`,
      resource: pointId,
      next: 'List the points with holdfast points.',
    });
  }

  /** A full capture opens an epoch when one is due; what is scoped continues the one there is. */
  async #chooseEpoch(request: BeginPoint): Promise<Epoch> {
    const { organization, startedAt: at, signer } = request;
    const newest = await findNewestEpoch(this.#context, organization);
    const isDue =
      request.scope.type === 'all' &&
      newest.epoch !== undefined &&
      isEpochDue(newest.epoch.openedAt, at, `${this.#context.id}\n${organization}`);
    if (newest.epoch !== undefined && !isDue && request.newEpoch !== true) return newest.epoch;
    return openEpoch(this.#context, { organization, at, newest, signer });
  }

  async #readGround(epoch: Epoch): Promise<PointGround> {
    let previous: PointGround['previous'];
    let checkpoint: PointGround['checkpoint'];
    for await (const record of this.log.readNewestFirst(epoch.prefix)) {
      previous ??= { name: record.name, hash: record.hash };
      if (record.header.grade === 'interrupted') checkpoint ??= { table: await this.log.readTable(record) };
      else if (canBeContinued(record))
        return { epoch, previous, checkpoint, parent: { record, table: await this.log.readTable(record) } };
    }
    return { epoch, previous, checkpoint, parent: undefined };
  }
}

function canBeContinued({ body }: PointRecord): boolean {
  return body.scope.type === 'all' || (body.scope.type === 'selection' && body.scope.selection.only.length === 0);
}
