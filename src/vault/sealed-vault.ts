import type { AuditTrail } from '../app/ports/audit.ts';
import type { RunJournal, RunStore } from '../app/ports/runs.ts';
import type {
  BeginPoint,
  EpochSummary,
  KeyAbilities,
  PointReader,
  PointStore,
  PointWriter,
  Vault,
  VerifyFinding,
  VerifyRequest,
} from '../app/ports/vault.ts';
import type { HoldStore, PruneStore } from '../app/ports/retention.ts';
import type { EpochPeriod } from '../core/epoch-period.ts';
import type { Hasher } from '../core/hasher.ts';
import { VaultAudit } from './audit/vault-audit.ts';
import { findOrganization } from './epoch.ts';
import { VaultHolds } from './hold-store.ts';
import { PackCache } from './pack-cache.ts';
import { VaultPoints } from './point-store.ts';
import { PruneLog } from './prune-log.ts';
import { VaultPrunes } from './prune-store.ts';
import type { RecordStore } from '../app/ports/records.ts';
import { ProofRecords } from './proof-records.ts';
import { VaultRuns } from './run-store.ts';
import type { VaultContext } from './vault-context.ts';
import { verifyPoints } from './verify.ts';

/** A vault over a blob store, opened. */
export class SealedVault implements Vault {
  readonly id: string;
  readonly description: string;
  readonly attestsTime: boolean;
  readonly readStoreTime: (() => Promise<string>) | undefined;
  readonly hasher: Hasher;
  readonly abilities: KeyAbilities;
  readonly audit: AuditTrail;
  readonly prunes: PruneStore;
  readonly #context: VaultContext;
  readonly #points: VaultPoints;
  readonly #records: ProofRecords;
  readonly #runs: VaultRuns;
  readonly #packs: PackCache;
  readonly #pruneLog: PruneLog;
  readonly #holds: VaultHolds;

  constructor(context: VaultContext, auditSpool: string | undefined) {
    this.id = context.id;
    this.description = context.store.capabilities.description;
    this.attestsTime = context.store.capabilities.attestsTime;
    this.readStoreTime = context.store.capabilities.readTime;
    this.hasher = context.hasher;
    this.abilities = {
      readMeta: context.canOpen('meta'),
      readConfig: context.canOpen('config'),
      readSecrets: context.canOpen('secret'),
      compare: context.keys?.tagKeys !== undefined,
      signPoints: context.hasSigningKey('writer') || context.hasSigningKey('restorer'),
      signRuns: context.hasSigningKey('restorer'),
      signProofs: context.hasSigningKey('verifier') || context.hasSigningKey('restorer'),
      signHolds: context.hasSigningKey('verifier') || context.hasSigningKey('pruner'),
      liftHolds: context.hasSigningKey('verifier'),
      signPrunes: context.hasSigningKey('pruner'),
    };
    this.audit = new VaultAudit(context, auditSpool);
    this.#context = context;
    this.#packs = new PackCache(context);
    this.#pruneLog = new PruneLog(context);
    this.#points = new VaultPoints(context, this.#packs, this.#pruneLog);
    this.#holds = new VaultHolds(context);
    this.prunes = new VaultPrunes(context, {
      packs: this.#packs,
      points: this.#points,
      log: this.#pruneLog,
      holds: this.#holds,
    });
    this.#records = new ProofRecords(context);
    this.#runs = new VaultRuns(context);
  }

  get holds(): HoldStore {
    return this.#holds;
  }

  async organizations(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const folder of this.#context.store.listFolders('orgs/')) {
      const name = findOrganization(folder);
      if (name !== undefined) names.push(name);
    }
    return names.sort();
  }

  async listPoints(organization: string): ReturnType<PointStore['listPoints']> {
    this.#context.assertCanOpen('meta', 'Listing points');
    return this.#points.listPoints(organization);
  }

  async openPoint(...request: Parameters<PointStore['openPoint']>): Promise<PointReader> {
    this.#context.assertCanOpen('meta', 'Opening a point');
    return this.#points.openPoint(...request);
  }

  beginPoint(request: BeginPoint): Promise<PointWriter> {
    return this.#points.beginPoint(request);
  }

  findEpoch(organization: string, period: EpochPeriod): Promise<EpochSummary | undefined> {
    return this.#points.findEpoch(organization, period);
  }

  verify(request: VerifyRequest): AsyncIterable<VerifyFinding> {
    return verifyPoints(
      {
        context: this.#context,
        packs: this.#packs,
        points: this.#points,
        prunes: this.#pruneLog,
        holds: this.#holds,
      },
      request,
    );
  }

  recordVerification(organization: string, record: Parameters<PointStore['recordVerification']>[1]): Promise<string> {
    return this.#points.recordVerification(organization, record);
  }

  writeRecord(...call: Parameters<RecordStore['writeRecord']>): Promise<string> {
    return this.#records.writeRecord(...call);
  }

  listRecords(...call: Parameters<RecordStore['listRecords']>): ReturnType<RecordStore['listRecords']> {
    return this.#records.listRecords(...call);
  }

  listVerified(organization: string): ReturnType<RecordStore['listVerified']> {
    return this.#records.listVerified(organization);
  }

  beginRun(request: Parameters<RunStore['beginRun']>[0]): Promise<RunJournal> {
    return this.#runs.beginRun(request);
  }

  listUnended(organization: string): ReturnType<RunStore['listUnended']> {
    return this.#runs.listUnended(organization);
  }

  listRuns(organization: string): ReturnType<RunStore['listRuns']> {
    return this.#runs.listRuns(organization);
  }

  readRun(organization: string, run: number): ReturnType<RunStore['readRun']> {
    return this.#runs.readRun(organization, run);
  }
}
