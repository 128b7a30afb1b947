import {
  type CopiedPoint,
  type DrillResult,
  type ExaminedPoint,
  isProofOfJob,
  lackingPoints,
  newestFirst,
} from '../../core/drill.ts';
import { endsTheRun, HoldfastError, UserError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import type { PointSummary } from '../../core/point.ts';
import type { BackupInstanceFacts, RecoveryPointFacts } from '../../core/protection/facts.ts';
import { protectionIds, type ProtectionSettings } from '../../core/protection/settings.ts';
import type { Clock, Progress } from '../ports/surroundings.ts';
import type { Vault } from '../ports/vault.ts';
import type { AzureManagement, RestoreRequest } from '../ports/azure.ts';
import { leftBehind, type PutAwayTools, putAway, removeContainer, untilEnded } from './put-away.ts';

export interface DrillTools extends PutAwayTools {
  /** Durable before it resolves: what is about to be made, for the audit trail. */
  readonly declare: (facts: Readonly<Record<string, string>>) => Promise<void>;
  readonly azure: AzureManagement;
  readonly clock: Clock;
  readonly progress: Progress;
  /** Aborted when somebody ends the run. */
  readonly signal: AbortSignal;
  /** Has words said should the process be left at once, until what it answers is called. */
  readonly ifLeft: (words: string) => () => void;
  /** The vault as it is, where the proof is recorded. */
  readonly vault: Vault;
  /** Eight random characters for a name. */
  readonly nonce: string;
  /** Opens the copy of the vault in a container of the drill account, with the keys at hand. */
  readonly openCopy: (accountId: string, container: string) => Promise<Vault>;
}

export interface DrillRequest {
  readonly settings: ProtectionSettings;
  readonly organization: string;
  /** The container of the vault. */
  readonly container: string;
  readonly timeoutMs: number;
}

export interface Drill extends DrillResult {
  readonly at: string;
  readonly targetAccountId: string;
  readonly targetContainer: string;
  /** Name of the signed record in the vault. */
  readonly record: string | undefined;
  /** Why the container of the drill is still there; undefined when it was removed, or never made. */
  readonly left: string | undefined;
  readonly notes: readonly string[];
}

const HOUR_MS = 3_600_000;

/**
 * Restores the newest completed recovery point into a fresh container of the drill account, reads all of the newest point
 * that is whole there, records what was found, and removes the container. UserError when there is nothing to restore or
 * nowhere to; RemoteError of Azure before the restore has begun. After that everything is in the result.
 */
export async function runDrill(tools: DrillTools, request: DrillRequest): Promise<Drill> {
  const { azure, clock, progress, vault } = tools;
  const { settings } = request;
  assertCanRecord(vault);
  progress.phase('look at the recovery points in Azure');
  const targetAccountId = drillAccountOf(settings);
  const instance = await findInstance(azure, settings);
  const recoveryPoint = await newestCompleted(azure, instance);
  const { location } = await azure.getAccount(targetAccountId);
  const stamp = clock
    .now()
    .replaceAll(/[-:]|\.\d+Z/g, '')
    .replace('T', '-');
  const targetContainer = `holdfast-drill-${stamp}-${tools.nonce}`.toLowerCase();
  const restore: RestoreRequest = {
    instanceId: instance.id,
    recoveryPointId: recoveryPoint.id,
    target: { accountId: targetAccountId, location },
    containers: [{ name: request.container, renameTo: targetContainer }],
  };
  progress.phase('ask whether it can be restored');
  await azure.validateRestore(restore);
  await tools.declare({ recoveryPoint: recoveryPoint.id, targetAccountId, targetContainer });
  const target = { targetAccountId, targetContainer };
  const forget = tools.ifLeft(leftBehind(target));
  const found = await drillInto(tools, request, { ...target, recoveryPoint, restore }).finally(forget);
  const at = clock.now();
  const { left, ...result } = found;
  const record = await recordDrill(vault, request.organization, { ...result, at, ...target });
  return { ...result, at, ...target, record, left, notes: [] };
}

/** Before a restore that takes hours and costs money: a proof that cannot be signed is none. */
function assertCanRecord({ abilities }: Vault): void {
  if (abilities.signProofs) return;
  throw new UserError({
    code: 'KEY_MISSING',
    message:
      'A drill signs its proof into the vault, and no key at hand signs proofs: that takes verifier.key or restorer.key.',
    next: 'Put verifier.key into the keys folder.',
  });
}

function drillAccountOf({ drillAccountId }: ProtectionSettings): string {
  if (drillAccountId !== undefined) return drillAccountId;
  throw new UserError({
    code: 'CONFIG_INVALID',
    message: 'There is no account to restore into: Azure restores blobs into another account only.',
    next: 'Write protect.drill.storageAccount into holdfast.yaml, and give the vault its role there: holdfast protect plan.',
  });
}

async function findInstance(azure: AzureManagement, settings: ProtectionSettings): Promise<BackupInstanceFacts> {
  const { accountId, vaultId } = protectionIds(settings);
  const instances = await azure.listInstancesOf(accountId);
  const own = instances.find((one) => one.vaultId.toLowerCase() === vaultId.toLowerCase());
  if (own !== undefined) return own;
  throw new UserError({
    code: 'RESOURCE_NOT_FOUND',
    message: `The storage account ${settings.account.name} is not protected by the Backup vault ${settings.vault.name}.`,
    resource: vaultId,
    next: 'Protect it first: holdfast protect plan.',
  });
}

async function newestCompleted(azure: AzureManagement, instance: BackupInstanceFacts): Promise<RecoveryPointFacts> {
  const points = await azure.listRecoveryPoints(instance.id);
  const found = points.find(({ state }) => state === 'Completed');
  if (found !== undefined) return found;
  throw new UserError({
    code: 'RESOURCE_NOT_FOUND',
    message: `None of the ${points.length} recovery points of ${instance.name} is Completed: there is nothing to restore.`,
    resource: instance.id,
    next: 'Take one and wait for it: holdfast protect backup-now.',
  });
}

/** Restores, judges the copy and removes it. Ended on the way, it cleans up and throws the reason with what became of it. */
async function drillInto(
  tools: DrillTools,
  request: DrillRequest,
  { restore, ...place }: Omit<Copy, 'jobId'> & { readonly restore: RestoreRequest },
): Promise<DrillResult & Pick<Drill, 'left'>> {
  const { patient, signal, progress } = tools;
  let hasEnded = false;
  progress.phase('start the restore');
  // Left in the middle it would not be known whether a restore runs.
  const jobId = patient.startRestore(restore);
  try {
    const copy = { ...place, jobId: await untilEnded(signal, jobId) };
    const onEnd = (): void => {
      hasEnded = true;
    };
    const found = await untilEnded(signal, judgeCopy(tools, request, { ...copy, onEnd }));
    progress.phase('remove the container of the drill');
    const problem = await removeContainer(patient, place);
    const left = hasEnded ? problem : (problem ?? stillRestoring(copy));
    // What is being removed is not left for being ended, but what was ended is no drill.
    signal.throwIfAborted();
    return { ...found, left };
  } catch (error) {
    if (!(error instanceof HoldfastError) || !endsTheRun(error)) throw error;
    throw await putAway(tools, { ...place, jobId, hasEnded: () => hasEnded }, error);
  }
}

function stillRestoring({ jobId, targetAccountId, targetContainer }: Copy): string {
  const job = `The restore job ${jobId} has not ended as far as is known: it still runs`;
  return `${job} and will make the container ${targetContainer} of ${targetAccountId}. Delete that container when the job has ended.`;
}

interface Copy {
  readonly recoveryPoint: RecoveryPointFacts;
  readonly jobId: string;
  readonly targetAccountId: string;
  readonly targetContainer: string;
}

/** From the running job on: whatever goes wrong is a drill that proves nothing, and is said. */
async function judgeCopy(
  tools: DrillTools,
  request: DrillRequest,
  copy: Copy & { readonly onEnd: () => void },
): Promise<DrillResult> {
  const { azure, progress } = tools;
  const { id, time } = copy.recoveryPoint;
  const nothing = {
    result: 'notProven',
    recoveryPoint: { id, time },
    job: undefined,
    point: undefined,
    depth: undefined,
    checkedObjects: 0,
    checkedBytes: 0,
    lacking: [],
  } as const;
  let job: DrillResult['job'];
  try {
    progress.phase('wait for the restore');
    const ended = await azure.awaitJob(copy.jobId, { timeoutMs: request.timeoutMs });
    copy.onEnd();
    const problems = ended.problems.map(({ code, message }) => `${code}: ${message}`);
    job = { id: ended.id, status: ended.status, problems };
    if (!isProofOfJob(ended.status)) {
      return {
        ...nothing,
        job,
        why: `The restore is ${ended.status}, which is no proof${problems.length === 0 ? '' : `: ${problems.join('; ')}`}.`,
      };
    }
    progress.phase('open the vault in the copy');
    const restored = await tools.openCopy(copy.targetAccountId, copy.targetContainer);
    return await examine(tools, request, { ...nothing, job, restored });
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code === 'INTERNAL') throw error;
    if (endsTheRun(error)) throw error;
    return { ...nothing, job, why: error.message };
  }
}

