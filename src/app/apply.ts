import { HoldfastError, InternalError, UserError } from '../core/errors.ts';
import { kindsReadTogether } from '../core/reading-order.ts';
import type { Plan, RunReport } from '../core/plan.ts';
import type { ResourceId } from '../core/resource.ts';
import { checkGround, revisionsOf, writeSafetyPoint } from './apply-ground.ts';
import type { Ground } from './apply-ground.ts';
import { PointFiller } from './apply-holes.ts';
import { carrierOf, reportOf } from './apply-report.ts';
import type { ReadBack } from './apply-report.ts';
import { runWaves } from './apply-waves.ts';
import type { ApplyDeps, ApplyRequest } from './apply-request.ts';
import { entriesOf } from './point-scope.ts';
import type { CallRecord } from './apply-waves.ts';
import type { LiveReading } from './ports/organization.ts';
import type { Lease } from './ports/runs.ts';
import type { PointReader, Vault } from './ports/vault.ts';

/**
 * Executes exactly the calls of a plan. Refuses (PLAN_STALE) when what it would touch has moved since planning; then takes
 * the lease, stores plan and safety point, and sends each call only after a durable intent names it. Afterwards it reads back
 * what it touched. A refused call does not throw: the report says what became of each resource.
 */
export async function applyPlan(deps: ApplyDeps, request: ApplyRequest): Promise<RunReport> {
  const { plan } = request;
  const { vault } = deps;
  assertOfThisVault(plan, vault);
  const point = await vault.openPoint(plan.organization, plan.point, {
    acceptRevoked: plan.signerRevoked !== undefined,
  });
  await deps.live.identify();
  if (plan.calls.length === 0) return await nothingToDo(deps, plan, point);
  if (!vault.abilities.readSecrets || !vault.abilities.signRuns) {
    throw new UserError({
      code: 'KEY_MISSING',
      message: 'A restore needs restorer.key: it opens secrets and signs the run.',
      next: 'Put restorer.key into the keys folder (HOLDFAST_KEYS) or its contents into HOLDFAST_RESTORER_KEY.',
    });
  }
  const lease = await deps.leases.acquire({ organization: plan.organization, holder: request.holder });
  try {
    return await applyUnderLease(deps, request, point, lease);
  } finally {
    await lease.release();
  }
}

function assertOfThisVault(plan: Plan, vault: Vault): void {
  if (plan.vault === vault.id) return;
  throw new UserError({
    code: 'PLAN_INVALID',
    message: `The plan was made from vault ${plan.vault}, and this is vault ${vault.id}.`,
    next: 'Name the vault the plan was made from (--vault), or make a new plan.',
  });
}

async function applyUnderLease(
  deps: ApplyDeps,
  request: ApplyRequest,
  point: PointReader,
  lease: Lease,
): Promise<RunReport> {
  const { plan } = request;
  const { live, vault, clock, progress } = deps;
  const startedAt = clock.now();
  progress.phase('checking the ground');
  await live.remember(revisionsOf(point, plan));
  live.recognise(
    (kind) => entriesOf(point, kind),
    (kind) => point.canonicalVersion(kind),
  );
  const ground = await checkGround(deps, plan, point);
  const journal = await vault.beginRun({ organization: plan.organization, plan, startedAt, holder: request.holder });
  progress.phase('safety point');
  const safetyPoint = await writeSafetyPoint(deps, { plan, ground, run: journal.run, startedAt, request });
  progress.phase('restoring');
  const filler = new PointFiller(point, ground.secrets);
  const { records, stopped } = await runWaves(
    { live, journal, lease, progress, filler, signal: deps.signal },
    plan.calls,
  );
  const readBack: ReadBack =
    stopped === undefined
      ? await readTouched(deps, plan, ground, records)
      : { readings: new Map(), notRead: ENDED_EARLY };
  const report = await reportOf({
    plan,
    run: journal.run,
    safetyPoint,
    startedAt,
    endedAt: clock.now(),
    records,
    point,
    live,
    readBack,
    stopped,
  });
  const failure = stopped ?? (await journal.report(report).catch(asError)) ?? undefined;
  if (stopped !== undefined) await journal.report(report).catch(() => undefined);
  if (failure === undefined) return report;
  const hasSent = [...records.values()].some(({ sent }) => sent);
  if (!hasSent || !isOfStore(failure)) throw failure;
  // The organization was changed: that the journal could not be kept must not hide what was done and what was not.
  progress.warn(`The journal of the run could not be kept: ${failure.message} ${failure.next ?? ''}`.trim());
  return { ...report, status: 'partial' };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new InternalError('Something was thrown that is no error.', error);
}

function isOfStore(error: Error): error is HoldfastError {
  return error instanceof HoldfastError && error.code.startsWith('STORE_');
}

const ENDED_EARLY = 'the run ended before it could be read back';

/** Reads what was touched once more, in reading order, so that references resolve. */
async function readTouched(
  deps: ApplyDeps,
  plan: Plan,
  ground: Ground,
  records: ReadonlyMap<string, CallRecord>,
): Promise<ReadBack> {
  deps.progress.phase('reading back');
  const sent = new Set(plan.calls.filter((call) => records.get(call.id)?.sent === true).map((call) => call.resource));
  const along = plan.resources.filter((resource) => {
    const carrier = carrierOf(plan, resource);
    return carrier !== undefined && sent.has(carrier) && !sent.has(resource.id);
  });
  const readings = new Map<ResourceId, LiveReading>();
  try {
    for (const together of kindsReadTogether()) {
      const ids = together.flatMap((kind) =>
        [...ground.touched.filter(({ id }) => sent.has(id)), ...along]
          .filter((item) => item.kind === kind.name)
          .map(({ id }) => ({ id, kind })),
      );
      if (ids.length === 0) continue;
      for (const [id, reading] of await deps.live.readOne(ids)) readings.set(id, reading);
      deps.progress.advance(readings.size, sent.size + along.length, 'read back');
    }
    return { readings, notRead: undefined };
  } catch (error) {
    // The writes are done: that they could not be checked belongs into the report, not in its place.
    if (!(error instanceof HoldfastError)) throw error;
    deps.progress.warn(`Not everything could be read back: ${error.message}`);
    return { readings, notRead: `it could not be read back: ${error.message}` };
  }
}

/** No call: nothing is locked, journalled or written. What cannot be restored or compared is still told. */
async function nothingToDo(deps: ApplyDeps, plan: Plan, point: PointReader): Promise<RunReport> {
  const now = deps.clock.now();
  return await reportOf({
    plan,
    run: 0,
    safetyPoint: '',
    startedAt: now,
    endedAt: now,
    records: new Map(),
    point,
    live: deps.live,
    readBack: { readings: new Map(), notRead: undefined },
    stopped: undefined,
  });
}
