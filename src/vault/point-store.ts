import type { BeginPoint, EpochSummary, PointReader, PointStore, PointWriter } from '../app/ports/vault.ts';
import type { SweptPoint } from '../app/ports/retention.ts';
import type { EpochPeriod } from '../core/epoch-period.ts';
import { IntegrityError, UserError } from '../core/errors.ts';
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
import { badRecord, type DamagedManifest, PointLog } from './point-log.ts';
import type { PruneLog } from './prune-log.ts';
import { settleSharedIds } from './settle-shared-ids.ts';
import { VaultPointReader } from './point-reader.ts';
import { type PointGround, VaultPointWriter } from './point-writer.ts';
import type { VaultContext } from './vault-context.ts';

export interface AllPoints {
  readonly records: readonly PointRecord[];
  readonly damaged: readonly DamagedManifest[];
  /** Records of sweeps that cannot be trusted: what they may have swept looks lost. */
  readonly badSweeps: readonly DamagedManifest[];
  readonly swept: readonly SweptPoint[];
}

/** Points of a vault: listing, opening, beginning. */
export class VaultPoints
  implements Pick<PointStore, 'listPoints' | 'openPoint' | 'beginPoint' | 'findEpoch' | 'recordVerification'>
{
  readonly log: PointLog;
  readonly #context: VaultContext;
  readonly #packs: PackCache;
  readonly #prunes: PruneLog;

  constructor(context: VaultContext, packs: PackCache, prunes: PruneLog) {
    this.#context = context;
    this.#packs = packs;
    this.#prunes = prunes;
    this.log = new PointLog(context, packs);
  }

  async listPoints(organization: string): ReturnType<PointStore['listPoints']> {
    const { records, damaged, badSweeps, swept } = await this.readAll(organization);
    return { points: records.map(summaryOf), damaged: [...damaged, ...badSweeps], swept };
  }

  /** All manifests of the organization, oldest first, but for those that are swept. */
  async readAll(organization: string): Promise<AllPoints> {
    const { swept, untrusted } = await this.#prunes.readSwept(organization);
    const gone = new Set(swept.map(({ name }) => name));
    const epochs = [];
    for (const prefix of await listEpochPrefixes(this.#context, organization))
      epochs.push(await this.log.readAll(prefix, gone));
    const settled = settleSharedIds(
      epochs.flatMap(({ records }) => records),
      swept,
    );
    return {
      records: settled.records,
      damaged: [...epochs.flatMap(({ damaged }) => damaged), ...settled.damaged],
      badSweeps: untrusted.map(badRecord),
      swept,
    };
  }

  async openPoint(organization: string, pointId: string, options = { acceptRevoked: false }): Promise<PointReader> {
    return this.openRecord(await this.getRecord(organization, pointId, options));
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

  async findEpoch(organization: string, period: EpochPeriod): Promise<EpochSummary | undefined> {
    const { epoch } = await findNewestEpoch(this.#context, organization);
    if (epoch === undefined) return undefined;
    const endsAt = epochEndsAt(epoch.openedAt, {
      vaultAndOrganization: `${this.#context.id}\n${organization}`,
      period,
    });
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

  /** The manifest of a point that is not swept. One that took the id of another, or cannot be trusted, does not stand in its way. */
  async getRecord(organization: string, pointId: string, options = { acceptRevoked: false }): Promise<PointRecord> {
    const { swept } = await this.#prunes.readSwept(organization);
    const gone = new Map(swept.map((one) => [one.name, one]));
    let damage: IntegrityError | undefined;
    const found: PointRecord[] = [];
    for (const prefix of await listEpochPrefixes(this.#context, organization)) {
      for await (const blob of this.#context.store.list(`${prefix}points/`)) {
        if (pointIdOf(blob.name) !== pointId || gone.has(blob.name)) continue;
        try {
          found.push(await this.log.read(blob, options));
        } catch (error) {
          if (!(error instanceof IntegrityError)) throw error;
          damage ??= error;
        }
      }
    }
    const trusted = found.filter(({ signerRevoked }) => signerRevoked === undefined);
    const settled = settleSharedIds(trusted.length > 0 ? trusted : found, swept);
    const [record] = settled.records;
    if (record !== undefined) return record;
    const last = swept.find(({ point, isGivenUp }) => point === pointId && !isGivenUp);
    if (last !== undefined) throw pointSwept(organization, last);
    damage = settled.damaged[0]?.error ?? damage;
    if (damage !== undefined) throw damage;
    const givenUp = swept.find(({ point }) => point === pointId);
    if (givenUp !== undefined) throw pointSwept(organization, givenUp);
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
      isEpochDue(newest.epoch.openedAt, at, {
        vaultAndOrganization: `${this.#context.id}\n${organization}`,
        period: request.epochPeriod ?? 'month',
      });
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

function pointSwept(organization: string, { point, prune, sweptAt }: SweptPoint): UserError {
  return new UserError({
    code: 'POINT_SWEPT',
    message: `The point ${point} of ${organization} was swept on ${sweptAt} by prune ${prune}.`,
    resource: point,
    next: 'Choose another point: `holdfast points` lists them. The backup of the vault may still have it.',
  });
}

/** Whether the next point may continue this one's collections, because it looked for all that is in them. */
export function canBeContinued({ body }: Pick<PointRecord, 'body'>): boolean {
  return body.scope.type === 'all' || (body.scope.type === 'selection' && body.scope.selection.only.length === 0);
}
