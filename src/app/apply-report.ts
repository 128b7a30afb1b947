import { sameState } from '../core/compare.ts';
import { isKindName, kinds } from '../core/kinds/index.ts';
import type { CallStatus, Plan, PlannedCall, PlannedResource, ResourceReport, RunReport } from '../core/plan.ts';
import type { ResourceId } from '../core/resource.ts';
import { describe } from './describe.ts';
import type { CallRecord } from './apply-waves.ts';
import type { LiveReading, Organization, PointReader } from './ports.ts';

export interface RunFacts {
  readonly plan: Plan;
  readonly run: number;
  readonly safetyPoint: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly records: ReadonlyMap<string, CallRecord>;
  readonly point: PointReader;
  readonly live: Organization;
  /** Absent when the run ended early and nothing was read back. */
  readonly readBack: ReadonlyMap<ResourceId, LiveReading> | undefined;
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
  const incomplete = facts.stopped !== undefined || count('failed', 'unknown', 'notExecuted') > 0;
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
    cannotRestore: plan.cannotRestore,
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
  if (calls.length === 0) {
    if (cannot !== undefined) return { ...base, result: 'skipped', why: cannot.why };
    return { ...base, result: withoutCalls(facts.plan, resource) };
  }
  const outcomes = calls.map((call) => facts.records.get(call.id));
  const bad = outcomes.find((outcome) => outcome?.status === 'failed' || outcome?.status === 'unknown');
  if (bad !== undefined)
    return { ...base, result: 'failed', why: bad.detail ?? 'no answer, and it could not be looked up' };
  const blocked = outcomes.find((outcome) => outcome === undefined || outcome.status === 'notExecuted');
  if (blocked !== undefined || outcomes.some((outcome) => outcome === undefined)) {
    return { ...base, result: 'notExecuted', why: blocked?.detail ?? 'the run ended before' };
  }
  const differs = cannot === undefined ? await differsFromPoint(facts, resource) : undefined;
  if (differs !== undefined) return { ...base, result: 'differs', why: differs };
  const result = ({ create: 'created', update: 'updated', delete: 'deleted', shown: 'same' } as const)[resource.change];
  return { ...base, result, ...(cannot === undefined ? {} : { why: cannot.why }) };
}

/** A proxy that its first import created, or what went with its parent. */
function withoutCalls(plan: Plan, resource: PlannedResource): ResourceReport['result'] {
  const hasChildren = plan.calls.some((call) => call.resource.startsWith(`${resource.id}/`));
  if (resource.change === 'create') return hasChildren ? 'created' : 'skipped';
  if (resource.change === 'delete') return 'deleted';
  return 'same';
}

/** Why what was read back is not what the point has; undefined when it is. */
async function differsFromPoint(facts: RunFacts, resource: PlannedResource): Promise<string | undefined> {
  const reading = facts.readBack?.get(resource.id);
  if (facts.readBack === undefined || !isKindName(resource.kind)) return 'it was not read back';
  const kind = kinds[resource.kind];
  if (resource.change === 'delete') return reading?.state === 'present' ? 'it is still there' : undefined;
  if (reading === undefined || reading.state === 'absent') return 'every call succeeded, but it is not there';
  const described = describe(kind, { id: resource.id, ...reading }, facts.live);
  const stored = await facts.point.find(resource.id, kind.name);
  if (described === undefined || stored === undefined) return 'what was read back could not be compared';
  return sameState(kind, stored, described.entry) ? undefined : 'what was read back is not what the point has';
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
