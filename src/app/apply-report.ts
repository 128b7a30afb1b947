import { sameState } from '../core/compare.ts';
import { isKindName, kinds } from '../core/kinds/index.ts';
import type { CallStatus, Plan, PlannedCall, PlannedResource, ResourceReport, RunReport } from '../core/plan.ts';
import type { CannotRestore } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import { idsAbove, parentId } from '../core/resource.ts';
import { describe } from './describe.ts';
import type { CallRecord } from './apply-waves.ts';
import type { LiveReading, Organization } from './ports/organization.ts';
import type { PointReader } from './ports/vault.ts';

/** What was read after the last call. */
export interface ReadBack {
  readonly readings: ReadonlyMap<ResourceId, LiveReading>;
  /** Why what is not in `readings` was not read; undefined when all was. */
  readonly notRead: string | undefined;
}

export interface RunFacts {
  readonly plan: Plan;
  readonly run: number;
  readonly safetyPoint: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly records: ReadonlyMap<string, CallRecord>;
  readonly point: PointReader;
  readonly live: Organization;
  readonly readBack: ReadBack;
  readonly stopped: Error | undefined;
}

/** Judges each resource of the plan by its calls and by what was read back; the run by all of them. */
export async function reportOf(facts: RunFacts): Promise<RunReport> {
  const { plan, records } = facts;
  const callsOf = Map.groupBy(plan.calls, (call) => call.resource);
  const resources: ResourceReport[] = [];
  for (const resource of plan.resources) {
    if (resource.change === 'shown') continue;
    resources.push(await judge(facts, resource, callsOf.get(resource.id) ?? []));
  }
  const count = (...statuses: readonly CallStatus[]): number =>
    [...records.values()].filter(({ status }) => statuses.includes(status)).length;
  const incomplete =
    facts.stopped !== undefined ||
    facts.readBack.notRead !== undefined ||
    plan.unknown.length > 0 ||
    count('failed', 'unknown', 'notExecuted') > 0;
  const differs = resources.some(({ result }) => result === 'differs');
  return {
    run: facts.run,
    organization: plan.organization,
    point: plan.point,
    planHash: plan.hash,
    safetyPoint: facts.safetyPoint,
    status: incomplete ? 'partial' : differs ? 'differs' : 'done',
    startedAt: facts.startedAt,
    endedAt: facts.endedAt,
    resources,
    cannotRestore: [...plan.cannotRestore, ...plan.unknown.map(notCompared)],
    identityMap: identityMap(plan, records),
    calls: {
      planned: plan.calls.length,
      done: count('done'),
      failed: count('failed', 'unknown'),
      skipped: count('skipped'),
      notExecuted: count('notExecuted'),
    },
  };
}

async function judge(
  facts: RunFacts,
  resource: PlannedResource,
  calls: readonly PlannedCall[],
): Promise<ResourceReport> {
  const base = {
    id: resource.id,
    kind: resource.kind,
    ...(resource.label === undefined ? {} : { label: resource.label }),
  };
  const cannot = facts.plan.cannotRestore.find(({ id, code }) => id === resource.id && code !== 'NEED_MISSING');
  const why = cannot === undefined ? {} : { why: cannot.why };
  if (calls.length === 0) {
    const along = alongWith(facts, resource);
    // What another's calls were to bring along is judged by what is there.
    const reading = along?.result === 'created' ? facts.readBack.readings.get(resource.id) : undefined;
    const differs = reading === undefined ? undefined : await differsFromPoint(facts, resource, reading);
    if (differs !== undefined) return { ...base, result: 'differs', why: differs };
    if (along !== undefined) return { ...base, ...along, ...why };
    const blocked = cannot ?? facts.plan.cannotRestore.find(({ id }) => id === resource.id);
    return { ...base, result: 'skipped', why: blocked?.why ?? 'no call was planned for it' };
  }
  const unfinished = unfinishedOf(facts, calls);
  if (unfinished !== undefined) return { ...base, ...(await besideReading(facts, resource, unfinished)) };
  const result = results[resource.change];
  // What the API cannot set differs for certain.
  if (cannot !== undefined) return { ...base, result, ...why };
  const reading = facts.readBack.readings.get(resource.id);
  if (reading === undefined && facts.readBack.notRead !== undefined) {
    return { ...base, result, why: facts.readBack.notRead };
  }
  const differs = await differsFromPoint(facts, resource, reading);
  return differs === undefined ? { ...base, result } : { ...base, result: 'differs', why: differs };
}

const results = { create: 'created', update: 'updated', delete: 'deleted', shown: 'same' } as const;