async function examine(
  { vault, clock, progress }: DrillTools,
  { organization }: DrillRequest,
  base: Pick<DrillResult, 'recoveryPoint' | 'job'> & { readonly restored: Vault },
): Promise<DrillResult> {
  const { restored, recoveryPoint, job } = base;
  const copied = newestFirst((await restored.listPoints(organization)).points.filter(isWhole).map(shorten));
  const live = newestFirst((await vault.listPoints(organization)).points.filter(isWhole).map(shorten));
  const examined: ExaminedPoint[] = [];
  let [checkedObjects, checkedBytes, lacksKeys] = [0, 0, false];
  for (const point of copied) {
    progress.phase(`read all of ${point.id} in the copy`);
    const damage: string[] = [];
    lacksKeys = false;
    for await (const finding of restored.verify({ organization, point: point.id, allData: true })) {
      if (finding.type === 'damaged') damage.push(`${finding.object}: ${finding.reason}`);
      if (finding.type === 'notChecked') lacksKeys = true;
      if (finding.type === 'checked') [checkedObjects, checkedBytes] = [finding.objects, finding.bytes];
    }
    examined.push({ ...point, damage });
    if (damage.length === 0) break;
  }
  const whole = examined.find(({ damage }) => damage.length === 0);
  const lacking = lackingPoints(live, examined, copied);
  if (whole === undefined) {
    const why = copied.length === 0 ? 'There is no point in the copy.' : 'No point in the copy is whole.';
    return {
      result: 'notProven',
      why,
      recoveryPoint,
      job,
      point: undefined,
      depth: undefined,
      checkedObjects,
      checkedBytes,
      lacking,
    };
  }
  const ageHours = Math.round(((clock.epochMs() - Date.parse(whole.endedAt)) / HOUR_MS) * 10) / 10;
  return {
    result: examined.length === 1 ? 'proven' : 'olderProven',
    why: undefined,
    recoveryPoint,
    job,
    point: { id: whole.id, endedAt: whole.endedAt, ageHours },
    depth: lacksKeys ? 'all-bytes' : 'all-data',
    checkedObjects,
    checkedBytes,
    lacking,
  };
}

/** Points that one would restore from. */
function isWhole({ grade, scope }: PointSummary): boolean {
  return grade !== 'interrupted' && scope.type === 'all';
}

function shorten({ id, endedAt }: PointSummary): CopiedPoint {
  return { id, endedAt };
}

async function recordDrill(
  vault: Vault,
  organization: string,
  drill: DrillResult & { readonly at: string; readonly targetAccountId: string; readonly targetContainer: string },
): Promise<string> {
  const content = JSON.parse(JSON.stringify(drill)) as JsonValue;
  return vault.writeRecord(organization, { kind: 'drill', at: drill.at, content });
}
