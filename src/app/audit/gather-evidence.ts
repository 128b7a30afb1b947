import type { AuditAction } from '../../core/audit/audit-action.ts';
import { identitiesIn } from '../../core/audit/audit-identity.ts';
import { type Evidence, type EvidencePoint, type EvidenceRestore, findMissed } from '../../core/audit/evidence.ts';
import { examineTrail } from '../../core/audit/examine-trail.ts';
import type { NamedHead } from '../../core/audit/audit-objects.ts';
import type { PointSummary } from '../../core/point.ts';
import type { Vault } from '../ports/vault.ts';
import { readActions } from './read-actions.ts';
import { readMeasurements } from './read-measurements.ts';

export interface EvidenceRequest {
  readonly organization: string;
  readonly from: string;
  readonly to: string;
  readonly objectiveMs: number;
  readonly outside: readonly NamedHead[];
  readonly madeAt: string;
  readonly tool: string;
  readonly formatInstant: (epochMs: number) => string;
}

/** Gathers what the vault itself can show of a time. It needs no more than names: any key that opens the trail. */
export async function gatherEvidence(vault: Vault, request: EvidenceRequest): Promise<Evidence> {
  const { organization, from, to, objectiveMs, madeAt, tool } = request;
  const isWithin = (time: string): boolean => time >= from && time < to;
  const trail = examineTrail(await vault.audit.facts(request.outside));
  const actions = await readActions(vault.audit, { since: from, until: to }, { organization });
  const { points, damaged } = await vault.listPoints(organization);
  const described = points.map(describePoint);
  const keys = vault.audit.keys();
  // Before there was a vault no backup was missed, and none is missed yet that is due after now.
  const [made = from] = keys.generations.map(({ since }) => since);
  const span = {
    fromMs: Date.parse(made > from ? made : from),
    toMs: Date.parse(madeAt < to ? madeAt : to),
    objectiveMs,
  };
  const proofs = await vault.audit.proofs(organization);
  const runs = (await vault.listRuns(organization)).filter(({ startedAt }) => isWithin(startedAt));
  return {
    vault: { id: vault.id, description: vault.description },
    organization,
    from,
    to,
    madeAt,
    tool,
    trail,
    actions,
    backups: {
      objectiveMs,
      taken: described.filter(({ time }) => isWithin(time)),
      missed: findMissed(described, span, request.formatInstant),
      damaged: damaged.map(({ name }) => name),
    },
    proofs: proofs.filter(({ at }) => isWithin(at)),
    ...(await readMeasurements(vault, organization, isWithin)),
    restores: runs.map((run) => describeRestore(run, actions)),
    keys,
  };
}

function describePoint(point: PointSummary): EvidencePoint {
  const { id, endedAt, time, timeAttested, grade, scope, resources, signer } = point;
  return { point: id, endedAt, time, timeAttested, grade, isWhole: scope.type === 'all', resources, signer };
}

function describeRestore(
  run: { readonly run: number; readonly startedAt: string; readonly planHash: string; readonly status: string },
  actions: readonly AuditAction[],
): EvidenceRestore {
  const action = actions.find(({ facts }) => facts['run'] === run.run) ?? findUnended(run, actions);
  const approver = action?.facts['approver'];
  const apigee = identitiesIn(action?.facts ?? {}).find(({ service }) => service === 'apigee');
  return {
    ...run,
    ...(action?.principal === undefined ? {} : { principal: `${action.principal.name}@${action.host ?? 'unknown'}` }),
    ...(apigee === undefined ? {} : { identity: apigee.identity }),
    ...(apigee?.issuer === undefined ? {} : { issuer: apigee.issuer }),
    ...(action?.reason === undefined ? {} : { reason: action.reason }),
    ...(typeof approver === 'string' ? { approver } : {}),
  };
}

/** A run whose process was killed never said its number; the hash of its plan was declared before. */
function findUnended(
  { startedAt, planHash }: { readonly startedAt: string; readonly planHash: string },
  actions: readonly AuditAction[],
): AuditAction | undefined {
  return actions.findLast(({ at, facts }) => at <= startedAt && facts['planHash'] === planHash);
}