function unfinishedOf(
  facts: RunFacts,
  calls: readonly PlannedCall[],
): Pick<ResourceReport, 'result' | 'why'> | undefined {
  const records = calls.map((call) => facts.records.get(call.id));
  const bad = records.find((record) => record?.status === 'failed' || record?.status === 'unknown');
  if (bad !== undefined) return { result: 'failed', why: bad.detail ?? 'no answer, and it could not be looked up' };
  const unsent = records.find((record) => record === undefined || record.status === 'notExecuted');
  const isUnsent = records.some((record) => record === undefined || record.status === 'notExecuted');
  if (!isUnsent) return undefined;
  const done = records.filter((record) => record?.status === 'done').length;
  const ended =
    done === 0
      ? 'the run ended before'
      : `${done} of its ${calls.length} calls ${done === 1 ? 'was' : 'were'} done; the run ended before the rest`;
  return { result: 'notExecuted', why: unsent?.detail ?? ended };
}

/** A call that failed may have had nothing left to change: what was read back as it should be is said with it. */
async function besideReading(
  facts: RunFacts,
  resource: PlannedResource,
  unfinished: Pick<ResourceReport, 'result' | 'why'>,
): Promise<Pick<ResourceReport, 'result' | 'why'>> {
  const reading = facts.readBack.readings.get(resource.id);
  if (unfinished.result !== 'failed' || reading === undefined) return unfinished;
  if ((await differsFromPoint(facts, resource, reading)) !== undefined) return unfinished;
  return { ...unfinished, why: `${unfinished.why} ${READ_AS_WANTED}` };
}

/** Said of a resource one of whose calls failed and that was then read back without a difference. */
const READ_AS_WANTED = 'What can be read of it is as it should be all the same.';

/** The resource whose calls bring this one along; undefined for what cannot be restored all the same. */
export function carrierOf(
  { cannotRestore }: Pick<Plan, 'cannotRestore'>,
  { id, kind, change }: Pick<PlannedResource, 'id' | 'kind' | 'change'>,
): ResourceId | undefined {
  const isBlocked = cannotRestore.some((one) => one.id === id && one.code !== 'NEED_MISSING');
  if (change !== 'create' || !isKindName(kind) || isBlocked) return undefined;
  return kinds[kind].comesWith?.(id);
}

/** What becomes of a resource without calls of its own: a proxy that its imports create, or what goes with its parent. */
function alongWith(facts: RunFacts, resource: PlannedResource): Pick<ResourceReport, 'result' | 'why'> | undefined {
  const { calls } = facts.plan;
  if (resource.change === 'create') {
    const carrier = carrierOf(facts.plan, resource);
    const bringing = calls.filter((call) => call.resource === carrier);
    if (bringing.length > 0) return unfinishedOf(facts, bringing) ?? { result: 'created' };
    const imports = calls.filter((call) => call.action === 'import' && parentId(call.resource) === resource.id);
    if (imports.length === 0) return undefined;
    const isMade = imports.some((call) => facts.records.get(call.id)?.status === 'done');
    return isMade ? { result: 'created' } : unfinishedOf(facts, imports);
  }
  if (resource.change !== 'delete') return undefined;
  const above = idsAbove(resource.id);
  const deletions = calls.filter((call) => call.phase === 'remove' && above.includes(call.resource));
  if (deletions.length === 0) return undefined;
  return unfinishedOf(facts, deletions) ?? { result: 'deleted', why: 'it went with what it stood under' };
}

/** Why what was read back is not what the point has; undefined when it is. */
async function differsFromPoint(
  facts: RunFacts,
  resource: PlannedResource,
  reading: LiveReading | undefined,
): Promise<string | undefined> {
  if (!isKindName(resource.kind)) return 'its kind is not known';
  const kind = kinds[resource.kind];
  if (resource.change === 'delete') return reading?.state === 'present' ? 'it is still there' : undefined;
  if (reading === undefined || reading.state === 'absent') return 'every call succeeded, but it is not there';
  const version = facts.point.canonicalVersion(kind.name);
  const described = describe(kind, { id: resource.id, ...reading }, facts.live, version);
  const stored = await facts.point.find(resource.id, kind.name);
  if (described === undefined || stored === undefined) return 'what was read back could not be compared';
  return sameState(kind, stored, described.entry) ? undefined : 'what was read back is not what the point has';
}

function notCompared({ id, kind, reason }: Plan['unknown'][number]): CannotRestore {
  const why = id === '' ? `${kind}: ${reason}` : reason;
  return { id, code: 'UNREADABLE', why, next: 'Compare again when it can be read, or choose another point.' };
}

/** Which number a revision had and which it has now. */
function identityMap(plan: Plan, records: ReadonlyMap<string, CallRecord>): RunReport['identityMap'] {
  const labels = new Map(plan.resources.map(({ id, label }) => [id, label]));
  return plan.calls.flatMap((call) => {
    const revision = call.action === 'import' ? records.get(call.id)?.assigned?.['revision'] : undefined;
    const was = labels.get(call.resource);
    if (revision === undefined || was === undefined) return [];
    return [{ id: call.resource, was, is: `${was.slice(0, was.lastIndexOf('@'))}@${revision}` }];
  });
}
